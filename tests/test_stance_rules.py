"""The rules beside the stance model: short replies, names in quotation marks, long posts, a person's posts over time."""

from datetime import datetime, timedelta

import pyarrow as pa
import pytest
from fakes import read_stances
from test_sentiment import Keywords, posts

from forum_pulse.sentiment import Target, person_stances
from forum_pulse.sentiment.echoes import echo
from forum_pulse.sentiment.people import position
from forum_pulse.sentiment.targets import named, passage

BAZEL = Target("Bazel", "tool", aliases=("build tool",))


@pytest.mark.parametrize(
    "text",
    [
        *("This.", "THIS!!", "so much this", "+1", "+1000", "++", "plus one", "Agreed, @kim", "100% agree"),
        *(
            "I agree with you",
            "Couldn’t agree more",
            "👍",
            "👍🏽👍🏽",
            ":+1::skin-tone-3:",
            "same here 🙌",
            "^^",
        ),
        *("Hear, hear!", "yes please", "exactly this", "you're right", "I second that", "True."),
    ],
)
def test_replies_that_only_agree(text: str):
    """Whole replies of assent, in any case, with emoji, mentions and words of stress beside them."""
    assert echo(text) == "same"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "hard disagree",
            "Hard disagree 👎",
            "I strongly disagree with this",
            "-1",
            "−1",
            "no",
            "No way.",
            "👎",
        ),
        *(
            "I don't agree",
            "absolutely not",
            "Couldn't disagree more",
            "nope, not for me",
            "sorry, I disagree",
        ),
    ],
)
def test_replies_that_only_disagree(text: str):
    """Whole replies of dissent."""
    assert echo(text) == "opposite"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "  ",
            "Agreed?",
            "+1, but only if it stays free",
            "+1 day of leave",
            "Agreed 👎",
            "❤️",
            "👀",
            "thanks",
        ),
        *(
            "no problem",
            "yes and no",
            "I don't agree at all with the plan",
            "This breaks my build",
            "ok",
            "10:30:",
        ),
        *("I agree with Ann, it saves time", "no " * 40),
    ],
)
def test_replies_that_say_more_or_nothing(text: str):
    """A reason, a question, a condition, contradiction, warmth without a side: no echo."""
    assert echo(text) is None


def test_a_short_reply_takes_the_stance_it_answers():
    """Or the opposite one, through several replies, and without a reply-to that of the opening post."""
    forum = posts(
        ("p1", "t", None, "a", "I hate Bazel"),
        ("p2", "t", "p1", "b", "This."),
        ("p3", "t", "p2", "c", "hard disagree"),
        ("p4", "t", "p3", "d", "👍"),
        ("p5", "t", "p1", "e", "+1, love it"),
        ("p6", "t2", None, "f", "+1"),
        ("p7", "t", "p9", "g", "agreed"),
    ).set_column(6, "is_root", pa.array([True, False, False, False, False, False, False]))
    reader = Keywords()
    found = {row["post_id"]: row for row in read_stances(forum, [BAZEL], reader).to_pylist()}
    assert {post: (row["stance"], row["basis"], row["answered"]) for post, row in found.items()} == {
        "p1": ("against", "names", None),
        "p2": ("against", "echoes", "p1"),
        "p3": ("favor", "echoes", "p2"),
        "p5": ("favor", "answers", None),
    }
    assert found["p3"]["favor"] == 0.8
    assert [text for text, _, _ in reader.seen] == ["I hate Bazel", "+1, love it"]
    deep = read_stances(forum, [BAZEL], Keywords(), titles={"t": "Bazel?"}).to_pylist()
    assert [(row["post_id"], row["stance"]) for row in deep if row["basis"] == "echoes"] == [
        ("p2", "against"),
        ("p3", "favor"),
        ("p4", "favor"),
    ]


def test_posts_that_echo_each_other_say_nothing():
    """A circle of replies, as damaged exports have it, ends in unclear."""
    forum = posts(("p1", "t", "p2", "a", "+1"), ("p2", "t", "p1", "b", "+1"))
    found = read_stances(forum, [BAZEL], Keywords(), titles={"t": "Bazel"})
    assert found["unclear"].to_pylist() == [True, True]


def test_opening_posts_state_their_petition():
    """They are for it whatever a model would say, and who agrees with them is for it."""
    forum = posts(("p1", "t", None, "a", "We hate the wait; Bazel now"), ("p2", "t", "p1", "b", "agreed"))
    reader = Keywords()
    found = read_stances(forum, [BAZEL], reader, petition_threads={"Bazel": ["t"]})
    assert found["stance"].to_pylist() == ["favor", "favor"]
    assert found["basis"].to_pylist() == ["states", "echoes"]
    assert reader.seen == []


def test_two_petitions_of_one_thread_are_both_read():
    """A thread counted to its end and up to a day, or two answers to one poll: each is about both."""
    forum = posts(("p1", "t", None, "a", "Drop the wait"), ("p2", "t", "p1", "b", "we love it"))
    targets = [Target("to the end", statement="Drop it"), Target("up to May", statement="Drop it")]
    threads = {"to the end": ["t"], "up to May": ["t"]}
    found = read_stances(forum, targets, Keywords(), petition_threads=threads).to_pylist()
    assert [(row["post_id"], row["target"], row["basis"], row["stance"]) for row in found] == [
        ("p1", "to the end", "states", "favor"),
        ("p1", "up to May", "states", "favor"),
        ("p2", "to the end", "thread", "favor"),
        ("p2", "up to May", "thread", "favor"),
    ]


def test_an_echo_of_doubt_is_in_doubt():
    """Who agrees with an unclear post is unclear."""
    forum = posts(("p1", "t", None, "a", "hmm, Bazel"), ("p2", "t", "p1", "b", "this"))
    assert read_stances(forum, [BAZEL], Keywords())["unclear"].to_pylist() == [True, True]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I like Bazel.", "Bazel"),
        ('I like "Bazel".', "Bazel"),
        ("I like the “Bazel” thing.", "Bazel"),
        ('She said "Bazel will ruin us all" and left.', None),
        ("He wrote «nobody should use Bazel here», they say.", None),
        ('He said "Bazel is slow for us"; I say Bazel flies.', "Bazel flies"),
        ('A 15" screen runs Bazel on a 13" laptop', "Bazel"),
    ],
)
def test_names_in_quotation_marks_are_somebody_elses(text: str, found: str | None):
    """A name counts in the post's own voice; marks around hardly more than the name only stress it."""
    span = named(text, BAZEL.pattern)
    assert (span is None) == (found is None)
    assert found is None or text[span[0] :].startswith(found)


def test_two_targets_are_two_readings_with_their_spans():
    """Each with the place of its own name."""
    forum = posts(("p1", "t", None, "a", "I love Bazel and the old Make"))
    found = read_stances(forum, [BAZEL, Target("Make")], Keywords()).to_pylist()
    assert [(row["target"], row["start"], row["end"]) for row in found] == [
        ("Bazel", 7, 12),
        ("Make", 25, 29),
    ]


CLOUD = Target("Bazel Cloud", "tool", aliases=("hosted  Bazel",))


def test_the_longest_name_at_a_place_is_the_one_meant():
    """Who names Bazel Cloud has not named Bazel, unless by a name of its own; where both stand, both are named."""
    forum = posts(
        ("p1", "t", None, "a", "I love bazel cloud"),
        ("p2", "u", None, "b", "I love Bazel\nCloud more than Bazel"),
        ("p3", "v", None, "c", "I love the hosted Bazel"),
        ("p4", "w", None, "d", "I love Bazel"),
        ("p5", "t", "p1", "e", "how so"),
    )
    found = read_stances(forum, [CLOUD, BAZEL], Keywords(), titles={"w": "Bazel Cloud is here"}).to_pylist()
    assert [(row["post_id"], row["target"], row["start"]) for row in found] == [
        ("p1", "Bazel Cloud", 7),
        ("p2", "Bazel", 29),
        ("p2", "Bazel Cloud", 7),
        ("p3", "Bazel Cloud", 11),
        ("p4", "Bazel", 7),
        ("p4", "Bazel Cloud", None),
        ("p5", "Bazel Cloud", None),
    ]


def test_a_longer_name_of_its_own_is_kept():
    """Two targets may share an alias, and an alias of a target may hold the name of another, or its own."""
    forum = posts(
        ("p1", "t", None, "a", "I love Bazel Cloud"), ("p2", "u", None, "a", "I love Bazel Cloud Pro")
    )
    both = Target("Bazel", "tool", aliases=("Bazel Cloud",)), CLOUD
    assert [row["target"] for row in read_stances(forum, both, Keywords()).to_pylist()] == [
        *("Bazel", "Bazel Cloud"),
        *("Bazel", "Bazel Cloud"),
    ]
    own = Target("Bazel", "tool", aliases=("Bazel Cloud Pro",)), CLOUD
    assert [row["target"] for row in read_stances(forum, own, Keywords()).to_pylist()] == [
        "Bazel Cloud",
        "Bazel",
    ]


def test_a_petition_that_names_a_target_speaks_of_it():
    """A petition called "Keep Bazel" says something of Bazel, and so does who names it."""
    forum = posts(("p1", "t", None, "a", "I love our petition, Keep Bazel"))
    targets = [Target("Keep Bazel", statement="We should keep Bazel."), BAZEL]
    found = read_stances(forum, targets, Keywords(), petition_threads={"Keep Bazel": ["u"]})
    assert found["target"].to_pylist() == ["Bazel", "Keep Bazel"]


def test_of_a_long_post_the_words_around_the_name_are_read():
    """At most seventy, whole, with some before the name; the first ones where no name stands."""
    words = [f"w{number}" for number in range(300)]
    words[200] = "Bazel"
    text = " ".join(words)
    read = passage(text, named(text, BAZEL.pattern)).split()
    assert read == words[180:250]
    assert passage(text, None).split() == words[:70]
    assert passage("short Bazel", (6, 11)) == "short Bazel"
    assert passage(text, (text.index("w299"), len(text))).split() == words[230:]
    reader = Keywords()
    read_stances(posts(("p", "t", None, "a", text)), [BAZEL], reader)
    assert "Bazel" in reader.seen[0][0].split()
    assert len(reader.seen[0][0].split()) == 70


@pytest.mark.parametrize(
    ("stances", "held"),
    [
        (["against", "favor"], "mixed"),
        (["against", "favor", "favor"], "favor"),
        (["favor", "favor", "against"], "mixed"),
        (["favor", "against", "favor"], "mixed"),
        (["favor"] * 9 + ["against"] * 2, "against"),
        (["favor", "none", "unclear"], "favor"),
        (["none", "unclear"], "none"),
        (["unclear"], "unclear"),
    ],
)
def test_later_posts_weigh_more(stances: list[str], held: str):
    """Old contradiction fades, recent contradiction is mixed."""
    assert position(stances) == held


def test_of_one_day_the_post_of_the_greater_number_is_the_later_one():
    """Where only days are known, 9 comes before 10."""
    told = (("8", "Bazel hate"), ("9", "Bazel love"), ("10", "Bazel love"))
    forum = posts(*((name, "t", None, "ann", text) for name, text in told))
    day = pa.array([datetime(2031, 1, 6)] * 3, pa.timestamp("us"))  # noqa: DTZ001 - as stored
    dated = forum.set_column(5, "created_at", day)
    assert person_stances(read_stances(dated, [BAZEL], Keywords()), dated)["stance"].to_pylist() == ["favor"]


def test_the_dates_of_posts_decide_not_their_names():
    """Newest last whatever the ids; a post without a date is the oldest."""
    forum = posts(
        ("c", "t", None, "ann", "Bazel hate"),
        ("a", "t", None, "ann", "Bazel love"),
        ("b", "t", None, "ann", "Bazel love"),
    )
    times = [None, *(datetime(2031, 1, 6) + timedelta(days=day) for day in (1, 2))]  # noqa: DTZ001 - as stored
    undated = forum.set_column(5, "created_at", pa.array(times, pa.timestamp("us")))
    for table, held in ((forum, "favor"), (undated, "favor"), (forum.set_column(
        5, "created_at", pa.array(reversed(times), pa.timestamp("us"))), "mixed")):  # fmt: skip
        assert person_stances(read_stances(table, [BAZEL], Keywords()), table)["stance"].to_pylist() == [held]
