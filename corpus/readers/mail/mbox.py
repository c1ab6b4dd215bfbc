"""Mailing list archives: mbox files, and the text files of pipermail (gzipped or not).

The files are gone through twice: first for ids and what answers what, so that a thread holds together
however its mails are spread over files and months, then for the mails themselves. Only ids are remembered.

Message-IDs are unique in the world, so all lists share one forum name: a mail sent to two lists is one post,
and an address is one account wherever it writes. Lists are containers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from pathlib import PurePosixPath

from ....errors import BrokenExportError
from ...model import (
    Account,
    Anomaly,
    Antecedent,
    Attachment,
    Container,
    Post,
    Record,
    Source,
    Thread,
    ThreadKind,
)
from ..export import Export
from ..interface import ReadOptions
from ..reply_tree import ReplyTree
from .files import SUFFIXES, RawMail, is_mail, raw_mails
from .inference import Subjects
from .message import Mail, Sender, parse

_BESIDE = (".md", ".html", ".css", ".pdf")
"""Files that lie beside archives and say nothing: read-mes and indexes."""
_KINDS: tuple[tuple[re.Pattern[str], ThreadKind], ...] = (
    (re.compile(r"\[(?:result|cancel\w*)\]", re.IGNORECASE), "discussion"),
    (re.compile(r"\[(?:lazy )?vote\]", re.IGNORECASE), "vote"),
    (re.compile(r"\[(?:proposal|rfc)\]", re.IGNORECASE), "proposal"),
)
_DEFECTS = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


class MboxReader:
    """Mail archive: a file, or a folder or zip of files."""

    name = "mbox"
    title = "Mail archive (mbox, pipermail)"
    verified = True

    def sniff(self, export: Export) -> bool:
        """Files of nothing but mail, by name and first line."""
        members = _mail_members(export)
        if not members or len(members) < sum(not _is_beside(name) for name in export.members):
            return False
        return any(is_mail(export, member) for member in members)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the mails of all files.

        Raises:
            BrokenExportError: there is no mail in it.
        """
        members = _mail_members(export)
        tree, subjects = _who_answers_whom(export, members)
        yield Source(format=self.name, instance=options.instance or self.name)
        archive = _Archive(tree, subjects)
        for member in members:
            for mail in raw_mails(export, member):
                yield from archive.records(mail) if isinstance(mail, RawMail) else (mail,)
        if not archive.mails:
            raise BrokenExportError(
                f"{export.path}: there is no mail in it",
                hint="an archive begins with a line 'From ADDRESS DATE'; export the list again as mbox",
            )
        yield from archive.accounts()


def _who_answers_whom(export: Export, members: list[str]) -> tuple[ReplyTree, Subjects]:
    """Go through all mails once for their ids, what they answer, and their subjects."""
    tree = ReplyTree()
    subjects = Subjects(tree)
    for member in members:
        for mail in raw_mails(export, member):
            if isinstance(mail, RawMail) and mail.native_id not in tree:
                subjects.add(mail)
                if mail.native_id not in subjects:
                    tree.add(mail.native_id, mail.answers)
    for native_id, candidates in subjects.answers():
        tree.add(native_id, candidates)
    return tree, subjects


def _mail_members(export: Export) -> list[str]:
    """Members that may be mail archives by their names; a file without any suffix may be."""
    return [
        name
        for name in export.members
        if name.lower().endswith(SUFFIXES) or not PurePosixPath(name).suffix.lstrip(".0123456789-")
    ]


def _is_beside(name: str) -> bool:
    return name.lower().endswith(_BESIDE)


@dataclass(slots=True)
class _Archive:
    """What must be remembered of mails already read: ids, lists and people, no texts."""

    tree: ReplyTree
    subjects: Subjects
    mails: int = 0
    lists: set[str] = field(default_factory=set[str])
    people: dict[str, str | None] = field(default_factory=dict[str, str | None])

    def records(self, raw: RawMail) -> Iterator[Record]:
        """The records of one message."""
        if self.tree.is_told(raw.native_id):
            detail = "this Message-ID came before"
            yield Anomaly(code="duplicate", locator=raw.locator, detail=detail, post=raw.native_id)
            return
        try:
            mail = parse(raw.data)
        except _DEFECTS as error:
            yield Anomaly(code="unparsed", locator=raw.locator, detail=f"{type(error).__name__}: {error}")
            return
        self.tree.tell(raw.native_id)
        self.mails += 1
        yield from self._list(mail)
        if self.tree.root(raw.native_id) == raw.native_id:
            yield _thread(raw, mail)
        yield _post(raw, mail, self.tree, is_inferred=raw.native_id in self.subjects)
        yield from _antecedents(raw, self.tree)
        for file in mail.body.files:
            yield Attachment(post=raw.native_id, name=file.name, mime=file.mime, size=file.size)
        yield from _anomalies(raw, mail)
        if mail.sender:
            self._meet(mail.sender)

    def accounts(self) -> Iterator[Account]:
        """Everybody who wrote, with the first name each was seen with."""
        for address, name in self.people.items():
            yield Account(
                native_id=address,
                display_name=name,
                email=address if "@" in address else None,
                is_stable_id="@" in address,
            )

    def _meet(self, sender: Sender) -> None:
        if self.people.get(sender.address) is None:
            self.people[sender.address] = sender.name

    def _list(self, mail: Mail) -> Iterator[Container]:
        if mail.list_id and mail.list_id not in self.lists:
            self.lists.add(mail.list_id)
            yield Container(native_id=mail.list_id, kind="list", name=mail.list_name or mail.list_id)


def _thread(raw: RawMail, mail: Mail) -> Thread:
    return Thread(
        native_id=raw.native_id,
        container=mail.list_id,
        title=mail.topic or None,
        kind=_thread_kind(mail.subject),
        root_post=raw.native_id,
        created_at=mail.sent,
        by_answers=True,
    )


def _thread_kind(subject: str) -> ThreadKind:
    for pattern, kind in _KINDS:
        if pattern.search(subject):
            return kind
    return "discussion"


def _post(raw: RawMail, mail: Mail, tree: ReplyTree, *, is_inferred: bool) -> Post:
    parent = tree.parent(raw.native_id)
    return Post(
        native_id=raw.native_id,
        thread=tree.root(raw.native_id),
        author=mail.sender.address if mail.sender else None,
        kind="system" if mail.automatic else "post",
        subtype=mail.automatic,
        parent=parent,
        parent_source=("inferred" if is_inferred else "header") if parent else None,
        created_at=mail.sent,
        created_raw=mail.sent_raw or None,
        precision="s" if mail.sent else "none",
        tz_known=mail.tz_known,
        body=mail.body.text,
        body_format=mail.body.format,
        locator=raw.locator,
    )


def _antecedents(raw: RawMail, tree: ReplyTree) -> Iterator[Antecedent]:
    """All that a mail may answer, where the likeliest is not here: another archive may hold that."""
    named = [answered for answered in raw.answers if answered != raw.native_id]
    if len(named) > 1 and named[0] not in tree:
        for ordinal, answered in enumerate(named):
            yield Antecedent(post=raw.native_id, answered=answered, ordinal=ordinal)


def _anomalies(raw: RawMail, mail: Mail) -> Iterator[Anomaly]:
    where, post = raw.locator, raw.native_id
    if mail.sent is None:
        detail = f"no possible time: {mail.sent_raw!r}" if mail.sent_raw else "no Date header"
        yield Anomaly(code="bad_time", locator=where, detail=detail, post=post)
    if mail.sender is None:
        yield Anomaly(code="unknown_user", locator=where, detail="no From header", post=post)
    for problem in mail.body.problems:
        yield Anomaly(code="unparsed", locator=where, detail=problem, post=post)
