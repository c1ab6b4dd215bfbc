"""One e-mail message: who sent it, when, and its words.

Mail on lists is as mail was written for thirty years: bytes in headers, charsets that do not exist, senders
hidden by archives and list servers. Everything here takes what there is and notes what it had to guess.
The old `compat32` parser is used because it never raises on a broken header, as the newer one does.
"""

import email
import email.utils
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message

from .body import Body, body_of, decoded, encoded_words

_FIRST_YEAR, _LAST_YEAR = 1971, 2199
_OBFUSCATED = re.compile(r"^(?P<local>\S+) at (?P<host>[^\s()<>]+)\s*(?:\((?P<name>.*)\))?$", re.DOTALL)
_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:]+@[^\s<>()\[\]\",;:]+")
_VIA = re.compile(r"\s+via\s+.*$", re.IGNORECASE | re.DOTALL)
_LIST_ID = re.compile(r"^(?P<name>.*?)<(?P<id>[^<>]+)>", re.DOTALL)
_PARAMETERS = re.compile(r"\s*[;(].*$")
_PREFIX = re.compile(r"^(?:(?:re|fwd?|aw|wg|sv|vs|antw|rif|ref)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_REPLY = re.compile(r"(?:re|aw|sv|vs|antw|rif|ref)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a mail: the bare address in lower case, and the name beside it.

    Where a list server hid the address, the name in lower case stands in its place.
    """

    address: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Mail:
    """A message, read."""

    sender: Sender | None
    subject: str
    sent_raw: str
    sent: datetime | None
    """In UTC; None where the header is missing or says no possible time."""
    tz_known: bool
    list_id: str | None
    list_name: str | None
    automatic: str | None
    """What `Auto-Submitted` says (RFC 3834) where no human pressed "send"."""
    body: Body

    @property
    def topic(self) -> str:
        """The subject without "Re:" and its like."""
        return topic_of(self.subject)


def topic_of(subject: str) -> str:
    """What a subject is about: itself without "Re:" and its like."""
    return _PREFIX.sub("", subject)


def is_reply(subject: str) -> bool:
    """Whether a subject says that its mail answers another."""
    return bool(_REPLY.match(subject))


def parse(data: bytes) -> Mail:
    """Read one message from its bytes."""
    message = email.message_from_bytes(data)
    headers = _Headers(message)
    raw_date = headers.text("date")
    sent, tz_known = moment_of(raw_date)
    listed = _LIST_ID.match(headers.text("list-id"))
    automatic = _PARAMETERS.sub("", headers.text("auto-submitted")).lower()
    return Mail(
        sender=_sender(headers),
        subject=headers.decoded("subject"),
        sent_raw=raw_date,
        sent=sent,
        tz_known=tz_known,
        list_id=listed["id"].strip().lower() if listed else None,
        list_name=(listed["name"].strip(' "') or None) if listed else None,
        automatic=automatic if automatic not in ("", "no") else None,
        body=body_of(message),
    )


class _Headers:
    """First values of headers, as text whatever bytes stand in them."""

    def __init__(self, message: Message) -> None:
        self._values: dict[str, str] = {}
        for name, value in message.raw_items():
            self._values.setdefault(name.lower(), str(value))

    def text(self, name: str) -> str:
        """The value on one line, encoded words left alone."""
        raw = self._values.get(name, "").encode("utf-8", "surrogateescape")
        return " ".join(decoded(raw, None)[0].split())

    def decoded(self, name: str) -> str:
        """The value with its encoded words read."""
        return encoded_words(self.text(name))


def _sender(headers: _Headers) -> Sender | None:
    """The author: From, or whom a list server put From's place in the name of."""
    shown = _person(headers.text("from"))
    if shown is None:
        return None
    lists = _lists(headers)
    is_list = _dotted(shown.address) in lists
    is_via = shown.name is not None and _VIA.search(shown.name) is not None
    if not is_list and not is_via:
        return shown
    name = _without_via(shown.name)
    behind = [*_addresses(headers.text("x-original-from")), *_addresses(name or "")]
    local = shown.address.partition("@")[0]
    if is_via and "=" in local:
        behind.append("@".join(local.rsplit("=", 1)))
    behind += _reply_to(headers.text("reply-to"), name, is_list=is_list)
    known = (address for address in behind if address != shown.address and _dotted(address) not in lists)
    return Sender(next(known, None) or _key(name) or shown.address, name)


def _lists(headers: _Headers) -> set[str]:
    """The list's own addresses as List-Id writes them, with dots only."""
    told = f"{headers.text('list-post').replace('mailto:', ' ')} {headers.text('x-beenthere')}"
    listed = _LIST_ID.match(headers.text("list-id"))
    return {*map(_dotted, _addresses(told)), *([listed["id"].strip().lower()] if listed else [])}


def _dotted(address: str) -> str:
    return address.replace("@", ".")


def _reply_to(value: str, name: str | None, *, is_list: bool) -> list[str]:
    """Who a Reply-To may say the author is, the likeliest first.

    Trackers put tokens of theirs there, another for each mail. So an address must bear the author's name,
    unless From was given to the list, which leaves no other place for the author's.
    """
    people = (
        (encoded_words(called).strip("'\" "), bare(at)) for called, at in email.utils.getaddresses([value])
    )
    named = [
        at
        for called, at in people
        if "@" in at and _key(name) in map(_key, (called, at, at.partition("@")[0]))
    ]
    return named + (_addresses(value) if is_list else [])


def _addresses(value: str) -> list[str]:
    return [bare(found.group()) for found in _ADDRESS.finditer(value)]


def bare(address: str) -> str:
    """An address in lower case, and as its owner writes it.

    IETF's list server hides addresses from DMARC: "ada=40dock.example@dmarc.ietf.org".
    """
    address = address.strip().lower()
    local, _, host = address.partition("@")[0].rpartition("=40")
    return f"{local}@{host}" if local and "." in host else address


def _key(name: str | None) -> str:
    """A name as an id, without what could be taken for an address."""
    return " ".join((name or "").replace("@", " ").casefold().split())


def _without_via(name: str | None) -> str | None:
    return _VIA.sub("", name).strip("' ") or None if name else None


def _person(value: str) -> Sender | None:
    """One person of an address header; archives write "user at host.org (Name)"."""
    if hidden := _OBFUSCATED.match(value):
        return Sender(
            bare(f"{hidden['local']}@{hidden['host']}"), encoded_words(hidden["name"] or "").strip() or None
        )
    name, address = email.utils.parseaddr(value.replace(" at ", "@") if "@" not in value else value)
    if "@" not in address and (found := _ADDRESS.search(value)):
        name, address = re.split(r"[\[(<]", value)[0].strip(), found.group()
    address = bare(address)
    if not address:
        return None
    return Sender(address, encoded_words(name).strip("'\" ") or None)


def moment_of(value: str) -> tuple[datetime | None, bool]:
    """The time a Date header says, in UTC, and whether it says a zone."""
    try:
        when = email.utils.parsedate_to_datetime(value)
        known = when.tzinfo is not None
        when = when.astimezone(UTC) if known else when.replace(tzinfo=UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None, False
    return (when, known) if _FIRST_YEAR <= when.year <= _LAST_YEAR else (None, False)
