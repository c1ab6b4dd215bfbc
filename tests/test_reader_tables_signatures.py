"""Lists of signatures as petition sites, forms and spreadsheets write them, on small invented tables."""

import contextlib
import io
import random
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
import xlsxwriter

from forum_pulse.corpus import model
from forum_pulse.corpus.readers.export import Export
from forum_pulse.corpus.readers.interface import ReadOptions
from forum_pulse.corpus.readers.tables.reader import TableReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError, ExportError, UnsafeExportError

Record = TypeVar("Record")


def read(path: Path) -> list[model.Record]:
    return list(TableReader().read(Export(path), ReadOptions()))


def of(records: list[model.Record], kind: type[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def signatures(records: list[model.Record]) -> list[tuple[str | None, str, bool]]:
    return [(r.account, r.identity, r.removed_at is None) for r in of(records, model.Reaction)]


EVENTS = (
    "time,event,signer_id,commit",
    "2031-03-01T09:00:00Z,sign,ada,",
    "2031-03-02T09:00:00Z,sign,bo,",
    "2031-03-03T09:00:00Z,sign_again,bo,listed twice",
    "2031-03-04T09:00:00Z,drop_duplicate,bo,",
    "2031-03-05T09:00:00Z,remove,ada,asked to go",
    "2031-03-06T09:00:00Z,sign,cy,",
    "2031-03-07T09:00:00Z,remove,cy,moved",
    "2031-03-07T09:00:00Z,sign,cy,to where the alphabet has it",
    "2031-03-08T09:00:00Z,sign,dee,",
    "2031-03-09T09:00:00Z,remove,dee,a slip",
    "2031-03-10T09:00:00Z,sign,dee,",
    "2031-03-11T09:00:00Z,withdrawn,eve,never signed",
    "2031-03-12T09:00:00Z,waved,flo,",
    ",sign,gus,no time",
    "2031-03-13T09:00:00Z,sign,,nobody",
    "2031-03-14T09:00:00Z,remove,,nobody",
)


def test_a_blank_column_gives_way_to_a_filled_one(tmp_path: Path):
    """A form that does not ask who answers has its own `Name` and `Email` all the same, and its own question."""
    path = write(
        tmp_path / "petition.csv",
        "ID,Start time,Completion time,Email,Name,Full name,Your email",
        "1,2031-03-08 9:00:00,2031-03-08 9:01:00,,,Ada Quay,ada@dock.example",
        "2,2031-03-08 9:05:00,2031-03-08 9:06:00,,n/a,Bo Luv,",
    )
    records = read(path)
    assert [account for account, *_ in signatures(records)] == ["ada@dock.example", "bo luv"]
    assert {a.display_name for a in of(records, model.Account)} == {"Ada Quay", "Bo Luv"}
    unknown = [a.detail for a in of(records, model.Anomaly) if a.code == "unknown_column"]
    assert "Name" not in unknown


def test_events_become_signatures(tmp_path: Path):
    """Each signature lasts from sign to remove; a name that only moved has one, who came back two."""
    records = read(write(tmp_path / "letter.csv", *EVENTS))
    assert [(r.account, r.created_at, r.removed_at) for r in of(records, model.Reaction)] == [
        ("ada", utc(2031, 3, 1, 9), utc(2031, 3, 5, 9)),
        ("bo", utc(2031, 3, 2, 9), None),
        ("cy", utc(2031, 3, 6, 9), None),
        ("dee", utc(2031, 3, 8, 9), utc(2031, 3, 9, 9)),
        ("dee", utc(2031, 3, 10, 9), None),
        ("gus", None, None),
        (None, utc(2031, 3, 13, 9), None),
    ]
    assert Counter((a.code, a.locator) for a in of(records, model.Anomaly)) == {
        ("unknown_column", "letter.csv:1"): 1,
        ("duplicate", "letter.csv:4"): 1,
        ("orphan", "letter.csv:13"): 1,
        ("unknown_alias", "letter.csv:14"): 1,
        ("bad_time", "letter.csv:15"): 1,
        ("orphan", "letter.csv:17"): 1,
    }
    assert of(records, model.Source)[-1].exported_at == utc(2031, 3, 13, 9)


def test_the_order_of_events_in_the_file_does_not_matter(tmp_path: Path):
    """Events are put in the order of their times; only equal times keep the order of the rows."""
    header, *rows = (row for row in EVENTS if ",cy," not in row and ",," not in row)
    found: set[frozenset[str]] = set()
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        records = read(write(tmp_path / "letter.csv", header, *rows))
        found.add(frozenset(str(reaction) for reaction in of(records, model.Reaction)))
    assert len(found) == 1


def test_who_stands_at_the_end(tmp_path: Path):
    """The final signers come out of the store by SQL."""
    with Store(tmp_path / "ws") as store:
        store.ingest(Export(write(tmp_path / "letter.csv", *EVENTS)), TableReader())
        query = "SELECT count(DISTINCT account_id) FROM reaction WHERE removed_at IS NULL"
        assert store.scalar(query) == 4


def test_signers_who_have_not_confirmed(tmp_path: Path):
    """A list that says who confirmed counts no one else; a blank there is a no."""
    path = write(
        tmp_path / "signatures.csv",
        "name,email,signed on,confirmed at",
        "Ada,ada@dock.example,2031-03-01,2031-03-02",
        "Bo,bo@dock.example,2031-03-01,",
        "Cy,cy@dock.example,2031-03-01,no",
    )
    assert signatures(read(path)) == [
        ("ada@dock.example", "identified", True),
        ("bo@dock.example", "identified", False),
        ("cy@dock.example", "identified", False),
    ]


def test_a_form_that_does_not_ask_who_answers(tmp_path: Path):
    """Its word for nobody is no address: rows without a name are each an unknown; a login is somebody."""
    path = write(
        tmp_path / "petition.csv",
        "Completion time,Email,Name",
        "2031-03-13 09:00:00,anonymous,",
        "2031-03-14 09:00:00,anonymous,",
        "2031-03-15 09:00:00,Anonymous,Ada Quay",
        "2031-03-16 09:00:00,have none,Bo Winch",
        "2031-03-17 09:00:00,cbollard,Cy Bollard",
        "2031-03-18 09:00:00,dee@dock.example,Dee",
    )
    records = read(path)
    assert signatures(records) == [
        (None, "count_only", True),
        (None, "count_only", True),
        ("ada quay", "name_only", True),
        ("bo winch", "name_only", True),
        ("cbollard", "identified", True),
        ("dee@dock.example", "identified", True),
    ]
    assert not of(records, model.Anomaly)
    emails = {a.native_id: a.email for a in of(records, model.Account) if a.email}
    assert emails == {"dee@dock.example": "dee@dock.example"}


def test_a_form_that_asks_for_support(tmp_path: Path):
    """Only a yes is a signature; of two answers of one person the later holds; what is neither is told."""
    path = write(
        tmp_path / "responses.csv",
        "Timestamp,Email Address,Office,Do you support the petition?,Comment",
        "2031-03-09 09:00:00,gus@dock.example,Lee,No,",
        "2031-03-01 09:00:00,ada@dock.example,Lee,Yes,Long overdue",
        '2031-03-02 09:00:00,bo@dock.example,Lee,"No, I oppose it",Bad idea',
        '2031-03-03 09:00:00,cy@dock.example,Lee,"Yes, of course",',
        "2031-03-04 09:00:00,cy@dock.example,Lee,No,",
        "2031-03-05 09:00:00,dee@dock.example,Lee,Maybe,",
        "2031-03-06 09:00:00,eve@dock.example,Lee,,",
        "2031-03-07 09:00:00,flo@dock.example,Luv,I agree,",
        "2031-03-08 09:00:00,gus@dock.example,Luv,Ja,",
        "2031-03-08 09:00:00,anonymous,Luv,Yes,",
        "2031-03-08 09:00:00,anonymous,Luv,No,",
    )
    records = read(path)
    assert [(r.account, r.created_at, r.removed_at) for r in of(records, model.Reaction)] == [
        ("gus@dock.example", utc(2031, 3, 8, 9), utc(2031, 3, 9, 9)),
        ("ada@dock.example", utc(2031, 3, 1, 9), None),
        ("cy@dock.example", utc(2031, 3, 3, 9), utc(2031, 3, 4, 9)),
        ("flo@dock.example", utc(2031, 3, 7, 9), None),
        (None, utc(2031, 3, 8, 9), None),
    ]
    assert [p.body for p in of(records, model.Post)][1:] == ["Long overdue", "Bad idea"]
    assert {(a.key, a.value) for a in of(records, model.Aggregate)} == {("Lee", 2), ("Luv", 3)}
    assert [(a.code, a.locator, a.detail.split(" is ")[0]) for a in of(records, model.Anomaly)] == [
        ("unknown_alias", "responses.csv:7", "answer 'Maybe'")
    ]


def test_a_yes_that_does_not_stand(tmp_path: Path):
    """Who says yes and has not confirmed never signed for good; who says no has no signature to lose."""
    path = write(
        tmp_path / "responses.csv",
        "Timestamp,Email Address,I support this petition,Confirmed",
        "2031-03-01,ada@dock.example,Yes,yes",
        '2031-03-01,bo@dock.example,Yes,"No, not yet"',
        "2031-03-01,cy@dock.example,No,no",
    )
    assert sorted(signatures(read(path))) == [
        ("ada@dock.example", "identified", True),
        ("bo@dock.example", "identified", False),
    ]


def test_who_may_be_quoted(tmp_path: Path):
    """A remark by somebody who says no to publishing is private; the signature counts all the same."""
    path = write(
        tmp_path / "signatures.csv",
        "name,signed on,comment,May we publish your name?",
        "Ada,2031-03-01,Long overdue,Yes",
        "Bo,2031-03-01,My boss must not see this,No",
        "Cy,2031-03-01,Nothing said,",
        'Dee,2031-03-01,Nor this,"No, keep it private"',
        "Eve,2031-03-01,Nor that,Rather not!",
        'Flo,2031-03-01,Gladly,"Sí, claro"',
    )
    records = read(path)
    assert [(p.body, p.is_private) for p in of(records, model.Post)[1:]] == [
        ("Long overdue", False),
        ("My boss must not see this", True),
        ("Nothing said", False),
        ("Nor this", True),
        ("Nor that", True),
        ("Gladly", False),
    ]
    assert [stands for _, _, stands in signatures(records)] == [True] * 6


def test_organisations_are_not_people(tmp_path: Path):
    """An organisation signs by its name, not as the person whose address stands beside it."""
    path = write(
        tmp_path / "signatures.csv",
        "signatory type,name,email,signed on",
        "Individual,Ada,ada@dock.example,2031-03-01",
        "Organisation,Tide & Sons,ada@dock.example,2031-03-02",
    )
    records = read(path)
    assert signatures(records) == [
        ("ada@dock.example", "identified", True),
        ("organisation:tide & sons", "name_only", True),
    ]
    assert [a.kind for a in of(records, model.Account)] == ["human", "organisation"]


def test_where_signers_are(tmp_path: Path):
    """A petition site's own columns are counted by value, since no account has room for them."""
    path = write(
        tmp_path / "supporters.csv",
        "Name,City,State,Postal Code,Country,Signed On",
        "Ada Quay,Lee,North,1,Norland,2031-03-01",
        "Bo Winch,Lee,,2,Norland,2031-03-02",
        "Bo Winch,Luv,,3,Sudland,2031-03-02",
        ",,,,,",
    )
    records = read(path)
    assert [(a.thread, a.dimension, a.key, a.value) for a in of(records, model.Aggregate)] == [
        ("supporters", "country", "Norland", 2),
        ("supporters", "country", "Sudland", 1),
        ("supporters", "region", "North", 1),
        ("supporters", "site", "Lee", 2),
        ("supporters", "site", "Luv", 1),
    ]
    assert [(a.code, a.detail) for a in of(records, model.Anomaly)] == [
        ("unknown_column", "Postal Code"),
        ("duplicate", "this name is on the list already"),
    ]


def test_remarks_kept_apart_from_the_list(tmp_path: Path):
    """A file of remarks adds posts to the petition, and nobody to its signers."""
    write(tmp_path / "basin.csv", "Name,City,Country,Signed On", "Ada Quay,Lee,Norland,2031-03-01")
    write(
        tmp_path / "comments.csv",
        "Name,City,Country,Commented Date,Comment",
        "Ada Quay,Lee,Norland,2031-03-01,Long overdue",
    )
    records = read(tmp_path)
    assert signatures(records) == [("ada quay", "name_only", True)]
    (comment,) = (post for post in of(records, model.Post) if post.kind == "comment")
    assert (comment.thread, comment.parent, comment.body) == ("basin", "basin/statement", "Long overdue")


def test_remarks_without_their_list(tmp_path: Path):
    """Alone, such a file is a petition with remarks and no signatures."""
    path = write(
        tmp_path / "x.csv",
        "Name,City,Country,Commented Date,Comment",
        "Ada,Lee,Norland,2031-03-01,Hear",
    )
    records = read(path)
    assert (signatures(records), len(of(records, model.Post))) == ([], 2)


def test_form_answers_in_a_sheets_own_time(tmp_path: Path):
    """A form's times are read with their zone; days and months only where the column tells them apart."""
    path = write(
        tmp_path / "form.csv",
        "Timestamp,Email Address,Your name,Employer",
        "2031/03/04 2:05:06 PM GMT+1,ada@dock.example,Ada,Dock",
        "3/4/2031 9:00:00,bo@dock.example,Bo,Dock",
    )
    records = read(path)
    assert [r.created_at for r in of(records, model.Reaction)] == [utc(2031, 3, 4, 13, 5, 6), None]
    assert [a.code for a in of(records, model.Anomaly)] == ["bad_time"]


def workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        empty, form, notes = (book.add_worksheet(name) for name in ("Empty", "Form 1", "Notes"))
        assert empty.get_name() == "Empty"
        rows: list[list[object]] = [
            [],
            ["Start time", "Completion time", "Email", "Name", "Comment"],
            [None, datetime(2031, 4, 3, 9, 30), "ada@dock.example", "Ada", "=1+1 is no formula here"],  # noqa: DTZ001
            [],
            [None, datetime(2031, 4, 13, 9, 30), "bo@dock.example", "Bo", 7],  # noqa: DTZ001
        ]
        style = book.add_format({"num_format": "m/d/yy h:mm"})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    form.write_datetime(number, column, cell, style)
                elif cell is not None:
                    form.write(number, column, cell) if cell == 7 else form.write_string(
                        number, column, str(cell)
                    )
        notes.write(0, 0, "only words")
    return path


def test_a_workbook(tmp_path: Path):
    """Typed dates need no guess; blank rows and sheets are passed over; each sheet is a table."""
    path = workbook(tmp_path / "petition.xlsx")
    assert TableReader().sniff(Export(path))
    records = read(path)
    assert [(r.account, r.created_at) for r in of(records, model.Reaction)] == [
        ("ada@dock.example", utc(2031, 4, 3, 9, 30)),
        ("bo@dock.example", utc(2031, 4, 13, 9, 30)),
    ]
    assert [p.body for p in of(records, model.Post)] == ["Form 1", "=1+1 is no formula here", "7"]
    assert [p.locator for p in of(records, model.Post)][1:] == [
        "petition.xlsx/Form 1:3",
        "petition.xlsx/Form 1:5",
    ]
    assert [(a.code, a.locator) for a in of(records, model.Anomaly)] == [
        ("unknown_column", "petition.xlsx/Form 1:1"),
        ("unparsed", "petition.xlsx/Notes"),
    ]


def test_a_workbook_within_a_zip(tmp_path: Path):
    """A download that is a zip of a workbook reads like the workbook."""
    workbook(tmp_path / "petition.xlsx")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.write(tmp_path / "petition.xlsx", "petition.xlsx")
    assert len(of(read(tmp_path / "x.zip"), model.Reaction)) == 2


@pytest.mark.parametrize("name", ["x.xlsx", "x.xls"])
@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600]
)
def test_a_broken_workbook(tmp_path: Path, name: str, content: bytes):
    """What is no workbook is refused in words."""
    (tmp_path / name).write_bytes(content)
    assert TableReader().sniff(Export(tmp_path / name))
    with pytest.raises(BrokenExportError, match=r"can't be read|damaged"):
        read(tmp_path / name)


def test_a_workbook_whose_parts_begin_before_the_file(tmp_path: Path):
    """A directory that lies about where it stands is refused in words."""
    path = workbook(tmp_path / "x.xlsx")
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x05\x06") + 16
    where = int.from_bytes(data[at : at + 4], "little")
    data[at : at + 4] = (where + 1_000_000).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(BrokenExportError, match="damaged"):
        read(path)


def with_part(path: Path, part: str, data: bytes) -> None:
    """Put another part in place of one of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, part: data}.items():
            archive.writestr(name, content)
    path.write_bytes(packed.getvalue())


def test_a_workbook_that_would_fill_the_memory(tmp_path: Path):
    """One cell in the last corner, or a part that unpacks to far more than it weighs, is refused."""
    path = workbook(tmp_path / "x.xlsx")
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet3.xml")
    with_part(path, "xl/worksheets/sheet3.xml", sheet.replace(b'r="A1"', b'r="XFD1048576"'))
    with pytest.raises(UnsafeExportError, match="sheet3"):
        read(path)
    with_part(path, "xl/media/image1.png", b"\0" * 60_000_000)
    with pytest.raises(UnsafeExportError, match=r"sheet3|image1"):
        read(path)


def test_entities_in_a_workbook_are_not_expanded(tmp_path: Path):
    """An XML bomb in a workbook's text neither grows nor reads files: it is refused or its text is bare."""
    path = workbook(tmp_path / "x.xlsx")
    strings = zipfile.ZipFile(path).read("xl/sharedStrings.xml")
    bomb = b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY b "boom">]>'
    head, _, tail = strings.partition(b"?>")
    with_part(path, "xl/sharedStrings.xml", head + b"?>" + bomb + tail.replace(b">Ada<", b">&f;&b;<"))
    try:
        names = [a.display_name or "" for a in of(read(path), model.Account)]
    except ExportError:
        return
    assert not any("root:" in name or "boom" in name for name in names)


def test_damaged_workbooks_never_stop_the_reading(tmp_path: Path):
    """Bytes changed at random: records or an error in words."""
    clean = workbook(tmp_path / "x.xlsx").read_bytes()
    for seed in range(30):
        chance = random.Random(seed)
        data = bytearray(clean)
        for _ in range(chance.randrange(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        (tmp_path / "x.xlsx").write_bytes(data[: chance.choice((len(data), len(data) // 2))])
        with contextlib.suppress(ExportError):
            assert read(tmp_path / "x.xlsx")
