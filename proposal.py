"""A first forum-pulse.toml for a forum: what `forum-pulse init` found in it, with a word on every choice.

What was found stands as settings, what can only be guessed as comments. The file speaks of threads and of
what many people say, never of a person: titles go through the redactor of the report, and a thread that can't
be named without naming somebody is left out, with a note.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from .config import AnalysisConfig, Config, PeopleConfig, PrivacyConfig
from .corpus import identity
from .corpus.store import Store
from .petitions import ActDetector, Petition, find_petitions
from .report import Redactor
from .report.suggestions import suggestions_toml
from .report.vocabulary import vocabulary
from .suggested import fitting_codebook, suggested_targets
from .topics import builtin_codebooks

PEOPLE_FILES: Final = {
    "roster": ("people.csv", "roster.csv"),
    "aliases": ("aliases.csv",),
    "bots": ("bots.csv",),
}
"""Names under which the files that say who is who are looked for, beside the exports."""

_TITLE: Final = 70
"""Characters of a title that a comment shows."""
_MOST_EVENTS: Final = 8
_MOST_TARGETS: Final = 5
_TARGET: Final = """\
[[targets]]
name = "The Tool"
kind = "tool"          # tool, policy, proposal or organisation
aliases = []
statement = "We should adopt it."
"""
_LEAST_NAME: Final = 3
"""Letters from which a part of a handle is looked for in ids and paths."""
_PLACEHOLDER: Final = re.compile(r"\[[\w-]+\]")

_THREADS: Final = """
    SELECT t.thread_id, t.title, t.url, s.format,
           CASE WHEN starts_with(t.thread_id, s.instance || ':')
                THEN substr(t.thread_id, length(s.instance) + 2) END AS native
    FROM thread t JOIN source s USING (source_id)
    WHERE t.thread_id IN (SELECT unnest($threads)) ORDER BY t.thread_id"""

_OPENED: Final = """
    SELECT min(created_at)::DATE FROM post WHERE post_id IN (SELECT unnest(?))"""

# Threads in which so many take part that what they speak of may have been an event.
_BUSY: Final = """
    SELECT t.title, min(r.created_at)::DATE AS day, count(DISTINCT r.person_id) AS people
    FROM reading r JOIN thread t USING (thread_id)
    WHERE t.title IS NOT NULL AND t.thread_id NOT IN (SELECT unnest($threads))
    GROUP BY t.thread_id, t.title
    HAVING people >= $least AND day IS NOT NULL ORDER BY people DESC, t.thread_id LIMIT $most"""


def people_files(exports: Iterable[Path]) -> PeopleConfig:
    """The files that say who is who, where they lie in an export's folder or beside it."""
    places = [place for export in exports for place in (export, export.absolute().parent) if place.is_dir()]
    found = {
        kind: next(
            (place / name for place in places for name in names if (place / name).is_file()),
            None,
        )
        for kind, names in PEOPLE_FILES.items()
    }
    return PeopleConfig(**found)


def propose(store: Store, config: Config, folder: Path) -> str:
    """The text of a forum-pulse.toml for a forum.

    Args:
        store: with persons linked to accounts.
        config: what is known already: the people files, columns of tables, the forum's name.
        folder: where the file will lie; paths are written as seen from there.

    Returns:
        TOML that `config.load` reads, and with which the petitions found are those found without it.
    """
    found = find_petitions(store, (), ActDetector())
    names = identity.handles(store)
    proposal = _Proposal(store, config, folder, Redactor(names, words=vocabulary(store)), _parts(names))
    sections = (
        proposal.head(),
        proposal.people(),
        proposal.petitions(found),
        proposal.targets(),
        proposal.events(found),
        proposal.rest(),
    )
    return "\n".join(line for section in sections for line in (*section, ""))


def _parts(names: Iterable[str]) -> frozenset[str]:
    """What of handles and names would tell somebody: their parts that have letters."""
    parts = {part for name in names for part in re.findall(r"[^\W_]+", name.partition("@")[0].casefold())}
    return frozenset(part for part in parts if len(part) >= _LEAST_NAME and not part.isdigit())


@dataclass(frozen=True, slots=True)
class _Proposal:
    """The sections of the file."""

    store: Store
    config: Config
    folder: Path
    redactor: Redactor
    names: frozenset[str]

    def head(self) -> Iterator[str]:
        """What the file is, and the forum's name."""
        yield "# Proposed by `forum-pulse init`. Every line may go; docs/configuration.md explains them all."
        yield "# Days and weeks are those of UTC. Paths are relative to this file."
        instance = self.config.instance
        yield f"instance = {_quoted(instance)}" if instance else '# instance = "hq"   # name of the forum'
        if self.config.columns:
            yield "\n[columns]"
            yield from (f"{_quoted(ours)} = {_quoted(name)}" for ours, name in self.config.columns.items())

    def people(self) -> Iterator[str]:
        """The files that say who is who."""
        comments = {
            "roster": "who is eligible: person, email, role, organisation, site, hired, left",
            "aliases": "account,person: the accounts of one person",
            "bots": "account: accounts that are no people; svc-* means all that begin so",
        }
        yield "[people]"
        for kind, comment in comments.items():
            path: Path | None = getattr(self.config.people, kind)
            written = path and self._relative(path)
            example = PEOPLE_FILES[kind][0]
            yield (
                f"{kind} = {_quoted(written)}" if written else f"# {kind} = {_quoted(example)}   # {comment}"
            )

    def petitions(self, found: Sequence[Petition]) -> Iterator[str]:
        """A section a petition, the headline first."""
        if not found:
            yield "# No petition was found: nothing asks for backing and has 5 backers. Name one yourself:"
            yield "# [[petitions]]"
            yield '# name = "adopt-the-tool"'
            yield '# statement = "Teams may choose the tool they use."'
            yield '# threads = ["Exact title of its thread"]   # or its URL, or FORMAT:NATIVE-ID'
            return
        yield "# The petitions found, by how many people act on them; the first is the headline. Check that"
        yield "# `threads` holds all that state it, and set `opens` and `closes` if it has a window."
        taken: set[str] = set()
        for petition in found:
            name = _unique(_slug(self._clean(petition.statement)), taken)
            yield from self._petition(petition, name)

    def _petition(self, petition: Petition, name: str) -> Iterator[str]:
        threads = self.store.sql(_THREADS, {"threads": list(petition.threads)}).to_pylist()
        named = [(self._reference(thread), self._clean(thread["title"])) for thread in threads]
        references = [(reference, title) for reference, title in named if reference]
        if not references:
            yield f"# {name}: left out, because its thread can't be named without naming somebody."
            return
        yield "\n[[petitions]]"
        yield f"name = {_quoted(name)}"
        yield f"statement = {_quoted(self._clean(petition.statement) or name)}"
        yield "threads = ["
        for reference, title in references:
            yield f"    {_quoted(reference)}," + (f"   # {_short(title)}" if title else "")
        yield "]"
        if len(references) < len(named):
            yield "# One more thread can't be named here without naming somebody."
        yield '# poll_option = "Sign"   # the poll option that endorses; else one that reads so'
        yield "# closes = 2026-03-31    # acts after this day do not count"

    def targets(self) -> Iterator[str]:
        """What stances can be about besides the petitions: guesses, as comments."""
        yield "# What people take sides on besides petitions: guesses, as `forum-pulse targets suggest` makes"
        yield "# them. Uncomment what stance should be read about; add a `statement` of what is proposed."
        found = suggested_targets(self.store, self.config, _MOST_TARGETS)
        text = suggestions_toml(found) or _TARGET
        yield from (f"# {line}".rstrip() for line in text.splitlines())

    def events(self, found: Sequence[Petition]) -> Iterator[str]:
        """Days for the time line: petitions opened; threads of many as comments."""
        yield "# Days that are shown on the time line."
        taken: set[str] = set()
        for petition in found:
            opened = self.store.scalar(_OPENED, [list(petition.opening_posts)])
            if opened is not None:
                name = _unique(_slug(self._clean(petition.statement)), taken)
                yield from ("[[events]]", f"name = {_quoted(f'{name} opened')}", f"date = {opened}", "")
        threads = sorted({thread for petition in found for thread in petition.threads})
        busy = self.store.sql(
            _BUSY, {"threads": threads, "least": self.config.privacy.quotes, "most": _MOST_EVENTS}
        ).to_pylist()
        if busy:
            yield "# Threads in which many took part; uncomment what was an event:"
        for row in busy:
            title = _short(self._clean(row["title"]))
            yield from (f"# [[events]]   # {title}", f"# name = {_quoted(title)}", f"# date = {row['day']}")

    def rest(self) -> Iterator[str]:
        """Thresholds, codebook and analysis, as they are by default."""
        privacy, analysis = PrivacyConfig(), AnalysisConfig()
        yield "[themes]"
        fitting = fitting_codebook(self.store)
        said = f"{fitting} fits this forum" if fitting else "none of them fits this forum"
        yield f"# Without it, the one that fits of: {', '.join(builtin_codebooks())}. Now {said}."
        yield f"# codebook = {_quoted(fitting or builtin_codebooks()[0])}   # or a YAML file"
        yield "\n[privacy]"
        yield f"persons = {privacy.persons}    # fewest people behind a figure"
        yield f"quotes = {privacy.quotes}    # fewest people behind a theme's quotes"
        yield "\n[analysis]"
        yield f"seed = {analysis.seed}"
        yield "# as_of = 2026-02-28       # count as at the end of this day"
        yield '# include = ["private"]    # private, whispers, hidden, unapproved or deleted posts, too'

    def _reference(self, thread: dict[str, Any]) -> str | None:
        """How the configuration may name a thread, without naming somebody: by id, URL or title."""
        ways = (thread["native"] and f"{thread['format']}:{thread['native']}", thread["url"], thread["title"])
        return next((way for way in ways if way and not self._names_somebody(way)), None)

    def _names_somebody(self, text: str) -> bool:
        return not self.names.isdisjoint(re.findall(r"[^\W_]+", text.casefold()))

    def _clean(self, text: str | None) -> str:
        """One line without anybody's name."""
        return self.redactor.without_names(" ".join((text or "").split()))

    def _relative(self, path: Path) -> str | None:
        """A path as seen from the file; None if it would tell a name."""
        written = Path(os.path.relpath(path.absolute(), self.folder.absolute())).as_posix()
        return None if self._names_somebody(written) else written


def _short(title: str) -> str:
    """A title cut to fit a comment; comments of TOML take no control characters."""
    printable = "".join(letter for letter in title if letter.isprintable())
    return printable if len(printable) <= _TITLE else f"{printable[: _TITLE - 1].rstrip()}…"


def _slug(text: str) -> str:
    """A short name: the first words, lower case, joined by hyphens."""
    words = re.findall(r"[^\W_]+", _PLACEHOLDER.sub(" ", text).casefold())[:8]
    return "-".join(words)[:60].rstrip("-") or "petition"


def _unique(name: str, taken: set[str]) -> str:
    """The name, numbered if it is taken."""
    number = 2
    candidate = name
    while candidate in taken:
        candidate = f"{name}-{number}"
        number += 1
    taken.add(candidate)
    return candidate


def _quoted(text: str) -> str:
    """Text as a basic string of TOML: JSON's escapes are TOML's, but for the one letter JSON lets pass."""
    return orjson.dumps(text).decode().replace("\x7f", "\\u007f")
