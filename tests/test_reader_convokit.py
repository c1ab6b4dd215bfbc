"""ConvoKit corpora: old and new names of fields, and nobody behind "[deleted]"."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from board_readers import FIXTURES, Asked, asked, utc

from forum_pulse.corpus.readers import Export
from forum_pulse.corpus.readers.boards.convokit import ConvokitReader

MILL = FIXTURES / "convokit" / "mill"


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with asked("convokit", MILL, tmp_path_factory.mktemp("convokit")) as store:
        yield store


def test_old_and_new_names_mean_the_same(mill: Asked) -> None:
    """reply-to and reply_to, root and conversation_id, user and speaker."""
    parents, threads = mill.posts("parent_post_id"), mill.posts("thread_id")
    assert parents["u2"] == "convokit:mill:u1"
    assert parents["u3"] == "convokit:mill:u2"
    assert threads["u2"] == threads["u1"]
    assert mill.one("SELECT count(*) FROM post WHERE author_account_id IS NULL") == 0


def test_deleted_is_nobody(mill: Asked) -> None:
    """Two utterances by "[deleted]" are not by one person."""
    assert mill.rows("SELECT is_stable_id FROM account WHERE kind = 'deleted'") == [(False,)]
    assert mill.posts("state")["u3"] == "removed"


def test_score_is_a_number(mill: Asked) -> None:
    """meta.score is no reaction, and no number where it is none."""
    assert mill.rows("SELECT value FROM aggregate ORDER BY 1") == [(-2,), (9,)]
    assert mill.one("SELECT count(*) FROM reaction") == 0


def test_times(mill: Asked) -> None:
    """Seconds as number or text, nothing, or damage."""
    created = mill.posts("created_at")
    assert created["u2"] == utc(2024, 1, 1, 10, 1, 40)
    assert created["u3"] is None
    assert mill.rows("SELECT post_id FROM anomaly WHERE code = 'bad_time'") == [("convokit:mill:u5",)]


def test_gaps_are_told(mill: Asked) -> None:
    """An absent parent, conversations without all utterances, a broken line."""
    assert mill.codes() == {"orphan": 1, "truncated": 2, "bad_time": 1, "unparsed": 1}
    assert mill.one("SELECT posts_expected FROM thread WHERE title = 'Fridays'") == 8


def test_silent_speakers_are_listed(mill: Asked) -> None:
    """speakers.json names who said nothing."""
    assert mill.one("SELECT count(*) FROM account") == 5


def test_reddits_marks_are_read_where_it_is_reddit(mill: Asked) -> None:
    """A quote in a corpus of Reddit is not the author's."""
    assert mill.posts("own_text")["u5"] == "mine"


def test_several_corpora_are_refused(tmp_path: Path) -> None:
    """A folder of two corpora is neither."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for file in MILL.iterdir():
            (tmp_path / name / file.name).write_bytes(file.read_bytes())
    assert not ConvokitReader().sniff(Export(tmp_path))
    assert ConvokitReader().sniff(Export(tmp_path / "one"))
