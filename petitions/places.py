"""Where a petition stands, as the configuration says it: entries to threads.

An entry is `FORMAT:NATIVE-ID` ("slack:C1/1700000000.000100", "discourse:42"), `table:NAME` for a list kept as
a table, a thread's URL, or its exact title.
"""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from ..config import PetitionConfig
from ..corpus.store import Store
from ..errors import ConfigError
from .petition import Petition, first_posts

_TABLES = ("table", "tables")
_SCHEMES = ("http://", "https://")


def configured(store: Store, config: PetitionConfig) -> Petition:
    """The petition a configuration describes.

    Raises:
        ConfigError: an entry of `threads` names no thread of this forum, or there is none and no thread is
            called as the petition is.
    """
    if config.threads:
        threads = sorted({thread for entry in config.threads for thread in _threads(store, config, entry)})
    else:
        threads = _titled_so(store, config)
    opening = first_posts(store, threads)
    return Petition(
        name=config.name,
        statement=config.statement or _title(store, threads) or config.name,
        origin="config",
        opening_posts=tuple(sorted(set(opening.values()))),
        threads=tuple(threads),
        opens=config.opens,
        closes=config.closes,
        config=config,
    )


def _titled_so(store: Store, config: PetitionConfig) -> list[str]:
    """Without `threads`, those that are called as the petition is."""
    found = _found(store, config, config.name)
    if not found:
        raise ConfigError(
            f"petition {config.name!r}: nothing says where it stands, and no thread has its name as title",
            hint="add the threads that state it, by title, URL or id, such as threads = "
            f'["Let us choose our tools", "slack:C0123ABCD/1769600000.000100"]; '
            f"{_nearest(store, config.statement or config.name)}",
        )
    return found


def _threads(store: Store, config: PetitionConfig, entry: str) -> list[str]:
    found = _found(store, config, entry.strip())
    if not found:
        raise ConfigError(
            f"petition {config.name!r}: there is no thread {entry.strip()!r} in these exports",
            hint=_nearest(store, entry.strip()),
        )
    return found


def _found(store: Store, config: PetitionConfig, entry: str) -> list[str]:
    if entry.startswith(_SCHEMES):
        return _by_url(store, entry)
    return _by_id(store, config, entry) or _by_title(store, entry)


def _ids(store: Store, query: str, *values: str) -> list[str]:
    return [row[0] for row in store.connection.execute(query, list(values)).fetchall()]


def _by_url(store: Store, url: str) -> list[str]:
    plain = url.split("#", 1)[0].split("?", 1)[0].rstrip("/")
    return _ids(
        store,
        """SELECT thread_id FROM thread
           WHERE rtrim(split_part(split_part(url, '#', 1), '?', 1), '/') = ? ORDER BY thread_id""",
        plain,
    )


def _by_title(store: Store, title: str) -> list[str]:
    wanted = " ".join(title.casefold().split())
    rows = store.connection.execute(
        "SELECT thread_id, title FROM thread WHERE title IS NOT NULL ORDER BY 1"
    ).fetchall()
    return [thread for thread, known in rows if " ".join(known.casefold().split()) == wanted]


def _by_id(store: Store, config: PetitionConfig, entry: str) -> list[str]:
    form, _, native = entry.partition(":")
    if not native:
        return []
    if form.casefold() in _TABLES:
        return _by_table(store, config, native.strip())
    return _ids(
        store,
        """SELECT DISTINCT t.thread_id FROM thread t JOIN source s
           ON t.thread_id = s.instance || ':' || ? AND (s.format = ? OR s.instance = ?) ORDER BY 1""",
        native.strip(),
        form.casefold(),
        form,
    )


def _by_table(store: Store, config: PetitionConfig, name: str) -> list[str]:
    """The list of signatures in the table of this name; a table of posts must hold one thread only."""
    rows = store.connection.execute(
        """SELECT DISTINCT t.thread_id, t.kind FROM thread t JOIN source s USING (source_id)
           WHERE s.format IN ('table', 'tables')
             AND (s.instance IN ($name, 'table:' || $name) OR t.thread_id = s.instance || ':' || $name
                  OR $name IN (s.name, regexp_replace(s.name, '[.][^.]+$', '')))
           ORDER BY 1""",
        {"name": name},
    ).fetchall()
    lists = [thread for thread, kind in rows if kind == "petition"]
    if not lists and len(rows) > 1:
        raise ConfigError(
            f"petition {config.name!r}: the table {name!r} holds {len(rows)} threads",
            hint="name the thread by its title, or as tables:THREAD-ID",
        )
    return lists or [thread for thread, _ in rows]


def _title(store: Store, threads: Sequence[str]) -> str | None:
    for thread in threads:
        if title := store.scalar("SELECT title FROM thread WHERE thread_id = ?", [thread]):
            return str(title)
    return None


def _nearest(store: Store, entry: str) -> str:
    """What may have been meant: the nearest titles and ids."""
    rows = store.connection.execute(
        """SELECT DISTINCT coalesce(t.title, s.format || ':' || substr(t.thread_id, length(s.instance) + 2))
           FROM thread t JOIN source s ON starts_with(t.thread_id, s.instance || ':')
           UNION SELECT s.format || ':' || substr(t.thread_id, length(s.instance) + 2)
           FROM thread t JOIN source s ON starts_with(t.thread_id, s.instance || ':') WHERE contains(?, ':')
           ORDER BY 1""",
        [entry],
    ).fetchall()
    near = process.extract(entry, [row[0] for row in rows], scorer=fuzz.WRatio, limit=3)
    names = ", ".join(repr(name) for name, _, _ in near)
    return f"nearest: {names}" if names else "no export has threads"
