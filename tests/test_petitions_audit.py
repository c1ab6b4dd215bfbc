"""The sampling proof: drawn the same way every time, tells nobody, and moves the range as the verdicts say."""

import csv
import io
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from petition_forum import Forum, count, ingest

from forum_pulse.config import Config, PrivacyConfig
from forum_pulse.corpus.store import Store
from forum_pulse.errors import ConfigError, OutputError
from forum_pulse.petitions import ActDetector, audit, verdicts
from forum_pulse.report import audit_sheet, build_tables, proof, publish_all

PEOPLE = [f"person{place:02d}" for place in range(70)]


def plain(text: str) -> str:
    """No redaction: for tests of what is drawn."""
    return text


def forum_of(*, shift: int = 0) -> Forum:
    """40 say so, 25 react, 60 sign on a list (3 of them with two accounts), 6 write what no rule is sure of."""
    forum = Forum()
    forum.thread()
    for name in PEOPLE[:40]:
        forum.say(name, "+1" if name < PEOPLE[20] else "I support this")
    for name in PEOPLE[30:65]:
        forum.react(name, "heart" if name < PEOPLE[50] else "+1")
    for name in PEOPLE[65:]:
        forum.say(name, "What happens to our names on that list?")
    for place in range(60):
        forum.sign(f"signer{(place + shift) % 60:02d}", days=2)
    for place in range(3):
        forum.who(f"signer{place:02d}", email=f"s{place}@heron.example")
        forum.sign(forum.who(f"again{place}", email=f"S{place}@heron.example"), days=3)
    return forum


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The forum, counted."""
    with ingest(tmp_path, forum_of()) as made:
        count(made)
        yield made


def draw(store: Store, size: int = 60, **more: Any) -> audit.Sample:
    """A sample with words as they are."""
    return audit.draw(store, ActDetector(), plain, size=size, **more)


def answered(sample: audit.Sample, **by_read: str) -> dict[str, str]:
    """A verdict for each row: yes, unless what was read starts with one of the words."""
    return {
        row["row"]: next((said for word, said in by_read.items() if row["read"].startswith(word)), "yes")
        for row in sample.sheet.to_pylist()
    }


def test_every_stratum_is_drawn_from_and_sizes_are_those_of_the_count(store: Store) -> None:
    """Persons by tier and mechanism, rows for the sheet, and those whom no rule was sure of."""
    sample = draw(store)
    rows = {(row["tier"], row["mechanism"]): row for row in sample.strata.to_pylist()}
    assert {key: row["people"] for key, row in rows.items()} == {
        ("A", "signature"): 60, ("B", "plus_one"): 20, ("B", "support"): 20,
        ("C", "heart"): 10, ("C", "+1"): 15, ("open", "open"): 5,
    }  # fmt: skip
    assert rows["A", "signature"]["units"] == 63
    assert sample.sheet.num_rows == sum(row["sampled"] for row in rows.values()) == 60
    assert min(row["sampled"] for row in rows.values()) == 5


def test_the_sample_is_the_seeds_and_nothing_elses(tmp_path: Path) -> None:
    """Two workspaces, with other keys and another order of records, draw the same; another seed does not."""
    found = []
    for place, shift in enumerate((0, 17)):
        with ingest(tmp_path / str(place), forum_of(shift=shift)) as store:
            count(store)
            found.append((draw(store, seed=4).sheet, draw(store, seed=5).sheet))
    assert found[0][0].equals(found[1][0])
    assert not found[0][0].equals(found[0][1])


def test_the_sheet_says_what_was_read_and_nothing_of_who_or_when(store: Store) -> None:
    """Own words with the span that decided; no account, person, post or date."""
    sample = draw(store)
    assert tuple(sample.sheet.column_names) == audit.SHEET
    text = "\n".join(" ".join(row.values()) for row in sample.sheet.to_pylist())
    assert "person" not in text
    assert "signer" not in text
    assert "again" not in text
    assert "list:" not in text
    assert "2031" not in text
    said = [row for row in sample.sheet.to_pylist() if row["read"] == "backs it in words (support)"]
    assert said
    assert {(row["words"], row["verdict"]) for row in said} == {("I support this", "")}
    assert all("support" in row["span"] for row in said)


def test_words_are_redacted_and_cut_at_spaces(tmp_path: Path) -> None:
    """A colleague's name goes, long posts are shown around what decided, never half a word."""
    forum = Forum()
    forum.thread()
    forum.who("p1", display_name="Odile Varga")
    filler = " ".join(f"w{number}" for number in range(300))
    for place in range(8):
        forum.say(f"writer{place}", f"{filler}. Odile Varga said so: I support this proposal. {filler}")
    with ingest(tmp_path, forum) as store:
        count(store)
        redactor = audit_sheet.redactor_of(store, Config())
        rows = audit.draw(store, ActDetector(), redactor.redact, size=8).sheet.to_pylist()
    shown = [row["words"] for row in rows if row["words"]]
    assert shown
    for words in shown:
        assert "Varga" not in words
        assert "Odile" not in words
        assert len(words) < 800
        assert set(words.split()) >= {"support"}


@given(st.lists(st.integers(1, 300), max_size=30), st.integers(1, 400))
def test_shares_add_up_and_fit(sizes: list[int], wanted: int) -> None:
    """As many as wanted or all there are; of each stratum five, or its size, where the sample allows."""
    shares = audit.allocate(sizes, wanted)
    assert sum(shares) == min(wanted, sum(sizes))
    assert all(0 <= share <= size for share, size in zip(shares, sizes, strict=True))
    if sizes and wanted >= 5 * len(sizes):
        assert all(share >= min(5, size) for share, size in zip(shares, sizes, strict=True))


def test_all_judged_right_and_all_drawn_leave_the_count_as_it_is(store: Store) -> None:
    """A census of yes: the corrected count is the count and those whom no rule was sure of."""
    sample = draw(store, size=1_000)
    verdicts.judge(store, answered(sample))
    (row,) = store.sql("SELECT * FROM audit_range").to_pylist()
    assert row["counted"] == 125
    assert (row["corrected"], row["low"], row["high"]) == (130, 130, 130)
    (listed,) = store.sql("SELECT * FROM audit_list").to_pylist()
    # 60 of 63 is 95.24%, and 95.24% of 63, rounded up as the rule says, is 61.
    assert (listed["valid"], listed["duplicates"], listed["california"]) == (60, 3, 61)
    assert (listed["signers"], listed["deviation"]) == (60, 0)


def test_wrong_readings_lower_the_range_and_missed_ones_raise_it(store: Store) -> None:
    """Words judged wrong throughout leave; reactions and signatures stay."""
    sample = draw(store, size=100)
    verdicts.judge(store, answered(sample, backs="no", **{"not counted": "no"}))
    (row,) = store.sql("SELECT * FROM audit_range").to_pylist()
    assert row["corrected"] == pytest.approx(85)
    assert row["low"] < 85 < row["high"] < 125
    tiers = {row["part"]: row for row in store.sql("SELECT * FROM audit_tier").to_pylist()}
    assert tiers["signed"]["precision"] == 1
    assert tiers["signed"]["precision_low"] < 1
    assert tiers["left open"]["note"] == verdicts.INSUFFICIENT


def test_fewer_than_thirty_verdicts_say_nothing(store: Store) -> None:
    """29 of 60 rows judged: no precision, no range; one more, and there is a range."""
    sample = draw(store)
    filled = answered(sample)
    few = dict(sorted(filled.items())[:29])
    verdicts.judge(store, few | dict.fromkeys(list(filled)[30:], "unsure"))
    assert store.sql("SELECT corrected FROM audit_range").to_pylist() == [{"corrected": None}]
    tiers = store.sql("SELECT precision, note FROM audit_tier").to_pylist()
    assert all(row == {"precision": None, "note": "insufficient data"} for row in tiers)
    verdicts.judge(store, filled)
    assert store.scalar("SELECT corrected FROM audit_range") is not None


def test_the_range_of_the_report_carries_the_audit(store: Store) -> None:
    """petitions.csv keeps its columns and gains the corrected count; the summary and two tables say more."""
    sample = draw(store, size=120)
    verdicts.judge(store, answered(sample, backs="no", **{"not counted": "no"}))
    published = publish_all(build_tables(store, Config()))
    (row,) = published["petitions"].records()
    assert (row["counted"], row["high"]) == ("125", "130")
    assert int(row["audited_low"]) <= 85 <= int(row["audited_high"])
    assert row["audit"] == "120 verdicts"
    measures = {row["measure"]: row for row in published["summary"].records()}
    assert measures["people backing heron, by audit"]["low"] == row["audited_low"]
    assert [row["part"] for row in published["audit"].records()][:3] == ["signed", "said", "reacted"]
    assert published["signature_lists"].records()[0]["people"] == "60"


def test_a_count_that_has_changed_since_is_not_corrected(tmp_path: Path) -> None:
    """An audit speaks of the count it was drawn from; another one has no audit."""
    with ingest(tmp_path, forum_of()) as store:
        count(store)
        verdicts.judge(store, answered(draw(store, size=120)))
        count(store, count_authors=True)
        tables = build_tables(store, Config())
    assert tables["petitions"]["audited"].to_pylist() == [None]
    assert "audit" not in tables


def test_small_tiers_are_hidden_with_all_that_was_judged(tmp_path: Path) -> None:
    """Three signers are nobody's business, whatever the verdicts on them."""
    forum = Forum()
    forum.thread()
    for name in PEOPLE[:40]:
        forum.say(name, "+1")
    for name in PEOPLE[40:43]:
        forum.sign(name)
    with ingest(tmp_path, forum) as store:
        count(store)
        verdicts.judge(store, answered(draw(store)))
        rows = {row["part"]: row for row in proof.publish(store, PrivacyConfig())["audit"].records()}
        listed = proof.publish(store, PrivacyConfig()).get("signature_lists")
    assert rows["signed"]["people"] == rows["signed"]["yes"] == "suppressed"
    assert listed is None or listed.records()[0]["people"] == "suppressed"


def test_what_is_read_back_goes_by_multiples_where_counts_do(tmp_path: Path) -> None:
    """People and verdicts of a tier, those on a list, and the range before and after."""
    forum = Forum()
    forum.thread()
    for name in PEOPLE[:41]:
        forum.say(name, "+1")
    for name in PEOPLE[41:64]:
        forum.sign(name)
    with ingest(tmp_path, forum) as store:
        count(store)
        verdicts.judge(store, answered(draw(store)))
        found = proof.publish(store, PrivacyConfig(round=5))
    (row,) = found["range"].records()
    assert [row[name] for name in ("counted", "low", "high")] == ["65", "65", "65"]
    assert int(row["audited"]) % 5 == int(row["audited_high"]) % 5 == 0
    tiers = {row["part"]: (row["people"], row["sampled"]) for row in found["audit"].records()}
    assert tiers["said"] == ("40", "40")
    assert found["signature_lists"].records()[0]["people"] == "25"


@pytest.mark.parametrize("name", ["sheet.csv", "sheet.xlsx"])
def test_a_sheet_is_its_owners_alone_and_comes_back_as_it_was_filled(
    name: str, store: Store, tmp_path: Path
) -> None:
    """Mode 0600; an empty sheet has no verdicts; formulas do not run."""
    path = tmp_path / name
    sample = draw(store)
    audit_sheet.write_sheet(path, sample.sheet)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert audit_sheet.read_sheet(path) == {}
    with pytest.raises(OutputError, match="already"):
        audit_sheet.write_sheet(path, sample.sheet)


def test_a_filled_sheet_is_read_whatever_a_spreadsheet_made_of_it(store: Store, tmp_path: Path) -> None:
    """Semicolons, a byte order mark, capitals and spaces do no harm."""
    path = tmp_path / "sheet.csv"
    names = draw(store).sheet["row"].to_pylist()
    path.write_text(f"\ufeffRow;Verdict;note\n{names[0]}; Yes ;x\n{names[1]};NO;\n{names[2]};;\n")
    assert audit_sheet.read_sheet(path) == {names[0]: "yes", names[1]: "no"}


def filled(path: Path) -> list[list[str]]:
    """The rows of a written sheet, the first three judged; as a spreadsheet would hold them."""
    rows = [list(row) for row in audit_sheet._lines(path)]
    verdict = rows[0].index("verdict")
    for row, said in zip(rows[1:], ("yes", "No", " UNSURE "), strict=False):
        row[verdict] = said
    rows[1][rows[0].index("note")] = "très clair – d’accord; oui, vraiment"
    return rows


def as_csv(rows: list[list[str]], delimiter: str, head: str = "") -> str:
    """The text of a CSV file as spreadsheets write it, with their line ends."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return head + stream.getvalue()


@pytest.mark.parametrize("written", ["sheet.csv", "sheet.xlsx"])
@pytest.mark.parametrize(
    ("encoding", "delimiter", "head"),
    [
        ("utf-8", ",", ""),
        ("utf-8-sig", ";", ""),
        ("cp1252", ";", ""),
        ("cp1252", ",", ""),
        ("utf-16", "\t", ""),
        ("utf-8-sig", ";", "sep=;\r\n"),
    ],
)
def test_a_sheet_saved_by_a_spreadsheet_comes_back(
    written: str, encoding: str, delimiter: str, head: str, store: Store, tmp_path: Path
) -> None:
    """With a byte order mark, semicolons, tabs, in Windows-1252 or UTF-16: the same verdicts."""
    sheet = draw(store).sheet
    audit_sheet.write_sheet(tmp_path / written, sheet)
    rows = filled(tmp_path / written)
    saved = tmp_path / "saved.csv"
    saved.write_bytes(as_csv(rows, delimiter, head).encode(encoding))
    names = sheet["row"].to_pylist()
    assert audit_sheet.read_sheet(saved) == dict(zip(names, ("yes", "no", "unsure"), strict=False))


@pytest.mark.parametrize("written", ["sheet.csv", "sheet.xlsx"])
def test_a_filled_workbook_comes_back(written: str, store: Store, tmp_path: Path) -> None:
    """Sorted by verdict, with a sheet of somebody's own before it and without the other columns."""
    sheet = draw(store).sheet
    audit_sheet.write_sheet(tmp_path / written, sheet)
    head, *rows = filled(tmp_path / written)
    keep = [head.index(name) for name in ("verdict", "row")]
    saved = tmp_path / "saved.xlsx"
    with xlsxwriter.Workbook(saved) as book:
        book.add_worksheet("thoughts").write_row(0, 0, ["row", "what I think"])
        page = book.add_worksheet("audit")
        ordered = [head, *sorted(rows, key=lambda row: row[keep[0]])]
        for line, row in enumerate(ordered):
            page.write_row(line, 0, [row[place] for place in keep])
    names = sheet["row"].to_pylist()
    assert audit_sheet.read_sheet(saved) == dict(zip(names, ("yes", "no", "unsure"), strict=False))


def test_what_is_no_workbook_is_refused_in_words(tmp_path: Path) -> None:
    """A text file that is called a workbook."""
    (tmp_path / "sheet.xlsx").write_text("row,verdict\n")
    with pytest.raises(ConfigError, match="can't be read"):
        audit_sheet.read_sheet(tmp_path / "sheet.xlsx")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("row,note\na,b\n", "column verdict is missing"),
        ("row,verdict\na,maybe\n", "2: verdict 'maybe'"),
        ("row,verdict\na,yes\na,no\n", "3: row 'a' stands twice"),
        ("", "is empty"),
    ],
)
def test_a_sheet_that_cant_be_right_is_refused(content: str, message: str, tmp_path: Path) -> None:
    """With the line, in words."""
    path = tmp_path / "sheet.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        audit_sheet.read_sheet(path)


def test_a_sheet_of_another_sample_is_refused(store: Store) -> None:
    """Verdicts on other rows would be counted as verdicts on these."""
    filled = answered(draw(store, seed=1))
    draw(store, seed=2)
    with pytest.raises(ConfigError, match="not in this workspace's sample"):
        verdicts.judge(store, filled)


def test_verdicts_without_a_sample_are_refused(tmp_path: Path) -> None:
    """There is nothing they could be about."""
    with ingest(tmp_path, forum_of()) as store, pytest.raises(ConfigError, match="holds no sample"):
        verdicts.judge(store, {"a": "yes"})


def test_the_command_draws_and_reads_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From a workspace to a sheet, and from the filled sheet to a range."""
    from forum_pulse.cli import app

    with ingest(tmp_path, forum_of()):
        pass
    work, sheet, filled = (str(tmp_path / name) for name in ("workspace", "sheet.csv", "filled.csv"))
    settings = tmp_path / "forum-pulse.toml"
    settings.write_text('[[petitions]]\nname = "heron"\nthreads = ["list:1"]\n')
    command = ["petitions", "audit", "--workspace", work, "--config", str(settings), "-q"]
    app([*command, "--sample", "90", "--out", sheet], standalone_mode=False)
    with Path(sheet).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with Path(filled).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(row | {"verdict": "yes"} for row in rows)
    capsys.readouterr()
    app([*command, "--read", filled], standalone_mode=False)
    said = capsys.readouterr().out
    assert "90 verdicts" in said
    assert "signature lists" in said
