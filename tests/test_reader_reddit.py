"""Reddit dumps and listings: months as one forum, deleted authors, scores without voters."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from board_readers import FIXTURES, Asked, asked, utc

import forum_pulse

DUMP = FIXTURES / "reddit" / "dump"
THREAD = FIXTURES / "reddit" / "thread.json"


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with asked("reddit", DUMP, tmp_path_factory.mktemp("reddit")) as store:
        yield store


def test_months_and_kinds_are_one_forum(dump: Asked) -> None:
    """Comments find the thread whose submission lies in another file."""
    threads = dict(dump.rows("SELECT thread_id, title FROM thread"))
    assert threads["reddit:t3_s1"] == "Petition: keep the canteen open on Fridays"
    assert dump.posts("thread_id")["t1_c1"] == "reddit:t3_s1"
    assert dump.one("SELECT count(*) FROM container") == 1


def test_absent_submission_keeps_its_thread(dump: Asked) -> None:
    """A comment of an older month belongs to a thread without a title."""
    assert dump.rows("SELECT title, root_post_id FROM thread WHERE thread_id = 'reddit:t3_s0'") == [
        (None, "reddit:t3_s0")
    ]


def test_parents_elsewhere_are_orphans(dump: Asked) -> None:
    """The native parent id stays and the gap is told."""
    assert dump.posts("parent_post_id")["t1_c6"] == "reddit:t1_c0"
    orphans = dump.rows("SELECT post_id FROM anomaly WHERE code = 'orphan' ORDER BY 1")
    assert orphans == [("reddit:t1_c6",), ("reddit:t1_c7",)]


def test_deleted_is_nobody(dump: Asked) -> None:
    """Two people who deleted their accounts are not one person."""
    assert dump.rows("SELECT is_stable_id FROM account WHERE kind = 'deleted'") == [(False,)]
    assert (
        dump.one("SELECT count(*) FROM person_account JOIN account USING (account_id) WHERE kind = 'deleted'")
        == 0
    )
    states = dump.posts("state")
    assert (states["t1_c2"], states["t1_c3"]) == ("deleted_by_author", "visible")
    assert (states["t1_c4"], states["t3_s2"]) == ("removed", "removed")


def test_scores_are_numbers_without_voters(dump: Asked) -> None:
    """No score becomes a reaction, and a hidden one is not told."""
    assert dump.one("SELECT count(*) FROM reaction") == 0
    scores = dict(dump.rows("SELECT post_id, value FROM aggregate WHERE measure = 'score'"))
    assert scores["reddit:t1_c4"] == -4
    assert "reddit:t1_c6" not in scores


def test_times_are_read_however_written(dump: Asked) -> None:
    """Seconds as text, whole or broken numbers."""
    created = dump.posts("created_at")
    assert created["t1_c1"] == utc(2024, 1, 1, 11, 53, 20)
    assert created["t3_s2"] == utc(2024, 1, 2, 10, 6, 40)
    assert created["t3_s3"] == utc(2024, 1, 2, 11, 30)


def test_edits(dump: Asked) -> None:
    """Edited is false, a time, or in old dumps only true."""
    assert dump.posts("edited_at")["t1_c1"] == utc(2024, 1, 1, 12, 10)
    assert dump.posts("edit_count")["t1_c3"] == 1
    assert dump.posts("edit_count")["t1_c2"] is None


def test_own_words_without_escapes(dump: Asked) -> None:
    """The escaped quote is not the author's; a spoiler is."""
    words = dump.posts("own_text")
    assert words["t1_c1"] == "+1, u/tessa_brook & all"
    assert words["t1_c6"] == "No from me now"
    assert dump.one("SELECT count(*) FROM mention WHERE account_id IS NOT NULL") == 1


def test_bots_and_moderators(dump: Asked) -> None:
    """AutoModerator is a bot; what it says with a badge bears it."""
    bots = dump.rows(
        "SELECT h.username FROM account JOIN sealed.handle h USING (account_id) WHERE kind = 'bot' ORDER BY 1"
    )
    assert bots == [("AutoModerator",), ("quill_RemindBot",)]
    assert dump.posts("subtype")["t1_c5"] == "moderator"


def test_poll_has_counts_only(dump: Asked) -> None:
    """Reddit says how many, never who."""
    assert dump.rows("SELECT text, votes FROM poll_option ORDER BY ordinal") == [("Monday", 5), ("Friday", 2)]
    assert dump.one("SELECT count(*) FROM poll_vote") == 0


def test_truncation_and_damage_are_told(dump: Asked) -> None:
    """A thread with fewer comments than counted, and a line cut off."""
    query = "SELECT detail FROM anomaly WHERE post_id = 'reddit:t3_s1' AND code = 'truncated'"
    assert dump.rows(query) == [("thread truncated 7/10",)]
    assert dump.one("SELECT complete FROM source") == "no"
    assert dump.codes()["unparsed"] == 1
    assert dump.one("SELECT exported_at FROM source") == utc(2024, 1, 23, 8, 53, 21)


def test_listing_nests_and_names_what_it_left_out(tmp_path: Path) -> None:
    """Answers in answers are read; stubs make the export incomplete."""
    with asked("reddit", THREAD, tmp_path) as thread:
        assert thread.posts("parent_post_id")["t1_c9"] == "reddit:t1_c1"
        assert thread.posts("parent_status")["t1_c1"] == "root"
        stubs = thread.rows("SELECT detail FROM anomaly WHERE detail LIKE '%not loaded' ORDER BY 1")
        assert stubs == [("0 answers to t1_c9 were not loaded",), ("2 answers to t1_c1 were not loaded",)]
        assert thread.one("SELECT complete FROM source") == "no"


def test_archives_with_large_windows_are_read(tmp_path: Path) -> None:
    """The public archives need larger windows than libraries allow, and their files bear no suffix inside."""
    parameters = zstandard.ZstdCompressionParameters(window_log=28)
    packed = zstandard.ZstdCompressor(compression_params=parameters)
    stream = packed.compressobj()
    data = (DUMP / "RS_2024-01.ndjson").read_bytes()
    path = tmp_path / "RS_2024-01.zst"
    path.write_bytes(stream.compress(data) + stream.flush())
    with forum_pulse.read(path) as corpus:
        assert corpus.store.scalar("SELECT count(*) FROM post") == 3
