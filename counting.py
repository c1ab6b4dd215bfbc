"""The petitions of a forum alone, for who wants the count and nothing else: no stance, no topics."""

from collections.abc import Sequence
from pathlib import Path

from .config import Config
from .corpus.corpus import Corpus
from .opening import config_of, opened
from .pipeline import count_petitions, publish_run, scrutinise_petitions
from .run import Run
from .stages import Stages, Watcher

_COUNTED = (
    "petitions", "waterfall", "endorsements_over_time", "flags", "specification", "supporters", "timeline",
)  # fmt: skip
"""Tables that rest on acts and dates alone."""


def count(
    exports: Path | str | Sequence[Path | str] | Corpus,
    config: Config | Path | str | None = None,
    *,
    format: str | None = None,
    workspace: Path | str | None = None,
    watcher: Watcher | None = None,
) -> Run:
    """Count the petitions of a forum and nothing else: no model of stance or topics is asked.

    Args:
        exports: as for `analyze`.
        config: as for `analyze`.
        format: name of a reader; None to recognise it.
        workspace: folder to keep the store in; None for a temporary one.
        watcher: told of each stage.

    Returns:
        The tables petitions, waterfall, endorsements_over_time, flags, specification, timeline and, with a
        roster, supporters.

    Raises:
        ForumPulseError: the input or the configuration won't do.
    """
    settings = config_of(config)
    stages = Stages(watcher)
    with opened(exports, settings, format, workspace, stages) as corpus:
        with stages("counting petitions"):
            count_petitions(corpus.store, settings)
            scrutinise_petitions(corpus.store, settings)
        published, kept_back = publish_run(corpus, settings)
    shown = {name: published[name] for name in _COUNTED if name in published}
    return Run(shown, None, stages.seconds, kept_back)
