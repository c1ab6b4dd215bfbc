"""The table reader on small invented tables that hold every trap of the format."""

import json
import random
import zipfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forum_pulse.corpus import model
from forum_pulse.corpus.cleaning import clean
from forum_pulse.corpus.readers.export import Export
from forum_pulse.corpus.readers.interface import Reader, ReadOptions
from forum_pulse.corpus.readers.tables.columns import layout_of
from forum_pulse.corpus.readers.tables.reader import TableReader
from forum_pulse.corpus.readers.tables.times import moment_of, order_of
from forum_pulse.errors import BrokenExportError, ConfigError, ExportError

Record = TypeVar("Record")
FOLDER = Path(__file__).parent / "fixtures" / "tables"
ROOT = "signatures/statement"


def read(path: Path, instance: str | None = None, **columns: str) -> list[model.Record]:
    return list(TableReader().read(Export(path), ReadOptions(instance=instance, columns=columns)))


def of(records: list[model.Record], kind: type[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


def test_a_column_told_to_be_html_is(tmp_path: Path) -> None:
    """Whatever it is called; without that, and for other tables, tags are words."""
    path = write(tmp_path / "t.csv", "id,author,Words\n1,ada,<p>I <b>agree</b></p>\n")
    records = read(path, html="words")
    (told,) = of(records, model.Post)
    assert "html=Words" in (of(records, model.Source)[0].variant or "")
    assert (told.body, told.body_format) == ("<p>I <b>agree</b></p>", "html")
    (plain,) = of(read(path, text="Words"), model.Post)
    assert plain.body_format == "text"
    with pytest.raises(ConfigError, match="htm"):
        read(path, htm="Words")


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.fixture(scope="module")
def forum() -> list[model.Record]:
    return read(FOLDER / "forum.csv")


@pytest.fixture(scope="module")
def posts(forum: list[model.Record]) -> dict[str, model.Post]:
    return {post.native_id if post.native_id.isdigit() else "soup": post for post in of(forum, model.Post)}


@pytest.fixture(scope="module")
def sheet() -> list[model.Record]:
    return read(FOLDER / "signatures.csv")


def test_is_a_reader(forum: list[model.Record]):
    """It has the shape the registry expects; the source says how columns were understood, and until when."""
    assert isinstance(TableReader(), Reader)
    first, last = of(forum, model.Source)
    assert forum[0] is first
    assert first.instance == last.instance == "table:forum"
    assert first.variant == (
        "forum.csv posts: text=Message, id=Post ID, parent=Reply To, title=Topic, author=User, "
        "name=Display Name, email=E-Mail, time=Created At, likes=Likes, channel=Channel"
    )
    assert (first.has_reaction_actors, first.has_reaction_counts) == ("no", True)
    assert last.exported_at == utc(2031, 3, 3, 8, 0, 0, 250_000)
    assert {source.instance for source in of(read(FOLDER / "forum.csv", "quay"), model.Source)} == {"quay"}


def test_a_post(posts: dict[str, model.Post]):
    """Delimiter, byte order mark, line breaks and delimiters within quotes are read as meant."""
    assert posts["10"] == model.Post(
        native_id="10",
        thread="10",
        author="ada",
        created_at=utc(2031, 3, 1, 9),
        created_raw="2031-03-01T09:00:00Z",
        precision="s",
        body="Dredge the basin; soon.\nIt silts up.",
        body_format="text",
        locator="forum.csv:2",
    )
    assert posts["11"].body == '+1, "before" spring'
    assert (posts["11"].created_at, posts["11"].tz_known) == (utc(2031, 3, 1, 10), False)
    assert posts["12"].created_at == utc(2031, 2, 27, 23, 6, 40)
    assert (posts["soup"].created_at, posts["soup"].precision) == (utc(2031, 3, 2), "day")
    assert posts["16"].precision == "ms"


def test_threads(forum: list[model.Record], posts: dict[str, model.Post]):
    """Without a thread column, threads follow answers, else titles; a parent that is not here keeps its id."""
    assert {name: (post.thread, post.parent) for name, post in posts.items()} == {
        "10": ("10", None),
        "11": ("10", "10"),
        "12": ("10", "10"),
        "13": ("13", "99"),
        "soup": ("quiet/Lunch", None),
        "16": ("16", None),
    }
    threads = {thread.native_id: thread for thread in of(forum, model.Thread)}
    assert len(threads) == len(of(forum, model.Thread))
    assert set(threads) == {post.thread for post in posts.values()}
    assert (threads["10"].title, threads["10"].root_post, threads["10"].container) == (
        "Basin",
        "10",
        "general",
    )
    assert threads["quiet/Lunch"].root_post == posts["soup"].native_id
    assert {c.native_id for c in of(forum, model.Container)} == {"general", "quiet"}


def test_accounts(forum: list[model.Record]):
    """A login is an id; a display name alone is not stable; names of many are marked."""
    assert {
        (a.native_id, a.display_name, a.email, a.kind, a.is_stable_id) for a in of(forum, model.Account)
    } == {
        ("ada", "Ada Quay", "ada.quay@harbour.example", "human", True),
        ("bo", "Bo Winch", None, "human", True),
        ("[deleted]", None, None, "deleted", False),
        ("Cy Bollard", None, None, "human", False),
        ("eve@dock.example", None, "eve@dock.example", "human", True),
    }


def test_likes(forum: list[model.Record]):
    """A number of likes is a count without people, beside the total it adds up to."""
    found = [(r.post, r.mechanism, r.account, r.n, r.identity) for r in of(forum, model.Reaction)]
    assert found == [("10", "like", None, 3, "count_only"), ("16", "like", None, 1200, "count_only")]
    assert [(t.post, t.total, t.identified, t.source_field) for t in of(forum, model.ReactionTotal)] == [
        ("10", 3, 0, "Likes"),
        ("16", 1200, 0, "Likes"),
    ]


def test_anomalies(forum: list[model.Record]):
    """What was not understood is a row that says where."""
    assert Counter((a.code, a.locator) for a in of(forum, model.Anomaly)) == {
        ("unknown_column", "forum.csv:1"): 1,
        ("bad_time", "forum.csv:6"): 1,
        ("unparsed", "forum.csv:6"): 1,
        ("unparsed", "forum.csv:8"): 1,
        ("duplicate", "forum.csv:9"): 1,
        ("duplicate", "forum.csv:10"): 1,
        ("unparsed", "forum.csv:12"): 1,
    }


def test_a_post_may_be_all_headline(tmp_path: Path):
    """An opening post without a text says what its title says; an answer without one says nothing."""
    path = write(tmp_path / "x.csv", "id,parent,title,text\n1,,Dredge?,\n2,1,Re: Dredge?,\n")
    records = read(path)
    assert [post.body for post in of(records, model.Post)] == ["Dredge?"]
    assert [(a.code, a.locator) for a in of(records, model.Anomaly)] == [("unparsed", "x.csv:3")]


def test_posts_that_are_not_for_all(tmp_path: Path):
    """A no to publishing, a mark as private and a deletion are read, whatever way they are written."""
    path = write(
        tmp_path / "answers.csv",
        "Feedback,May we publish this?,Private,Deleted at\n"
        "a,Yes,false,\nb,No thanks,,\nc,,TRUE,\nd,Yes please,No,2031-03-01\ne,,f,0000-00-00 00:00:00\nf,t,0,false\n",
    )
    records = read(path)
    assert [(p.body, p.is_private, p.state) for p in of(records, model.Post)] == [
        ("a", False, "visible"),
        ("b", True, "visible"),
        ("c", True, "visible"),
        ("d", False, "removed"),
        ("e", False, "visible"),
        ("f", False, "visible"),
    ]
    assert of(records, model.Source)[-1].has_deletions
    assert not of(records, model.Anomaly)


def test_commas_in_numbers_of_likes(tmp_path: Path):
    """A comma parts thousands or is not understood: a decimal comma multiplies nothing."""
    path = write(
        tmp_path / "x.csv", "text;likes\na;1,200\nb;12,0\nc;1,5\nd;1,234,567\ne;0,001,000\nf;1234,567\n"
    )
    records = read(path)
    assert [(r.n, r.mechanism) for r in of(records, model.Reaction)] == [
        (1200, "like"),
        (1234567, "like"),
        (1000, "like"),
    ]
    assert [(a.code, a.locator) for a in of(records, model.Anomaly)] == [
        ("unparsed", "x.csv:3"),
        ("unparsed", "x.csv:4"),
        ("unparsed", "x.csv:7"),
    ]


def test_signatures(sheet: list[model.Record]):
    """People by e-mail, else by name; the end of a signature by its date, else by its status."""
    found = [(r.account, r.identity, r.created_at, r.removed_at) for r in of(sheet, model.Reaction)]
    assert found == [
        ("ada.quay@harbour.example", "identified", utc(2031, 3, 4, 9, 15), None),
        ("bo@dock.example", "identified", utc(2031, 3, 14, 9, 20, 10), utc(2031, 3, 20, 8)),
        ("cy bollard", "name_only", utc(2031, 3, 14, 9, 20, 10), None),
        ("cy bollard", "name_only", utc(2031, 3, 15, 9), None),
        ("eve@dock.example", "identified", utc(2031, 3, 16, 9), utc(2031, 3, 16, 9)),
        ("dee@dock.example", "identified", None, utc(1970, 1, 1)),
        (None, "count_only", utc(2031, 3, 17, 9), None),
        ("flo@dock.example", "identified", utc(2031, 3, 18, 9), None),
        ("gus@dock.example", "identified", utc(2031, 3, 19, 9), utc(2031, 3, 1)),
        ("hal@dock.example", "identified", utc(2031, 3, 20, 9), None),
        ("ivy@dock.example", "identified", None, None),
        ("ada.quay@harbour.example", "identified", utc(2031, 3, 4, 9, 15), None),
    ]
    assert {(r.post, r.mechanism, r.name_raw, r.n) for r in of(sheet, model.Reaction)} == {
        (ROOT, "signature", "signed", 1)
    }


def test_the_petition_a_sheet_is(sheet: list[model.Record]):
    """One thread, its first post the statement, nobody's; remarks are comments below it, once each."""
    assert of(sheet, model.Thread) == [
        model.Thread(native_id="signatures", title="signatures", kind="petition", root_post=ROOT)
    ]
    root, *comments = of(sheet, model.Post)
    assert (root.native_id, root.author, root.kind, root.body) == (ROOT, None, "post", "signatures")
    assert [(c.kind, c.author, c.body, c.parent, c.created_at) for c in comments] == [
        ("comment", "ada.quay@harbour.example", "Long overdue", ROOT, utc(2031, 3, 4, 9, 15)),
        ("comment", "cy bollard", "+1", ROOT, utc(2031, 3, 14, 9, 20, 10)),
    ]


def test_the_sheets_source_and_anomalies(sheet: list[model.Record]):
    """Actors are partly known; the newest date of any act is how far the sheet reaches."""
    last = of(sheet, model.Source)[-1]
    assert (last.has_reaction_actors, last.exported_at) == ("partial", utc(2031, 3, 20, 9))
    assert Counter((a.code, a.locator) for a in of(sheet, model.Anomaly)) == {
        ("unknown_column", "signatures.csv:1"): 1,
        ("duplicate", "signatures.csv:5"): 1,
        ("bad_time", "signatures.csv:7"): 1,
        ("unknown_alias", "signatures.csv:9"): 1,
        ("clock", "signatures.csv:10"): 1,
        ("bad_time", "signatures.csv:12"): 1,
        ("unparsed", "signatures.csv:13"): 1,
        ("duplicate", "signatures.csv:14"): 2,
    }


def test_several_petitions_in_one_sheet(tmp_path: Path):
    """A column that names the petition makes a thread of each, with the statement it gives."""
    path = write(
        tmp_path / "x.csv",
        "petition,statement,name,signed on\nDredge,We ask for it.,Ada,2031-03-01\nPaint,,Ada,2031-03-02\nDredge,,Bo,2031-03-03\n",
    )
    records = read(path)
    assert [(t.native_id, t.root_post) for t in of(records, model.Thread)] == [
        ("Dredge", "Dredge/statement"),
        ("Paint", "Paint/statement"),
    ]
    assert [post.body for post in of(records, model.Post)] == ["We ask for it.", "Paint"]
    assert Counter(r.post for r in of(records, model.Reaction)) == {
        "Dredge/statement": 2,
        "Paint/statement": 1,
    }


def test_ids_do_not_depend_on_the_order_of_rows(tmp_path: Path):
    """Rows without ids keep their made ids however the file is sorted; equal rows of nobody stay apart."""
    rows = ["ada,2031-03-01,one", "bo,2031-03-01,one", ",,+1", ",,+1", ",,+1", "ada,,twice", "ada,,twice"]
    seen: set[frozenset[str]] = set()
    for seed in range(6):
        random.Random(seed).shuffle(rows)
        records = read(write(tmp_path / "x.csv", "user,date,text\n" + "\n".join(rows) + "\n"))
        assert len(of(records, model.Post)) == 7
        seen.add(frozenset(post.native_id for post in of(records, model.Post)))
    assert len(seen) == 1


def test_where_all_answer_something_the_first_post_is_elsewhere(tmp_path: Path):
    """A table may go on where another ended: nothing is said of what opened the thread."""
    rows = "5,t,1,2031-03-02,x\n6,t,5,2031-03-03,y\n7,u,7,2031-03-04,z\n"
    records = read(write(tmp_path / "april.csv", "id,thread,parent,date,text\n" + rows))
    assert {t.native_id: (t.root_post, t.created_at) for t in of(records, model.Thread)} == {
        "t": (None, None),
        "u": ("7", utc(2031, 3, 4)),
    }


def test_the_first_post_of_a_thread_does_not_depend_on_the_order_of_rows(tmp_path: Path):
    """With a thread column the root is the earliest post that answers nothing, or bears the thread's id."""
    rows = [
        "a,t,,2031-03-02,x",
        "b,t,,2031-03-01,y",
        "c,t,b,2031-02-01,z",
        "s,s,,2031-03-05,x",
        "q,s,,2031-03-01,y",
    ]
    for seed in range(6):
        random.Random(seed).shuffle(rows)
        records = read(write(tmp_path / "x.csv", "id,thread,parent,date,text\n" + "\n".join(rows) + "\n"))
        assert {t.native_id: (t.root_post, t.created_at) for t in of(records, model.Thread)} == {
            "t": ("b", utc(2031, 3, 1)),
            "s": ("s", utc(2031, 3, 5)),
        }


def test_of_one_day_the_first_post_has_the_smallest_number(tmp_path: Path):
    """Where only days are known, 9 comes before 10."""
    rows = "".join(f"{number},Talk,2031-03-03,post {number}\n" for number in range(9, 13))
    (thread,) = of(read(write(tmp_path / "x.csv", f"id,thread,date,text\n{rows}")), model.Thread)
    assert thread.root_post == "9"


def test_answers_before_and_without_what_they_answer(tmp_path: Path):
    """A reply may stand above its parent, or in another file; a parent whose row says nothing still holds."""
    write(tmp_path / "a.csv", "id,parent,text\n3,2,c\n2,1,b\n5,4,e\n4,,\n")
    write(tmp_path / "b.csv", "id,parent,text\n1,,a\n")
    records = read(tmp_path)
    assert {post.native_id: post.thread for post in of(records, model.Post)} == {
        "1": "1",
        "2": "1",
        "3": "1",
        "5": "4",
    }
    assert {thread.native_id: thread.root_post for thread in of(records, model.Thread)} == {
        "1": "1",
        "4": "4",
    }


def test_json_lines(tmp_path: Path):
    """Objects within objects, typed values, keys that come later and lines that are no object."""
    lines: list[Any] = [
        {"id": 1, "author": {"id": 7, "name": "Ada"}, "createdAt": 1930000000, "body": "one", "reactions": {"+1": 2, "eyes": ["bo", "cy", "bo"]}},
        {"id": 2, "author": {"id": 8, "name": "Bo"}, "createdAt": 1930000000500, "body": "two", "parent_id": 1, "extra": [1]},
        {"id": 3, "author": None, "createdAt": "2031-03-01T09:00:00+02:00", "body": "three", "reactions": {"+1": "many"}},
        {"id": 4, "body": None},
        [1, 2],
    ]  # fmt: skip
    text = "\n".join(json.dumps(line) for line in lines) + '\n{"id": 5, "bo\n'
    records = read(write(tmp_path / "x.ndjson", text))
    assert [(p.native_id, p.author, p.parent, p.thread, p.precision) for p in of(records, model.Post)] == [
        ("1", "7", None, "1", "s"),
        ("2", "8", "1", "1", "ms"),
        ("3", None, None, "3", "s"),
    ]
    assert of(records, model.Post)[2].created_at == utc(2031, 3, 1, 7)
    assert [(r.name_raw, r.mechanism, r.account, r.n) for r in of(records, model.Reaction)] == [
        ("+1", "emoji", None, 2),
        ("eyes", "emoji", "bo", 1),
        ("eyes", "emoji", "cy", 1),
    ]
    assert {a.native_id for a in of(records, model.Account)} == {"7", "8", "bo", "cy"}
    assert [(a.code, a.locator) for a in of(records, model.Anomaly)] == [
        ("unknown_column", "x.ndjson:1"),
        ("unknown_column", "x.ndjson:1"),
        ("unparsed", "x.ndjson:3"),
        ("unparsed", "x.ndjson:4"),
        ("unparsed", "x.ndjson:5"),
        ("unparsed", "x.ndjson:6"),
    ]


def test_parquet(tmp_path: Path):
    """Typed columns, times with and without a zone, and whole numbers kept as fractions."""
    table = pa.table(
        {
            "message_id": pa.array([1.0, 2.0]),
            "reply_to": pa.array([None, 1.0]),
            "from": ["ada", "bo"],
            "sent_at": pa.array([utc(2031, 3, 1, 9), utc(2031, 3, 1, 10)], pa.timestamp("us", "UTC")),
            "edited_at": pa.array([None, datetime(2031, 3, 2)], pa.timestamp("ms")),  # noqa: DTZ001
            "text": ["one", "two"],
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    records = read(tmp_path / "x.parquet")
    assert [
        (p.native_id, p.parent, p.author, p.created_at, p.edited_at) for p in of(records, model.Post)
    ] == [
        ("1", None, "ada", utc(2031, 3, 1, 9), None),
        ("2", "1", "bo", utc(2031, 3, 1, 10), utc(2031, 3, 2)),
    ]
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.write(tmp_path / "x.parquet", "x.parquet")
    assert [str(r) for r in read(tmp_path / "x.zip")] == [str(r) for r in records]


@pytest.mark.parametrize(
    ("data", "bodies", "anomalies"),
    [
        ("text\ncafé\nnaïve\n".encode("utf-8-sig"), ["café", "naïve"], []),
        ("text\ncafé\n".encode("cp1252"), ["café"], ["unparsed x.csv:2"]),
        ("text\nnaïve\n".encode() + b"caf\xe9\n", ["naïve", "caf\ufffd"], ["unparsed x.csv:3"]),
        ("id\ttext\n1\tcafé\n".encode("utf-16"), ["café"], []),
        (b"sep=;\ntext;date\na,b;2031-03-01\n", ["a,b"], []),
        (b"\r\n\r\ntext|date\r\na;b,c|2031-03-01\r\n", ["a;b,c"], []),
        (b'text,date\r\n"a\r\nb",2031-03-01\r\n', ["a\r\nb"], []),
    ],
)
def test_how_files_are_written(tmp_path: Path, data: bytes, bodies: list[str], anomalies: list[str]):
    """Encodings and delimiters are found out; what had to be guessed is told with its line."""
    (tmp_path / "x.csv").write_bytes(data)
    records = read(tmp_path / "x.csv")
    assert [post.body for post in of(records, model.Post)] == bodies
    assert [f"{a.code} {a.locator}" for a in of(records, model.Anomaly)] == anomalies


def test_a_long_post_is_no_error(tmp_path: Path):
    """A cell larger than the csv module allows by default is read."""
    path = write(tmp_path / "x.csv", "text\n" + "x" * 300_000 + "\n")
    assert [len(post.body) for post in of(read(path), model.Post)] == [300_000]


def test_headers_that_repeat_or_lack_a_name(tmp_path: Path):
    """Twins and blanks among the headers cost nothing and are told."""
    records = read(write(tmp_path / "x.csv", "text,,Note,Note\nhello,1,2,3\n"))
    assert [a.detail for a in of(records, model.Anomaly)] == ["column 2", "Note", "Note (2)"]


@pytest.mark.parametrize(
    ("header", "stem", "shape"),
    [
        ("name,email,signed on", "x", "signatures"),
        ("Name,City,State,Postal Code,Country,Signed On", "x", "signatures"),
        ("Zeitstempel,E-Mail-Adresse,Vollständiger Name,Kommentar,Zurückgezogen am", "x", "signatures"),
        ("Timestamp,Email Address,Name", "x", "signatures"),
        ("name,affiliation", "open-letter", "signatures"),
        ("name,comment,date", "signatures 2031", "signatures"),
        ("name,comment,date", "survey", "posts"),
        ("author,message,date", "x", "posts"),
        ("body,signed_on,name", "petition comments", "posts"),
        ("Auteur,Contenu,Date de création", "x", "posts"),
    ],
)
def test_shapes(header: str, stem: str, shape: str):
    """A text makes posts; people with a date of signing, or a sheet called so, make signatures."""
    assert layout_of(header.split(","), stem, {}, "x").shape == shape


@pytest.mark.parametrize("header", ["person,email,role,hired", "name,email,created_at", "a,b"])
def test_neither_posts_nor_signatures(tmp_path: Path, header: str):
    """A roster is no petition: the error names the columns and the way out."""
    with pytest.raises(ExportError, match=header.split(",", maxsplit=1)[0]) as caught:
        read(write(tmp_path / "x.csv", header + "\n1,2,3\n"))
    assert "--column text=COLUMN" in caught.value.hint


def test_one_table_among_others_that_is_none(tmp_path: Path):
    """A folder is read though one of its tables says nothing; that one is told."""
    write(tmp_path / "people.csv", "person,role\n1,2\n")
    write(tmp_path / "empty.csv", "\n\n")
    write(tmp_path / "posts.csv", "text\nhello\n")
    records = read(tmp_path)
    assert [post.body for post in of(records, model.Post)] == ["hello"]
    assert {(a.code, a.locator) for a in of(records, model.Anomaly)} == {
        ("unparsed", "people.csv"),
        ("unparsed", "empty.csv"),
    }


def test_columns_the_user_names(tmp_path: Path):
    """What the user says goes before any guess, whatever its case."""
    path = write(tmp_path / "x.csv", "text,what they wrote,who\nrow 1,hello,ada\n")
    (post,) = of(read(path, text="What they wrote", author="who"), model.Post)
    assert (post.body, post.author) == ("hello", "ada")


@pytest.mark.parametrize(
    ("columns", "wrong", "hint"),
    [({"text": "mesage"}, "mesage", "'message'"), ({"txt": "message"}, "'txt'", "'text'")],
)
def test_columns_that_are_not_there(tmp_path: Path, columns: dict[str, str], wrong: str, hint: str):
    """A misspelt column of theirs or ours is refused, the nearest named."""
    with pytest.raises(ConfigError, match=wrong) as caught:
        read(write(tmp_path / "x.csv", "message\nhello\n"), **columns)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.csv", b""), ("x.parquet", b"PAR1 no"), ("x.jsonl", b"[1]\n"), ("x.csv", b"text\n\n")],
)
def test_nothing_readable(tmp_path: Path, name: str, content: bytes):
    """Empty and broken files are refused in words."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BrokenExportError, match="x"):
        read(tmp_path / name)


@pytest.mark.parametrize(
    ("names", "claimed"),
    [(["a.csv"], True), (["a.CSV", "b.tsv", "c.parquet"], True), (["a.csv", "README.md"], False),
     (["utterances.jsonl", "corpus.json"], False), (["a.json"], False), ([".hidden", "a.ndjson"], True)],
)  # fmt: skip
def test_what_is_claimed(tmp_path: Path, names: list[str], claimed: bool):
    """Only exports of nothing but tables, by name."""
    for name in names:
        (tmp_path / name).write_text("{}")
    assert TableReader().sniff(Export(tmp_path)) is claimed


@pytest.mark.parametrize(
    ("value", "order", "expected"),
    [
        ("2031-03-01", None, (utc(2031, 3, 1), "day", False)),
        ("20310301", None, (utc(2031, 3, 1), "day", False)),
        ("2031-03-01 09:30", None, (utc(2031, 3, 1, 9, 30), "s", False)),
        ("2031-03-01T09:30:00.123Z", None, (utc(2031, 3, 1, 9, 30, 0, 123_000), "ms", True)),
        ("2031-03-01 09:30:00 +0100", None, (utc(2031, 3, 1, 8, 30), "s", True)),
        ("2031-03-01 09:30:00 UTC", None, (utc(2031, 3, 1, 9, 30), "s", True)),
        ("2031/03/01 09:30", None, (utc(2031, 3, 1, 9, 30), "s", False)),
        ("2031-03-01 9:30", None, (utc(2031, 3, 1, 9, 30), "s", False)),
        ("2031-03-01T9:30:05.5Z", None, (utc(2031, 3, 1, 9, 30, 5, 500_000), "ms", True)),
        ("2031-3-1 9:30:05 PM", None, (utc(2031, 3, 1, 21, 30, 5), "s", False)),
        ("3/4/2031 9:05:00", "month", (utc(2031, 3, 4, 9, 5), "s", False)),
        ("31.12.2031", None, (utc(2031, 12, 31), "day", False)),
        ("1.2.2031, 09:30", None, (utc(2031, 2, 1, 9, 30), "s", False)),
        ("3/4/2031", "month", (utc(2031, 3, 4), "day", False)),
        ("3/4/31 2:05 PM", "month", (utc(2031, 3, 4, 14, 5), "s", False)),
        ("2031/03/04 2:05:06 PM GMT+1", None, (utc(2031, 3, 4, 13, 5, 6), "s", True)),
        ("2031/03/04 2:05:06 p. m. GMT-3:30", None, (utc(2031, 3, 4, 17, 35, 6), "s", True)),
        ("2031/03/04 2:05:06 PM MEZ", None, (utc(2031, 3, 4, 14, 5, 6), "s", False)),
        ("4.3.2031 9:30 AEST", None, (utc(2031, 3, 4, 9, 30), "s", False)),
        ("3/4/2031 12:00:00 a.m.", "day", (utc(2031, 4, 3), "s", False)),
        ("03-04-2031 23:59", "day", (utc(2031, 4, 3, 23, 59), "s", False)),
        ("Mar 4, 2031", None, (utc(2031, 3, 4), "day", False)),
        ("March 4th 2031 at 9:30 am", None, (utc(2031, 3, 4, 9, 30), "s", False)),
        ("4 March 2031", None, (utc(2031, 3, 4), "day", False)),
        ("Tue, 4 Mar 2031 09:30:00 +0100", None, (utc(2031, 3, 4, 8, 30), "s", True)),
        ("1930000000", None, (utc(2031, 2, 27, 23, 6, 40), "s", True)),
        ("1930000000.5", None, (utc(2031, 2, 27, 23, 6, 40, 500_000), "us", True)),
        ("1930000000500", None, (utc(2031, 2, 27, 23, 6, 40, 500_000), "ms", True)),
        (1930000000, None, (utc(2031, 2, 27, 23, 6, 40), "s", True)),
        (date(2031, 3, 4), None, (utc(2031, 3, 4), "day", False)),
    ],
)
def test_times(value: Any, order: Any, expected: tuple[datetime, str, bool]):
    """Each way a time is written is read as one moment in UTC, as finely as it is said."""
    moment = moment_of(value, order)
    assert moment is not None
    assert (moment.at, moment.precision, moment.tz_known) == expected


@pytest.mark.parametrize(
    "value", ["", "soon", "3/4/2031", "3/4/2031 9:05:00", "2031-03-04 25:00", "2031-3/4 9:05", "13/13/2031", "2031", "12345", "99999999999999999999", "0001-01-01", "24:00", "2031-02-30", True, None, [], float("nan"), 1e300, "4 Foo 2031", "May"]
)  # fmt: skip
def test_what_is_no_time(value: Any):
    """Nothing is guessed, and nothing raises."""
    assert moment_of(value) is None


def test_the_order_of_day_and_month(tmp_path: Path):
    """A column is read only where it shows which is which; where it does not, each row says so."""
    assert order_of(["1/2/2031", "13/2/2031"]) == "day"
    assert order_of(["1/2/2031", "2/13/2031"]) == "month"
    assert order_of(["1/2/2031", None, 7]) is None
    assert order_of(["13/2/2031", "2/13/2031"]) is None
    assert order_of(["32/13/2031", "2/13/2031"]) == "month"
    records = read(write(tmp_path / "x.csv", "text,date\na,1/2/2031\nb,3/4/2031\n"))
    assert [post.created_at for post in of(records, model.Post)] == [None, None]
    assert ["two days" in a.detail for a in of(records, model.Anomaly)] == [True, True]


def test_damaged_tables_never_stop_the_reading(tmp_path: Path):
    """Bytes changed, cut and doubled at random: the rows that can be read are."""
    for name in ("forum.csv", "signatures.csv"):
        clean = (FOLDER / name).read_bytes()
        for seed in range(25):
            chance = random.Random(seed)
            data = bytearray(clean)
            for _ in range(chance.randrange(1, 30)):
                at = chance.randrange(clean.index(b"\n"), len(data))
                data[at : at + chance.choice((0, 1, 5))] = chance.choice(
                    (b"\x00", b"\xff", b'"', b"\n", b";", b",", b"\r")
                )
            (tmp_path / name).write_bytes(data)
            records = read(tmp_path / name)
            assert of(records, model.Post)
            assert {p.thread for p in of(records, model.Post)} == {
                t.native_id for t in of(records, model.Thread)
            }


@pytest.mark.parametrize(
    ("body", "own"),
    [
        ('[quote="ada, post:2, topic:7"]\n+1\n[/quote]\n\nWhat does that mean?', "What does that mean?"),
        ("> I support this.\n\nWho says so?", "Who says so?"),
        ("On Monday Ada wrote:\n>I support this.\n>A lot.\nI don't.", "I don't."),
        (">50% of us use it", ">50% of us use it"),
        ("a -> b\n* [x] one", "a -> b\n* [x] one"),
    ],
)
def test_quoted_words_are_not_the_authors_whatever_the_column_is_called(tmp_path: Path, body: str, own: str):
    """A forum's raw text under the name "text": who quotes a "+1" has not said it."""
    path = tmp_path / "posts.jsonl"
    path.write_text(json.dumps({"id": "7/3", "author": "bo", "text": body}), encoding="utf-8")
    [post] = of(read(path), model.Post)
    assert clean(post.body, post.body_format).own_text == own
