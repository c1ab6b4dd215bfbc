"""Discourse JSON: what is read, what is left unknown, and what is said about the rest."""

import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from forum_pulse.corpus.model import (
    Account,
    Aggregate,
    Anomaly,
    Container,
    Poll,
    PollOption,
    PollVote,
    Post,
    Reaction,
    ReactionTotal,
    Record,
    Source,
    Thread,
)
from forum_pulse.corpus.readers import Export, Reader, ReadOptions
from forum_pulse.corpus.readers.discourse.reader import DiscourseReader
from forum_pulse.errors import BrokenExportError

FORUM = Path(__file__).parent / "fixtures" / "discourse" / "forum"
Noun = TypeVar("Noun")


def read(path: Path, **options: Any) -> list[Record]:
    return list(DiscourseReader().read(Export(path), ReadOptions(**options)))


def of(kind: type[Noun], records: list[Record]) -> list[Noun]:
    return [record for record in records if isinstance(record, kind)]


def codes(records: list[Record]) -> list[tuple[str, str]]:
    return [(anomaly.code, anomaly.locator) for anomaly in of(Anomaly, records)]


def post(number: Any = 1, **fields: Any) -> dict[str, Any]:
    """A post's JSON with what every post has."""
    return {
        "id": 9000,
        "user_id": 1,
        "username": "ada",
        "name": "Ada Larch",
        "created_at": "2024-03-01T09:00:00.000Z",
        "updated_at": "2024-03-01T09:00:00.000Z",
        "cooked": "<p>Hello.</p>",
        "post_number": number,
        "post_type": 1,
        "topic_id": 5,
        "version": 1,
    } | fields


def topic(*posts: Any, **fields: Any) -> dict[str, Any]:
    return {"id": 5, "title": "A topic", "post_stream": {"posts": list(posts)}} | fields


def saved(folder: Path, document: Any, name: str = "5.json") -> Path:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def forum() -> list[Record]:
    return read(FORUM)


def posts_of(records: list[Record]) -> dict[str, Post]:
    return {record.native_id: record for record in of(Post, records)}


def test_reader_keeps_the_protocol() -> None:
    """It is what the registry expects of a reader."""
    assert isinstance(DiscourseReader(), Reader)


def test_source_comes_first_and_is_completed_last(forum: list[Record]) -> None:
    """The host stands in an avatar's path; what only the end can tell replaces the first version."""
    first, last = of(Source, forum)
    assert forum[0] is first
    assert forum[-1] is last
    assert last == Source(
        format="discourse",
        variant="posts+topics",
        instance="talk.example.org",
        instance_url="https://talk.example.org",
        exported_at=datetime(2024, 3, 2, 10, tzinfo=UTC),
        has_reaction_counts=True,
        has_deletions=True,
        complete="no",
        covers="thread",
    )
    assert first.instance == last.instance


def test_named_instance_wins(tmp_path: Path) -> None:
    """What the user calls the forum stands above what its files say; without both it is the format."""
    path = saved(tmp_path, topic(post()))
    assert of(Source, read(path))[0].instance == "discourse"
    assert of(Source, read(FORUM, instance="agora"))[-1].instance == "agora"


def test_ordinary_posts(forum: list[Record]) -> None:
    """A post is TOPIC/NUMBER and answers what it names, else the topic."""
    posts = posts_of(forum)
    assert posts["101/3"] == Post(
        native_id="101/3",
        thread="101",
        ordinal=3,
        author="3",
        parent="101/2",
        parent_source="explicit",
        created_at=datetime(2024, 3, 1, 9, 3, tzinfo=UTC),
        created_raw="2024-03-01T09:03:00.000Z",
        precision="ms",
        body="<p>I agree with Bo.</p>",
        body_format="cooked",
        edited_at=datetime(2024, 3, 1, 11, 30, tzinfo=UTC),
        edit_count=2,
        url="https://talk.example.org/t/quiet-room/101/3",
        locator="t/101.json:2",
    )
    assert (posts["101/1"].parent, posts["101/1"].parent_source) == (None, None)
    assert (posts["101/2"].parent, posts["101/2"].parent_source) == ("101/1", "thread_root")
    assert (posts["101/5"].parent, posts["101/5"].parent_source) == ("101/4", "explicit")
    assert "101/4" not in posts
    assert posts["101/12"].is_accepted


def test_kinds_and_states(forum: list[Record]) -> None:
    """What the forum itself did, what only staff sees, and what is gone can be told apart."""
    posts = posts_of(forum)
    assert {
        number: (found.kind, found.subtype, found.state, found.is_private)
        for number in (6, 7, 8, 9, 10, 11)
        if (found := posts[f"101/{number}"])
    } == {
        6: ("system", "closed.enabled", "visible", False),
        7: ("post", "moderator_action", "visible", False),
        8: ("post", "whisper", "visible", True),
        9: ("post", None, "hidden", False),
        10: ("post", None, "deleted_by_author", False),
        11: ("post", None, "removed", False),
    }
    assert (posts["101/9"].body, posts["101/9"].body_format) == ("", "none")


def test_typed_text_is_preferred(forum: list[Record]) -> None:
    """What the author typed says more than the rendered page."""
    typed = posts_of(forum)["201/1"]
    assert (typed.body, typed.body_format) == ("Typed **here**.", "discourse")


def test_reactions_are_counts_and_never_added_to_likes(forum: list[Record]) -> None:
    """The reactions plugin's list holds the likes: where it is, likes are left alone."""
    totals: dict[str, list[tuple[str, str, int]]] = {}
    for total in of(ReactionTotal, forum):
        totals.setdefault(total.post, []).append((total.name_raw, total.source_field, total.total))
    assert totals["101/1"] == [("like", "actions_summary", 5)]
    assert totals["101/2"] == [("heart", "reactions", 2), ("+1", "reactions", 1)]
    assert all(
        reaction.account is None and reaction.identity == "count_only" for reaction in of(Reaction, forum)
    )
    assert [(r.post, r.name_raw, r.n) for r in of(Reaction, forum)] == [
        (t.post, t.name_raw, t.total) for t in of(ReactionTotal, forum)
    ]


def test_stale_counter_is_reported(forum: list[Record]) -> None:
    """A list of reactions that its own counter contradicts is taken, and said to be doubtful."""
    (anomaly,) = [record for record in of(Anomaly, forum) if record.code == "count_mismatch"]
    assert (anomaly.post, anomaly.locator) == ("101/9", "t/101.json:7")


def test_polls(forum: list[Record]) -> None:
    """Two polls in a post; hidden results are unknown, not zero; named voters are people."""
    polls = {poll.native_id: poll for poll in of(Poll, forum)}
    assert polls["101/1/poll"] == Poll(
        native_id="101/1/poll",
        post="101/1",
        type="single",
        status="closed",
        is_public=True,
        results_visibility="always",
        voters=4,
    )
    assert (polls["101/1/poll2"].question, polls["101/1/poll2"].is_public) == ("Which days?", None)
    assert [(option.poll, option.text, option.votes) for option in of(PollOption, forum)][:4] == [
        ("101/1/poll", "Yes & soon", 3),
        ("101/1/poll", "No :-1:", 1),
        ("101/1/poll2", "Monday", None),
        ("101/1/poll2", "Friday", None),
    ]
    votes = [(vote.option, vote.account) for vote in of(PollVote, forum) if vote.poll == "101/1/poll"]
    assert votes == [("aa", "2"), ("aa", "3"), ("bb", "4")]
    assert [a.post for a in of(Anomaly, forum) if a.code == "poll_without_results"] == ["101/1"]


def test_ranked_ballot(forum: list[Record]) -> None:
    """Ranks are kept, an abstention is rank 0, and a name somebody chose is the question."""
    name = "101/12/Keep it?"
    assert [(poll.question, poll.type) for poll in of(Poll, forum) if poll.native_id == name] == [
        ("Keep it?", "ranked")
    ]
    assert [(vote.option, vote.rank) for vote in of(PollVote, forum) if vote.poll == name] == [
        ("aa", 1),
        ("bb", 0),
    ]


def test_accounts_come_once_with_all_names(forum: list[Record]) -> None:
    """Names that one member leaves out are filled from another; the forum's own users are no people."""
    accounts = of(Account, forum)
    assert [
        (account.native_id, account.username, account.display_name, account.kind) for account in accounts
    ] == [
        ("-1", "system", "system", "system"),
        ("1", "ada", "Ada Larch", "human"),
        ("2", "bo", "Bo Reed", "human"),
        ("3", "cy", "Cy Dunn", "human"),
        ("4", "dee", "Dee Moss", "human"),
        ("6", "eli", None, "human"),
    ]


def test_threads_and_their_places(forum: list[Record]) -> None:
    """Topics know their category and how many posts there should be; suggested topics are not ours."""
    threads = {thread.native_id: thread for thread in of(Thread, forum)}
    assert sorted(threads) == ["101", "102", "103", "201"]
    assert (threads["101"].kind, threads["101"].state, threads["101"].posts_expected) == (
        "question",
        "closed",
        11,
    )
    assert (threads["201"].title, threads["201"].posts_expected) == ("Saved singly", None)
    assert {c.native_id: (c.name, c.parent) for c in of(Container, forum) if not c.is_private} == {
        "7": ("Workplace", None),
        "8": ("Rooms", "7"),
    }
    assert [(a.measure, a.value) for a in of(Aggregate, forum) if a.thread == "102"] == [
        ("reader", 39),
        ("view", 300),
        ("vote", 9),
    ]


def test_private_messages_are_marked(forum: list[Record]) -> None:
    """A private message is private as a post and lies in a private container."""
    (room,) = [container for container in of(Container, forum) if container.is_private]
    assert [thread.native_id for thread in of(Thread, forum) if thread.container == room.native_id] == ["103"]
    assert posts_of(forum)["103/1"].is_private


def test_pages_of_a_topic_are_one_topic(forum: list[Record]) -> None:
    """Overlapping pages add up: the second copy of a post is dropped, likes and all."""
    assert [post.native_id for post in of(Post, forum) if post.thread == "102"] == [
        "102/1",
        "102/2",
        "102/3",
        "102/4",
    ]
    assert [reaction.post for reaction in of(Reaction, forum) if reaction.post.startswith("102")] == [
        "102/3",
        "102/4",
    ]
    assert ("duplicate", "t/102-page-2.json:0") in codes(forum)


def test_what_could_not_be_read_is_named(forum: list[Record]) -> None:
    """Lists, broken files, error pages and other files each leave a row; the rest is read."""
    assert sorted(codes(forum)) == [
        ("count_mismatch", "t/101.json:7"),
        ("duplicate", "t/102-page-2.json:0"),
        ("metadata_only", "categories.json"),
        ("metadata_only", "latest.json"),
        ("poll_without_results", "t/101.json:0"),
        ("truncated", "t/102-page-1.json"),
        ("unparsed", "cut-off.json"),
        ("unparsed", "error.json"),
    ]
    assert [a.detail for a in of(Anomaly, forum) if a.code == "truncated"] == ["topic truncated 4/5"]


def test_zip_reads_like_the_folder(tmp_path: Path, forum: list[Record]) -> None:
    """The packing makes no difference."""
    packed = shutil.make_archive(str(tmp_path / "forum"), "zip", FORUM)
    assert read(Path(packed)) == forum


def test_damaged_member_of_a_zip_is_one_row(tmp_path: Path) -> None:
    """A member whose bytes are damaged does not take the others with it."""
    path = tmp_path / "forum.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", json.dumps(topic(post(cooked="<p>spoilt</p>"))))
        archive.writestr("b.json", json.dumps(post(2)))
    path.write_bytes(path.read_bytes().replace(b"spoilt", b"SPOILT"))
    records = read(path)
    assert codes(records) == [("unparsed", "a.json")]
    assert [found.native_id for found in of(Post, records)] == ["5/2"]


def test_half_an_emoji_does_not_cost_the_file(tmp_path: Path) -> None:
    """A cut surrogate pair, which strict parsers refuse, is read."""
    path = saved(tmp_path, json.dumps(topic(post(cooked="?"))).replace("?", "a \\ud83d b"))
    assert [found.body for found in of(Post, read(path))] == ["a \ud83d b"]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"user_id": "one"}, "unknown_user", "no user id"),
    ({"user_id": None, "username": None}, "unknown_user", "neither user id nor user name"),
    ({"created_at": "last week"}, "bad_time", "last week"),
    ({"created_at": "0001-01-01T00:00:00Z"}, "bad_time", "0001"),
    ({"raw": [{"type": "paragraph"}]}, "unparsed", "raw is a list"),
    ({"cooked": None}, "unparsed", "neither raw nor cooked"),
    ({"post_type": 77}, "unparsed", "unknown post_type '77'"),
    ({"version": "2"}, "unparsed", "version is a str"),
    ({"reply_to_post_number": "1"}, "unparsed", "reply_to_post_number is a str"),
    ({"reactions": {"+1": 3}}, "unparsed", "reactions is a dict"),
    ({"reactions": [{"id": "+1", "count": "3"}]}, "unparsed", "count is '3'"),
    ({"reactions": [{"count": 3}]}, "unparsed", "without a name"),
    ({"actions_summary": [{"id": 2, "count": -1}]}, "unparsed", "count is '-1'"),
    ({"actions_summary": ["like"]}, "unparsed", "holds a str"),
    ({"reactions": [], "actions_summary": [{"id": 2, "count": 4}]}, "count_mismatch", "4 likes"),
    ({"polls": "none"}, "unparsed", "polls is a str"),
    ({"polls": ["poll"]}, "unparsed", "hold a str"),
]


@pytest.mark.parametrize(
    ("fields", "code", "detail"), WRONG, ids=[f"{list(case[0])[-1]}-{case[2]}" for case in WRONG]
)
def test_wrong_types_cost_a_row_not_the_post(
    tmp_path: Path, fields: dict[str, Any], code: str, detail: str
) -> None:
    """A field of the wrong type is named with its place; the post is kept, and so is the next one."""
    records = read(saved(tmp_path, topic(post(1), post(2, **fields), post(3))))
    assert [found.native_id for found in of(Post, records)] == ["5/1", "5/2", "5/3"]
    assert [(a.code, a.locator, a.post) for a in of(Anomaly, records) if detail in a.detail] == [
        (code, "5.json:1", "5/2")
    ]


@pytest.mark.parametrize(
    "broken", [None, "text", [], post(None), post(True), post("1"), post(0), post(10**9)]
)
def test_post_without_a_number_is_left_out(tmp_path: Path, broken: Any) -> None:
    """No post can be made of it: one row, and the topic does not look truncated besides."""
    stream = {"post_stream": {"posts": [post(1), broken], "stream": [1, 2]}}
    records = read(saved(tmp_path, topic(**stream)))
    assert [found.native_id for found in of(Post, records)] == ["5/1"]
    assert codes(records) == [("unparsed", "5.json:1")]


def test_user_without_id_is_a_weak_identity(tmp_path: Path) -> None:
    """A name alone is kept, and marked as what can't tell two people apart."""
    (account,) = of(Account, read(saved(tmp_path, topic(post(user_id=None)))))
    assert (account.native_id, account.is_stable_id) == ("@ada", False)


def test_local_offsets_become_utc(tmp_path: Path) -> None:
    """Old forums wrote their own clock's time with its offset."""
    (found,) = of(Post, read(saved(tmp_path, topic(post(created_at="2013-02-04T15:26:26-05:00")))))
    assert (found.created_at, found.precision) == (datetime(2013, 2, 4, 20, 26, 26, tzinfo=UTC), "s")


def polls(poll: dict[str, Any], tmp_path: Path) -> list[Record]:
    base = {
        "name": "poll",
        "type": "regular",
        "status": "open",
        "options": [{"id": "a", "html": "A", "votes": 2}],
    }
    return read(saved(tmp_path, topic(post(polls=[base | poll]))))


@pytest.mark.parametrize(
    ("poll", "code", "detail"),
    [
        ({"voters": 3}, "count_mismatch", "2 votes by 3 voters"),
        ({"type": "quadratic"}, "unparsed", "unknown type"),
        ({"preloaded_voters": {"z": [{"id": 2}]}}, "unparsed", "no option of the poll"),
        ({"preloaded_voters": {"a": [{"username": "bo"}]}}, "unknown_user", "nobody"),
        (
            {"preloaded_voters": {"a": [{"id": n} for n in (2, 3, 4)]}},
            "count_mismatch",
            "3 named voters but 2 votes",
        ),
        ({"options": [{"id": "a", "html": "A", "votes": "2"}]}, "poll_without_results", "hidden"),
    ],
)
def test_polls_that_contradict_themselves(
    tmp_path: Path, poll: dict[str, Any], code: str, detail: str
) -> None:
    """What does not add up is said, with its place."""
    found = [a for a in of(Anomaly, polls(poll, tmp_path)) if detail in a.detail]
    assert [(a.code, a.locator, a.post) for a in found] == [(code, "5.json:0", "5/1")]


def test_old_polls_by_name(tmp_path: Path) -> None:
    """Before 2018 the polls of a post were an object with the names as keys."""
    poll = {"options": [{"id": "a", "html": "A", "votes": 1}], "voters": 1, "status": "closed"}
    records = read(saved(tmp_path, topic(post(polls={"lunch": poll}))))
    assert [(found.native_id, found.question) for found in of(Poll, records)] == [("5/1/lunch", "lunch")]
    assert codes(records) == []


def test_number_poll_has_counts_only(tmp_path: Path) -> None:
    """A number poll names voters without their answers: no vote can be told from that."""
    records = polls({"type": "number", "preloaded_voters": [{"id": 2}, {"id": 3}]}, tmp_path)
    assert (of(PollVote, records), [option.votes for option in of(PollOption, records)]) == ([], [2])


def test_uncategorised_single_post_of_a_private_message(tmp_path: Path) -> None:
    """Saved singly, a private message shows by its missing category."""
    lone = {"topic_title": "Between us", "topic_slug": "between-us"}
    (private,) = of(Post, read(saved(tmp_path, post(**lone, category_id=None))))
    (public,) = of(Post, read(saved(tmp_path, post(**lone, category_id=1))))
    assert (private.is_private, public.is_private) == (True, False)


def test_two_forums_in_one_folder_are_noticed(tmp_path: Path) -> None:
    """User numbers of two forums would be mixed: the first post of the other one is named."""
    for name, host in (("a", "one.example.org"), ("b", "two.example.org")):
        avatar = f"/user_avatar/{host}/ada/{{size}}/1_2.png"
        saved(
            tmp_path,
            topic(post(avatar_template=avatar), post(2, avatar_template=avatar), id=ord(name)),
            f"{name}.json",
        )
    assert codes(read(tmp_path)) == [("unknown_user", "b.json:0")]


def test_posts_in_one_list(tmp_path: Path) -> None:
    """A file may hold a list of topics or posts."""
    records = read(saved(tmp_path, [post(1), post(2), 7]))
    assert [found.locator for found in of(Post, records)] == ["5.json:0", "5.json:1"]
    assert codes(records) == [("unparsed", "5.json:2")]


@pytest.mark.parametrize("content", ["{", "not JSON", '{"hello": 1}', "[" * 100_000, "NaN"])
def test_nothing_to_read_is_an_error(tmp_path: Path, content: str) -> None:
    """An export without any Discourse JSON is refused, with a remedy."""
    with pytest.raises(BrokenExportError) as caught:
        read(saved(tmp_path, content))
    assert "5.json" in caught.value.message
    assert caught.value.hint


def test_order_of_files_changes_nothing_but_order(tmp_path: Path) -> None:
    """The same posts under other names give the same records."""

    def key(records: list[Record]) -> Iterator[str]:
        kept = (record for record in records if not isinstance(record, Anomaly | Post))
        return iter(sorted(map(repr, kept)))

    a, b = topic(post(1), id=1), topic(post(1, user_id=2, username="bo"), id=2)
    for folder, first, second in (("x", a, b), ("y", b, a)):
        (tmp_path / folder).mkdir()
        saved(tmp_path / folder, first, "1.json")
        saved(tmp_path / folder, second, "2.json")
    assert list(key(read(tmp_path / "x"))) == list(key(read(tmp_path / "y")))


@pytest.mark.parametrize(
    ("content", "known"),
    [
        (topic(post()), True),
        (post(), True),
        ({"users": [], "topic_list": {"topics": [{"id": 1, "posts_count": 3}]}}, True),
        ({"users": [{"name": "x"}]}, False),
        ([{"sender_full_name": "x", "timestamp": 1, "content": "", "id": 1}], False),
        ([{"type": "message", "ts": "1.0", "text": "x"}], False),
        ("id,text\n1,x", False),
    ],
)
def test_sniffing(tmp_path: Path, content: Any, known: bool) -> None:
    """It claims Discourse's JSON and nobody else's."""
    assert DiscourseReader().sniff(Export(saved(tmp_path, content))) is known


def test_sniffing_a_folder() -> None:
    """Among lists and broken files, posts tell."""
    assert DiscourseReader().sniff(Export(FORUM))


def test_folder_of_several_exports_is_not_one(tmp_path: Path) -> None:
    """Beside a folder of something else it leaves the choice to the user."""
    shutil.copytree(FORUM, tmp_path / "all" / "forum")
    assert DiscourseReader().sniff(Export(tmp_path / "all"))
    (tmp_path / "all" / "chat").mkdir()
    saved(tmp_path / "all" / "chat", [{"type": "message", "ts": "1.0"}])
    assert not DiscourseReader().sniff(Export(tmp_path / "all"))


def test_lists_alone_are_no_forum(tmp_path: Path) -> None:
    """A folder of lists holds no posts; a single list is known, so that the reader can say so."""
    lists = {"users": [], "topic_list": {"topics": [{"id": 1, "posts_count": 3}]}}
    path = saved(tmp_path, lists)
    assert DiscourseReader().sniff(Export(path))
    assert not DiscourseReader().sniff(Export(tmp_path))


JUNK = (None, True, -1, 2**70, 1.5, "x", [None], {"a": None})


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in a document something stands."""
    if path:
        yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from paths(value[key], (*path, key))


def test_any_field_may_be_anything(tmp_path: Path) -> None:
    """Whatever stands in place of any value of a post, it costs no crash and not the next post."""
    rich = json.loads((FORUM / "t" / "101.json").read_text(encoding="utf-8"))["post_stream"]["posts"][0]
    for path in paths(rich):
        for junk in JUNK:
            spoilt = json.loads(json.dumps(rich))
            inner = spoilt
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = junk
            numbers = [found.ordinal for found in of(Post, read(saved(tmp_path, topic(spoilt, post(2)))))]
            assert numbers[-1] == 2, (path, junk)
