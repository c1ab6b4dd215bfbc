"""The mail reader on a small invented list that holds every trap of the format."""

import gzip
import random
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from forum_pulse.corpus import model
from forum_pulse.corpus.readers.export import Export
from forum_pulse.corpus.readers.interface import Reader, ReadOptions
from forum_pulse.corpus.readers.mail.files import RawMail
from forum_pulse.corpus.readers.mail.inference import Subjects
from forum_pulse.corpus.readers.mail.mbox import MboxReader
from forum_pulse.corpus.readers.mail.message import parse
from forum_pulse.corpus.readers.reply_tree import ReplyTree
from forum_pulse.errors import BrokenExportError, UnsafeExportError

Record = TypeVar("Record")
FOLDER = Path(__file__).parent / "fixtures" / "mbox"
HARBOUR = FOLDER / "harbour.mbox"
ROOT = "root@harbour.example"


def read(path: Path) -> list[model.Record]:
    return list(MboxReader().read(Export(path), ReadOptions()))


def of(records: list[model.Record], kind: type[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


def mail(*headers: str, body: str = "hello") -> bytes:
    return ("From a@b.c Mon Mar  3 09:00:00 2031\n" + "\n".join(headers) + f"\n\n{body}\n\n").encode()


@pytest.fixture(scope="module")
def records() -> list[model.Record]:
    return read(HARBOUR)


@pytest.fixture(scope="module")
def posts(records: list[model.Record]) -> dict[str, model.Post]:
    found = of(records, model.Post)
    assert len({post.native_id for post in found}) == len(found)
    return {post.native_id: post for post in found}


def named(posts: dict[str, model.Post], text: str) -> model.Post:
    (post,) = (post for post in posts.values() if text in post.body)
    return post


def test_is_a_reader(records: list[model.Record]):
    """It has the shape the registry expects, and one source."""
    assert isinstance(MboxReader(), Reader)
    assert records[0] == model.Source(format="mbox", instance="mbox")
    assert len(of(records, model.Source)) == 1


def test_a_root_post(posts: dict[str, model.Post]):
    """Id, time, address and body of a mail that opens a thread."""
    assert posts[ROOT] == model.Post(
        native_id=ROOT,
        thread=ROOT,
        author="ada.quay@harbour.example",
        created_at=datetime(2031, 3, 3, 8, 0, tzinfo=UTC),
        created_raw="Mon, 3 Mar 2031 09:00:00 +0100",
        precision="s",
        body="Please vote +1 or -1 – the tide waits.\n\nFrom here to the lock it silts up.\n\n"
        "From a boat at 10:30 one sees it best.\n--  \nAda\n\n",
        body_format="mail",
        locator="harbour.mbox:1",
    )


def test_every_mail_is_a_post_or_a_duplicate(records: list[model.Record], posts: dict[str, model.Post]):
    """Lines in bodies that begin with "From " cut no mail in two, and none is lost."""
    duplicates = [a for a in of(records, model.Anomaly) if a.code == "duplicate"]
    assert len(posts) + len(duplicates) == 9
    assert named(posts, "From what I heard").body.count("From ") == 2


def test_threads(records: list[model.Record], posts: dict[str, model.Post]):
    """In-Reply-To first, else the last reference that is here; an absent parent is named, not replaced."""
    assert {name: (post.thread, post.parent) for name, post in posts.items() if post.parent} == {
        "bo1@dock.example": (ROOT, ROOT),
        "cy1@harbour.example": (ROOT, ROOT),
        "dee1@dock.example": ("dee1@dock.example", "before@elsewhere.example"),
    }
    threads = {thread.native_id: thread for thread in of(records, model.Thread)}
    assert len(threads) == len(of(records, model.Thread))
    assert set(threads) == {post.thread for post in posts.values()}
    assert threads[ROOT] == model.Thread(
        native_id=ROOT,
        container="talk.harbour.example",
        title="[VOTE] Dredge the basin",
        kind="vote",
        root_post=ROOT,
        created_at=datetime(2031, 3, 3, 8, 0, tzinfo=UTC),
        by_answers=True,
    )
    assert threads["dee1@dock.example"].title == "what went before"


def test_accounts(records: list[model.Record]):
    """Addresses in lower case; archives' " at ", list servers' "via" and encoded names are undone."""
    assert {(a.native_id, a.display_name, a.email) for a in of(records, model.Account)} == {
        ("ada.quay@harbour.example", "Quay, Ada", "ada.quay@harbour.example"),
        ("bo@dock.example", "Bö Winch", "bo@dock.example"),
        ("cy@harbour.example", "Cy Bollard", "cy@harbour.example"),
        ("dee@dock.example", "Dee", "dee@dock.example"),
        ("eve@dock.example", "Eve Hawser", "eve@dock.example"),
        ("ida@dock.example", "Ida", "ida@dock.example"),
    }


def test_bodies(posts: dict[str, model.Post]):
    """Charsets, alternatives, parts in turn, enriched text and stuffed lines are read as meant."""
    assert posts["bo1@dock.example"].body == "+1, schön\n\n"
    assert posts["cy1@harbour.example"].body.endswith(
        "> From quoted text.\n>From me a quoted line that stays.\n\n"
    )
    dee = posts["dee1@dock.example"]
    assert (dee.body_format, dee.body.split("\n")[0]) == ("mail", "Seen in plain, café")
    assert "talk mailing list" in dee.body
    assert "somebody else" not in dee.body
    assert named(posts, "Bold").body == "Bold words on one line, a <b> bracket\nnew paragraph\n"
    assert (posts["auto@dock.example"].body_format, posts["auto@dock.example"].body) == (
        "html", "<p>I am away.</p>\n\n",
    )  # fmt: skip


def test_automatic_mail_is_a_system_row(posts: dict[str, model.Post]):
    """Where no human pressed "send" nobody said anything."""
    assert [(p.native_id, p.subtype) for p in posts.values() if p.kind == "system"] == [
        ("auto@dock.example", "auto-replied")
    ]


def test_times(posts: dict[str, model.Post]):
    """UTC, with the zone known or not; an impossible date is none."""
    cy = posts["cy1@harbour.example"]
    assert (cy.created_at, cy.tz_known) == (datetime(2031, 3, 3, 11, tzinfo=UTC), False)
    assert named(posts, "Bold").created_at == datetime(2031, 3, 4, 16, tzinfo=UTC)
    assert (posts["dee1@dock.example"].created_at, posts["dee1@dock.example"].precision) == (None, "none")


def test_mail_without_an_id_has_one_made_of_its_content(posts: dict[str, model.Post]):
    """Nobody's mail and Eve's have ids that another archive of the list would give too."""
    ids = [name for name in posts if name.startswith("sha:")]
    assert ids == [named(posts, "Bold").native_id, named(posts, "without anybody").native_id]
    assert named(posts, "without anybody").author is None


def test_made_ids_do_not_depend_on_the_archiver(tmp_path: Path):
    """Line ends, envelope and blank lines at the end differ among archivers; the id does not."""
    one = mail("From: a@b.c", "Subject: x", body="hello\nthere")
    other = one.replace(b"\n", b"\r\n").replace(b"From a@b.c Mon", b"From list-return@x.y Tue") + b"\r\n"
    (tmp_path / "a.mbox").write_bytes(one)
    (tmp_path / "b.mbox").write_bytes(other)
    records = read(tmp_path)
    assert len(of(records, model.Post)) == 1
    assert Counter(a.code for a in of(records, model.Anomaly))["duplicate"] == 1


def test_attachments(records: list[model.Record]):
    """Files and forwarded mails are listed with their names."""
    assert [(a.post, a.name, a.mime, a.size) for a in of(records, model.Attachment)] == [
        ("dee1@dock.example", "küste.png", "image/png", 5),
        ("dee1@dock.example", "message/rfc822", "message/rfc822", None),
    ]


def test_anomalies(records: list[model.Record]):
    """Everything that had to be guessed or is missing is a row that says where."""
    assert sorted((a.code, a.locator, a.detail) for a in of(records, model.Anomaly)) == [
        ("bad_time", "harbour.mbox:115", "no Date header"),
        ("bad_time", "harbour.mbox:52", "no possible time: '30 Febtober 2031'"),
        ("duplicate", "harbour.mbox:44", "this Message-ID came before"),
        ("unknown_user", "harbour.mbox:115", "no From header"),
        ("unparsed", "harbour.mbox:52", "charset 'x-unheard-of' is not known or not true"),
    ]


def test_threads_hold_across_files(tmp_path: Path):
    """A month that sorts before the one it answers still answers it; gzip or not, folder or zip."""
    (tmp_path / "list").mkdir()
    packed = tmp_path / "list" / "2031-April.txt.gz"
    packed.write_bytes(gzip.compress((FOLDER / "2031-April.txt").read_bytes()))
    (tmp_path / "list" / "2031-March.mbox").write_bytes(HARBOUR.read_bytes())
    (tmp_path / "list" / "README.md").write_text("From nobody")
    folder = read(tmp_path / "list")
    (april,) = (post for post in of(folder, model.Post) if post.native_id == "april@harbour.example")
    assert (april.thread, april.parent, april.author) == (ROOT, ROOT, "ada@harbour.example")
    with zipfile.ZipFile(tmp_path / "list.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((tmp_path / "list").iterdir()):
            archive.write(file, f"list/{file.name}")
    assert [str(record) for record in folder] == [
        str(record).replace("list/", "") for record in read(tmp_path / "list.zip")
    ]


def test_line_ends_make_no_difference(tmp_path: Path, posts: dict[str, model.Post]):
    """An archive from Windows reads the same."""
    path = tmp_path / "harbour.mbox"
    path.write_bytes(HARBOUR.read_bytes().replace(b"\n", b"\r\n"))
    assert {p.native_id: p.body for p in of(read(path), model.Post)} == {n: p.body for n, p in posts.items()}


@pytest.mark.parametrize(
    ("first", "rest"),
    [
        (b"From ada@x.y Mon Mar  3 09:00:00 2031", b"Subject: x"),
        (b"From - Mon Mar 03 09:00:00 2031", b"X-Mozilla-Status: 0001"),
        ("From ådä at “x.y”  Mon Mar  3 09:00:00 2031".encode(), b"From: x"),
        (b"From ada@x.y  2031-03-03T09:00:00", b"Subject: x"),
        (b"From MAILER-DAEMON", b"Subject: x"),
        (b"From ", b"Subject: x"),
    ],
)
def test_envelopes(tmp_path: Path, first: bytes, rest: bytes):
    """Each archiver writes the "From " line in its own way."""
    path = tmp_path / "x.mbox"
    path.write_bytes((first + b"\n" + rest + b"\n\nbody\n\n") * 2)
    assert MboxReader().sniff(Export(path))
    records = read(path)
    assert len(of(records, model.Post)) + sum(a.code == "duplicate" for a in of(records, model.Anomaly)) == 2


@pytest.mark.parametrize(
    ("header", "address", "name"),
    [
        ('From: "Quay, Ada" <ADA@x.y>', "ada@x.y", "Quay, Ada"),
        ("From: ada at x.y (Ada Quay)", "ada@x.y", "Ada Quay"),
        ("From: Ada Quay <ada at x.y>", "ada@x.y", "Ada Quay"),
        ("From: =?utf-8?q?J=2C_K?= <j@k.l>", "j@k.l", "J, K"),
        ("From: =?utf-8?q?J=fc?= <j@k.l>", "j@k.l", "Jü"),
        ("From: =?nonsense?q?J?= <j@k.l>", "j@k.l", "J"),
        ("From: j@k.l", "j@k.l", None),
        ("From: Ada [mailto:ada@x.y]", "ada@x.y", "Ada"),
        ("From: Ada via groups.io <ada=x.y@groups.io>", "ada@x.y", "Ada"),
        ("From: Ada via Talk <talk@l.x>\nX-Original-From: Ada <ada@x.y>", "ada@x.y", "Ada"),
        ("From: Ada via Talk <talk@l.x>\nReply-To: Ada <ada@x.y>", "ada@x.y", "Ada"),
        ("From: Ada via Talk <talk@l.x>\nReply-To: b@x.y, ADA <ada@x.y>", "ada@x.y", "Ada"),
        ("From: ada via Talk <talk@l.x>\nReply-To: ada@x.y", "ada@x.y", "ada"),
        ("From: Ada <talk@l.x>\nList-Id: <talk.l.x>\nReply-To: ada@x.y", "ada@x.y", "Ada"),
        ('From: "ada@x.y via Talk" <talk@l.x>', "ada@x.y", "ada@x.y"),
        ("From: talk at l.x (Ada Quay via Talk)", "ada quay", "Ada Quay"),
        ("From: Ada via Talk <talk@l.x>\nReply-To: talk@l.x", "ada", "Ada"),
        ("From: Ada via Talk <talk@l.x>\nList-Id: <all.l.x>\nReply-To: Ada <all@l.x>", "ada", "Ada"),
        ("From: Ada via Tracker <no@t.x>\nReply-To: Issue 7 <reply+7f3a@t.x>", "ada", "Ada"),
        ("From: Ada via Tracker <no@t.x>\nReply-To: reply+7f3a@t.x", "ada", "Ada"),
        ("From: Ada <ada=40x.y@dmarc.l.x>", "ada@x.y", "Ada"),
        ("From: ada=40x.y at dmarc.l.x (Ada)", "ada@x.y", "Ada"),
        ("From: Ada via Tracker <no=40t.x@dmarc.l.x>", "ada", "Ada"),
        ("From: Ada <ada=40x@l.x>", "ada=40x@l.x", "Ada"),
    ],
)
def test_senders(header: str, address: str, name: str | None):
    """Every way an address is written leads to the bare address."""
    sender = parse(f"{header}\n\nx".encode()).sender
    assert sender is not None
    assert (sender.address, sender.name) == (address, name)


def test_people_whose_address_a_list_server_hides(tmp_path: Path):
    """Two of whom only names are left are two accounts, known to be weak; a rewritten address is its owner's."""
    (tmp_path / "x.mbox").write_bytes(
        mail("From: Ada via Talk <talk@l.x>", "Message-ID: <1@x>")
        + mail("From: Bo via Talk <talk@l.x>", "Message-ID: <2@x>")
        + mail("From: Cy <cy@x.y>", "Message-ID: <3@x>")
        + mail("From: Cy <cy=40x.y@dmarc.l.x>", "Message-ID: <4@x>")
    )
    found = of(read(tmp_path / "x.mbox"), model.Account)
    assert [(a.native_id, a.display_name, a.email, a.is_stable_id) for a in found] == [
        ("ada", "Ada", None, False),
        ("bo", "Bo", None, False),
        ("cy@x.y", "Cy", "cy@x.y", True),
    ]


@pytest.mark.parametrize(
    ("subject", "topic"),
    [("Re: AW: Fwd: tide", "tide"), ("RE[2]: tide", "tide"), ("Reach: tide", "Reach: tide"), ("Re:", "")],
)
def test_topics(subject: str, topic: str):
    """Reply marks in several languages are no part of what a thread is about."""
    assert parse(f"Subject: {subject}\n\nx".encode()).topic == topic


def test_a_cut_off_archive_keeps_what_came_before(tmp_path: Path):
    """A truncated gzip file gives its whole mails and an anomaly."""
    packed = gzip.compress(
        b"".join(mail(f"Message-ID: <{n}@x>", body=str(random.Random(n).random()) * 40) for n in range(200))
    )
    (tmp_path / "x.mbox.gz").write_bytes(packed[: len(packed) // 2])
    records = read(tmp_path / "x.mbox.gz")
    assert 10 < len(of(records, model.Post)) < 200
    assert [a.code for a in of(records, model.Anomaly) if a.code not in {"bad_time", "unknown_user"}] == [
        "truncated"
    ]


def test_a_bomb_is_refused(tmp_path: Path):
    """A gzip file that unpacks to far more than it weighs is not read to its end."""
    with gzip.open(tmp_path / "x.mbox.gz", "wb") as stream:
        stream.write(mail("Subject: x"))
        for _ in range(60):
            stream.write(b"\0" * 1_000_000)
    with pytest.raises(UnsafeExportError, match="times its size"):
        read(tmp_path / "x.mbox.gz")


def test_text_that_is_no_mail(tmp_path: Path):
    """Text before the first mail is told; a file without any mail is an error."""
    (tmp_path / "a.txt").write_bytes(b"notes\n\n" + mail("Subject: x"))
    assert next(a.code for a in of(read(tmp_path / "a.txt"), model.Anomaly)) == "unparsed"
    (tmp_path / "b.txt").write_text("From what I know: nothing\n")
    assert not MboxReader().sniff(Export(tmp_path / "b.txt"))
    with pytest.raises(BrokenExportError, match="no mail"):
        read(tmp_path / "b.txt")


@pytest.mark.parametrize("name", ["data.csv", "users.json", "inner.zip"])
def test_other_files_are_not_claimed(tmp_path: Path, name: str):
    """A folder that holds anything but mail is left to others."""
    (tmp_path / "x.mbox").write_bytes(mail("Subject: x"))
    assert MboxReader().sniff(Export(tmp_path))
    (tmp_path / name).write_text("x")
    assert not MboxReader().sniff(Export(tmp_path))


def test_damaged_mail_never_stops_the_reading(tmp_path: Path):
    """Bytes changed, cut and doubled at random: every mail is a post or an anomaly, whatever is in it."""
    clean = HARBOUR.read_bytes()
    for seed in range(50):
        chance = random.Random(seed)
        data = bytearray(clean)
        for _ in range(chance.randrange(1, 60)):
            at = chance.randrange(len(data))
            data[at : at + chance.choice((0, 1, 1, 7))] = chance.choice(
                (b"\x00", b"\xff", b"\n", b'"', b"=?", b"?=", b"<", b"(", b"; charset=", b"boundary=", b":")
            )
        path = tmp_path / "x.mbox"
        path.write_bytes(b"From a@b.c Mon Mar  3 09:00:00 2031\nSubject: x\n\nx\n\n" + data)
        records = read(path)
        assert of(records, model.Post)
        assert {post.thread for post in of(records, model.Post)} == {
            t.native_id for t in of(records, model.Thread)
        }


def test_reply_tree_holds_in_any_order():
    """Chains, absent parents and circles come out the same however they are told."""
    told = {
        "a": (),
        "b": ("a",),
        "c": ("x", "b"),
        "d": ("gone",),
        "p": ("q",),
        "q": ("r",),
        "r": ("p",),
        "s": ("q",),
        "t": ("t",),
    }
    expected = {"a": "a", "b": "a", "c": "a", "d": "d", "p": "p", "q": "p", "r": "p", "s": "p", "t": "t"}
    for seed in range(20):
        names = list(told)
        random.Random(seed).shuffle(names)
        tree = ReplyTree()
        for name in names:
            tree.add(name, told[name])
        random.Random(seed + 1).shuffle(names)
        assert {name: tree.root(name) for name in names} == expected
        assert {name: tree.parent(name) for name in told} == {
            "a": None, "b": "a", "c": "b", "d": "gone", "p": "q", "q": "r", "r": "p", "s": "q", "t": None,
        }  # fmt: skip


def at(day: int, subject: str, name: str, *headers: str) -> bytes:
    return mail(
        "From: a@b.c",
        f"Date: {day:02} Mar 2031 09:00:00 +0000" if day < 32 else "Date: 20 Jul 2031 09:00:00 +0000",
        f"Subject: {subject}",
        f"Message-ID: <{name}@x>",
        *headers,
    )


def test_the_last_mail_of_a_subject_is_answered():
    """As a table of all mails would tell: the last one sent before, of those in one second the greatest id."""
    dice = random.Random(5)
    sent = [(dice.choice("ab"), dice.randrange(1, 29), dice.randrange(2)) for _ in range(300)]
    mails = {
        f"{number:03}@x": (subject, day, is_reply) for number, (subject, day, is_reply) in enumerate(sent)
    }
    subjects = Subjects(ReplyTree())
    for name, (subject, day, is_reply) in dice.sample(sorted(mails.items()), len(mails)):
        subjects.add(RawMail("x", 1, at(day, ["", "Re: "][is_reply] + subject, name.removesuffix("@x"))))
    assert dict(subjects.answers()) == {
        name: [max(before)[1]] if before else []
        for name, (subject, day, is_reply) in mails.items()
        if is_reply
        for before in [
            [(when, other) for other, (about, when, _) in mails.items() if about == subject and when < day]
        ]
    }


def test_answers_without_reply_headers(tmp_path: Path):
    """By subject and time, marked as a guess; what names a parent, is too late or opens a thread is left."""
    (tmp_path / "x.mbox").write_bytes(
        at(5, "RE: tide", "late-in-file")
        + at(1, "Tide", "root")
        + at(3, "Re:  tide", "first")
        + at(2, "Re: Re: Tide", "gone", "In-Reply-To: <elsewhere@x>")
        + at(4, "Fwd: Tide", "forwarded")
        + at(40, "Re: Tide", "months-later")
        + at(4, "Re: tide", "other-list", "List-Id: <other.x>")
        + at(6, "Re: fog", "no-such-subject")
        + at(7, "Re:", "no-subject")
    )
    posts = {post.native_id.removesuffix("@x"): post for post in of(read(tmp_path / "x.mbox"), model.Post)}
    assert {n: (p.parent, p.parent_source, p.thread) for n, p in posts.items() if p.parent} == {
        "first": ("gone@x", "inferred", "gone@x"),
        "gone": ("elsewhere@x", "header", "gone@x"),
        "late-in-file": ("forwarded@x", "inferred", "forwarded@x"),
    }


def test_the_order_of_mails_does_not_change_a_guess(tmp_path: Path):
    """Mails of one second and one subject are put in the order of their ids."""
    mails = [at(1, "Tide", "a"), at(1, "Tide", "b"), at(2, "Re: tide", "c"), at(2, "Re: tide", "d")]
    seen: set[frozenset[tuple[str, str | None]]] = set()
    for seed in range(6):
        random.Random(seed).shuffle(mails)
        (tmp_path / "x.mbox").write_bytes(b"".join(mails))
        posts = of(read(tmp_path / "x.mbox"), model.Post)
        seen.add(frozenset((post.native_id, post.parent) for post in posts))
    assert seen == {frozenset({("a@x", None), ("b@x", None), ("c@x", "b@x"), ("d@x", "b@x")})}
