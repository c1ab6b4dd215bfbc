"""ConvoKit corpora: a folder of utterances.jsonl, speakers.json, conversations.json, corpus.json, index.json.

Names changed over the years: `user` became `speaker`, `root` became `conversation_id`, and what an utterance
answers is `reply-to` in older corpora. Corpora of Reddit say more in `meta`: a score, a subreddit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Account, Aggregate, Anomaly, Container, Post, PostState, Record, Source, Thread
from ..export import Export
from ..interface import ReadOptions
from ..json_stream import documents_of, values_of
from ..json_values import epoch, text, whole
from .reddit_things import DELETED
from .tally import Tally

_UTTERANCES = ("utterances.jsonl", "utterances.json")
_PARTS = {"speakers": ("speakers.json", "users.json"), "conversations": ("conversations.json",)}
_REST = ("corpus.json", "index.json")
_GONE: dict[str, PostState] = {"[deleted]": "deleted_by_author", "[removed]": "removed"}


class ConvokitReader:
    """ConvoKit corpus."""

    name = "convokit"
    title = "ConvoKit corpus"
    verified = True
    set_aside = _REST

    def sniff(self, export: Export) -> bool:
        """A file of utterances beside speakers or conversations."""
        return _prefix(export) is not None

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the corpus.

        Raises:
            BrokenExportError: no utterance can be read.
        """
        prefix = _prefix(export)
        if prefix is None:
            raise BrokenExportError(
                f"{export.path}: no utterances.jsonl beside a speakers.json, or those of several corpora",
                hint="name the folder of one corpus",
            )
        source = Source(
            format=self.name, instance=options.instance or f"convokit:{export.path.resolve().stem}"
        )
        yield source
        corpus = _Corpus(export, prefix)
        yield from corpus.records()
        if not len(corpus.tally):
            raise BrokenExportError(
                f"{export.path}: no utterance of it can be read", hint="download it again"
            )
        yield from corpus.tally.orphans()
        yield replace(
            source,
            exported_at=corpus.tally.latest,
            has_deletions=corpus.tally.has_deletions,
            complete=corpus.complete,
        )


def _prefix(export: Export) -> str | None:
    """The folder the corpus lies in, "" for the top; None where there is no corpus, or several."""
    members = set(export.members)
    found = {
        member.removesuffix(name)
        for member in members
        for name in _UTTERANCES
        if member == name or member.endswith(f"/{name}")
    }
    beside = [name for names in _PARTS.values() for name in names] + list(_REST)
    found = {prefix for prefix in found if any(prefix + name in members for name in beside)}
    return found.pop() if len(found) == 1 else None


@dataclass(slots=True)
class _Conversation:
    """What the utterances tell of one."""

    root: str | None = None
    subreddit: str | None = None


@dataclass(slots=True)
class _Corpus:
    export: Export
    prefix: str
    tally: Tally = field(default_factory=Tally)
    is_cut: bool = False
    _conversations: dict[str, _Conversation] = field(default_factory=dict[str, _Conversation])
    _containers: set[str] = field(default_factory=set[str])

    @property
    def complete(self) -> Literal["no", "unknown"]:
        """A corpus never says that it is whole."""
        return "no" if self.is_cut else "unknown"

    @property
    def _conversations_file(self) -> str:
        return f"{self.prefix}conversations.json"

    def records(self) -> Iterator[Record]:
        """Speakers, utterances, then conversations."""
        for name, _ in self._entries("speakers", problems := []):
            yield from self.tally.meet(_account(name))
        for member in self._members(_UTTERANCES):
            for document in documents_of(self.export, member):
                if isinstance(document, Anomaly):
                    self.is_cut |= document.code == "truncated"
                    yield document
                else:
                    yield from self._utterance(*document)
        told: set[str] = set()
        for name, data in self._entries("conversations", problems):
            if name in self._conversations:
                told.add(name)
                yield from self._conversation(name, data)
            else:
                self.is_cut = True
                detail = f"conversation {name[:80]!r} has no utterance"
                yield Anomaly(code="truncated", locator=self._conversations_file, detail=detail)
        for name in self._conversations:
            if name not in told:
                yield from self._conversation(name, {})
        yield from problems

    def _members(self, names: tuple[str, ...]) -> list[str]:
        return [self.prefix + name for name in names if self.prefix + name in set(self.export.members)]

    def _entries(self, part: str, problems: list[Anomaly]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Name and data of each speaker or conversation, streamed."""
        for member in self._members(_PARTS[part]):
            for found in values_of(self.export, member, ("*",)):
                if isinstance(found, Anomaly):
                    problems.append(found)
                else:
                    yield found[0], found[1] if isinstance(found[1], dict) else {}

    def _utterance(self, locator: str, data: Any) -> Iterator[Record]:
        native_id = _name(data.get("id")) if isinstance(data, dict) else None
        if native_id is None:
            yield Anomaly(code="unparsed", locator=locator, detail="an utterance without id: left out")
            return
        thread = _name(data.get("conversation_id")) or _name(data.get("root")) or native_id
        post = _post(data, native_id, thread, locator)
        meta = data.get("meta")
        meta = meta if isinstance(meta, dict) else {}
        yield from self.tally.meet(_account(post.author) if post.author else None)
        is_new = native_id not in self.tally
        yield self.tally.add(post)
        if not is_new:
            return
        conversation = self._conversations.setdefault(thread, _Conversation())
        if native_id == thread or (post.parent is None and conversation.root is None):
            conversation.root = native_id
        conversation.subreddit = conversation.subreddit or text(meta.get("subreddit"))
        if data.get("timestamp") is not None and post.created_at is None:
            detail = f"timestamp is {str(data['timestamp'])[:40]!r}"
            yield Anomaly(code="bad_time", locator=locator, detail=detail, post=native_id)
        score = whole(meta.get("score"))
        if score is not None:
            yield Aggregate(thread=thread, post=native_id, measure="score", value=score)

    def _conversation(self, name: str, data: dict[str, Any]) -> Iterator[Record]:
        known, meta = self._conversations[name], data.get("meta", data)
        meta = meta if isinstance(meta, dict) else {}
        started, told = epoch(meta.get("timestamp")), whole(meta.get("num_comments"))
        subreddit = known.subreddit or text(meta.get("subreddit"))
        if subreddit is not None and subreddit not in self._containers:
            self._containers.add(subreddit)
            yield Container(native_id=subreddit, kind="category", name=subreddit)
        expected = None if told is None or told < 0 else told + 1
        yield Thread(
            native_id=name,
            container=subreddit,
            title=text(meta.get("title")),
            root_post=known.root,
            created_at=started.at if started else None,
            posts_expected=expected,
        )
        present = self.tally.present(self.tally.threads.find(name))
        if expected is not None and present < expected:
            self.is_cut = True
            detail = f"conversation {name[:80]!r} truncated {present}/{expected}"
            yield Anomaly(code="truncated", locator=self._conversations_file, detail=detail)


def _name(value: Any) -> str | None:
    """An id, as text; older corpora write some as an object with an id or a name."""
    if isinstance(value, dict):
        value = value.get("id", value.get("name"))
    number = whole(value)
    return text(value) if number is None else str(number)


def _account(name: str) -> Account:
    if name == DELETED:
        return Account(native_id=name, kind="deleted", is_stable_id=False)
    return Account(native_id=name, username=name)


def _post(data: dict[str, Any], native_id: str, thread: str, locator: str) -> Post:
    at, raw = epoch(data.get("timestamp")), data.get("timestamp")
    answers = _name(data.get("reply_to", data.get("reply-to")))
    meta = data.get("meta")
    body = text(data.get("text")) or ""
    return Post(
        native_id=native_id,
        thread=thread,
        author=_name(data.get("speaker", data.get("user"))),
        kind="post" if answers is None else "comment",
        parent=answers,
        parent_source="explicit" if answers else None,
        created_at=at.at if at else None,
        created_raw=None if raw is None else str(raw)[:80],
        precision=at.precision if at else "none",
        body=body,
        # Reddit's words come with Reddit's marks.
        body_format="reddit" if isinstance(meta, dict) and "subreddit" in meta else "text",
        state=_GONE.get(body.strip(), "visible"),
        locator=locator,
    )
