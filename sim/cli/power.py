"""`waico power`: the voting power a charter gives, under every kind of decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from sim.power.tables import PowerTable
    from sim.seats import Seats

MOST_NAMED = 8


def power(
    charter: str = typer.Argument(..., metavar="CHARTER", help="Charter file."),
    members: str | None = typer.Option(
        None,
        "--members",
        metavar="all|GROUP|ROSTER|FILE",
        help="Who sits in the body; by default its real members, else all who are eligible. "
        "FILE has one ISO3 a line, with ',TIER' where wanted, and # comments.",
    ),
    firms: str | None = typer.Option(
        None, "--firms", metavar="none|ID,ID,...", help="Firms that hold seats; by default all where they may."
    ),
    votes: int | None = typer.Option(
        None, "--votes", metavar="N", min=10, help="Round the votes of each chamber to a total of N."
    ),
    year: int = typer.Option(2026, "--year", help="Charter as it stands in this year, its dated changes included."),
    top: int = typer.Option(10, "--top", min=0, help="Members with most votes to show."),
    csv: str | None = typer.Option(None, "--csv", metavar="FILE", help="Write every member as CSV."),
    plot: str | None = typer.Option(
        None, "--plot", metavar="FILE", help="Save power against share of votes (PNG, SVG, PDF)."
    ),
    imports: list[str] = typer.Option([], "--import", metavar="MODULE", help="Module that enrols further rules."),
) -> None:
    """Show who can decide: share of the votes, Banzhaf, Shapley-Shubik and Coleman by member and kind of decision."""
    from sim.cli.imports import import_rules
    from sim.cli.printing import echo
    from sim.errors import ChoiceError, ScenarioError
    from sim.files import Charter, load
    from sim.files.members import members_named
    from sim.seats import power_of, seats_of

    import_rules(imports)
    for path in (csv, plot):
        _can_be_written(path)
    if members is not None and not members.strip():
        raise ChoiceError("--members names nobody; write all, a group, a roster or a file of members, or leave it out")
    document = load(charter)
    if not isinstance(document, Charter):
        what = type(document).__name__.lower()
        raise ScenarioError(charter, 0, 0, f"found a {what}, expected a charter", "name a file with 'kind: charter'")
    resolved = document.resolved
    asked = members_named(members, resolved["other_members"], resolved["tiers"]) if members is not None else None
    chosen = None if firms is None else [name for name in firms.split(",") if name not in ("", "none")]
    seats = seats_of(resolved, asked, chosen, year)
    try:
        tables = power_of(seats, votes)
    except ValueError as error:
        raise ChoiceError(f"{charter}: the power under this charter cannot be counted: {error}") from None
    title = document.title or document.name
    states = sum(1 for kind, voting in zip(seats.kind, seats.seated, strict=True) if voting and kind != "firm")
    echo(f"{title}: {states} members and {int(seats.seated.sum()) - states} firms with votes")
    shown: dict[str, list[str]] = {}
    for kind, table in tables.items():
        shown.setdefault(table.rule, []).append(kind)
    for kinds in shown.values():
        _print(seats, tables[kinds[0]], ", ".join(kinds), top)
    _print_notes(seats, document.evidence_counts())
    if csv:
        _write(csv, seats, tables)
        echo(f"written: {csv}")
    if plot:
        from sim.plots.charter import charter_power

        charter_power(title, seats, tables).savefig(plot)
        echo(f"written: {plot}")


def _can_be_written(path: str | None) -> None:
    from pathlib import Path

    from sim.errors import ChoiceError

    if path is None:
        return
    if Path(path).is_dir() or not Path(path).resolve().parent.is_dir():
        raise ChoiceError(f"'{path}' cannot be written: its folder does not exist, or it is a folder itself")


def _print(seats: Seats, table: PowerTable, kinds: str, top: int) -> None:
    from rich.table import Table

    from sim.cli.printing import echo, number

    voting = [place for place, name in enumerate(table.members) if _seated(seats, name)]
    order = sorted(voting, key=lambda place: (-table.nominal[place], -table.banzhaf[place], table.members[place]))
    kind = dict(zip(seats.members, seats.kind, strict=True))
    named = set(order[:top])
    named |= {place for place in order if table.members[place] == seats.host}
    named |= set([place for place in order if kind[table.members[place]] == "firm"][:3])
    page = Table(title=f"{kinds}: {table.rule}", title_justify="left", title_style="bold")
    page.add_column("member", no_wrap=True)
    chambers = {name: votes / votes.sum() for name, votes in seats.votes.items() if votes.sum() > 0}
    chambers = chambers if len(chambers) > 1 else {}
    place_of = {name: place for place, name in enumerate(seats.members)}
    for name in chambers:
        page.add_column(f"{name} %", justify="right")
    names = ("votes %", "Banzhaf %", "absolute %", "Shapley-Shubik %", "prevent %", "initiate %", "Banzhaf / votes")
    for name in names:
        page.add_column(name, justify="right")
    page.add_column("blocks alone")

    def line(label: str, places: list[int], *, together: bool) -> None:
        share, bz, shapley = (100 * float(each[places].sum()) for each in _indices(table))
        single = places[0]
        page.add_row(
            label,
            *(
                number(100 * sum(float(held[place_of[table.members[place]]]) for place in places))
                for held in chambers.values()
            ),
            number(share),
            number(bz),
            "" if together else number(100 * float(table.absolute[single])),
            number(shapley),
            "" if together else number(100 * float(table.prevent[single])),
            "" if together else number(100 * float(table.initiate[single])),
            number(bz / share) if share > 0 else "-",
            "" if together else ("yes" if table.blocks_alone[single] else "no"),
        )

    for place in order:
        if place in named:
            line(_label(seats, table.members[place]), [place], together=False)
    for what, words in (("state", "other states"), ("other", "other members"), ("firm", "other firms")):
        rest = [place for place in order if place not in named and kind[table.members[place]] == what]
        if rest:
            line(f"{len(rest)} {words}, together", rest, together=True)
    firms = [place for place in order if kind[table.members[place]] == "firm"]
    if firms:
        line(f"all {len(firms)} firms, together", firms, together=True)
    echo(page)
    blockers = [name for name in table.blockers if _seated(seats, name)]
    several = f"{', '.join(blockers[:MOST_NAMED])}{' and others' if len(blockers) > MOST_NAMED else ''}"
    alone = "nobody" if not blockers else f"{len(blockers)} ({several})"
    echo(
        f"Power to act: {number(100 * table.act)} % of all coalitions pass something. Smallest winning coalition: "
        f"{table.smallest_winning}; smallest blocking coalition: {table.smallest_blocking}; block alone: {alone}."
    )
    echo(f"Method: {table.method}.\n")


def _indices(table: PowerTable) -> tuple[Any, Any, Any]:
    return table.nominal, table.banzhaf, table.shapley_shubik


def _seated(seats: Seats, name: str) -> bool:
    return bool(seats.seated[seats.members.index(name)])


def _label(seats: Seats, name: str) -> str:
    title = seats.titles.get(name, "")
    return f"{name} {title}{' (host)' if name == seats.host else ''}".strip()


def _print_notes(seats: Seats, evidence: tuple[int, int]) -> None:
    from sim.cli.printing import echo, number

    echo(
        f"Gridlock: under the ideal policies of future 0, no proposal can beat a status quo on stringency within an "
        f"interval {number(seats.gridlock)} wide (of 1; Krehbiel 1998, each member voting its ideal)."
    )
    for note in seats.notes:
        echo(note)
    echo(f"{evidence[0]} of {evidence[1]} rules of this charter are assumed.")


def _write(path: str, seats: Seats, tables: dict[str, PowerTable]) -> None:
    import csv
    from pathlib import Path

    kind = dict(zip(seats.members, seats.kind, strict=True))
    place_of = {name: place for place, name in enumerate(seats.members)}
    indices = ("nominal", "banzhaf", "absolute", "shapley_shubik", "prevent", "initiate", "ratio", "shapley_ratio")
    with Path(path).open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream)
        chambers = [f"votes.{name}" for name in seats.votes]
        sheet.writerow(["decision", "member", "name", "kind", *chambers, *indices, "blocks_alone"])
        for decision, table in tables.items():
            for place, name in enumerate(table.members):
                held = [int(votes[place_of[name]]) for votes in seats.votes.values()]
                values = [
                    "" if value != value else value for value in (float(getattr(table, k)[place]) for k in indices)
                ]
                sheet.writerow(
                    [decision, name, seats.titles.get(name, name), kind[name], *held, *values,
                     int(table.blocks_alone[place])]
                )  # fmt: skip
