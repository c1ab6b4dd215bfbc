"""Exports of boards, forges, mail and tables in any size, for `readers.py`."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import orjson
import zstandard
from talk import PEOPLE, Said, Talk, write, write_files


def discourse(folder: Path, size: int, talk: Talk) -> None:
    """A file a topic, as /t/ID.json gives it."""
    write_files(
        folder, size, ((f"{thread[0].root}.json", orjson.dumps(_topic(thread))) for thread in talk.threads())
    )


def _topic(thread: list[Said]) -> dict[str, Any]:
    root = thread[0].root
    posts = [
        {
            "id": said.number, "name": f"User {said.by}", "username": f"user{said.by}",
            "avatar_template": "/letter_avatar_proxy/v4/letter/u/{size}.png", "created_at": said.iso(),
            "cooked": said.html, "post_number": said.number - root + 1, "post_type": 1,
            "updated_at": said.iso(), "reply_count": 0,
            "reply_to_post_number": None if said.is_root else (said.parent or root) - root + 1,
            "quote_count": 0, "incoming_link_count": 0, "reads": 5, "readers_count": 4, "score": 1.0,
            "yours": False, "topic_id": root, "topic_slug": f"topic-{root}", "display_username": "User",
            "version": 1, "can_edit": False, "can_delete": False, "link_counts": [], "read": True,
            "actions_summary": [{"id": 2, "count": len(said.likes)}] if said.likes else [],
            "moderator": False, "admin": False, "staff": False, "user_id": said.by, "hidden": False,
            "trust_level": 1, "deleted_at": None, "user_deleted": False, "edit_reason": None,
        }
        for said in thread
    ]  # fmt: skip
    return {
        "post_stream": {"posts": posts, "stream": [post["id"] for post in posts]}, "id": root,
        "title": thread[0].words[:60], "posts_count": len(posts), "created_at": thread[0].iso(),
        "views": 9, "like_count": 0, "closed": False, "archived": False, "category_id": 1, "slug": "topic",
    }  # fmt: skip


_POST = (
    "id user_id topic_id post_number raw cooked created_at updated_at reply_to_post_number version post_type "
    "hidden user_deleted deleted_at deleted_by_id like_count last_version_at action_code"
)


def _copy(table: str, columns: str) -> str:
    return f"COPY public.{table} ({', '.join(columns.split())}) FROM stdin;\n"


def discourse_backup(folder: Path, size: int, talk: Talk) -> None:
    """dump.sql of a full backup."""
    write(folder / "dump.sql", size, _dump(talk), b"\\.\n\n--\n-- PostgreSQL database dump complete\n--\n")


def _dump(talk: Talk) -> Iterator[bytes]:
    day = "2024-01-01 08:00:00"
    users = "".join(f"{n}\tuser{n}\tUser {n}\t{day}\n" for n in range(1, PEOPLE + 1))
    topics = "".join(
        f"{n}\tTopic {n}\tregular\t1\t{day}\t\\N\tf\tf\t9\n" for n in range(1, 5_001)
    )  # the posts go round among them
    yield (
        "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.category_featured_topics ();\n"
        + _copy("categories", "id name position parent_category_id read_restricted")
        + "1\tAll\t0\t\\N\tf\n\\.\n\n"
        + _copy("users", "id username name created_at")
        + f"{users}\\.\n\n"
        + _copy("topics", "id title archetype category_id created_at deleted_at closed archived views")
        + f"{topics}\\.\n\n"
        + _copy("posts", _POST)
    ).encode()
    for said in talk:
        topic, place = said.number % 5_000 + 1, said.number // 5_000 + 1
        at, likes = said.iso("").replace("T", " "), len(said.likes)
        raw = said.words.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
        yield (
            f"{said.number}\t{said.by}\t{topic}\t{place}\t{raw}\t<p>{raw}</p>\t{at}\t{at}\t\\N\t1\t1\tf\tf"
            f"\t\\N\t\\N\t{likes}\t{at}\t\\N\n"
        ).encode()


def reddit(folder: Path, size: int, talk: Talk) -> None:
    """A month of comments and submissions, an object a line, compressed; the size is that of the lines."""
    lines: dict[bool, list[bytes]] = {True: [], False: []}
    written = 0
    for said in talk:
        line = orjson.dumps(_reddit_thing(said)) + b"\n"
        lines[said.is_root].append(line)
        written += len(line)
        if written >= size:
            break
    for name, own in {"RS": lines[True], "RC": lines[False]}.items():
        packed = zstandard.ZstdCompressor().compress(b"".join(own))
        (folder / f"{name}_2024-01.zst").write_bytes(packed)


def _reddit_thing(said: Said) -> dict[str, Any]:
    thing: dict[str, Any] = {
        "subreddit": "quay", "subreddit_id": "t5_1", "id": f"i{said.number}", "author": f"user{said.by}",
        "author_fullname": f"t2_{said.by}", "created_utc": int(said.at.timestamp()),
        "score": len(said.likes), "gilded": 0, "distinguished": None, "stickied": False, "edited": False,
        "retrieved_on": 1706000000, "permalink": f"/r/quay/comments/i{said.root}/topic/i{said.number}/",
    }  # fmt: skip
    if said.is_root:
        return thing | {"title": said.words[:60], "selftext": said.words, "num_comments": 3, "is_self": True}
    kind = "t3" if said.parent == said.root else "t1"
    answers = {"link_id": f"t3_i{said.root}", "parent_id": f"{kind}_i{said.parent}"}
    return thing | answers | {"body": said.words, "controversiality": 0}


def github(folder: Path, size: int, talk: Talk) -> None:
    """Pages of the REST interface: issues, and the comments of each."""
    write_files(folder, size, _github_pages(talk))


def _github_pages(talk: Talk) -> Iterator[tuple[str, bytes]]:
    issues: list[Any] = []
    comments: list[Any] = []
    for thread in talk.threads():
        root = thread[0].root
        api = f"https://api.github.com/repos/quay/crane/issues/{root}"
        more = {"number": root, "title": thread[0].words[:60], "state": "open", "comments": len(thread) - 1}
        issues.append(_github_item(thread[0], api, root) | more)
        comments += [_github_item(said, f"{api}/comments", root) | {"issue_url": api} for said in thread[1:]]
        if len(comments) >= 100:
            yield f"issues-{root}.json", orjson.dumps(issues)
            yield f"comments-{root}.json", orjson.dumps(comments)
            issues, comments = [], []


def _github_item(said: Said, url: str, root: int) -> dict[str, Any]:
    user = f"https://api.github.com/users/user{said.by}"
    likes = len(said.likes)
    counts = dict.fromkeys(("-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"), 0)
    return {
        "url": url, "html_url": f"https://github.com/quay/crane/issues/{root}#issuecomment-{said.number}",
        "id": said.number, "node_id": f"IC_{said.number}", "user": {
            "login": f"user{said.by}", "id": said.by, "node_id": f"U_{said.by}", "avatar_url": user,
            "gravatar_id": "", "url": user, "html_url": user, "followers_url": f"{user}/followers",
            "repos_url": f"{user}/repos", "events_url": f"{user}/events", "type": "User", "site_admin": False,
        },
        "created_at": f"{said.at:%Y-%m-%dT%H:%M:%SZ}", "updated_at": f"{said.at:%Y-%m-%dT%H:%M:%SZ}",
        "author_association": "MEMBER", "body": said.words, "performed_via_github_app": None,
        "reactions": {"url": f"{url}/reactions", "total_count": likes, "+1": likes, **counts},
    }  # fmt: skip


def stack_exchange(folder: Path, size: int, talk: Talk) -> None:
    """A data dump: posts with their comments, votes and people."""
    users = (_row(Id=n, DisplayName=f"User {n}", CreationDate=_DAY) for n in range(1, PEOPLE + 1))
    _xml(folder / "Users.xml", "users", users, 1 << 40)
    _xml(folder / "Posts.xml", "posts", (_se_post(s) for s in talk if _is_post(s)), size * 3 // 4)
    with (folder / "Posts.xml").open("rb") as stream:
        # Never the whole file: a child's peak begins with what its parent held.
        stream.seek(max(0, stream.seek(0, io.SEEK_END) - 100_000))
        end = int(stream.read().rpartition(b' Id="')[2].split(b'"')[0])
    _xml(folder / "Comments.xml", "comments", (_se_comment(s) for s in talk if not _is_post(s)), size // 5)
    votes = (
        _row(Id=s.number * 10 + place, PostId=s.number, VoteTypeId=2, CreationDate="2024-01-01T00:00:00.000")
        for s in talk
        if s.number <= end and _is_post(s)
        for place, _ in enumerate(s.likes)
    )
    _xml(folder / "Votes.xml", "votes", votes, size // 20)


_DAY = "2024-01-01T09:00:00.123"


def _is_post(said: Said) -> bool:
    return said.is_root or said.number % 3 == 0


def _row(**values: object) -> str:
    return f"  <row {' '.join(f'{name}={quoteattr(str(value))}' for name, value in values.items())} />\r\n"


def _xml(path: Path, root: str, rows: Iterator[str], size: int) -> None:
    head = f'\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<{root}>\r\n'.encode()
    write(
        path,
        size,
        (piece for part in ((head,), (row.encode() for row in rows)) for piece in part),
        f"</{root}>".encode(),
    )


def _se_post(said: Said) -> str:
    kind = {"PostTypeId": 1, "Title": said.words[:60], "Tags": "|crane|", "AnswerCount": 2, "ViewCount": 9}
    return _row(
        Id=said.number,
        **(kind if said.is_root else {"PostTypeId": 2, "ParentId": said.root}),
        CreationDate=said.iso(""), Score=len(said.likes), Body=said.html, OwnerUserId=said.by,
        LastActivityDate=said.iso(""), CommentCount=2, ContentLicense="CC BY-SA 4.0",
    )  # fmt: skip


def _se_comment(said: Said) -> str:
    return _row(
        Id=said.number, PostId=said.root, Score=0, Text=said.words, CreationDate=said.iso(""), UserId=said.by
    )


def mbox(folder: Path, size: int, talk: Talk) -> None:
    """A mailing list."""
    write(folder / "list.mbox", size, map(_mail, talk))


def _mail(said: Said) -> bytes:
    answers = (
        f"In-Reply-To: <{said.parent}@example.org>\nReferences: <{said.root}@example.org> "
        f"<{said.parent}@example.org>\n"
        if said.parent
        else ""
    )
    return (
        f"From user{said.by}@example.org {said.at:%a %b %d %H:%M:%S %Y}\n"
        f"Return-Path: <list-bounces@example.org>\nReceived: from mail.example.org by lists.example.org; "
        f"{said.at:%a, %d %b %Y %H:%M:%S +0000}\nFrom: User {said.by} <user{said.by}@example.org>\n"
        f"To: list@example.org\nSubject: {'' if said.is_root else 'Re: '}Topic {said.root}\n"
        f"Date: {said.at:%a, %d %b %Y %H:%M:%S +0000}\nMessage-ID: <{said.number}@example.org>\n{answers}"
        f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{said.words}\n\n"
    ).encode()


_COLUMNS = ("id", "parent_id", "author", "created_at", "title", "text", "channel")


def table_csv(folder: Path, size: int, talk: Talk) -> None:
    """A table of posts."""
    write(folder / "forum.csv", size, _table_lines(talk))


def _table_lines(talk: Talk) -> Iterator[bytes]:
    line = io.StringIO()
    rows = csv.writer(line)
    rows.writerow(_COLUMNS)
    for said in talk:
        rows.writerow(_cells(said))
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def _cells(said: Said) -> tuple[object, ...]:
    return (
        f"m{said.number}", f"m{said.parent}" if said.parent else "", f"user{said.by}", said.iso(),
        f"Topic {said.root}", said.words, "general",
    )  # fmt: skip


def table_jsonl(folder: Path, size: int, talk: Talk) -> None:
    """The same, an object a line."""
    rows = (dict(zip(_COLUMNS, _cells(said), strict=True)) for said in talk)
    write(folder / "forum.jsonl", size, (orjson.dumps(row) + b"\n" for row in rows))


def convokit(folder: Path, size: int, talk: Talk) -> None:
    """A corpus: utterances a line, speakers and conversations beside."""
    speakers = {f"user{n}": {"meta": {}, "vectors": []} for n in range(1, PEOPLE + 1)}
    for name, value in {
        "speakers": speakers,
        "conversations": {},
        "corpus": {},
        "index": {"version": 1},
    }.items():
        (folder / f"{name}.json").write_bytes(orjson.dumps(value))
    lines = (
        orjson.dumps({
            "id": f"u{said.number}", "conversation_id": f"u{said.root}", "text": said.words,
            "speaker": f"user{said.by}", "meta": {"score": len(said.likes), "gildings": None, "parsed": []},
            "reply-to": f"u{said.parent}" if said.parent else None, "vectors": [],
            "timestamp": int(said.at.timestamp()),
        }) + b"\n"
        for said in talk
    )  # fmt: skip
    write(folder / "utterances.jsonl", size, lines)
