"""What leaves the store for other tools: the same posts under pseudonyms, the same bytes each time."""

import filecmp
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import orjson
import pyarrow.parquet as pq
import pytest
from board_readers import FIXTURES

import forum_pulse
from forum_pulse.corpus import convokit
from forum_pulse.corpus.convokit import write_convokit, write_parquet
from forum_pulse.corpus.corpus import Corpus
from forum_pulse.corpus.store import Store
from forum_pulse.errors import OutputError

WRITERS = (write_convokit, write_parquet)
_NAMES = ("tessa", "otter", "ned@mill.example", "Visitor", "Passer")


@pytest.fixture(scope="module")
def board() -> Iterator[Corpus]:
    with forum_pulse.read(FIXTURES / "phpbb" / "mill.sql") as corpus:
        yield corpus


@pytest.fixture(scope="module")
def reddit() -> Iterator[Corpus]:
    with forum_pulse.read(FIXTURES / "reddit" / "dump") as corpus:
        yield corpus


def edges(corpus: Corpus, name: bool) -> set[tuple[str, str, str | None, str, str]]:
    """What is read: post, words, what it answers, who, in which conversation; ids as pseudonyms if asked."""
    rows = corpus.store.connection.execute(
        """SELECT r.post_id, r.own_text, r.parent_post_id, h.native_id, r.person_id,
                  coalesce(t.root_post_id, r.thread_id)
           FROM reading r JOIN thread t USING (thread_id) JOIN post p USING (post_id)
           JOIN sealed.handle h ON h.account_id = p.author_account_id"""
    ).fetchall()
    hide = corpus.store.pseudonyms.post
    bare = len(corpus.store.scalar("SELECT instance FROM source")) + 1
    if name:
        return {
            (hide(post), words, parent and hide(parent), person, hide(root))
            for post, words, parent, _, person, root in rows
        }
    return {
        (post[bare:], words, parent and parent[bare:], speaker, root[bare:])
        for post, words, parent, speaker, _, root in rows
    }


@pytest.mark.parametrize("which", ["board", "reddit"])
def test_corpus_comes_back_as_it_was(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Written and read again: the same posts, replies, speakers and conversations."""
    corpus: Corpus = request.getfixturevalue(which)
    write_convokit(corpus.store, tmp_path / "out")
    with forum_pulse.read(tmp_path / "out") as again:
        assert again.store.scalar("SELECT format FROM source") == "convokit"
        assert edges(again, name=False) == edges(corpus, name=True)
        times = "SELECT own_text, date_trunc('second', created_at) FROM reading ORDER BY ALL"
        assert (
            again.store.connection.execute(times).fetchall()
            == corpus.store.connection.execute(times).fetchall()
        )


def test_corpus_has_what_convokit_wants(board: Corpus, tmp_path: Path) -> None:
    """Five files; every utterance has ConvoKit's fields, and its speaker and conversation are listed."""
    write_convokit(board.store, tmp_path / "out")
    files = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert set(files) == {
        "utterances.jsonl",
        "speakers.json",
        "conversations.json",
        "corpus.json",
        "index.json",
    }
    speakers, conversations = orjson.loads(files["speakers.json"]), orjson.loads(files["conversations.json"])
    utterances = [orjson.loads(line) for line in files["utterances.jsonl"].splitlines()]
    assert len(utterances) == board.store.scalar("SELECT count(*) FROM reading")
    for utterance in utterances:
        assert set(utterance) == {
            "id", "conversation_id", "text", "speaker", "meta", "reply-to", "timestamp", "vectors",
        }  # fmt: skip
        assert utterance["speaker"] in speakers
        assert utterance["conversation_id"] in conversations
    assert {utterance["speaker"] for utterance in utterances} == set(speakers)
    assert orjson.loads(files["index.json"])["version"] == 1


def test_what_is_private_or_gone_stays(board: Corpus, tmp_path: Path) -> None:
    """Neither form holds private messages, forums with a password, drafts or deleted posts."""
    write_convokit(board.store, tmp_path / "corpus")
    write_parquet(board.store, tmp_path / "tables")
    corpus = (tmp_path / "corpus" / "utterances.jsonl").read_text(encoding="utf-8")
    tables = str([pq.read_table(path).to_pylist() for path in sorted((tmp_path / "tables").iterdir())])
    for words in ("between us", "For the board", "not yet said", "Board only"):
        assert words not in corpus
        assert words not in tables
    assert "rude words" not in corpus
    assert "rude words" not in tables
    assert pq.read_table(tmp_path / "tables" / "post.parquet").num_rows == board.store.scalar(
        "SELECT count(*) FROM post WHERE may_read(is_private, subtype, state, vanished_by)"
    )


def test_tables_hold_no_handle(board: Corpus, tmp_path: Path) -> None:
    """Outside of what people wrote themselves no account's name stands in any table."""
    write_parquet(board.store, tmp_path / "tables")
    for path in sorted((tmp_path / "tables").iterdir()):
        table = pq.read_table(path)
        kept = [
            name
            for name in table.column_names
            if name not in ("body", "plain", "own_text", "before", "after")
        ]
        said = str(table.select(kept).to_pylist())
        assert not [name for name in _NAMES if name in said], path.name
    assert pq.read_table(tmp_path / "tables" / "account.parquet").num_rows > 0


@pytest.mark.parametrize("write", WRITERS)
def test_bytes_are_the_same_and_the_owners(write: object, board: Corpus, tmp_path: Path) -> None:
    """Two runs write the same files, which nobody else may read."""
    assert callable(write)
    for name in ("one", "two"):
        write(board.store, tmp_path / name)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert filecmp.cmpfiles(tmp_path / "one", tmp_path / "two", names, shallow=False) == (names, [], [])
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "one").iterdir()}
    assert modes == {0o600}


@pytest.mark.parametrize("write", WRITERS)
def test_nothing_is_overwritten(write: object, board: Corpus, tmp_path: Path) -> None:
    """A folder with anything in it is refused and left alone."""
    assert callable(write)
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(OutputError, match="not empty"):
        write(board.store, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(OutputError, match="can't be written"):
        write(board.store, tmp_path / "mine.txt")


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("folder", ["empty", "new"])
@pytest.mark.parametrize("failure", [OSError, KeyboardInterrupt])
def test_half_a_corpus_is_none(
    write: object, folder: str, failure: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk or Ctrl-C at the third file leaves neither files nor a folder that was not there."""
    assert callable(write)
    (tmp_path / "out" / "empty").mkdir(parents=True)
    opened = iter(range(3))

    def fail(path: Path) -> IO[bytes]:
        if next(opened) > 1:
            raise failure
        return path.open("wb")

    monkeypatch.setattr(convokit, "_new", fail)
    with (
        forum_pulse.read(FIXTURES / "phpbb" / "mill.sql") as corpus,
        pytest.raises(OutputError if failure is OSError else KeyboardInterrupt),
    ):
        write(corpus.store, tmp_path / "out" / folder)
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["empty"]


def test_an_empty_store_is_no_corpus(tmp_path: Path) -> None:
    """Nothing to write is an error, and leaves no folder behind."""
    with Store(tmp_path / "ws") as store, pytest.raises(OutputError, match="nothing to write"):
        write_convokit(store, tmp_path / "out")
    assert not (tmp_path / "out").exists()
