"""The command line: `waico COMMAND ...`, also `python -m sim COMMAND ...`.

To add a command: write `sim/cli/NAME.py` with one function whose typed parameters are the command's arguments
(`typer.Argument`, `typer.Option`) and whose docstring is its help; then add one line to `COMMANDS`. Import at
the top of that file only typer and the standard library, everything else inside the function: `waico --help`
loads every file of this folder and must answer in under half a second. Raise `ScenarioError` (or another
`SimError`) for input that cannot be used: it is printed without a traceback and ends with status 2.
`raise typer.Exit(1)` ends with status 1: done, but some runs failed.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import typer

from sim.errors import ScenarioError, SimError

INTERRUPTED = 130

__all__ = ["COMMANDS", "application", "main"]

# Command, module, function; in the order in which --help lists them.
COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("run", "sim.cli.run", "run"),
    ("sweep", "sim.cli.sweep", "sweep"),
    ("validate", "sim.cli.validate", "validate"),
    ("show", "sim.cli.show", "show"),
    ("compare", "sim.cli.compare", "compare"),
    ("sensitivity", "sim.cli.sensitivity", "sensitivity"),
    ("discover", "sim.cli.discover", "discover"),
    ("search", "sim.cli.search", "search"),
    ("report", "sim.cli.report", "report"),
    ("explore", "sim.cli.explore", "explore"),
    ("rerun", "sim.cli.rerun", "rerun"),
    ("explain", "sim.cli.explain", "explain"),
    ("power", "sim.cli.power", "power"),
    ("predict", "sim.cli.predict", "predict"),
    ("list", "sim.cli.listing", "list_choices"),
    ("schema", "sim.cli.schema", "write_schema"),
)


def application() -> typer.Typer:
    """The application with every command of `COMMANDS`."""
    app = typer.Typer(
        name="waico",
        help="A policy laboratory for international bodies that govern AI.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        suggest_commands=True,
    )
    app.callback()(_options)
    for name, module, function in COMMANDS:
        app.command(name)(getattr(importlib.import_module(module), function))
    return app


def _version(asked: bool) -> None:
    if asked:
        from sim import __version__

        typer.echo(f"waico-sim {__version__}")
        raise typer.Exit()


def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
    check: bool = typer.Option(False, "--check", help="Check every invariant after every process of every step; slow."),
) -> None:
    """A policy laboratory for international bodies that govern AI."""
    if check:
        os.environ["WAICO_DEBUG"] = "1"  # workers inherit it


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 some runs failed, 2 unusable input, 130 interrupted."""
    sys.exit(_status(list(sys.argv[1:] if arguments is None else arguments)))


def _status(arguments: list[str]) -> int:
    try:
        answer = application()(args=arguments, prog_name="waico", standalone_mode=False)
        sys.stdout.flush()
        if answer == INTERRUPTED:
            raise KeyboardInterrupt
        return answer if isinstance(answer, int) else 0
    except ScenarioError as error:
        for each in (error, *error.others):
            typer.echo(str(each), err=True)
        return 2
    except SimError as error:
        typer.echo(f"waico: {error}", err=True)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.filename is None:
            raise
        typer.echo(f"waico: {error.filename}: {error.strerror}; check who may read and write there", err=True)
        return 2
    except Exception as error:
        show, status = getattr(error, "show", None), getattr(error, "exit_code", None)
        if show is None or status is None:
            raise
        show()  # a wrong option or command, told by the command line library
        return int(status)
