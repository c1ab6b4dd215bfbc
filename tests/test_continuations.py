"""Exports that part a conversation, month by month: its threads are those of one export that has it whole."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from fakes import ListReader, export_of
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from forum_pulse.corpus.model import Container, Post, Record, Source, Thread
from forum_pulse.corpus.readers import Export, Reader, ReadOptions
from forum_pulse.corpus.readers.boards.hacker_news import HackerNewsReader
from forum_pulse.corpus.readers.boards.lemmy import LemmyReader
from forum_pulse.corpus.readers.chats.discord import DiscordReader
from forum_pulse.corpus.readers.chats.telegram import TelegramReader
from forum_pulse.corpus.readers.mail.mbox import MboxReader
from forum_pulse.corpus.readers.tables.reader import TableReader
from forum_pulse.corpus.snapshots import changes
from forum_pulse.corpus.store import Store

POSTS = """SELECT p.post_id, p.thread_id, p.parent_post_id, p.parent_source, p.parent_status,
                  p.post_id = t.root_post_id AS is_root
           FROM post p LEFT JOIN thread t USING (thread_id) ORDER BY p.post_id"""
THREADS = """SELECT thread_id, container_id, title, kind, root_post_id, created_at FROM thread
             ORDER BY thread_id"""
COUNTS = "SELECT thread_id, post_id, measure, value FROM aggregate ORDER BY ALL"

Said = tuple[str, str | None]
"""A message and what it answers; its number is its day."""
JANUARY: tuple[Said, ...] = (("1", None), ("2", "1"), ("3", None))
FEBRUARY: tuple[Said, ...] = (("4", "2"), ("5", "4"), ("6", "1"), ("7", "3"), ("8", "99"), ("9", "8"))
MARCH: tuple[Said, ...] = (("10", "5"), ("11", "7"), ("12", None))
THREAD = {
    "1": "1",
    "2": "1",
    "4": "1",
    "5": "1",
    "6": "1",
    "10": "1",
    "3": "3",
    "7": "3",
    "11": "3",
    "12": "12",
}
Writer = Callable[[Path, Sequence[Said]], Path]


def when(number: str) -> str:
    return f"2031-01-{int(number):02}T09:00:00"


def mbox(folder: Path, said: Sequence[Said]) -> Path:
    mails = [
        f"From a@b.c Mon Mar  3 09:00:00 2031\nMessage-ID: <{name}>\nFrom: Ann <ann@x.example>\n"
        f"Date: {int(name)} Jan 2031 09:00:00 +0000\nSubject: {'Re: ' if answers else ''}Crane {name}\n"
        + (f"In-Reply-To: <{answers}>\n" if answers else "")
        + "\nhello\n\n"
        for name, answers in said
    ]
    path = folder / "list.mbox"
    path.write_text("".join(mails))
    return path


def telegram(folder: Path, said: Sequence[Said]) -> Path:
    messages = [
        {
            "id": int(name),
            "type": "message",
            "date": when(name),
            "from": "Ann",
            "from_id": "user1",
            "text": "hi",
        }
        | ({"reply_to_message_id": int(answers)} if answers else {})
        for name, answers in said
    ]
    path = folder / "result.json"
    path.write_text(json.dumps({"name": "Pier", "type": "public_supergroup", "id": 7, "messages": messages}))
    return path


def table(folder: Path, said: Sequence[Said]) -> Path:
    path = folder / "posts.csv"
    rows = [f"{name},{answers or ''},ann,{when(name)},hello {name}" for name, answers in said]
    path.write_text("\n".join(["id,reply_to,author,created_at,text", *rows]))
    return path


def discord(folder: Path, said: Sequence[Said]) -> Path:
    messages = [
        {
            "id": name, "type": "Reply" if answers else "Default", "timestamp": when(name) + "+00:00",
            "content": "hi", "author": {"id": "1", "name": "ann"},
        }
        | ({"reference": {"messageId": answers, "channelId": "70"}} if answers else {})
        for name, answers in said
    ]  # fmt: skip
    document = {
        "guild": {"id": "9", "name": "Docks"}, "messageCount": len(messages), "messages": messages,
        "channel": {"id": "70", "type": "GuildTextChat", "name": "pier", "categoryId": "8", "category": "x"},
    }  # fmt: skip
    path = folder / "pier.json"
    path.write_text(json.dumps(document))
    return path


def hacker_news(folder: Path, said: Sequence[Said]) -> Path:
    items = [
        {
            "id": int(name),
            "type": "comment" if answers else "story",
            "by": "ann",
            "time": 1_930_000_000,
            "text": "hi",
        }
        | ({"parent": int(answers)} if answers else {"title": "Crane", "score": 3})
        for name, answers in said
    ]
    path = folder / "items.jsonl"
    path.write_text("\n".join(map(json.dumps, items)))
    return path


def notes(folder: Path, said: Sequence[Said]) -> Path:
    found = [
        {
            "id": f"https://x.example/{name}", "type": "Note", "attributedTo": "https://x.example/u/ann",
            "content": "hi", "published": when(name) + "Z", "likes": {"type": "Collection", "totalItems": 2},
        }
        | ({"inReplyTo": f"https://x.example/{answers}"} if answers else {})
        for name, answers in said
    ]  # fmt: skip
    path = folder / "notes.json"
    path.write_text(json.dumps(found))
    return path


FORMATS: list[tuple[Reader, Writer]] = [
    (MboxReader(), mbox), (TelegramReader(), telegram), (TableReader(), table), (DiscordReader(), discord),
    (HackerNewsReader(), hacker_news), (LemmyReader(), notes),
]  # fmt: skip


def stored(folder: Path, reader: Reader, write: Writer, exports: Sequence[Sequence[Said]]) -> list[object]:
    """What the store holds once some exports came in, one after the other."""
    folder.mkdir()
    with Store(folder / "workspace") as store:
        for number, said in enumerate(exports):
            place = folder / str(number)
            place.mkdir()
            store.ingest(Export(write(place, said)), reader, ReadOptions(instance="acme"))
        return [store.sql(query).to_pylist() for query in (POSTS, THREADS, COUNTS)]


@pytest.mark.parametrize(("reader", "write"), FORMATS, ids=[reader.name for reader, _ in FORMATS])
def test_months_make_the_threads_of_all_together(tmp_path: Path, reader: Reader, write: Writer):
    """Whichever month comes first: same threads, parents and first posts; what nobody holds stays apart."""
    together = stored(tmp_path / "whole", reader, write, [JANUARY + FEBRUARY + MARCH])
    for number, months in enumerate(((JANUARY, FEBRUARY, MARCH), (MARCH, JANUARY, FEBRUARY))):
        assert stored(tmp_path / str(number), reader, write, months) == together
    threads = {row["post_id"].rpartition(":")[2].rpartition("/")[2]: row["thread_id"] for row in together[0]}
    assert {name: threads[name].rpartition("/")[2].rpartition(":")[2] for name in THREAD} == THREAD
    assert threads["8"] == threads["9"]


def test_exports_that_overlap_make_the_threads_of_all_together(tmp_path: Path):
    """The newest holds a conversation whole, the one before it a piece that it lacks."""
    parts = [JANUARY, FEBRUARY, JANUARY + FEBRUARY[:1] + MARCH]
    together = stored(tmp_path / "whole", TelegramReader(), telegram, [JANUARY + FEBRUARY + MARCH])
    for number, order in enumerate((parts, parts[::-1])):
        assert stored(tmp_path / str(number), TelegramReader(), telegram, order) == together


def referring(folder: Path, said: Sequence[Said]) -> Path:
    """Mails with all ids that lead to them, the nearest last, as mail programs write them."""
    path = folder / "list.mbox"
    path.write_text(
        "".join(
            f"From a@b.c Mon Mar  3 09:00:00 2031\nMessage-ID: <{name}>\nFrom: Ann <ann@x.example>\n"
            f"Date: {int(name)} Jan 2031 09:00:00 +0000\n"
            + (f"References: {' '.join(f'<{one}>' for one in answers.split())}\n" if answers else "")
            + "\nhello\n\n"
            for name, answers in said
        )
    )
    return path


@pytest.mark.parametrize(
    "months",
    [
        ([("1", None)], [("4", "1 3"), ("5", "1 3 4")]),  # 3 was sent past the list
        ([("1", None), ("4", "1 2 3")], [("2", "1")]),  # 2 is in another archive, and nearer
    ],
)
def test_the_nearest_mail_that_any_archive_has_is_answered(tmp_path: Path, months: tuple[list[Said], ...]):
    """As within one archive: the first of the mails a header names that is there."""
    together = stored(tmp_path / "whole", MboxReader(), referring, [[*months[0], *months[1]]])
    for number, order in enumerate((months, months[::-1])):
        assert stored(tmp_path / str(number), MboxReader(), referring, order) == together


def message(number: int, answers: int | None, thread: int) -> Post:
    return Post(
        native_id=str(number), thread=str(thread), body="hi", parent=None if answers is None else str(answers),
        parent_source=None if answers is None else "explicit",
    )  # fmt: skip


def export(records: Sequence[Record], sha: int, **told: str) -> ListReader:
    opened = [Container(native_id="c", kind="channel", name="c"), *records]
    return ListReader(opened, Source(format="list", instance="forum", **told))  # type: ignore[arg-type]


def test_a_thread_that_the_platform_made_is_not_joined(tmp_path: Path):
    """A thread may begin with a message that answers another: only where answers alone made it, it goes on."""
    readers = [
        export([Thread(native_id="1", root_post="1"), message(1, None, 1)], 0),
        export([Thread(native_id="2", root_post="2"), message(2, 1, 2), message(3, 2, 2)], 1),
    ]
    with Store(tmp_path / "workspace") as store:
        for number, reader in enumerate(readers):
            store.ingest(export_of(tmp_path, f"{number}"), reader)
        assert store.sql("SELECT thread_id FROM thread ORDER BY 1").to_pylist() == [
            {"thread_id": "forum:1"},
            {"thread_id": "forum:2"},
        ]


def test_what_a_newer_export_lacks_of_a_continued_thread_has_vanished(tmp_path: Path):
    """A thread that goes on lies where its first post does."""
    parts = [JANUARY, FEBRUARY, (*JANUARY, *FEBRUARY[1:], *MARCH)]
    for number, order in enumerate((parts, parts[::-1])):
        folder = tmp_path / str(number)
        folder.mkdir()
        with Store(folder / "workspace") as store:
            for part in order:
                place = folder / str(parts.index(part))
                place.mkdir()
                store.ingest(Export(telegram(place, part)), TelegramReader())
            gone = store.sql("SELECT post_id FROM post WHERE vanished_by IS NOT NULL").to_pylist()
            changed = [row for row in changes(store.connection).to_pylist() if row["change"] == "vanished"]
        assert gone == [{"post_id": "telegram:7/4"}]
        assert len(changed) == 1


_ANSWERS = st.lists(st.integers(0, 9), min_size=8, max_size=8)


@settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.generate])
@example([0, 0, 0, 0, 0, 0, 1, 0], [{6}, {0, 1, 2, 3, 6, 7}, {4}], [1, 0, 2])
@example([2, 3, 1, 1, 4, 9, 6, 6], [{0, 3}, {1, 4}, {2, 5, 6, 7}], [2, 1, 0])
@given(
    _ANSWERS,
    st.lists(st.sets(st.integers(0, 7), min_size=1, max_size=6), min_size=3, max_size=3),
    st.permutations(range(3)),
)
def test_threads_do_not_depend_on_the_order_of_exports(
    tmp_path_factory: pytest.TempPathFactory, answers: list[int], parts: list[set[int]], order: list[int]
):
    """Whatever answers what, in circles too, and whichever export has which messages."""
    said: list[Said] = [
        (str(number + 1), None if answer in (0, number + 1) else str(answer))
        for number, answer in enumerate(answers)
    ]
    exports = [[said[place] for place in sorted(part)] for part in parts]
    folder = tmp_path_factory.mktemp("orders")
    ways = [exports, [exports[place] for place in order]]
    made = [stored(folder / str(number), TelegramReader(), telegram, way) for number, way in enumerate(ways)]
    assert made[0] == made[1]
