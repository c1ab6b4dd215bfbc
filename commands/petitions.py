"""`forum-pulse petitions ...`: what the ledger says of petitions, and whether a report says the same.

No command shows a person, and none takes a person's name. All figures pass the privacy gate, together with
the tables of a report.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..config import Config
from ..errors import ConfigError
from ..stages import Stages
from .audit import audit
from .options import (
    Columns,
    Exports,
    Format,
    Include,
    Instance,
    Json,
    Quiet,
    Settings,
    Workspace,
    corpus_of,
    settings_of,
)
from .terminal import ExitCode, progress, show

if TYPE_CHECKING:
    from ..corpus.store import Store
    from ..petitions import Petition

petitions_app = typer.Typer(
    help="What the ledger says of petitions, whether a report says the same, and how far it is right.",
    no_args_is_help=True,
)
petitions_app.command()(audit)


_NONE = (
    "No petition was found: no opening post asks for backing and has it from enough people. Name one under\n"
    "[[petitions]] in a configuration (docs/configuration.md) and pass it with --config."
)


@dataclass(frozen=True, slots=True)
class _Given:
    """What was typed to say what is to be read, and how."""

    exports: list[Path] | None
    workspace: str | None
    format: str | None
    quiet: bool

    @contextmanager
    def store(self, settings: Config) -> Generator["Store"]:
        """Everything that was named, read."""
        with self._read(settings) as (store, _):
            yield store

    @contextmanager
    def counted(self, settings: Config) -> Generator[tuple["Store", list["Petition"]]]:
        """The same, with petitions found and the ledger written."""
        from ..pipeline import count_petitions

        with self._read(settings) as (store, stages):
            with stages("counting petitions"):
                found = count_petitions(store, settings)
            yield store, found

    @contextmanager
    def _read(self, settings: Config) -> Generator[tuple["Store", Stages]]:
        with (
            progress(self.quiet) as watcher,
            corpus_of(self.exports, self.workspace, settings, self.format, watcher) as corpus,
        ):
            yield corpus.store, Stages(watcher, corpus.size)


@petitions_app.command("list")
def list_petitions(
    exports: Exports = None,
    workspace: Workspace = None,
    config: Settings = None,
    format: Format = None,
    column: Columns = None,
    instance: Instance = None,
    include: Include = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the petitions that were found, with the people counted and the range.

    Example: forum-pulse petitions list slack-export.zip
    """
    from ..corpus import identity
    from ..report import petition_views

    settings = settings_of(config, column, instance, include=include)
    with _Given(exports, workspace, format, quiet).counted(settings) as (store, _):
        names = identity.handles(store)
        view = petition_views.LIST
        published = petition_views.publish_petitions(store, settings, names=names, leaving=[view])[view]
    rows = petition_views.values(published)
    if rows or json:
        _print({"petitions": rows}, json)
    else:
        typer.echo(_NONE)


@petitions_app.command("show")
def show_petition(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A petition; see `petitions list`.")],
    exports: Exports = None,
    workspace: Workspace = None,
    config: Settings = None,
    format: Format = None,
    column: Columns = None,
    instance: Instance = None,
    include: Include = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show one petition: figures, from acts to persons, week by week, and the rules that applied.

    Example: forum-pulse petitions show open-letter-let-us-use-pellucet discourse-april.zip
    """
    from ..corpus import identity
    from ..petitions.rules import rules
    from ..report.petition_views import publish_petitions, values

    settings = settings_of(config, column, instance, include=include)
    with _Given(exports, workspace, format, quiet).counted(settings) as (store, found):
        petition = _named(name, found)
        shown = ("petitions", "waterfall", "endorsements_over_time")
        published = publish_petitions(store, settings, names=identity.handles(store), leaving=shown)
    (figures,) = values(published["petitions"], petition=name)
    parts: dict[str, list[dict[str, Any]]] = {
        "figures": [{"figure": key, "value": value} for key, value in figures.items() if value is not None],
        "from acts to persons": _without_name(values(published["waterfall"], petition=name)),
        "by week": _without_name(values(published["endorsements_over_time"], petition=name)),
        "rules": [{"rule": rule} for rule in rules(petition, settings.analysis, settings.invalidations)],
    }
    _print(parts, json)


@petitions_app.command("invalidations")
def invalidations(
    exports: Exports = None,
    workspace: Workspace = None,
    config: Settings = None,
    format: Format = None,
    column: Columns = None,
    instance: Instance = None,
    include: Include = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show what each invalidation rule takes out of the count, or would if it were active.

    Example: forum-pulse petitions invalidations signatures.csv --config rules.toml
    """
    from ..corpus import identity
    from ..report.petition_views import publish_invalidations, values

    settings = settings_of(config, column, instance, include=include)
    if not settings.invalidations:
        raise ConfigError(
            "there are no rules under [[invalidations]]",
            hint="name the file that holds them with --config; see docs/configuration.md",
        )
    with _Given(exports, workspace, format, quiet).counted(settings) as (store, _):
        published = publish_invalidations(store, settings, names=identity.handles(store))
    _print({"invalidations": values(published)}, json)


@petitions_app.command("as-of")
def as_of(
    day: Annotated[
        datetime, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"], help="Count at the end of this day.")
    ],
    exports: Exports = None,
    workspace: Workspace = None,
    config: Settings = None,
    format: Format = None,
    column: Columns = None,
    instance: Instance = None,
    include: Include = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show the headline of every petition at the end of a day (UTC), beside the final one.

    Example: forum-pulse petitions as-of 2026-03-31 slack-export.zip
    """
    from ..report.petition_views import values

    settings = settings_of(config, column, instance, include=include)
    with _Given(exports, workspace, format, quiet).store(settings) as store:
        headlines = values(_headlines(store, settings, day.date()))
    _print({f"at the end of {day:%Y-%m-%d}": headlines}, json)


@petitions_app.command()
def verify(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder of a report.")],
    exports: Exports = None,
    workspace: Workspace = None,
    config: Settings = None,
    format: Format = None,
    column: Columns = None,
    instance: Instance = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Count a report's petitions again by other SQL, and say of every figure whether it is equal.

    The dates and options of the report's run are taken from its manifest. Exit code 0: all equal; 1: not; 2:
    the folder, the exports or the configuration are not those of the report.

    Example: forum-pulse petitions verify report slack-export.zip
    """
    from ..petitions.recount import recount
    from ..report import Memory, petition_views, verification

    report = verification.checkable(out)
    settings = verification.settings_of(report, settings_of(config, column, instance))
    with _Given(exports, workspace, format, quiet).counted(settings) as (store, _):
        sources = store.connection.execute("SELECT sha256, name FROM source ORDER BY ALL").fetchall()
        verification.check_inputs(report, dict(sources))
        persons = settings.privacy.persons
        memory = Memory.of(store)
        memory.rewind(report)
        gate = petition_views.publish_again(store, settings, memory)
        counted = recount(store, persons=persons)
        verdicts = verification.verify(report, counted, gate, persons=persons, alone=not memory.past)
    _print({"recount": verification.rows(verdicts)}, json)
    bad = sum(not verdict.is_good for verdict in verdicts)
    if not json:
        typer.echo(f"not equal: {bad} of {len(verdicts)}" if bad else f"equal: all {len(verdicts)}")
    raise typer.Exit(ExitCode.NOT_EQUAL if bad else ExitCode.DONE)


def _headlines(store: "Store", settings: Config, day: date) -> Any:
    """The published headlines of a day; the store is left with the final ledger."""
    from ..petitions import over_time
    from ..pipeline import count_petitions
    from ..report.petition_views import publish_as_of

    last = settings.analysis.as_of
    until = replace(settings.analysis, as_of=min(day, last) if last else day)
    found = count_petitions(store, settings)
    count_petitions(store, replace(settings, analysis=until), found)
    then = {row["petition"]: row for row in store.sql("SELECT * FROM petition_totals").to_pylist()}
    count_petitions(store, settings, found)
    return publish_as_of(store, settings, day, over_time(store, cut=day), then)


def _named(name: str, found: list["Petition"]) -> "Petition":
    from rapidfuzz import process

    for petition in found:
        if petition.name == name:
            return petition
    near = process.extractOne(name, [petition.name for petition in found])
    hint = f"did you mean {near[0]!r}?" if near else "no petitions were found; name some with --config"
    raise ConfigError(f"there is no petition {name!r}", hint=hint)


def _without_name(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key not in ("petition", "ordinal")} for row in rows]


def _print(parts: dict[str, list[dict[str, Any]]], json: bool) -> None:
    """Rows as JSON (one object of lists), or as a table each."""
    from ..report.listings import rows_json, rows_listing

    if json:
        typer.echo(rows_json(parts))
        return
    for place, (title, rows) in enumerate(parts.items()):
        show(rows_listing(rows, title=("\n" if place else "") + title))
