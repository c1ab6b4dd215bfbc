"""Exports of chats in any size, for `readers.py`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from talk import PEOPLE, Said, Talk, indented, write, write_files


def slack(folder: Path, size: int, talk: Talk) -> None:
    """A workspace: a folder a channel, a file a day."""
    people = [
        {"id": f"U{n:08}", "team_id": "T01", "name": f"user.{n}", "real_name": f"User {n}", "profile": {}}
        for n in range(1, PEOPLE + 1)
    ]
    (folder / "users.json").write_bytes(orjson.dumps(people))
    names = [f"room-{n}" for n in range(20)]
    channels = [{"id": f"C{n:08}", "name": name, "created": 1} for n, name in enumerate(names)]
    (folder / "channels.json").write_bytes(orjson.dumps(channels))
    write_files(folder, size, _slack_days(talk, names))


def _slack_days(talk: Talk, names: list[str]) -> Iterator[tuple[str, bytes]]:
    days: dict[str, list[Any]] = {}
    stamps: dict[int, str] = {}
    day = None
    for said in talk:
        if said.at.date() != day:
            for name, messages in days.items():
                yield f"{name}/{day}.json", json.dumps(messages, indent=4).encode()
            days, day, stamps = {}, said.at.date(), {k: v for k, v in stamps.items() if k >= said.root}
        stamps[said.number] = f"{said.at.timestamp():.0f}.{said.number % 1000000:06}"
        text = {"type": "text", "text": said.words}
        rich = {"type": "rich_text", "block_id": f"b{said.number}", "elements": [
            {"type": "rich_text_section", "elements": [text]}]}  # fmt: skip
        message: dict[str, Any] = {
            "client_msg_id": f"{said.number:08x}-0000-4000-8000-000000000000", "type": "message",
            "text": said.words, "user": f"U{said.by:08}", "ts": stamps[said.number], "team": "T01",
            "user_team": "T01", "source_team": "T01", "blocks": [rich],
        }  # fmt: skip
        if not said.is_root:
            message |= {"thread_ts": stamps[said.root], "parent_user_id": "U00000001"}
        if said.likes:
            users = [f"U{n:08}" for n in said.likes]
            message["reactions"] = [{"name": "+1", "users": users, "count": len(users)}]
        days.setdefault(names[said.root % len(names)], []).append(message)


def mattermost(folder: Path, size: int, talk: Talk) -> None:
    """A bulk export, a line a thread."""
    write(folder / "export.jsonl", size, _bulk(talk))


def _bulk(talk: Talk) -> Iterator[bytes]:
    rows: list[Any] = [{"type": "version", "version": 1}, {"type": "team", "team": {"name": "dock"}}]
    rows.append({"type": "channel", "channel": {"team": "dock", "name": "quay", "type": "O"}})
    rows += [
        {"type": "user", "user": {"username": f"user{n}", "email": f"user{n}@example.org"}}
        for n in range(1, PEOPLE + 1)
    ]
    yield b"".join(orjson.dumps(row) + b"\n" for row in rows)
    for thread in talk.threads():
        said = [
            {
                "user": f"user{s.by}", "type": "", "message": s.words, "create_at": _milliseconds(s),
                "edit_at": 0, "props": {}, "flagged_by": [], "reactions": [
                    {"user": f"user{n}", "create_at": _milliseconds(s) + n, "emoji_name": "+1"}
                    for n in s.likes
                ],
            }
            for s in thread
        ]  # fmt: skip
        post = {"team": "dock", "channel": "quay", **said[0], "replies": said[1:] or None}
        yield orjson.dumps({"type": "post", "post": post}) + b"\n"


def _milliseconds(said: Said) -> int:
    return int(said.at.timestamp()) * 1000 + said.number % 1000


def telegram(folder: Path, size: int, talk: Talk) -> None:
    """One group in result.json."""
    head = '{\n "name": "Quay",\n "type": "public_supergroup",\n "id": 700,\n "messages": ['
    pieces = indented(head, map(_telegram_message, talk), 2)
    write(folder / "result.json", size, pieces, b"\n ]\n}")


def _telegram_message(said: Said) -> dict[str, Any]:
    at, unix = f"{said.at:%Y-%m-%dT%H:%M:%S}", int(said.at.timestamp())
    message: dict[str, Any] = {
        "id": said.number, "type": "message", "date": at, "date_unixtime": str(unix),
        "from": f"User {said.by}", "from_id": f"user{said.by}",
    }  # fmt: skip
    if said.parent:
        message["reply_to_message_id"] = said.parent
    message |= {"text": said.words, "text_entities": [{"type": "plain", "text": said.words}]}
    if said.likes:
        recent = [{"from": f"User {n}", "from_id": f"user{n}", "date": at} for n in said.likes]
        message["reactions"] = [{"type": "emoji", "count": len(recent), "emoji": "👍", "recent": recent}]
    return message


def teams(folder: Path, size: int, talk: Talk) -> None:
    """One team of an admin's export, its messages in one file."""
    team = "7ea00000-0000-4000-8000-000000000001"
    below = folder / "TeamsDataExport"
    place = below / "teams" / team
    place.mkdir(parents=True)
    (below / "users").mkdir()
    channel = {"Id": "19:open@thread.tacv2", "DisplayName": "General", "MembershipType": "standard"}
    people = [
        {
            "Mail": None,
            "UserPrincipalName": f"user{n}@example.org",
            "Id": _guid(n),
            "DisplayName": f"User {n}",
        }
        for n in range(1, PEOPLE + 1)
    ]
    for path, rows in {
        place / f"channels_{team}.json": [channel],
        below / "teams/teamsList.json": [{"Name": "Harbour", "Privacy": "Public", "GroupsId": team}],
        below / "users/usersList.json": people,
    }.items():
        path.write_bytes(orjson.dumps(rows))
    messages = (_teams_message(said, team) for said in talk)
    write(place / f"messages_{team}.json", size, indented("[", messages, 2), b"\n]\n")


def _guid(number: int) -> str:
    return f"0e000000-0000-4000-8000-{number:012}"


def _teams_user(number: int) -> dict[str, Any]:
    user = {"Id": _guid(number), "DisplayName": f"User {number}", "UserIdentityType": "aadUser"}
    return {"Application": None, "Device": None, "User": user}


def _teams_message(said: Said, team: str) -> dict[str, Any]:
    at = said.iso("+00:00")
    return {
        "Id": f"{1700000000000 + said.number}", "Body": {"ContentType": "html", "Content": said.html},
        "CreatedDateTime": at, "LastModifiedDateTime": at, "LastEditedDateTime": None,
        "DeletedDateTime": None, "Subject": None, "Summary": None, "Importance": "normal", "Locale": "en-us",
        "ReplyToId": None if said.is_root else f"{1700000000000 + said.root}",
        "WebUrl": f"https://teams.example/l/message/19:open@thread.tacv2/{said.number}?groupId={team}",
        "From": _teams_user(said.by), "Attachments": [], "Mentions": [], "Reactions": [
            {"CreatedDateTime": at, "ReactionType": "like", "User": _teams_user(n)} for n in said.likes
        ],
        "MessageHistory": None, "MessageType": "message", "ChatId": None, "EventDetail": None,
        "ChannelIdentity": {"ChannelId": "19:open@thread.tacv2", "TeamId": team},
    }  # fmt: skip


def zulip(folder: Path, size: int, talk: Talk) -> None:
    """A server's own export: files of a thousand messages, reactions in realm.json."""
    reactions: list[Any] = []
    write_files(folder, size, _zulip_files(talk, reactions))
    people = [
        {"id": n, "full_name": f"User {n}", "email": f"user{n}@example.org", "is_bot": False}
        for n in range(1, PEOPLE + 1)
    ]
    realm = {
        "zerver_realm": [{"id": 2, "string_id": "harbour", "name": "Harbour"}], "zerver_userprofile": people,
        "zerver_stream": [{"id": 31, "name": "quay", "invite_only": False}],
        "zerver_recipient": [{"id": 91, "type": 2, "type_id": 31}], "zerver_reaction": reactions,
    }  # fmt: skip
    (folder / "realm.json").write_bytes(orjson.dumps(realm, option=orjson.OPT_INDENT_2))


def _zulip_files(talk: Talk, reactions: list[Any]) -> Iterator[tuple[str, bytes]]:
    batch: list[Any] = []
    for said in talk:
        batch.append({
            "id": said.number, "sender": said.by, "realm": 2, "recipient": 91,
            "subject": f"Topic {said.root}", "content": said.words, "rendered_content": said.html,
            "date_sent": said.at.timestamp(), "sending_client": 1, "last_edit_time": None,
            "edit_history": None, "has_attachment": False, "has_image": False, "has_link": False,
        })  # fmt: skip
        reactions += [
            {
                "id": len(reactions) + place, "user_profile": n, "message": said.number, "emoji_name": "+1",
                "emoji_code": "1f44d", "reaction_type": "unicode_emoji",
            }
            for place, n in enumerate(said.likes)
        ]  # fmt: skip
        if len(batch) == 1_000:
            document = {"zerver_message": batch, "zerver_usermessage": []}
            yield (
                f"messages-{said.number // 1_000:06}.json",
                orjson.dumps(document, option=orjson.OPT_INDENT_2),
            )
            batch = []
