"""A report from the store to its folder: tabulate, hold against earlier reports, remember, write."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..config import Config
from ..corpus.store import Store
from .context import context_of
from .files import write_report
from .memory import Memory
from .policies import publish_all
from .privacy import Published
from .tables import build_tables


def publish_report(
    store: Store,
    config: Config,
    folder: Path | None,
    *,
    names: frozenset[str],
    methods: tuple[tuple[str, str], ...] = (),
) -> tuple[Mapping[str, Published], int]:
    """Pass the tables through the gate, and write what came through.

    Args:
        store: holds what the other rooms found.
        config: thresholds, rounding and noise.
        folder: of the report; None writes nothing.
        names: handles and display names, to take out.
        methods: lines for the method box.

    Returns:
        The tables by name, and how many cells are hidden because of what earlier reports told.

    Raises:
        StoreError: what was published before can't be read.
        OutputError: the folder can't be written.
    """
    tables = build_tables(store, config, names=names)
    memory = Memory.of(store, folder)
    published = publish_all(tables, config.privacy, memory=memory)
    kept_back = 0
    if memory.considered:
        alone = publish_all(tables, config.privacy)
        kept_back = sum(published[name].suppressed - alone[name].suppressed for name in published)
    # Before anything is written: what was remembered for nothing hides too much, never too little.
    before = tuple(memory.keep(published))
    if folder is not None:
        facts = context_of(store, config, methods=methods, names=names)
        facts = replace(facts, before=before, kept_back=kept_back, spent=memory.spent)
        write_report(folder, published, facts)
    return published, kept_back
