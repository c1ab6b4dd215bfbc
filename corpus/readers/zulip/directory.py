"""Who and where in a Zulip export: users, streams and recipients of realm.json.

A message names its place by a recipient, which is a stream, a person or a group of people. Names are read
once and kept; reactions and votes, of which there may be millions, are streamed.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from ...model import Account, Anomaly, Container
from ..export import Export
from ..json_stream import values_of
from ..json_values import epoch, text, whole
from ..known_fields import KnownFields

_PEOPLE = ("zerver_userprofile", "zerver_userprofile_mirrordummy", "zerver_userprofile_crossrealm")
TABLES = (*_PEOPLE, "zerver_realm", "zerver_stream", "zerver_recipient")
"""What names people and places."""
_TO_PERSON, _TO_STREAM = 1, 2
_STREAM_FIELDS = frozenset(
    "id name description rendered_description realm invite_only deactivated date_created recipient "  # noqa: SIM905
    "is_web_public history_public_to_subscribers stream_post_policy message_retention_days email_token "
    "first_message_id creator is_in_zephyr_realm is_recently_active can_remove_subscribers_group "
    "can_administer_channel_group can_send_message_group can_add_subscribers_group folder topics_policy "
    "can_move_messages_out_of_channel_group can_move_messages_within_channel_group can_resolve_topics_group "
    "can_delete_any_message_group can_delete_own_message_group can_subscribe_group subscriber_count "
    "can_create_topic_group".split()
)


class Place(Struct, frozen=True):
    """Where a message was sent.

    Args:
        container: native id of the stream or conversation.
        is_stream: whether its topics are threads; a conversation is one thread.
        is_private: whether not everybody may read it.
    """

    container: str
    is_stream: bool
    is_private: bool


class Directory:
    """The names of one export, read.

    Args:
        export: where they are.
        members: files that may hold them.
    """

    def __init__(self, export: Export, members: list[str]) -> None:
        self.anomalies: list[Anomaly] = []
        self.accounts: dict[str, Account] = {}
        self.machines: set[str] = set()
        """Accounts of the server itself, such as Notification Bot."""
        self.realm: str | None = None
        self._known = KnownFields("zerver_stream", _STREAM_FIELDS)
        self._streams: dict[str, Container] = {}
        self._recipients: dict[int, tuple[int, int]] = {}
        for member in members:
            self._read(export, member)

    def _read(self, export: Export, member: str) -> None:
        for found in values_of(export, member, [f"{table}.item" for table in TABLES]):
            if isinstance(found, Anomaly):
                self.anomalies.append(found)
                continue
            table, row = found[0].removesuffix(".item"), found[1]
            number = whole(row.get("id")) if isinstance(row, dict) else None
            if number is None:
                self.anomalies.append(
                    Anomaly(code="unparsed", locator=f"{member}:{table}", detail="a row without id")
                )
            else:
                self._row(table, number, row, member)

    def _row(self, table: str, number: int, row: dict[str, Any], member: str) -> None:
        if table in _PEOPLE:
            self.accounts[str(number)] = _account(number, row, is_machine=table == _PEOPLE[2])
            if table == _PEOPLE[2]:
                self.machines.add(str(number))
        elif table == "zerver_stream":
            self.anomalies += self._known.check(row, f"{member}:{table}:{number}")
            # A stream that was archived keeps its messages.
            self._streams[str(number)] = Container(
                native_id=str(number),
                kind="channel",
                name=text(row.get("name")) or str(number),
                is_private=row.get("invite_only") is not False,
            )
        elif table == "zerver_recipient":
            kind, whom = whole(row.get("type")), whole(row.get("type_id"))
            if kind is not None and whom is not None:
                self._recipients[number] = kind, whom
        else:
            self.realm = text(row.get("string_id")) or text(row.get("name")) or self.realm

    def containers(self) -> Iterator[Container]:
        """All streams."""
        yield from self._streams.values()

    def place(self, recipient: Any, sender: str | None) -> Place | None:
        """Where a message went; None where its recipient is not listed."""
        number = whole(recipient)
        kind, whom = self._recipients.get(number, (0, 0)) if number is not None else (0, 0)
        if kind == _TO_STREAM:
            stream = self._streams.get(str(whom))
            return Place(str(whom), is_stream=True, is_private=stream is None or stream.is_private)
        if kind == _TO_PERSON:
            pair = sorted({sender or "", str(whom)}, key=lambda name: (len(name), name))
            return Place(f"direct/{'-'.join(pair)}", is_stream=False, is_private=True)
        return Place(f"group/{whom}", is_stream=False, is_private=True) if kind else None


def _account(number: int, row: dict[str, Any], *, is_machine: bool) -> Account:
    """A user; one who was deactivated stays a person, one who was deleted has a stand-in."""
    name = text(row.get("full_name"))
    joined = epoch(row.get("date_joined"))
    is_gone = name == f"Deleted user {number}"
    return Account(
        native_id=str(number),
        display_name=name,
        email=text(row.get("delivery_email")) or text(row.get("email")),
        kind="bot" if is_machine or row.get("is_bot") is True else "deleted" if is_gone else "human",
        created_at=joined.at if joined else None,
    )
