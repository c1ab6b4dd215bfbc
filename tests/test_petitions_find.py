"""Finding petitions: by configuration, and by what threads ask and get."""

from pathlib import Path

import pytest
from petition_forum import STATEMENT, Forum, count, figures, ingest, positions

from forum_pulse.config import PetitionConfig
from forum_pulse.errors import ConfigError
from forum_pulse.petitions import find_petitions

PEOPLE = tuple(f"person{number:02}" for number in range(30))
LONG = (
    "We ask the company to let every team choose the editor it works with, to pay for the licences of the Heron "
    "editor as it pays for other tools, and to stop counting how often each of us opens the old one."
)


def small_forum(**more: str) -> Forum:
    """One petition thread and one about lunch."""
    forum = Forum(**more)
    forum.thread(url="https://forum.example.org/t/heron/1")
    forum.say("ada", "+1")
    forum.thread("2", title="Lunch", body="Soup?")
    return forum


@pytest.mark.parametrize(
    "entry",
    [
        "list:1",
        "forum:1",
        "https://forum.example.org/t/heron/1",
        "https://forum.example.org/t/heron/1/?page=2#post_3",
        "Adopt the Heron editor",
        "adopt the heron  EDITOR",
    ],
)
def test_a_thread_is_named_by_id_address_or_title(tmp_path: Path, entry: str) -> None:
    """Format and native id, the forum's name and id, the URL, the title: all find the thread."""
    with ingest(tmp_path, small_forum()) as store:
        (petition,) = find_petitions(store, (PetitionConfig(name="heron", threads=(entry,)),))
    assert petition.threads == ("forum:1",)
    assert petition.opening_posts == ("forum:1/1",)
    assert (petition.origin, petition.statement) == ("config", "Adopt the Heron editor")


@pytest.mark.parametrize("entry", ["table:people", "tables:people", "table:table-people"])
def test_a_table_is_named_by_its_file_or_instance(tmp_path: Path, entry: str) -> None:
    """A list of signatures is found by the name of its file, whatever else the table's forum holds."""
    forum = Forum(format="tables", instance="table:people")
    forum.thread("list", kind="petition", author=None)
    forum.sign("ada", post="list/1")
    with ingest(tmp_path, forum, small_forum()) as store:
        (petition,) = find_petitions(store, (PetitionConfig(name="heron", threads=(entry,)),))
        assert petition.threads == ("table:people:list",)


def test_a_table_of_many_threads_must_be_named_more_closely(tmp_path: Path) -> None:
    """A table of posts with several threads is no petition by itself."""
    with (
        ingest(tmp_path, small_forum(format="tables", instance="table:posts")) as store,
        pytest.raises(ConfigError, match="holds 2 threads"),
    ):
        find_petitions(store, (PetitionConfig(name="heron", threads=("table:posts",)),))


@pytest.mark.parametrize(
    "entry", ["Adopt the Heron editr", "list:99", "https://forum.example.org/t/9", "table:nothing"]
)
def test_an_entry_that_names_nothing_is_refused_with_the_nearest(tmp_path: Path, entry: str) -> None:
    """The error names the petition and the entry, the hint what there is."""
    with ingest(tmp_path, small_forum()) as store, pytest.raises(ConfigError) as caught:
        find_petitions(store, (PetitionConfig(name="heron", threads=(entry,)),))
    assert "'heron'" in caught.value.message
    assert entry in caught.value.message
    assert "Heron" in caught.value.hint or "list:1" in caught.value.hint


def test_one_petition_in_several_threads_counts_each_person_once(tmp_path: Path) -> None:
    """A petition put in two forums is one count; a person known by one mailbox is one person."""
    here, there = Forum(), Forum(instance="other")
    for forum in (here, there):
        forum.thread()
        forum.who("ada", email="ada@example.org")
        forum.say("ada", "+1")
    there.say("ben", "+1")
    config = PetitionConfig(name="heron", threads=("forum:1", "other:1"))
    with ingest(tmp_path, here, there) as store:
        count(store, config)
        assert figures(store)["counted"] == 2


def test_a_thread_without_its_opening_post_still_counts_replies(tmp_path: Path) -> None:
    """A deleted root leaves the replies; they answer the petition."""
    forum = small_forum()
    forum.records = [record for record in forum.records if getattr(record, "native_id", "") != "1/1"]
    with ingest(tmp_path, forum) as store:
        (petition,) = count(store)
        assert petition.opening_posts == ()
        assert positions(store) == {"ada": "supports"}


def test_a_thread_that_asks_and_has_five_backers_is_a_petition(tmp_path: Path) -> None:
    """Four are too few, five are enough, however they back it; its name is made of its title."""
    forum = Forum()
    forum.thread()
    for name in PEOPLE[:4]:
        forum.say(name, "+1")
    with ingest(tmp_path / "four", forum) as store:
        assert find_petitions(store, ()) == []
    forum.react(None, n=1)
    with ingest(tmp_path / "five", forum) as store:
        (petition,) = find_petitions(store, ())
    assert (petition.name, petition.origin) == ("adopt-the-heron-editor", "detected")
    assert petition.statement == "Adopt the Heron editor"


def test_a_poll_for_and_against_asks_as_well(tmp_path: Path) -> None:
    """A thread whose poll has a side for and one against needs no call in words."""
    forum = Forum()
    forum.thread(title="Heron", body="The Heron editor, for everybody.")
    forum.poll({"Yes": 6, "No": 2})
    with ingest(tmp_path, forum) as store:
        assert [petition.name for petition in find_petitions(store, ())] == ["heron"]


@pytest.mark.parametrize(
    ("title", "body", "is_petition"),
    [
        ("Usage quotas", "Drop the usage mandate. It helps nobody.", True),
        ("Drop the usage mandate", "It helps nobody.", True),
        ("Usage quotas", "The mandate is a year old today.", False),  # nothing is asked
    ],
)
def test_a_poll_to_keep_or_drop_has_sides_beside_what_is_asked(
    tmp_path: Path, title: str, body: str, is_petition: bool
) -> None:
    """Which option backs the petition its opening post or title says, here as in the count."""
    forum = Forum()
    forum.thread(title=title, body=body)
    forum.poll({"Keep the mandate": 3, "Drop the mandate": 6})
    with ingest(tmp_path, forum) as store:
        assert len(find_petitions(store, ())) == is_petition


def test_a_thread_that_does_not_ask_needs_ten_and_a_quarter(tmp_path: Path) -> None:
    """Without a call, ten backers make a petition only where they are a quarter of those taking part."""
    forum = Forum()
    forum.thread(title="Slow builds", body="Builds take an hour now.")
    for name in PEOPLE[:10]:
        forum.say(name, "+1")
    with ingest(tmp_path / "ten", forum) as store:
        assert len(find_petitions(store, ())) == 1
    for number in range(40):
        forum.say(f"talker{number}", "Since which day?")
    with ingest(tmp_path / "talk", forum) as store:
        assert find_petitions(store, ()) == []


def test_popular_news_is_no_petition(tmp_path: Path) -> None:
    """Thumbs alone do not make a petition of a thread that asks for nothing."""
    forum = Forum()
    forum.thread(title="Coffee", body="The new coffee machine is here.")
    for name in PEOPLE:
        forum.react(name)
    forum.react(None, n=50)
    with ingest(tmp_path, forum) as store:
        assert find_petitions(store, ()) == []


def test_a_good_idea_is_no_petition(tmp_path: Path) -> None:
    """Praise counts where backing is asked for; by itself it makes no petition of a thread."""
    for asks, body in ((False, "The canteen has a new cook."), (True, "Please sign: we keep the cook.")):
        forum = Forum()
        forum.thread(title="Canteen", body=body)
        for name in PEOPLE:
            forum.say(name, "Great idea!")
        with ingest(tmp_path / str(asks), forum) as store:
            assert bool(find_petitions(store, ())) is asks


def test_everyday_threads_are_no_petitions(tmp_path: Path) -> None:
    """Thanks, likes and answers do not make a petition of a thread that many read."""
    forum = Forum()
    forum.thread(title="Release 12", body="Release 12 is out. Please sign in again.")
    for name in PEOPLE:
        forum.say(name, "Thanks!")
        forum.react(name, "like", mechanism="like")
        forum.react(name, "tada")
    with ingest(tmp_path, forum) as store:
        assert find_petitions(store, ()) == []


def test_private_threads_are_never_taken_for_petitions(tmp_path: Path) -> None:
    """What was said in private is not looked at."""
    forum = Forum()
    forum.thread(is_private=True)
    for name in PEOPLE:
        forum.say(name, "+1", is_private=True)
    with ingest(tmp_path, forum) as store:
        assert find_petitions(store, ()) == []


def test_cross_posts_of_one_statement_are_one_petition(tmp_path: Path) -> None:
    """The same long statement in two threads is one petition, whatever stands around it; short ones never join."""
    forum = Forum()
    forum.thread("1", title="Let teams choose", body=LONG)
    forum.thread("2", title="", body=f"Posting this here too. {LONG} Please sign!")
    forum.thread("3", title="Other", body="We ask for soup. Please sign.")
    forum.thread("4", title="Another", body="We ask for soup. Please sign.")
    for name in PEOPLE[:6]:
        for thread in "1234":
            forum.say(name, "+1", thread=thread)
    with ingest(tmp_path, forum) as store:
        found = find_petitions(store, ())
    assert [(petition.name, petition.threads) for petition in found] == [
        ("let-teams-choose", ("forum:1", "forum:2")),
        ("other", ("forum:3",)),
        ("another", ("forum:4",)),
    ]


def test_names_are_unique_and_the_most_backed_comes_first(tmp_path: Path) -> None:
    """Two petitions of one title get different names; at most twenty are kept."""
    forum = Forum()
    for number in range(22):
        forum.thread(str(number), title="Sign this", body=f"{STATEMENT} Number {number}.")
        for name in PEOPLE[: 5 + number % 3]:
            forum.say(name, "+1", thread=str(number))
    with ingest(tmp_path, forum) as store:
        found = find_petitions(store, ())
    assert len({petition.name for petition in found}) == len(found) == 20
    assert found[0].threads == ("forum:11",)
    assert found[0].name == "sign-this"


@pytest.mark.parametrize("words", ["popieram", "찬성합니다", "賛成です", "Lo sottoscrivo.", "я за", "＋１"])
def test_a_thread_that_is_backed_in_another_language_is_found(tmp_path: Path, words: str) -> None:
    """The coarse look that spares reading most threads knows every form the rules know."""
    forum = Forum()
    forum.thread(title="Cinnamon", body="Cinnamon buns for all.")
    for person in PEOPLE[:12]:
        forum.say(person, words)
    with ingest(tmp_path, forum) as store:
        assert [petition.name for petition in find_petitions(store, ())] == ["cinnamon"]


def test_a_petition_without_threads_is_told_what_it_lacks(tmp_path: Path) -> None:
    """A statement alone stands nowhere: what to add is said; its name as a thread's title is enough."""
    forum = Forum()
    forum.thread()
    with ingest(tmp_path, forum) as store:
        with pytest.raises(ConfigError, match="nothing says where it stands") as caught:
            find_petitions(store, (PetitionConfig(name="heron", statement="Adopt the Heron"),))
        assert "threads = [" in caught.value.hint
        assert "Adopt the Heron editor" in caught.value.hint
        assert find_petitions(store, (PetitionConfig(name="adopt the Heron editor"),))[0].threads
