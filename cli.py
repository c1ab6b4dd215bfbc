"""`forum-pulse`: thin commands that parse, call the library and print.

Data goes to stdout, everything else to stderr. Exit code 0: done; 1: a check found something wrong; 2: the
input, a setting or the way the command was called is wrong, with a message that says what to do; 128 and a
signal's number, 130 for Ctrl-C: interrupted. docs/commands.md says the same to users, and a test holds it to
the commands.
"""

import gc
import shlex
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from . import __version__
from .commands.codebook import codebook_app
from .commands.diff import diff
from .commands.ending import ended_well
from .commands.evaluate import evaluate
from .commands.init import init
from .commands.options import (
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
    folder_of,
    settings_of,
    with_codebook,
    with_quotes,
)
from .commands.petitions import petitions_app
from .commands.report import report
from .commands.targets import targets_app
from .commands.terminal import note, progress, show
from .errors import ConfigError, hint_for_choice
from .stages import Stages

app = typer.Typer(
    name="forum-pulse",
    help="How many people back this petition, what do people push back on, and why?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"forum-pulse {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    del version


app.command()(init)  # in the order of the help


@app.command()
def analyze(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the CSV files and report.html.")],
    exports: Exports = None,
    config: Settings = None,
    format: Format = None,
    workspace: Workspace = None,
    column: Columns = None,
    instance: Instance = None,
    include: Include = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Count as at the end of this day.")
    ] = None,
    quality: Annotated[str | None, typer.Option(help="Embeddings: fast, balanced, accurate.")] = None,
    topics: Annotated[int | None, typer.Option(min=2, help="How many topics to aim at.")] = None,
    codebook: Annotated[
        str | None, typer.Option(help="Themes to look for: a shipped codebook's name, or a YAML file.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of everything random.")] = None,
    json: Json = False,
    quotes: Annotated[
        str | None, typer.Option(help="none, or how many quotes a theme and side; word for word, redacted.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Read exports, count who backs what, find topics, themes and stance; write CSV files and a report.

    Example: forum-pulse analyze slack-export.zip -o report
    """
    from . import pipeline
    from .report.listings import rows_json

    settings = settings_of(
        config,
        column,
        instance,
        as_of=as_of.date() if as_of else None,
        quality=quality,
        topics=topics,
        seed=seed,
        include=include,
    )
    settings = with_quotes(settings, quotes)
    settings = with_codebook(settings, codebook)
    with progress(quiet) as watcher:
        run = pipeline.analyze(
            exports or [], settings, out, format=format, workspace=folder_of(workspace), watcher=watcher
        )
    if json:
        typer.echo(rows_json({"summary": run.published["summary"].records()}))
    else:
        show(run.summary())
    if run.kept_back:
        note("cells suppressed because of earlier reports", run.kept_back)


app.command()(report)
app.command()(diff)


@app.command()
def ingest(
    exports: Exports = None,
    workspace: Workspace = None,
    config: Settings = None,
    format: Format = None,
    column: Columns = None,
    instance: Instance = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Read exports into a workspace; a newer export of a forum shows what changed and what vanished.

    Example: forum-pulse ingest slack-march.zip slack-april.zip --workspace acme
    """
    from .corpus.snapshots import changes
    from .report.listings import listing, rows_json

    if not exports or not workspace:
        raise ConfigError("ingest needs exports and --workspace", hint="see forum-pulse ingest --help")
    settings = settings_of(config, column, instance)
    with progress(quiet) as watcher, corpus_of(exports, workspace, settings, format, watcher) as corpus:
        done = corpus.ingested
        changed = changes(corpus.store.connection).drop_columns(["thread_id"])
    if json:
        typer.echo(rows_json({"exports": [asdict(one) for one in done], "changes": changed.to_pylist()}))
        return
    for one in done:
        what = "known already" if one.already_known else f"{one.posts:,} posts, {one.anomalies:,} anomalies"
        typer.echo(f"{one.name}: {what}")
    if changed.num_rows:
        show(listing(changed, title="between exports"))


@app.command()
def inspect(
    exports: Exports = None,
    workspace: Workspace = None,
    config: Settings = None,
    format: Format = None,
    column: Columns = None,
    instance: Instance = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say whether exports are whole: what is missing, out of order, unnamed or could not be read.

    Example: forum-pulse inspect slack-export.zip
    """
    from .corpus.inspection import inspect as look
    from .report.listings import listing, tables_json

    settings = settings_of(config, column, instance)
    with progress(quiet) as watcher, corpus_of(exports, workspace, settings, format, watcher) as corpus:
        found = look(corpus.store)
    if json:
        typer.echo(tables_json({"sources": found.sources, "findings": found.findings}))
    else:
        show(listing(found.sources, title="exports"))
        show(listing(found.findings, title="\nfindings"))


@app.command()
def edits(
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
    """List what wording was added and removed, by thread; never who did it.

    Example: forum-pulse edits discourse-march.zip discourse-april.zip
    """
    from .corpus import identity
    from .corpus.edits import edits as find_edits
    from .report import Redactor
    from .report.listings import edit_lines, edits_json

    settings = settings_of(config, column, instance, include=include)
    with progress(quiet) as watcher, corpus_of(exports, workspace, settings, format, watcher) as corpus:
        redactor = Redactor(identity.handles(corpus.store))
        found = find_edits(corpus.store, redact=redactor.redact)
    if json:
        typer.echo(edits_json(found))
        return
    for line in edit_lines(found):
        show(line)
    typer.echo(f"{len(found):,} edits")


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", "-o", help="A new or empty folder to write to.")],
    to: Annotated[str, typer.Option("--format", help="convokit, or parquet (one file a table).")],
    exports: Exports = None,
    workspace: Workspace = None,
    config: Settings = None,
    reader: Annotated[str | None, typer.Option("--from", help="Format of the exports.")] = None,
    include: Include = None,
    quiet: Quiet = False,
) -> None:
    """Write what was read for other tools: pseudonyms only, but every word as it was written.

    Example: forum-pulse export slack-export.zip --format convokit -o corpus
    """
    from .corpus.convokit import write_convokit, write_parquet

    writers = {"convokit": write_convokit, "parquet": write_parquet}
    if to not in writers:
        raise ConfigError(f"--format {to}: no such format", hint=hint_for_choice(to, writers))
    settings = settings_of(config, None, None, include=include)
    with progress(quiet) as watcher, corpus_of(exports, workspace, settings, reader, watcher) as corpus:
        writers[to](corpus.store, out)
    typer.echo(f"{to}: {out}")


@app.command()
def demo(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write the forum to.")],
    posts: Annotated[int, typer.Option(min=400, help="How many posts, about.")] = 2_500,
    people: Annotated[int, typer.Option(min=80, help="How many people.")] = 600,
    seed: Annotated[int, typer.Option(help="Another seed, another forum.")] = 7,
    quiet: Quiet = False,
) -> None:
    """Write a made-up company's forum, with the truth about it, to try forum-pulse on.

    Example: forum-pulse demo demo-forum
    """
    from .demo import write_demo

    with progress(quiet) as watcher, Stages(watcher)("writing the demo forum"):
        write_demo(directory, seed=seed, posts=posts, people=people)
    exports = [str(directory / name) for name in ("slack", "discourse", "signatures.csv")]
    settings = str(directory / "forum-pulse.toml")
    typer.echo(shlex.join(["forum-pulse", "analyze", *exports, "--config", settings, "-o", "report"]))


@app.command()
def formats(json: Json = False) -> None:
    """List the export formats this installation reads, plug-ins included.

    Example: forum-pulse formats
    """
    from .corpus import readers
    from .report.listings import rows_json, rows_listing

    known = [(name, readers.load(name)) for name in readers.names()]
    if json:
        rows = [
            {"format": name, "reads": reader.title, "verified": reader.verified} for name, reader in known
        ]
        typer.echo(rows_json({"formats": rows}))
        return
    said = {True: "yes", False: "experimental"}
    rows = [
        {"format": name, "reads": reader.title, "tested on real exports": said[reader.verified]}
        for name, reader in known
    ]
    show(rows_listing(rows, title="formats"))


app.command()(evaluate)
app.add_typer(petitions_app, name="petitions")
app.add_typer(targets_app, name="targets")
app.add_typer(codebook_app, name="codebook")


YOUNG = 50_000
"""New objects after which garbage is looked for."""


def main() -> None:
    """Run the command line."""
    # Libraries make a million objects that stay: to look for garbage among them after every 700 is a tenth
    # of the time a small forum takes.
    gc.set_threshold(YOUNG)
    with ended_well():
        app(prog_name="forum-pulse")
