"""The store: idempotent, order-free, crash-safe, and without raw handles."""

import itertools
import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from fakes import ListReader, conversation, export_of
from msgspec.structs import replace

from forum_pulse.corpus import gaps, merge, snapshots
from forum_pulse.corpus.corpus import read
from forum_pulse.corpus.model import (
    Account,
    Poll,
    PollOption,
    PollVote,
    Post,
    Reaction,
    Record,
    Source,
    Thread,
)
from forum_pulse.corpus.readers import Export, ReadOptions
from forum_pulse.corpus.store import SEALED_FILE, STORE_FILE, Store
from forum_pulse.errors import BrokenExportError, StoreError

TABLES = (
    "source",
    "thread",
    "account",
    "post",
    "reaction",
    "poll",
    "poll_option",
    "poll_vote",
    "revision",
    "span",
)


def dump(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every table's rows, sorted: what two stores must share to be the same."""
    return {
        table: sorted(store.connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
        for table in TABLES
    }


def test_same_export_twice_changes_nothing(tmp_path: Path) -> None:
    """Ingesting an export again leaves every table as it was."""
    reader = ListReader(
        [
            *conversation(("ann", "Hello"), ("bob", "+1")),
            Reaction(post="1/1", name_raw="+1", mechanism="emoji", account="bob"),
        ]
    )
    with Store(tmp_path / "ws") as store:
        first = store.ingest(export_of(tmp_path), reader)
        before = dump(store)
        again = store.ingest(export_of(tmp_path), reader)
        assert (first.posts, first.already_known, again.already_known) == (2, False, True)
        assert dump(store) == before


def test_newer_export_updates_and_keeps_former_wording(tmp_path: Path) -> None:
    """Whatever the order of ingest, the newer wording stands and the older is a revision."""
    older = ListReader(
        conversation(("ann", "Approved tools: any.")),
        Source(format="list", instance="forum", exported_at=datetime(2026, 1, 1, tzinfo=UTC)),
    )
    newer = ListReader(
        conversation(("ann", "Approved tools: ours.")),
        Source(format="list", instance="forum", exported_at=datetime(2026, 2, 1, tzinfo=UTC)),
    )
    for number, order in enumerate(itertools.permutations([("old", older), ("new", newer)])):
        with Store(tmp_path / f"ws{number}") as store:
            for content, reader in order:
                store.ingest(export_of(tmp_path, content), reader)
            assert store.sql("SELECT body, own_text FROM post").to_pylist() == [
                {"body": "Approved tools: ours.", "own_text": "Approved tools: ours."}
            ]
            assert store.sql("SELECT before, after FROM edit").to_pylist() == [
                {"before": "Approved tools: any.", "after": "Approved tools: ours."}
            ]


def test_newer_export_replaces_reactions_and_votes_of_its_posts(tmp_path: Path) -> None:
    """A reaction or vote that the newer export lacks is gone; those of untouched posts stay."""

    def reader(day: int, *voters: str) -> ListReader:
        records = [
            *conversation(("ann", "Sign here"), ("bob", "ok")),
            *(Reaction(post="1/1", name_raw="+1", mechanism="emoji", account=who) for who in voters),
            Poll(native_id="1/1/poll", post="1/1"),
            PollOption(poll="1/1/poll", native_id="a", ordinal=0, text="Sign", votes=len(voters)),
            *(PollVote(poll="1/1/poll", option="a", account=who) for who in voters),
        ]
        return ListReader(
            records, Source(format="list", instance="forum", exported_at=datetime(2026, 1, day, tzinfo=UTC))
        )

    with Store(tmp_path / "ws") as store:
        store.ingest(export_of(tmp_path, "a"), reader(1, "bob", "cleo", "dan"))
        store.ingest(export_of(tmp_path, "b"), reader(2, "cleo"))
        counts = [
            store.scalar(f"SELECT count(*) FROM {table}")
            for table in ("post", "reaction", "poll", "poll_option", "poll_vote")
        ]
        assert counts == [2, 1, 1, 1, 1]


def test_store_holds_no_raw_handle(tmp_path: Path) -> None:
    """Names, ids and addresses of accounts are in the sealed file only."""
    records = [
        Thread(native_id="1", root_post="1/1"),
        Account(
            native_id="U777", username="zebediah", display_name="Zebediah Quill", email="zeb@example.org"
        ),
        Post(native_id="1/1", thread="1", author="U777", body="Nothing to see"),
    ]
    with Store(tmp_path / "ws") as store:
        store.ingest(export_of(tmp_path), ListReader(records))
    raw = (tmp_path / "ws" / "store.duckdb").read_bytes()
    assert not [name for name in (b"U777", b"zebediah", b"Quill", b"zeb@") if name in raw]
    assert b"zebediah" in (tmp_path / "ws" / "sealed.duckdb").read_bytes()


def test_workspace_is_private(tmp_path: Path) -> None:
    """Folder 0700, files 0600."""
    with Store(tmp_path / "ws"):
        modes = {
            path.name: stat.S_IMODE(path.stat().st_mode)
            for path in (tmp_path / "ws").iterdir()
            if path.suffix != ".wal"
        }
    assert stat.S_IMODE((tmp_path / "ws").stat().st_mode) == 0o700
    assert modes == {"store.duckdb": 0o600, "sealed.duckdb": 0o600, "pseudonym.key": 0o600}


def test_an_empty_folder_becomes_private_and_one_in_use_stays(tmp_path: Path) -> None:
    """What DuckDB writes is kept from others by the folder; one with other things is its owner's affair."""
    for name in ("empty", "used"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o755)
    (tmp_path / "used" / "notes.txt").write_text("mine")
    for name, mode in (("empty", 0o700), ("used", 0o755)):
        with Store(tmp_path / name):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode


def test_duplicate_ids_leave_one_post_and_an_anomaly(tmp_path: Path) -> None:
    """Of two posts with one id the first stays, the other is counted."""
    records = [
        *conversation(("ann", "first")),
        Post(native_id="1/1", thread="1", author="ann", body="second"),
    ]
    with Store(tmp_path / "ws") as store:
        store.ingest(export_of(tmp_path), ListReader(records))
        assert store.sql("SELECT body FROM post").to_pylist() == [{"body": "first"}]
        assert store.sql("SELECT code, post_id FROM anomaly").to_pylist() == [
            {"code": "duplicate", "post_id": "forum:1/1"}
        ]


def test_parent_status_tells_present_root_and_absent(tmp_path: Path) -> None:
    """A reply to a post that is not there keeps its parent's id and is marked."""
    records = [
        *conversation(("ann", "root"), ("bob", "reply")),
        Post(
            native_id="1/3",
            thread="1",
            author="ann",
            parent="1/2",
            parent_source="explicit",
            body="re: reply",
        ),
        Post(
            native_id="1/4",
            thread="1",
            author="ann",
            parent="1/9",
            parent_source="explicit",
            body="re: nothing",
        ),
    ]
    with Store(tmp_path / "ws") as store:
        store.ingest(export_of(tmp_path), ListReader(records))
        rows = store.sql("SELECT post_id, parent_status FROM post ORDER BY post_id").to_pylist()
    assert [row["parent_status"] for row in rows] == ["none", "root", "present", "absent"]


def test_hostile_values_are_stored_or_dropped(tmp_path: Path) -> None:
    """NUL bytes, lone surrogates and clocks of year 0 or 9999 do no harm."""
    records = [
        Thread(native_id="1", root_post="1/1"),
        Post(
            native_id="1/1",
            thread="1",
            author="\ud800x",
            body="a\0b\udfff",
            created_at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
        ),
        Post(native_id="1/2", thread="1", author="y", body="c", created_at=datetime(1, 1, 1)),  # noqa: DTZ001
    ]
    with Store(tmp_path / "ws") as store:
        store.ingest(export_of(tmp_path), ListReader(records))
        assert store.sql("SELECT count(*) AS posts, count(created_at) AS times FROM post").to_pylist() == [
            {"posts": 2, "times": 0}
        ]


def test_nothing_readable_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """An export without a single post is an error, and no trace of it stays."""
    with Store(tmp_path / "ws") as store:
        with pytest.raises(BrokenExportError):
            store.ingest(export_of(tmp_path), ListReader([Thread(native_id="1")]))
        assert store.scalar("SELECT count(*) FROM source") == 0
        assert store.ingest(export_of(tmp_path), ListReader(conversation(("ann", "now")))).posts == 1


def test_workspace_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """A clear error, not a traceback."""
    (tmp_path / "ws").write_text("not a folder")
    with pytest.raises(StoreError, match="workspace"):
        Store(tmp_path / "ws")


VICTIM = """
    import sys
    from pathlib import Path
    sys.path.insert(0, {tests!r})
    from fakes import ListReader, export_of
    from forum_pulse.corpus.model import Post, Reaction, Thread
    from forum_pulse.corpus.store import Store

    def records():
        for number in range(1, 30001):
            yield Thread(native_id=str(number), root_post=f"{{number}}/1")
            yield Post(native_id=f"{{number}}/1", thread=str(number), author=f"u{{number % 99}}", body=f"post {{number}}")
            yield Reaction(post=f"{{number}}/1", name_raw="+1", mechanism="emoji", account="u1")

    folder = Path(sys.argv[1])
    with Store(folder / "ws") as store:
        print("open", flush=True)
        print(store.ingest(export_of(folder), ListReader(records())).posts, flush=True)
"""


def test_kill_during_ingest_leaves_a_store_that_reingests_to_the_same_state(tmp_path: Path) -> None:
    """`kill -9` at several moments: the store opens, and the next ingest ends where an undisturbed one does."""
    script = tmp_path / "victim.py"
    script.write_text(textwrap.dedent(VICTIM.format(tests=str(Path(__file__).parent))))
    command = [sys.executable, str(script)]
    calm, disturbed = tmp_path / "calm", tmp_path / "disturbed"
    calm.mkdir()
    disturbed.mkdir()
    (disturbed / "ws").mkdir(mode=0o700)
    started = time.monotonic()
    subprocess.run([*command, str(calm)], check=True, capture_output=True)
    whole = time.monotonic() - started
    (disturbed / "ws" / "pseudonym.key").write_bytes((calm / "ws" / "pseudonym.key").read_bytes())
    killed = 0
    for share in (0.3, 0.6, 0.75, 0.85, 0.95):
        with subprocess.Popen([*command, str(disturbed)], stdout=subprocess.PIPE) as victim:
            time.sleep(whole * share)
            os.kill(victim.pid, signal.SIGKILL)
            killed += victim.wait() == -signal.SIGKILL
    assert killed, "the ingest was never caught in the act"
    subprocess.run([*command, str(disturbed)], check=True, capture_output=True)
    with Store(calm / "ws") as one, Store(disturbed / "ws") as other:
        assert one.scalar("SELECT count(*) FROM post") == 30_000
        assert dump(one) == dump(other)


def test_the_database_draws_no_progress_of_its_own(tmp_path: Path) -> None:
    """Its bar would go to stdout, in the middle of a command's data."""
    with Store(tmp_path) as store:
        assert store.scalar("SELECT current_setting('enable_progress_bar')") is False


@pytest.mark.parametrize("given", [None, "300MB"])
def test_ingest_takes_little_memory_and_leaves_nothing_behind(tmp_path: Path, given: str | None) -> None:
    """Unless the caller says how much; afterwards questions have their share again, also where ingest failed."""
    limits: list[str] = []

    class Watching(ListReader):
        def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
            limits.append(store.scalar("SELECT current_setting('memory_limit')"))
            return super().read(export, options)

    staged = "SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'stage%'"
    with Store(tmp_path / "ws", memory_limit=given) as store:
        before = store.scalar("SELECT current_setting('memory_limit')")
        store.ingest(export_of(tmp_path), Watching(conversation(("ann", "Hello"))))
        with pytest.raises(BrokenExportError):
            store.ingest(export_of(tmp_path, "other"), Watching([]))
        assert store.scalar("SELECT current_setting('memory_limit')") == before
        assert store.scalar(staged) == 0
    assert limits == 2 * (["61.0 MiB"] if given is None else ["286.1 MiB"])


def test_posts_go_in_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few go in together, they and their reactions make the same rows in the same order."""
    said = conversation(*((f"user{n % 5}", f"@user{n % 3} line {n}") for n in range(40)))
    posts = [record.native_id for record in said if isinstance(record, Post)]
    liked = [Reaction(post=post, name_raw="+1", mechanism="emoji", account="user4") for post in posts]
    told: list[list[list[tuple[object, ...]]]] = []
    for number, together in enumerate((10_000, 3)):
        for module, size in ((merge, "_POSTS"), (merge, "_WORDS"), (snapshots, ""), (gaps, "")):
            monkeypatch.setattr(module, f"{size}_AT_ONCE", together)
        with Store(tmp_path / f"ws{number}") as store:
            store.ingest(export_of(tmp_path), ListReader([*said, *liked]))
            queries = (
                "SELECT post_id, own_text, parent_status FROM post",
                "SELECT post_id, name_norm, is_self FROM reaction",
                "SELECT post_id, ordinal, kind FROM span",
                "SELECT post_id, ordinal, account_id IS NULL FROM mention",
                "SELECT username FROM account a JOIN sealed.handle USING (account_id) ORDER BY a.rowid",
            )
            told.append([store.connection.execute(query).fetchall() for query in queries])
    assert [len(rows) for rows in told[0]] == [40, 40, 40, 40, 5]
    assert {is_self for _, _, is_self in told[0][1]} == {True, False}
    assert told[0] == told[1]


def test_of_a_post_told_twice_the_first_is_quoted_alone(tmp_path: Path) -> None:
    """A second post of the same id leaves neither quotes nor people addressed in it."""
    once = conversation(("ann", "Hello"), ("bob", "Yes, by all means"))
    told = next(record for record in reversed(once) if isinstance(record, Post))
    twin = replace(told, body="> Hello\n\nYes @ann and @cleo", body_format="markdown")
    with Store(tmp_path / "ws") as store:
        store.ingest(export_of(tmp_path), ListReader([*once, twin]))
        rows = store.connection.execute("SELECT post_id, kind FROM span ORDER BY ALL").fetchall()
        mentions = store.scalar("SELECT count(*) FROM mention")
    assert [kind for _, kind in rows] == ["own", "own"]
    assert mentions == 0


@pytest.mark.parametrize("failures", [1, 2, 5])
@pytest.mark.parametrize("step", ["_deduplicate", "_tie_words"])
def test_a_step_that_needs_more_memory_gets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, failures: int
) -> None:
    """What ran out of memory is done again with twice as much, and nothing of the first time is left."""
    taken, limits = getattr(merge, step), list[str]()

    def hungry(*told: object) -> None:
        limits.append(store.scalar("SELECT current_setting('memory_limit')"))
        taken(*told)
        if len(limits) <= failures:
            raise duckdb.OutOfMemoryException("failed to allocate")

    said = conversation(("ann", "Hello"), ("bob", "@ann yes"))
    with Store(tmp_path / "ws") as store:
        whole = store.scalar("SELECT current_setting('memory_limit')")
        monkeypatch.setattr(merge, step, hungry)
        done = store.ingest(export_of(tmp_path), ListReader([*said, said[-1]]))
        tables = ("source", "post", "sighting", "anomaly", "sealed.named")
        counts = [store.scalar(f"SELECT count(*) FROM {table}") for table in tables]
    assert (done.posts, done.anomalies, counts) == (3, 1, [1, 2, 2, 1, 1])
    assert len(set(limits)) == failures + 1
    assert (limits[-1] == whole) == (failures == 5)


@pytest.mark.parametrize("name", ["pseudonym.key", "sealed.duckdb"])
@pytest.mark.parametrize("is_there", [False, True])
def test_a_workspace_without_its_key_or_names_is_refused(tmp_path: Path, name: str, is_there: bool) -> None:
    """Made anew, they would make other persons of all, or leave texts unredacted; nothing is written."""
    with Store(tmp_path / "ws") as store:
        store.ingest(export_of(tmp_path), ListReader(conversation(("ann", "Hello"))))
    (tmp_path / "ws" / name).unlink()
    if is_there:
        (tmp_path / "ws" / name).touch()
    for _ in range(2):
        with pytest.raises(StoreError, match=f"{name} of this workspace is gone or empty") as caught:
            Store(tmp_path / "ws")
        assert "put back a copy" in caught.value.hint
    assert (tmp_path / "ws" / name).exists() == is_there


def test_a_workspace_that_holds_nothing_is_made_whole(tmp_path: Path) -> None:
    """A run that was ended while it made the files leaves nothing that the next one can't use."""
    Store(tmp_path / "ws").close()
    (tmp_path / "ws" / "pseudonym.key").write_bytes(b"")
    (tmp_path / "ws" / "sealed.duckdb").unlink()
    Store(tmp_path / "ws").close()
    assert len((tmp_path / "ws" / "pseudonym.key").read_bytes()) == 32


@pytest.mark.parametrize("is_cut", [False, True])
def test_a_damaged_store_is_told_in_words(tmp_path: Path, is_cut: bool) -> None:
    """Wrong bytes in its middle, or its end gone: found when the block is read, by whoever reads it."""
    said = [(f"person {number}", f"{number} " * 400) for number in range(400)]
    with Store(tmp_path / "ws") as store:
        store.ingest(export_of(tmp_path), ListReader(conversation(*said)))
    path = tmp_path / "ws" / "store.duckdb"
    content = path.read_bytes()
    middle = len(content) // 4
    wrong = bytes(byte ^ 0x5A for byte in content[middle:-middle])
    path.write_bytes(content[: 2 * middle] if is_cut else content[:middle] + wrong + content[-middle:])
    with pytest.raises(StoreError, match="the workspace can't be read or written") as caught:
        read([], workspace=path.parent).close()
    assert "put back a copy" in caught.value.hint


def test_an_empty_file_where_the_disk_was_full_is_begun_anew(tmp_path: Path) -> None:
    """DuckDB leaves one of a database that it could not begin, and opens no such file."""
    (tmp_path / STORE_FILE).touch()
    (tmp_path / SEALED_FILE).touch()
    with Store(tmp_path) as store:
        assert store.scalar("SELECT count(*) FROM post") == 0


def test_a_disk_that_is_full_at_the_end_of_an_ingest_is_told(tmp_path: Path) -> None:
    """The transaction is gone by then: to roll it back would be an error of its own."""

    class Full:
        def execute(self, statement: str) -> None:
            if statement == "COMMIT":
                raise duckdb.TransactionException("Failed to commit: No space left on device")
            assert statement == "BEGIN"

    with pytest.raises(StoreError, match="No space left") as told, Store(tmp_path), merge._whole(Full()):
        pass
    assert "room" in told.value.hint
