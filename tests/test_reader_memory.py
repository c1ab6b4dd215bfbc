"""What lets readers go through an export of any size: records kept outside of memory, numbers in arrays."""

from array import array
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from forum_pulse.corpus.model import Anomaly, Post
from forum_pulse.corpus.readers.places import Names, Places
from forum_pulse.corpus.readers.reply_tree import ReplyTree
from forum_pulse.corpus.readers.spool import Spool
from forum_pulse.corpus.readers.stack_exchange.commenters import Commenters

_IDS = st.integers(-5, 40)
_MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
_POSTS = st.builds(
    Post,
    native_id=st.text(st.characters(), min_size=1),
    thread=st.sampled_from(["t", "\ud83d"]),
    body=st.text(st.characters()),
    created_at=_MOMENTS,
    edit_count=st.none() | st.integers(),
)
_ANOMALIES = st.builds(Anomaly, code=st.just("orphan"), locator=st.text())


@given(st.lists(_POSTS | _ANOMALIES))
def test_a_spool_gives_back_what_it_was_given(records: list[Post | Anomaly]):
    """Whatever it is: half emoji, numbers beyond 64 bits, times, kinds in any order."""
    spool: Spool[Post | Anomaly] = Spool()
    for record in records:
        spool.add(record)
    assert list(spool) == records


def test_a_spool_larger_than_its_share_of_memory():
    """Past a few megabytes it is a file, and the records are the same."""
    spool: Spool[Post] = Spool()
    posts = [Post(native_id=f"{n}", thread="t", body=f"{n} " * 9_000) for n in range(600)]
    for post in posts:
        spool.add(post)
    assert list(spool) == posts


@given(st.lists(_IDS), st.lists(_IDS))
def test_places_are_a_table(numbers: list[int], asked: list[int]):
    """Places are given in the order of coming, whether the numbers ascend or not."""
    places, table = Places(), dict[int, int]()
    for number in numbers:
        assert places.add(number) is (number not in table)
        table.setdefault(number, len(table))
    assert [places.find(number) for number in asked] == [table.get(number, -1) for number in asked]
    assert [number in places for number in asked] == [number in table for number in asked]
    assert list(places) == sorted(table)
    assert list(places.zeros()) == [0] * len(places) == [0] * len(table)


@given(st.lists(st.text(max_size=3)), st.lists(st.text(max_size=3)))
def test_names_are_a_table(names: list[str], asked: list[str]):
    """Places are given in the order of coming, and a place tells its name; any text is a name."""
    there, table = Names(), dict[str, int]()
    for name in (*names, "\ud83d", "", *names):
        assert there.add(name) is (name not in table)
        table.setdefault(name, len(table))
    assert [there.find(name) for name in asked] == [table.get(name, -1) for name in asked]
    assert [name in there for name in asked] == [name in table for name in asked]
    assert list(there) == [there[place] for place in range(len(there))] == list(table)


def test_more_names_than_there_was_room_for():
    """The table grows."""
    there = Names()
    assert all(there.add(f"post-{number}") for number in range(5_000))
    assert [there.find(f"post-{number}") for number in range(5_001)] == [*range(5_000), -1]


def test_more_letters_than_small_numbers_count():
    """Ends of names are counted in four bytes, and in eight where those overflow; here in one at first."""
    there = Names()
    there._ends = array("B", [0])
    assert all(there.add(f"post-{number}") for number in range(100))
    assert list(there) == [f"post-{number}" for number in range(100)]
    assert there._ends.itemsize == 8


def test_what_was_told():
    """To tell of a message makes it no part of a conversation, and each is told once."""
    tree = ReplyTree()
    tree.add("b", ["a"])
    assert [tree.tell(message) for message in ("b", "c", "b", "c")] == [True, True, False, False]
    assert [tree.is_told(message) for message in "abcd"] == [False, True, True, False]
    assert [message in tree for message in "abcd"] == [False, True, False, False]
    assert [tree.root(message) for message in "abcd"] == ["a", "b", "c", "d"]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 99))))
def test_the_last_comment_of_each(comments: list[tuple[int, int, int]]):
    """As a table of tables would tell."""
    there, tables = Commenters(), dict[int, dict[int, int]]()
    for post, user, comment in comments:
        there.add(post, user, comment)
        tables.setdefault(post, {})[user] = comment
    assert all(there.last(post) == tables.get(post, {}) for post in range(6))
