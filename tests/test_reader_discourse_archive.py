"""A Discourse user's own archive: one person's posts and the likes they gave."""

import csv
import io
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from forum_pulse.corpus.model import (
    Account,
    Anomaly,
    Container,
    Post,
    Reaction,
    ReactionTotal,
    Record,
    Source,
    Thread,
)
from forum_pulse.corpus.readers import Export, Reader, ReadOptions, find
from forum_pulse.corpus.readers.discourse.archive import UserArchiveReader
from forum_pulse.corpus.readers.discourse.reader import DiscourseReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

Noun = TypeVar("Noun")
HEADER = [
    "topic_title",
    "categories",
    "is_pm",
    "post_raw",
    "post_cooked",
    "like_count",
    "reply_count",
    "url",
    "created_at",
]
HOST = "https://talk.example.org"


def line(place: str, raw: str = "Hello.", **fields: Any) -> list[str]:
    """A row of user_archive.csv; `place` is TOPIC/NUMBER."""
    row = {
        "topic_title": "The pier",
        "categories": "Harbour|Works",
        "is_pm": "Nein",
        "post_raw": raw,
        "post_cooked": f"<p>{raw}</p>",
        "like_count": "0",
        "reply_count": "0",
        "url": f"{HOST}/t/the-pier/{place}",
        "created_at": "2031-05-01T09:00:00.000Z",
    }
    return list((row | fields).values())


POSTS = [
    line("5/1", 'Open the pier.\nIt is "old", and ours.', like_count="3"),
    line("5/2", "And soon."),
    line("5/2", "Twice."),
    line("6/1", "Psst", is_pm="Ja", categories="-", topic_title="Psst"),
    line("7/4", "A word of a language we do not know", is_pm="Jawohl", categories="-"),
    line("8/2", "Lost", url=f"{HOST}/t/no-number"),
    line("9/1", "When?", created_at="last week"),
]
LIKES = [
    ["id", "post_id", "topic_id", "post_number", "created_at", "updated_at", "deleted_at", "deleted_by"],
    ["1", "70", "5", "3", "2031-05-01 10:00:00 UTC", "2031-05-01 10:00:00 UTC", "", ""],
    [
        "2",
        "71",
        "5",
        "4",
        "2031-05-01 10:01:00 UTC",
        "2031-05-01 10:01:00 UTC",
        "2031-05-02 08:00:00 UTC",
        "self",
    ],
    ["3", "72", "", "", "2031-05-01 10:02:00 UTC", "2031-05-01 10:02:00 UTC", "", ""],
    ["4", "73", "5", "1", "2031-05-01 10:03:00 UTC", "2031-05-01 10:03:00 UTC", "", ""],
]


def table(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def archive(folder: Path, *, owner: dict[str, Any] | None = None, posts: str | None = None) -> Path:
    """A folder as the zip unpacks."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "user_archive.csv").write_text(posts or table([HEADER, *POSTS]), encoding="utf-8")
    (folder / "likes.csv").write_text(table(LIKES), encoding="utf-8")
    (folder / "visits.csv").write_text(
        "visited_at,posts_read,mobile,time_read\n2031-05-01,1,false,9\n", encoding="utf-8"
    )
    if owner:
        (folder / "preferences.json").write_text(json.dumps({"user": owner}), encoding="utf-8")
    return folder


ADA = {"id": 1, "username": "ada", "name": "Ada Larch", "email": "ada@example.org"}


def read(path: Path, **options: Any) -> list[Record]:
    return list(UserArchiveReader().read(Export(path), ReadOptions(**options)))


def of(kind: type[Noun], records: list[Record]) -> list[Noun]:
    return [record for record in records if isinstance(record, kind)]


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    return read(archive(tmp_path_factory.mktemp("archive"), owner=ADA))


def test_reader_keeps_the_protocol() -> None:
    """It is what the registry expects of a reader, and no real archive was seen."""
    assert isinstance(UserArchiveReader(), Reader)
    assert not UserArchiveReader.verified


def test_source(ada: list[Record]) -> None:
    """The forum is named by the addresses of the posts; one person's posts are never a whole forum."""
    first, last = of(Source, ada)
    assert (ada[0], ada[-1]) == (first, last)
    assert (last.instance, last.instance_url, last.complete) == ("talk.example.org", HOST, "no")
    assert last.has_reaction_actors == "own"
    assert last.exported_at == datetime(2031, 5, 2, 8, tzinfo=UTC)


def test_posts(ada: list[Record]) -> None:
    """Topic and number come from the address, all by the archive's owner."""
    found = {record.native_id: record for record in of(Post, ada)}
    assert sorted(found) == ["5/1", "5/2", "6/1", "7/4", "9/1"]
    assert {record.author for record in found.values()} == {"1"}
    opening = found["5/1"]
    assert (opening.body, opening.body_format) == ('Open the pier.\nIt is "old", and ours.', "discourse")
    assert (opening.created_at, opening.url) == (datetime(2031, 5, 1, 9, tzinfo=UTC), f"{HOST}/t/-/5/1")
    assert of(Account, ada) == [
        Account(native_id="1", username="ada", display_name="Ada Larch", email="ada@example.org")
    ]


def test_messages_in_any_language_are_private(ada: list[Record]) -> None:
    """The mark is a word of the forum's language; a topic without a category is no public one either."""
    assert {record.native_id for record in of(Post, ada) if record.is_private} == {"6/1", "7/4"}
    assert {t.native_id: t.container for t in of(Thread, ada)} == {
        "5": "category Harbour|Works",
        "6": "private_messages",
        "7": "private_messages",
        "9": "category Harbour|Works",
    }
    assert [(c.name, c.is_private) for c in of(Container, ada)] == [
        ("Harbour / Works", False),
        ("private messages", True),
    ]


def test_likes_given_and_received(ada: list[Record]) -> None:
    """Likes received are a number."""
    assert [(r.post, r.account, r.n, r.identity) for r in of(Reaction, ada)] == [
        ("5/1", None, 3, "count_only"),
        ("5/3", "1", 1, "identified"),
        ("5/4", "1", 1, "identified"),
        ("5/1", "1", 1, "identified"),
    ]
    assert [r.removed_at for r in of(Reaction, ada) if r.post == "5/4"] == [
        datetime(2031, 5, 2, 8, tzinfo=UTC)
    ]
    assert [(t.post, t.total, t.identified) for t in of(ReactionTotal, ada)] == [("5/1", 3, 0)]


def test_what_could_not_be_read_is_named(ada: list[Record]) -> None:
    """A second copy, an address without a number, a wrong time and a like of nothing each leave a row."""
    assert sorted((a.code, a.locator) for a in of(Anomaly, ada)) == [
        ("bad_time", "user_archive.csv:10"),
        ("duplicate", "user_archive.csv:6"),
        ("orphan", "likes.csv:4"),
        ("unparsed", "user_archive.csv:9"),
    ]


def test_older_columns(tmp_path: Path) -> None:
    """Before there was typed and rendered text, there was one column; unknown ones are named."""
    header = [
        "topic_title",
        "categories",
        "is_pm",
        "post",
        "like_count",
        "reply_count",
        "url",
        "created_at",
        "mood",
    ]
    row = [
        "The pier",
        "Harbour",
        "No",
        "Hello.",
        "0",
        "0",
        f"{HOST}/t/the-pier/5/1",
        "2031-05-01 09:00:00 UTC",
        "fine",
    ]
    records = read(archive(tmp_path / "a", posts=table([header, row])))
    assert [(p.body, p.body_format) for p in of(Post, records)] == [("Hello.", "discourse")]
    assert [a.detail for a in of(Anomaly, records) if a.code == "unknown_column"] == [
        "user_archive.csv: field 'mood' is unknown and was not read"
    ]


def test_owner_by_file_name(tmp_path: Path) -> None:
    """Without preferences the name of the download tells; without either nobody is made up."""
    archive(tmp_path / "x")
    packed = shutil.make_archive(str(tmp_path / "user_archive-bo-w-310502-080000"), "zip", tmp_path / "x")
    (bo,) = of(Account, read(Path(packed)))
    assert (bo.native_id, bo.username, bo.is_stable_id) == ("@bo-w", "bo-w", False)
    unnamed = read(tmp_path / "x")
    (nobody,) = of(Account, unnamed)
    assert (nobody.username, nobody.is_stable_id) == (None, False)
    assert [a.code for a in of(Anomaly, unnamed) if a.locator == "user_archive.csv"] == ["unknown_user"]
    assert {p.author for p in of(Post, unnamed)} == {nobody.native_id}


def test_table_alone(tmp_path: Path) -> None:
    """The table of posts may lie somewhere by itself."""
    archive(tmp_path)
    records = read(tmp_path / "user_archive.csv")
    assert len(of(Post, records)) == 5


@pytest.mark.parametrize("posts", [",".join(HEADER) + "\n", table([HEADER, line("x/y")])])
def test_nothing_to_read_is_an_error(tmp_path: Path, posts: str) -> None:
    """An archive without a post is refused, with a remedy."""
    with pytest.raises(BrokenExportError) as caught:
        read(archive(tmp_path, posts=posts))
    assert caught.value.hint


def test_nobody_else_claims_it(tmp_path: Path) -> None:
    """Its tables are no tables of posts like others, folder, zip or single file."""
    folder = archive(tmp_path / "x")
    packed = shutil.make_archive(str(tmp_path / "y"), "zip", folder)
    for path in (folder, Path(packed), folder / "user_archive.csv"):
        assert find(Export(path)).name == "discourse-user-archive"
    for path in sorted((Path(__file__).parent / "fixtures").iterdir()):
        assert not UserArchiveReader().sniff(Export(path)), path.name


def topic(folder: Path) -> Path:
    """The forum's own page of the topic, with the post that was liked."""
    posts = [
        {
            "id": 70,
            "user_id": 3,
            "username": "cy",
            "created_at": "2031-05-01T09:30:00.000Z",
            "cooked": "<p>Yes.</p>",
            "post_number": 3,
            "actions_summary": [{"id": 2, "count": 2}],
        }
    ]
    path = folder / "5.json"
    path.write_text(
        json.dumps({"id": 5, "title": "The pier", "post_stream": {"posts": posts}}), encoding="utf-8"
    )
    return path


@pytest.mark.parametrize("is_archive_first", [True, False])
def test_a_like_given_is_one_of_the_likes_counted(tmp_path: Path, is_archive_first: bool) -> None:
    """In either order the forum's count of a post and one of those people's own archive add up to the count."""
    exports = [
        (archive(tmp_path / "a", owner=ADA), UserArchiveReader()),
        (topic(tmp_path), DiscourseReader()),
    ]
    with Store(tmp_path / "ws") as store:
        for path, reader in exports if is_archive_first else exports[::-1]:
            store.ingest(Export(path), reader, ReadOptions(instance="pier"))
        assert store.connection.execute(
            "SELECT identity, n FROM reaction WHERE post_id = 'pier:5/3' ORDER BY identity"
        ).fetchall() == [("count_only", 1), ("identified", 1)]


JUNK = ("", "x", "-1", "9" * 40, "\0", "=1+1", "../..", "\ud7ff", "a\nb", '"')


def test_any_cell_may_be_anything(tmp_path: Path) -> None:
    """Whatever stands in a cell, the other posts stay."""
    for column in range(len(HEADER)):
        for junk in JUNK:
            row = line("4/1")
            row[column] = junk
            records = read(archive(tmp_path, posts=table([HEADER, row, line("5/9")])))
            assert "5/9" in {p.native_id for p in of(Post, records)}


def test_cut_off_anywhere(tmp_path: Path) -> None:
    """A table that ends in the middle is read as far as it goes, or refused."""
    whole = table([HEADER, *POSTS])
    for end in range(len(whole) // 3, len(whole), 37):
        path = archive(tmp_path, posts=whole[:end])
        try:
            records = read(path)
        except BrokenExportError:
            continue
        assert isinstance(records[0], Source)
