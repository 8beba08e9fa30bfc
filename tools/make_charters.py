"""Writes docs/charters.md from the charters that ship: what each encodes, how well it is known, what it reproduces.

`python tools/make_charters.py` writes it; with `--check` it writes nothing and ends with status 1 if it differs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.files import Charter, load
from sim.rules.condition_reader import parse_condition
from sim.seats import Seats, seats_of

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "charters.md"
ORDER = (
    "waico-as-signed waico-commentary waico-consensus apec imf aiib eu-council un-security-council gef "
    "montreal-fund ilo itu intelsat global-fund gpai-oecd world-bank ndb un-general-assembly wto iaea cern iso gavi "
    "green-climate-fund seabed-authority coe-ai-convention pax-silica imf-board world-bank-board"
).split()
# What a preset is checked against in tests/charters/test_presets.py, and by how much it differs.
REPRODUCES = {
    "waico-as-signed": "37 signatories, third instrument; nothing else is public",
    "waico-commentary": "no published text",
    "waico-consensus": "no published text",
    "apec": "21 economies, each with a veto: power to act 2^-21",
    "imf": "United States 16.50 % (published for 2024: 16.50), Japan 6.14, China 6.08, all within 0.01; 16.52 % on the "
    "published totals of 2019; sole veto at 85 %",
    "aiib": "shares add up to 981,514; China 26.064 % (published 26.06), India 7.51 (7.5), Russia 5.925 (5.92); "
    "sole veto on the super majority; Banzhaf 0.522, Shapley-Shubik 0.339 on the simple majority",
    "eu-council": "15 states to win, 4 to block; populations within 0.3 points of the Council's own shares",
    "un-security-council": "Shapley-Shubik 421/2145 and 4/2145, Banzhaf 848/5080 and 84/5080, power to act "
    "848/2^15, exact",
    "gef": "32 seats in the Council; 177 of 186 participants placed; real pledges are not in the data",
    "montreal-fund": "7 and 7: closed form, 10 to win, 4 to block",
    "ilo": "187 members; firms 25.0 % of the votes",
    "itu": "194 members; firms no vote; a sector unit a fifth of a state's",
    "intelsat": "firms vote out of their state's share; nobody near the cap of 40 %",
    "global-fund": "eight and seven seats of states, closed form without firms; "
    "firms one of twenty votes (5.0 % on average over both groups)",
    "gpai-oecd": "44 members",
    "world-bank": "United States 16.49 % (published 16.09, +0.40), Japan 6.14 (6.93, -0.79), China 6.08 (5.79, +0.28), "
    "because quotas stand for shares; sole veto on amendments",
    "ndb": "founders equal and together 92 % (at least 55); nobody blocks alone",
    "un-general-assembly": "scale of assessments 22.000, 20.004, 6.930 as adopted; the formula `un_scale` differs by "
    "0.0, -1.2, -2.4 points (5.7 % of the budget)",
    "wto": "165 seats, each with a veto",
    "iaea": "closed form of one member, one vote",
    "cern": "25 votes; associates none",
    "iso": "stopped by more than a quarter of all",
    "gavi": "firms two of 27 votes (7.4 %); ten seats of states in closed form without firms, seven of ten to win",
    "green-climate-fund": "24 seats, twelve and twelve: closed form, 20 to win, 4 of a group to block",
    "seabed-authority": "36 seats; stopped by three of a chamber of four",
    "coe-ai-convention": "20 states and the EU",
    "pax-silica": "24 states and the EU, each with a veto (our reading)",
    "imf-board": "24 chairs; votes of three shared chairs per vote of the United States within 0.1 points of those "
    "published in 2023 (275,252, 228,490, 218,467 to 831,401); the United States block 85 % alone",
    "world-bank-board": "25 directors; published votes of the constituencies are not in the data",
}


def cell(text: object) -> str:
    """Text on one line of a table."""
    return " ".join(str(text).replace("|", "\\|").split())


def table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    """A table with its head."""
    lines = ["| " + " | ".join(cell(each) for each in row) + " |" for row in [head, *rows]]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def rule(choice: Mapping[str, Any]) -> str:
    """A chosen rule with its numbers, tables and lists left to the file."""
    numbers = [f"{key} {value:g}" for key, value in choice.items() if isinstance(value, (int, float))]
    return f"`{choice['rule']}`" + (f" ({', '.join(numbers)})" if numbers else "")


def decisions(data: Mapping[str, Any]) -> str:
    """The decisions in words; kinds that decide alike are named together."""
    voting, words = data["voting"], dict[str, list[str]]()
    for kind, condition in voting["decisions"].items():
        text = parse_condition(condition, list(voting["chambers"]), voting["abstention"]).describe()
        words.setdefault(text, []).append(kind)
    found = [f"{', '.join(kinds)}: {text}" for text, kinds in words.items()]
    return "; ".join(found) + (f"; no vote against by {', '.join(voting['veto'])}" if voting["veto"] else "")


def chambers(data: Mapping[str, Any]) -> str:
    """Chambers with their weights."""
    return "; ".join(
        f"{name}: {rule(each['weight'])}{' with firms' if each['of'] == 'pool' else ''}{held(each)}"
        for name, each in data["voting"]["chambers"].items()
    )


def held(chamber: Mapping[str, Any]) -> str:
    """Seats of constituencies, in words."""
    seats = sum(each["seats"] for each in (chamber["constituencies"] or {}).values())
    return f" in {seats} seats of {len(chamber['constituencies'])} constituencies" if seats else ""


def counted(seats: Seats) -> str:
    """How many vote: states, members that are no nation here, firms."""
    kinds = [kind for kind, voting in zip(seats.kind, seats.seated, strict=True) if voting]
    parts = [(kinds.count("state"), ""), (kinds.count("other"), " others"), (kinds.count("firm"), " firms")]
    return " + ".join(f"{number}{what}" for number, what in parts if number)


def page() -> str:
    """The whole page."""
    shipped = {path.stem for path in (ROOT / "scenarios" / "charters").glob("*.yaml")}
    if shipped != set(ORDER) or shipped != set(REPRODUCES):
        raise SystemExit(f"add to tools/make_charters.py: {sorted(shipped ^ set(ORDER) | shipped ^ set(REPRODUCES))}")
    rules, money, checks = [], [], []
    for name in ORDER:
        found = load(ROOT / "scenarios" / "charters" / f"{name}.yaml")
        assert isinstance(found, Charter)
        data, (assumed, total) = found.resolved, found.evidence_counts()
        voting, fund = data["voting"], data["fund"]
        rules.append([f"`{name}`", counted(seats_of(data)), chambers(data), decisions(data), rule(voting["corporate"])])
        money.append([f"`{name}`", f"{fund['envelope']:g}", rule(fund["dues"]), rule(fund["levy"]),
                      rule(fund["allocation"])])  # fmt: skip
        checks.append([f"`{name}`", f"{assumed} of {total}", REPRODUCES[name]])
    return f"""# Charters that ship

Written by `tools/make_charters.py` from the files of `scenarios/charters/`; do not edit by hand. Each file stands alone
with its members, says in `text` what it leaves out, and labels every rule confirmed, reported or assumed with its
source. What is marked "as recalled, unconfirmed" was not read in a public text for this project: check it before you
present it as a fact.

Any of them becomes a body of a scenario by one line, with its own members or with those of WAICO:

```yaml
bodies:
  waico: {{charter: charters/imf.yaml}}
  waico_by_imf_rules: {{charter: charters/imf.yaml, sponsor: CHN, host: CHN, eligible: all, record: WAICO}}
```

`waico power scenarios/charters/imf.yaml` shows who can decide under it ([voting power](voting-power.md)).

Conventions of all presets: where seats belong to constituencies (GEF, Gavi, Global Fund, Green Climate Fund, the
boards of the IMF and the World Bank), whoever sits casts the votes of all, in a run as in the power analysis: the
largest economy, or by turns of a year. So the Council of the GEF has 32 voters. The IMF and the World Bank stand
twice: their Governors (`imf`, `world-bank`) and the Board that decides from day to day (`imf-board`,
`world-bank-board`). Bodies whose committee changes every year (Montreal Protocol, IAEA) are encoded with all their
parties. Members that are no nation here (the EU, Hong Kong, Chinese Taipei, Kosovo, the Holy See ...) hold their seats
in the power analysis, under `other_members`, and are left out of a simulated body. Weights become about 100,000 votes
a chamber, but for `heads`, which counts members.

A rule that nobody could ever meet (nine votes of five seats, a share of an empty chamber, a veto of a state that may
not join) is refused when the file is read, with its line. A rule that the members of a run happen to be too few for
stays in force and is not met, and the veto of a state that takes no part lapses ([the model](odd.md), 7.14). A veto
of a tier is consensus in a chamber of that tier: `full: {{weight: heads, tiers: [full]}}` and `{{consensus: full}}`.

## Who votes, and what passes

"Votes" counts who has a vote on paper: states, others, and firms if all of them sit (a run seats those that choose to).

{table(["charter", "votes", "chambers and weights", "what passes", "firms"], rules)}

## Money

Envelope in bn USD a year, at redistribution 0.5.

{table(["charter", "envelope", "dues", "levy", "allocation"], money)}

## How well it is known

How many of the rules in force are assumed, and which published figures the tests reproduce (`tests/charters`).

{table(["charter", "assumed rules", "reproduced, and difference"], checks)}
"""


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the page differs")
    text = page()
    if parser.parse_args().check:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
        print(
            "docs/charters.md is up to date" if same else "docs/charters.md differs; run python tools/make_charters.py"
        )
        return 0 if same else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
