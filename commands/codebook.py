"""`forum-pulse codebook ...`: list the codebooks that ship, check one, draft one from a forum's topics."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..config import Config
from ..stages import Stages
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
    from ..corpus.corpus import Corpus
    from ..topics import Codebook

codebook_app = typer.Typer(
    help="Codebooks of themes: list those that ship, check one, draft one from a forum.", no_args_is_help=True
)


@codebook_app.command("list")
def list_codebooks(json: Json = False) -> None:
    """List the codebooks that ship with forum-pulse, with their themes.

    Example: forum-pulse codebook list
    """
    from ..report.listings import rows_json, rows_listing
    from ..topics import builtin_codebooks, load_codebook

    rows = [
        {"codebook": name, "theme": theme.name, "definition": theme.definition}
        for name in builtin_codebooks()
        for theme in load_codebook(name).themes
    ]
    if json:
        typer.echo(rows_json({"codebooks": rows}))
    else:
        show(rows_listing(rows, title="codebooks"))


@codebook_app.command("check")
def check(
    codebook: Annotated[
        str, typer.Argument(metavar="FILE", help="A YAML file, or a shipped codebook's name.")
    ],
    json: Json = False,
) -> None:
    """Say what is wrong with a codebook: overlap, dead cues, examples that hit other themes.

    Exit code 0: nothing; 1: something; 2: the file can't be read.

    Example: forum-pulse codebook check our-codebook.yaml
    """
    from dataclasses import asdict

    from ..embeddings import default_embedder
    from ..report.listings import rows_json, rows_listing
    from ..topics import load_codebook, review

    findings = [asdict(finding) for finding in review(load_codebook(codebook), default_embedder())]
    if json:
        typer.echo(rows_json({"findings": findings}))
    elif findings:
        found = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
        show(rows_listing(findings, title=f"{codebook}: {found}"))
    else:
        typer.echo(f"{codebook}: nothing found")
    raise typer.Exit(ExitCode.NOT_EQUAL if findings else ExitCode.DONE)


@codebook_app.command("suggest")
def suggest(
    exports: Exports = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write, not there yet; without it, stdout.")
    ] = None,
    workspace: Workspace = None,
    config: Settings = None,
    format: Format = None,
    column: Columns = None,
    instance: Instance = None,
    include: Include = None,
    quiet: Quiet = False,
) -> None:
    """Draft a codebook from the topics of a forum. It quotes posts, with names taken out: edit before use.

    Example: forum-pulse codebook suggest slack-export.zip -o our-codebook.yaml
    """
    from ..errors import OutputError
    from ..topics import stage, to_yaml

    if out is not None and out.exists():
        raise OutputError(f"{out}: is there already", hint="name another file, or remove it")
    settings = settings_of(config, column, instance, include=include)
    with (
        progress(quiet) as watcher,
        corpus_of(exports, workspace, settings, format, watcher) as corpus,
        Stages(watcher, corpus.size)(stage(corpus.size)),
    ):
        text = to_yaml(_draft(corpus, settings))
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{out}: can't be written ({error})", hint="choose another place") from error
    typer.echo(f"{out}: a draft to edit; then: forum-pulse codebook check {out}")


def _draft(corpus: "Corpus", settings: Config) -> "Codebook":
    """Topics of everything that may be read, as themes."""
    from ..corpus import cleaning, identity
    from ..embeddings import choose
    from ..errors import ConfigError
    from ..report import Redactor
    from ..topics import TopicModel, draft, read_topics

    names = identity.handles(corpus.store)
    posts = corpus.store.sql("SELECT post_id, person_id, own_text FROM reading ORDER BY post_id")
    chosen = choose(
        settings.analysis.quality,
        texts=len(posts["own_text"].unique()),
        model=settings.embeddings.model,
        cleaning=cleaning.VERSION,
    )
    model = TopicModel(
        chosen.quality,
        n_topics=settings.analysis.topics,
        seed=settings.analysis.seed,
        hidden=sorted(names),
        embedder=chosen.embedder,
    )
    _, found = read_topics(posts, model)
    if not found:
        raise ConfigError(f"no codebook to suggest: {model.note_}", hint="read more of the forum")
    texts: dict[str, str] = {post["post_id"]: post["own_text"] for post in posts.to_pylist()}
    return draft(found, texts.__getitem__, name="draft", change=Redactor(names).redact)
