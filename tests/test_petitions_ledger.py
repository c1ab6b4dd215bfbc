"""The ledger: every rule of counting on small forums, exact."""

import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from petition_forum import Forum, at, count, figures, ingest, positions, reasons, steps

from forum_pulse.config import InvalidationConfig, PeopleConfig, PetitionConfig
from forum_pulse.corpus.store import Store
from forum_pulse.errors import ConfigError
from forum_pulse.petitions import Act, ActDetector
from forum_pulse.petitions.position import held_at
from forum_pulse.petitions.recount import FIGURES, recount

NAMES = ("ada", "ben", "cleo", "dan", "eva", "fay", "gus", "hal", "ida", "jon", "kim", "lou")


@pytest.fixture
def forum() -> Forum:
    """A forum with the petition in thread 1."""
    forum = Forum()
    forum.thread()
    return forum


def test_a_person_counts_once_at_the_strongest_tier(forum: Forum, tmp_path: Path) -> None:
    """Signing, saying and reacting is one supporter, who signed."""
    forum.sign("ada")
    forum.say("ada", "+1")
    forum.react("ada")
    forum.react("ada", "heart")
    forum.say("ben", "I support this")
    forum.react("ben", "thumbsup::skin-tone-3")
    forum.react("cleo", "heavy_plus_sign")
    with ingest(tmp_path, forum) as store:
        count(store)
        row = figures(store)
    assert (row["counted"], row["signed"], row["said"], row["reacted"]) == (3, 1, 1, 1)


def test_reactions_that_say_something_else_are_kept_with_the_reason(forum: Forum, tmp_path: Path) -> None:
    """Eyes and check marks are no support, a like by itself neither; both stay in the ledger."""
    forum.react("ada", "eyes")
    forum.react("ben", "white_check_mark")
    forum.react("cleo", "like", mechanism="like")
    forum.react(None, "like", mechanism="like", n=40)
    with ingest(tmp_path, forum) as store:
        count(store)
        row = figures(store)
        dropped = reasons(store)
    assert (row["counted"], row["high"]) == (0, 0)
    assert dropped == {
        "a like is not support": 41,
        "author of the petition": 1,
        "not an endorsing reaction": 2,
    }


def test_configured_emoji_take_the_place_of_the_default_list(forum: Forum, tmp_path: Path) -> None:
    """With a list of its own a petition counts these emoji and no others, likes included if named."""
    forum.react("ada", "white_check_mark")
    forum.react("ben", "+1")
    forum.react("cleo", "like", mechanism="like")
    forum.react("dan", "x")
    config = PetitionConfig(
        name="heron", threads=("list:1",), endorse=("white_check_mark", "like"), oppose=("x",)
    )
    with ingest(tmp_path, forum) as store:
        count(store, config)
        assert positions(store) == {
            "ada": "supports",
            "ben": "supports",
            "cleo": "supports",
            "dan": "opposes",
        }


def test_unnamed_support_widens_the_range_only(forum: Forum, tmp_path: Path) -> None:
    """Counts without names are in `high`, never in the count."""
    forum.react("ada")
    forum.react(None, "+1", n=7)
    forum.react(None, "eyes", n=9)
    with ingest(tmp_path, forum) as store:
        count(store)
        row = figures(store)
    assert (row["low"], row["counted"], row["high"]) == (1, 1, 8)


def test_an_unnamed_signature_that_was_taken_back_is_not_in_high(forum: Forum, tmp_path: Path) -> None:
    """As of the day before it is; what a rule struck out, or came before the window, is what was taken back."""
    for days in (1, 3):
        forum.react(None, "signed", mechanism="signature", n=2, created_at=at(days), removed_at=at(days + 4))
    forum.react(None, "signed", mechanism="signature", n=3, created_at=at(1))
    forum.sign("ada")
    early = InvalidationConfig(name="early", since=at(1).date(), until=at(2).date())
    late = PetitionConfig(name="heron", threads=("list:1",), opens=at(2).date())
    highs: list[int] = []
    with ingest(tmp_path, forum) as store:
        for day in (2, 4, 5, 30):
            store.look_until(at(day).date())
            count(store, as_of=at(day).date())
            highs.append(figures(store)["high"])
            assert held_at(store, [("heron", at(day).date())])["heron", at(day).date()].high == highs[-1]
            assert_counted_again(store)
        for config, rules in ((None, [early]), (late, [])):
            count(store, *filter(None, [config]), invalidations=rules)
            highs.append(figures(store)["high"])
            assert_counted_again(store)
    assert highs == [6, 8, 6, 4, 2, 2]


def test_doubtful_words_are_counted_but_not_in_low(forum: Forum, tmp_path: Path) -> None:
    """A hedged "+1" counts; `low` leaves it out unless the same person acts beyond doubt as well."""
    forum.say("ada", "+1 but I worry about the cost")
    forum.say("ben", "I guess +1")
    forum.react("ben")
    forum.say("cleo", "+1 although it comes late")
    forum.say("cleo", "+1, definitely", days=2)
    with ingest(tmp_path, forum) as store:
        count(store)
        row = figures(store)
    assert (row["low"], row["counted"]) == (2, 3)


def test_votes_count_by_option_and_unnamed_votes_apart(forum: Forum, tmp_path: Path) -> None:
    """The endorsing option supports, the opposing one opposes, the others neither."""
    forum.poll({"Sign": 5, "Don't sign": 3, "No opinion": 2, "Team lunch": 1})
    forum.vote("ada", "Sign")
    forum.vote("ben", "Don't sign")
    forum.vote("cleo", "No opinion")
    forum.vote("dan", "Team lunch")
    with ingest(tmp_path, forum) as store:
        count(store)
        row = figures(store)
        assert positions(store) == {"ada": "supports", "ben": "opposes"}
        assert reasons(store)["another option of the poll"] == 3
    assert (row["signed"], row["high"]) == (1, 5)


def test_a_configured_option_decides_and_a_wrong_one_is_refused(forum: Forum, tmp_path: Path) -> None:
    """An option named in the configuration endorses; one that no poll has is an error naming the nearest."""
    forum.poll({"Heron, please": None, "Sign nothing": None})
    forum.vote("ada", "Heron, please")
    forum.vote("ben", "Sign nothing")
    config = PetitionConfig(name="heron", threads=("list:1",), poll_option="heron, please")
    with ingest(tmp_path, forum) as store:
        count(store, config)
        assert positions(store) == {"ada": "supports"}
        with pytest.raises(ConfigError, match="heron pleas") as caught:
            count(store, PetitionConfig(name="heron", threads=("list:1",), poll_option="heron pleas"))
    assert "Heron, please" in caught.value.hint


@pytest.mark.parametrize(
    ("options", "supporting"),
    [
        (("Adopt Heron", "Adopt Osprey", "Keep what we have"), {"ada"}),
        (("Adopt the Osprey editor", "Adopt the Heron editor", "No opinion"), {"ben"}),
        (("Yes, for everybody", "Yes, for the night shift", "No"), {"ada", "ben"}),
        (("Support", "Strongly support", "Oppose"), {"ada", "ben"}),
    ],
)
def test_an_option_for_a_rival_backs_nothing(
    options: tuple[str, ...], supporting: set[str], forum: Forum, tmp_path: Path
) -> None:
    """Of options that each adopt something the one the petition names endorses; kinds of yes all do."""
    forum.poll(dict.fromkeys(options))
    for name, option in zip(NAMES, options, strict=False):
        forum.vote(name, option)
    with ingest(tmp_path, forum) as store:
        count(store)
        assert {name for name, held in positions(store).items() if held == "supports"} == supporting


@pytest.mark.parametrize(
    ("statement", "backing", "opposing", "neither"),
    [
        ("Keep remote Fridays", "Keep remote Fridays", "Drop remote Fridays", "Adopt office Fridays"),
        ("We ask to retain the night bus", "Keep it", "Scrap it", "Keep the day bus"),
        ("Keep remote Fridays", "Yes, keep them", "No, drop them", "Keep the old desks"),
        ("Stay with Heron", "Stay with Heron", "Drop Heron", "Adopt Osprey"),
        ("Leave the canteen as it is", "Leave the canteen as it is", "Close the canteen", "No opinion"),
        ("We ask not to keep the badge rule", "Drop the badge rule", "Keep the badge rule", "I don't care"),
        ("Drop the 80% usage mandate", "Drop the mandate", "Keep the mandate", "Keep our desks"),
        ("Stop the AI mandate", "I oppose the mandate", "I support the mandate", "Team A"),
        ("Do not adopt Heron", "Don't adopt Heron", "Adopt Heron", "No opinion"),
        ("Replace Osprey with Heron", "Adopt Heron", "Keep Osprey", "Heron or Osprey"),
        ("Adopt Heron", "Adopt Heron", "Keep what we have", "Adopt Osprey"),
        ("The night shift asks for Heron", "Sign", "Don't sign", "Night shift"),
    ],
)
def test_options_are_read_beside_what_the_petition_asks(
    statement: str, backing: str, opposing: str, neither: str, tmp_path: Path
) -> None:
    """To keep something is support where that is asked, to drop it opposition, and the other way round."""
    forum = Forum()
    forum.thread(title=statement, body="Please vote.")
    forum.poll(dict.fromkeys((backing, opposing, neither)))
    for name, option in zip(NAMES, (backing, opposing, neither), strict=False):
        forum.vote(name, option)
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {NAMES[0]: "supports", NAMES[1]: "opposes"}


def test_what_a_poll_is_about_may_stand_in_the_opening_post(tmp_path: Path) -> None:
    """Where the title only names it, the post tells what is asked; a part of it is a condition."""
    forum = Forum()
    forum.thread(title="Remote Fridays", body="We ask management to keep remote Fridays.")
    options = ("Keep remote Fridays", "Drop remote Fridays", "Keep them, but only two")
    forum.poll(dict.fromkeys(options))
    for name, option in zip(NAMES, options, strict=False):
        forum.vote(name, option)
    with ingest(tmp_path, forum) as store:
        count(store)
        assert [positions(store)[name] for name in NAMES[:3]] == ["supports", "opposes", "conditional"]


def test_words_that_take_back_speak_of_ones_own_reply_only(forum: Forum, tmp_path: Path) -> None:
    """In answer to one's own "+1" they withdraw it; in answer to a question, to others or to the petition not."""
    own = forum.say("ada", "+1")
    forum.say("ada", "scratch that", answers=own, days=2)
    question = forum.say("ben", "When does it start?")
    forum.say("ben", "never mind", answers=question, days=2)
    forum.say("ben", "+1", days=1)
    forum.say("cleo", "+1")
    forum.say("cleo", "never mind", days=2)
    forum.say("dan", "scratch that", answers=own, days=3)
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {"ada": "withdrew", "ben": "supports", "cleo": "supports"}


def test_signing_a_counter_proposal_does_not_sign_the_petition(forum: Forum, tmp_path: Path) -> None:
    """It counts wherever it stands, but for an answer to a reply that asks for signatures of its own."""
    rival = forum.say("rival", "Counter-proposal: keep the old editor. Sign here.")
    forum.say("ada", "signed", answers=rival)
    plain = forum.say("ben", "When does it start?")
    forum.say("cleo", "signed", answers=plain)
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {"cleo": "supports"}


def test_in_ranked_polls_only_the_first_choice_signs(forum: Forum, tmp_path: Path) -> None:
    """A second choice for the endorsing option is no signature, nor is abstaining from it (rank 0).

    First is what a ballot ranks first: with the first place left empty, the second.
    """
    forum.poll({"Yes": None, "No": None, "Perhaps": None}, type="ranked")
    ballots = {"ada": (1, 0, 0), "ben": (2, 0, 1), "cleo": (0, 1, 0), "dan": (0, 0, 0), "eve": (2, 0, 3)}
    for name, ranks in ballots.items():
        for option, rank in zip(("Yes", "No", "Perhaps"), ranks, strict=True):
            forum.vote(name, option, rank=rank)
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {"ada": "supports", "cleo": "opposes", "eve": "supports"}


def test_who_signs_against_something_and_says_so_is_counted_with_doubt(tmp_path: Path) -> None:
    """The remark may be meant against the petition: it is in nobody's way, and not beyond doubt."""
    forum = Forum()
    forum.thread(title="Stop the mandate", body="We ask management to drop the usage mandate.")
    for name, remark in (
        ("ada", "I oppose this mandate."),
        ("ben", "-1 to the mandate"),
        ("cleo", "Thanks!"),
    ):
        forum.sign(name)
        forum.say(name, remark)
    with ingest(tmp_path, forum) as store:
        count(store)
        row = figures(store)
        assert set(positions(store).values()) == {"supports"}
    assert (row["low"], row["counted"], row["high"]) == (1, 3, 3)


def test_withdrawals_in_words_and_on_lists_end_support(forum: Forum, tmp_path: Path) -> None:
    """Whoever takes the name off has withdrawn; whoever signs again supports again."""
    forum.sign("ada", removed=5)
    forum.say("ben", "+1")
    forum.say("ben", "please take my name off", days=3)
    forum.say("cleo", "+1")
    forum.say("cleo", "I withdraw my signature", days=2)
    forum.say("cleo", "Signed again, sorry for the noise: signed", days=4)
    forum.react("dan")
    forum.say("dan", "I take back my +1", days=2)
    forum.say("eva", "please take my name off", days=2)
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {
            "ada": "withdrew",
            "ben": "withdrew",
            "cleo": "supports",
            "dan": "withdrew",
        }
        row = figures(store)
    assert (row["counted"], row["withdrew"]) == (1, 3)


def test_a_removal_dated_before_the_signature_still_ends_it(forum: Forum, tmp_path: Path) -> None:
    """Lists that say "withdrawn" without a date keep the order: first signed, then taken back."""
    forum.sign("ada", days=5, removed=1)
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {"ada": "withdrew"}


def test_a_condition_after_a_withdrawal_is_what_stands(forum: Forum, tmp_path: Path) -> None:
    """Later acts win: first for it, then off the list, then for it again if something changes."""
    for name in ("ada", "ben"):
        forum.say(name, "+1")
        forum.say(name, "I withdraw my support.", days=2)
    forum.say("ada", "+1 if the deadline moves", days=3)
    forum.say("ben", "+1 if the deadline moves", days=1.5)
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {"ada": "conditional", "ben": "withdrew"}
        row, taken = figures(store), steps(store.sql("SELECT * FROM waterfall ORDER BY ordinal"))
        assert_counted_again(store)
    assert (row["counted"], row["conditional"], row["withdrew"]) == (0, 1, 1)
    assert (taken["now conditional"], taken["withdrew"]) == (1, 1)
    assert taken["all acts"] == sum(taken.values()) - taken["all acts"]


def assert_counted_again(store: Store) -> None:
    """The auditor's statement comes to the same figures."""
    row = figures(store)
    assert recount(store, persons=1)["heron"] == pytest.approx({name: row[name] for name in FIGURES})


def test_both_sides_held_is_conflicted_unless_the_mind_was_changed(forum: Forum, tmp_path: Path) -> None:
    """Support and opposition without a word of change are in conflict; with it the later one stands."""
    forum.say("ada", "+1")
    forum.say("ada", "-1", days=2)
    forum.say("ben", "+1")
    forum.say("ben", "I changed my mind: -1", days=2)
    forum.say("cleo", "-1")
    forum.say("cleo", "I changed my mind, I support this", days=2)
    forum.say("dan", "I oppose this")
    forum.say("dan", "I withdraw my objection", days=2)
    forum.say("dan", "+1", days=3)
    forum.react("eva", "+1")
    forum.react("eva", "-1")
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {
            "ada": "conflicted",
            "ben": "opposes",
            "cleo": "supports",
            "dan": "supports",
            "eva": "conflicted",
        }


def test_of_one_day_the_post_of_the_greater_number_is_the_later_one(forum: Forum, tmp_path: Path) -> None:
    """Where only days are known, 9 comes before 10."""
    for number in range(2, 9):
        forum.say(f"p{number}", "+1")
    assert forum.say("ada", "I support this", days=2) == "1/9"
    assert forum.say("ada", "I changed my mind: -1", days=2) == "1/10"
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store)["ada"] == "opposes"


def test_a_condition_counts_only_where_nothing_else_stands(forum: Forum, tmp_path: Path) -> None:
    """Conditional persons are a row of their own, and leave it by supporting or opposing."""
    forum.say("ada", "+1 if it stays optional")
    forum.say("ben", "+1 if it stays optional")
    forum.react("ben")
    forum.say("cleo", "+1 if it stays optional")
    forum.say("cleo", "I oppose this", days=3)
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {"ada": "conditional", "ben": "supports", "cleo": "opposes"}
        assert figures(store)["conditional"] == 1


def test_a_plus_one_backs_what_it_answers(forum: Forum, tmp_path: Path) -> None:
    """Under a supporter it supports, under an opponent it opposes, under a question it is nothing."""
    supporter = forum.say("ada", "I support this")
    critic = forum.say("ben", "I oppose this")
    question = forum.say("cleo", "When does it start?")
    forum.say("dan", "+1", answers=supporter, days=2)
    forum.say("eva", "+1", answers=critic, days=2)
    forum.say("fay", "+1", answers=question, days=2)
    forum.say("gus", "signed", answers=question, days=2)
    forum.say("hal", "I support the petition", answers=critic, days=2)
    forum.say("ida", "please take my name off", answers=critic, days=2)
    forum.say("jon", "-1", answers=critic, days=2)
    deep = forum.say("kim", "agreed", answers="1/5", days=3)
    forum.say("lou", "+1", answers=deep, days=4)
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {
            "ada": "supports",
            "ben": "opposes",
            "dan": "supports",
            "eva": "opposes",
            "gus": "supports",
            "hal": "supports",
            "kim": "supports",
            "lou": "supports",
        }
        assert reasons(store)["answers another post"] == 2


def test_agreeing_with_an_objection_opposes_where_an_objection_is_answered(
    forum: Forum, tmp_path: Path
) -> None:
    """In answer to an objector it joins him; elsewhere it sides with objectors against what is answered."""
    objection = forum.say("ada", "I object to this proposal, the old editor works.")
    support = forum.say("ben", "I support this, it saves an hour a day.")
    forum.say("cleo", "I agree with this objection", answers=objection)
    forum.say("dan", "+1 to the objection", answers=objection)
    forum.say("eva", "I share this concern", answers=objection)
    forum.say("fay", "I agree with the concerns raised above")
    forum.say("gus", "I agree with the objection", answers=support)
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {
            **dict.fromkeys(("ada", "cleo", "dan", "eva", "fay", "gus"), "opposes"), "ben": "supports",
        }  # fmt: skip


def test_said_acts_tell_what_they_answer_and_show_their_words(forum: Forum, tmp_path: Path) -> None:
    """The reply answered (none for the petition itself), and the stretch of own words that is the act."""
    supporter = forum.say("ada", "Read it twice: I support this")
    forum.say("ben", "Thanks! +1", answers=supporter, days=2)
    with ingest(tmp_path, forum) as store:
        count(store)
        rows = store.sql(
            """SELECT right(a.answers_post_id, 3) AS answers,
                      substr(p.own_text, a.span_start + 1, a.span_end - a.span_start) AS words
               FROM act a JOIN post p ON p.post_id = a.evidence_post_id
               WHERE a.kind = 'said' AND a.mechanism <> 'opened' ORDER BY a.act_id"""
        ).to_pylist()
    assert rows == [{"answers": None, "words": "support"}, {"answers": supporter, "words": "+1"}]


def test_unread_words_that_may_be_an_act_widen_the_range_only(forum: Forum, tmp_path: Path) -> None:
    """What the trained reader finds likely, but is not sure of, is in `high` and not in the count."""
    forum.say("ada", "+1")
    forum.say("ben", "zanzibar pelican")
    with ingest(tmp_path, forum) as store:
        count(store)
        plain = figures(store)
    doubtful = Act("neutral", "no_act", possible=True)

    class Unsure(ActDetector):
        def read(self, texts, contexts=None):
            acts = super().read(texts, contexts)
            return [doubtful if "pelican" in text else act for text, act in zip(texts, acts, strict=True)]

    with ingest(tmp_path / "again", forum) as store:
        count(store, detector=Unsure())
        unsure = figures(store)
    assert unsure["counted"] == plain["counted"] == 1
    assert unsure["high"] == plain["high"] + 1


def test_answers_in_a_circle_are_about_nothing(forum: Forum, tmp_path: Path) -> None:
    """Damaged exports in which two posts answer each other are read without getting lost."""
    forum.say("ada", "+1", answers="1/3")
    forum.say("ben", "+1", answers="1/2")
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {}
        assert reasons(store)["answers another post"] == 2


def test_unknown_and_absent_parents_answer_the_petition(forum: Forum, tmp_path: Path) -> None:
    """A reply to nobody, or to a post that is not in the export, speaks of the petition."""
    forum.post("1", "ada", "+1", answers=None)
    forum.post("1", "ben", "+1", answers="1/99")
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {"ada": "supports", "ben": "supports"}


def test_a_quote_says_what_is_answered(forum: Forum, tmp_path: Path) -> None:
    """In flat threads the quoted post is the one answered; a quote of the opening post is the petition."""
    forum.post("1", "ada", "I oppose this", answers=None)
    forum.post(
        "1", "ben", '[quote="ada, post:2, topic:1"]\nI oppose this\n[/quote]\n+1', body_format="discourse"
    )
    forum.post(
        "1",
        "cleo",
        '[quote="opener, post:1, topic:1"]\nWe ask to adopt the Heron editor.\n[/quote]\n+1',
        answers="1/2",
        body_format="discourse",
    )
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {"ada": "opposes", "ben": "opposes", "cleo": "supports"}


def test_own_words_only(forum: Forum, tmp_path: Path) -> None:
    """Words quoted from others are nobody's act."""
    forum.say("ada", "> +1\n\nWhat does this mean?", body_format="markdown")
    forum.say("ben", "On Monday Eve wrote:\n> I support this\n\nI don't know.", body_format="mail")
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {}


def test_bots_deleted_accounts_hidden_and_private_posts_do_not_count(forum: Forum, tmp_path: Path) -> None:
    """Each is dropped with its reason."""
    forum.who("robo", kind="bot")
    forum.who("gone", kind="deleted")
    forum.react("robo")
    forum.react("gone")
    forum.say("ada", "+1", state="hidden")
    forum.say("ben", "+1", is_private=True)
    forum.post("1", None, "+1")
    with ingest(tmp_path, forum) as store:
        count(store)
        assert positions(store) == {}
        assert reasons(store) == {
            "author of the petition": 1,
            "bot": 1,
            "no person behind the account": 2,
            "private or hidden post": 2,
        }


def test_who_opens_a_petition_counts_by_an_act_elsewhere_or_by_option(forum: Forum, tmp_path: Path) -> None:
    """Authorship, bumps and self-reactions are no support; a signature or an act in another thread is."""
    forum.say("opener", "+1 everybody", days=2)
    forum.react("opener")
    forum.thread("2", author="second")
    forum.sign("second", post="2/1")
    config = PetitionConfig(name="heron", threads=("list:1", "list:2"))
    with ingest(tmp_path, forum) as store:
        count(store, config)
        assert positions(store) == {"second": "supports"}
        count(store, config, count_authors=True)
        assert positions(store) == {"opener": "supports", "second": "supports"}
    forum.say("opener", "+1", thread="2", days=3)
    with ingest(tmp_path / "again", forum) as store:
        count(store, config)
        assert positions(store) == {"opener": "supports", "second": "supports"}


def test_only_acts_within_the_window_count(forum: Forum, tmp_path: Path) -> None:
    """Acts before the first day, after the last, and after the day asked for are dropped; both days count."""
    for name, days in zip(NAMES, (-1, 0, 2, 4, 5), strict=False):
        forum.say(name, "+1", days=days)
    config = PetitionConfig(name="heron", threads=("list:1",), opens=at(0).date(), closes=at(4).date())
    with ingest(tmp_path, forum) as store:
        count(store, config)
        assert sorted(positions(store)) == ["ben", "cleo", "dan"]
        count(store, config, as_of=at(2).date())
        assert sorted(positions(store)) == ["ben", "cleo"]
        assert reasons(store)["outside the window"] == 3


def test_as_of_a_day_before_the_withdrawal_the_support_stands(forum: Forum, tmp_path: Path) -> None:
    """Counting as of a day sees only what had happened by then."""
    forum.sign("ada", days=1, removed=6)
    with ingest(tmp_path, forum) as store:
        count(store, as_of=at(3).date())
        assert positions(store) == {"ada": "supports"}
        count(store)
        assert positions(store) == {"ada": "withdrew"}


def test_repetitions_and_cross_posts_are_dropped_with_their_reason(forum: Forum, tmp_path: Path) -> None:
    """The same kind of act again adds nothing; the same words in another thread are a cross-post."""
    forum.thread("2", author="other")
    words = "I support this, the old editor eats my mornings."
    forum.say("ada", words)
    forum.say("ada", words, thread="2", days=2)
    forum.say("ben", "+1")
    forum.say("ben", "+1!", days=3)
    with ingest(tmp_path, forum) as store:
        count(store, PetitionConfig(name="heron", threads=("list:1", "list:2")))
        dropped = reasons(store)
        assert (dropped["same words posted again elsewhere"], dropped["same person again"]) == (1, 1)
        assert figures(store)["counted"] == 2


def test_accounts_of_one_person_are_one_supporter(forum: Forum, tmp_path: Path) -> None:
    """Two accounts with one mailbox count once, at the strongest tier of both."""
    forum.who("ada", email="Ada.Poe+list@example.org")
    forum.who("ada2", email="ada.poe+forum@example.org")
    forum.react("ada")
    forum.sign("ada2")
    with ingest(tmp_path, forum) as store:
        count(store)
        row = figures(store)
    assert (row["counted"], row["signed"], row["reacted"]) == (1, 1, 0)


def test_the_waterfall_adds_up_to_the_count(forum: Forum, tmp_path: Path) -> None:
    """From all acts, step by step, to the persons counted."""
    for name in NAMES[:6]:
        forum.say(name, "+1")
        forum.react(name)
    forum.say("ada", "please take my name off", days=3)
    forum.say("ben", "-1", days=3)
    forum.react("gus", "eyes")
    forum.react(None, n=5)
    with ingest(tmp_path, forum) as store:
        count(store)
        table = store.sql("FROM waterfall ORDER BY ordinal")
        row = figures(store)
    assert steps(table) == {
        "all acts": 21,
        "not an endorsing reaction": 1,
        "author of the petition": 1,
        "not named": 5,
        "opposition": 1,
        "withdrawals": 1,
        "same person again": 6,
        "withdrew": 1,
        "conflicted": 1,
        "counted": 4,
    }
    left = table["left"].to_pylist()
    assert row["acts"] == left[0]
    assert left[-1] == left[-2] == row["counted"] == 4


def test_weeks_show_support_come_and_go(forum: Forum, tmp_path: Path) -> None:
    """Each week's newcomers and leavers, and a running total that ends at the count."""
    forum.say("ada", "+1", days=1)
    forum.say("ben", "+1", days=2)
    forum.say("cleo", "+1", days=8)
    forum.say("ben", "please take my name off", days=9)
    forum.say("dan", "+1", days=1)
    forum.say("dan", "-1", days=22)
    forum.say("ben", "signed", days=23)
    with ingest(tmp_path, forum) as store:
        count(store)
        rows = store.sql("FROM petition_weeks").to_pylist()
        counted = figures(store)["counted"]
    assert [tuple(row.values())[1:] for row in rows] == [
        (date(2031, 3, 3), 3, 0, 3),
        (date(2031, 3, 10), 1, 1, 3),
        (date(2031, 3, 24), 1, 1, 3),
    ]
    assert counted == 3


def test_acts_without_any_time_stand_at_the_beginning(tmp_path: Path) -> None:
    """A list without dates is counted and lies in the petition's first week."""
    forum = Forum()
    forum.thread(author=None, created_at=None)
    forum.sign("ada", days=None)
    forum.say("ben", "+1", days=8)
    with ingest(tmp_path, forum) as store:
        count(store, as_of=at(30).date())
        assert store.sql("SELECT week, net FROM petition_weeks").to_pylist() == [
            {"week": date(2031, 3, 10), "net": 2}
        ]


@pytest.mark.parametrize(
    ("opened", "opens", "start"),
    [(0, None, 0), (None, None, 8), (None, 5, 5), (0, 4, 4)],
    ids=["opening post", "first act", "window", "window after the opening post"],
)
def test_undated_acts_count_from_the_day_the_petition_exists(
    opened: int | None, opens: int | None, start: int, tmp_path: Path
) -> None:
    """As of the day before nobody supports it; from that day on they do, and the weeks say the same."""
    forum = Forum()
    forum.thread(author=None, created_at=None)
    for name in NAMES[:3]:
        forum.sign(name, days=None)
    forum.react(None, n=7)
    forum.thread("2", author="opener", created_at=None if opened is None else at(opened))
    forum.say("late", "+1", thread="2", days=8)
    forum.say("later", "+1", thread="2", days=20)
    config = PetitionConfig(
        name="heron", threads=("list:1", "list:2"), opens=None if opens is None else at(opens).date()
    )
    with ingest(tmp_path, forum) as store:
        counts: list[int] = []
        for day in range(-1, 23):
            count(store, config, as_of=at(day).date())
            row = figures(store)
            counts.append(row["counted"])
            assert (row["counted"] >= 3) == (row["high"] - row["counted"] == 7) == (day >= start)
            weeks = store.sql("SELECT net FROM petition_weeks ORDER BY week").to_pylist()
            assert (weeks[-1]["net"] if weeks else 0) == row["counted"]
        assert counts == sorted(counts)
        count(store, config)
        assert figures(store)["counted"] == counts[-1]
        days = [("heron", at(day).date()) for day in range(-1, 23)]
        assert [held.counted for held in held_at(store, days).values()] == counts
        weekly = store.sql("SELECT week, net FROM petition_weeks ORDER BY week").to_pylist()
        first = at(start).date()
        assert weekly[0]["week"] == first - timedelta(days=first.weekday())


def test_a_removal_nobody_knows_the_day_of_dates_nothing(tmp_path: Path) -> None:
    """Readers write the first day of 1970 for it; the petition does not begin then, and the name is off."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    forum = Forum(exported_at=epoch)
    forum.thread(author=None, created_at=None)
    for name in ("ada", "ben"):
        forum.sign(name, days=None)
    forum.react("cleo", "signed", mechanism="signature", removed_at=epoch)
    forum.say("dan", "+1", days=8)
    window = PetitionConfig(name="heron", threads=("list:1",), opens=at(5).date())
    with ingest(tmp_path, forum) as store:
        count(store, as_of=at(7).date())
        assert figures(store)["counted"] == 0
        count(store)
        assert store.sql("SELECT week, gross, net FROM petition_weeks").to_pylist() == [
            {"week": date(2031, 3, 10), "gross": 3, "net": 3}
        ]
        count(store, window)
        assert positions(store)["cleo"] == "withdrew"
        assert store.scalar("SELECT exported_at FROM source") is None


def test_without_any_date_the_export_tells_since_when_a_list_exists(tmp_path: Path) -> None:
    """A list of names alone counts from the day it was exported, and has a week."""
    forum = Forum(exported_at=at(6))
    forum.thread(author=None, created_at=None)
    forum.sign("ada", days=None)
    with ingest(tmp_path, forum) as store:
        count(store, as_of=at(5).date())
        assert (figures(store)["counted"], reasons(store)) == (0, {"outside the window": 1})
        count(store, as_of=at(6).date())
        assert figures(store)["counted"] == 1
        assert store.sql("SELECT week, net FROM petition_weeks").to_pylist() == [
            {"week": date(2031, 3, 3), "net": 1}
        ]


def test_the_roster_is_the_denominator_where_there_is_one(forum: Forum, tmp_path: Path) -> None:
    """The share is of those eligible, with Wilson's interval; who is not on the roster is counted but not in it."""
    (tmp_path / "people.csv").write_text(
        "person,email\n" + "".join(f"{name},{name}@example.org\n" for name in NAMES[:10])
    )
    for name in (*NAMES[:4], "guest"):
        forum.who(name, email=f"{name}@example.org")
        forum.say(name, "+1")
    with ingest(tmp_path, forum, people=PeopleConfig(roster=tmp_path / "people.csv")) as store:
        count(store)
        row = figures(store)
    assert (row["counted"], row["denominator"], row["denominator_kind"]) == (5, 10, "roster")
    assert row["counted_in_denominator"] == 4
    assert math.isclose(row["share"], 0.4)
    # Wilson 1927, p = 0.4, n = 10, z = 1.96.
    assert math.isclose(row["share_low"], 0.168180, abs_tol=1e-5)
    assert math.isclose(row["share_high"], 0.687326, abs_tol=1e-5)


def test_without_a_roster_the_denominator_is_those_who_took_part(forum: Forum, tmp_path: Path) -> None:
    """Everybody who wrote, voted, signed or reacted in its threads; bots and absent people are not among them."""
    forum.who("robo", kind="bot")
    forum.react("robo")
    forum.say("robo", "beep")
    forum.say("ada", "+1")
    forum.say("ben", "What is this?")
    forum.react("cleo", "eyes", post="1/3")
    forum.thread("2", title="Lunch", author="dan", body="Soup?")
    with ingest(tmp_path, forum) as store:
        count(store)
        row = figures(store)
    assert (row["denominator"], row["denominator_kind"]) == (4, "participants")
    assert math.isclose(row["share"], 0.25)


def test_who_takes_part_after_the_day_asked_for_is_not_in_the_denominator(tmp_path: Path) -> None:
    """The share as of a day is the one that the forum gives which ends there."""
    rows: list[dict[str, Any]] = []
    for is_cut in (False, True):
        forum = Forum()
        forum.thread()
        forum.say("ada", "+1", days=1)
        forum.say("sid", "What is this?", days=1)
        forum.react("ida", "eyes", created_at=at(2))
        if not is_cut:
            forum.say("late", "+1", days=10)
            forum.sign("later", days=10)
            forum.react("last", "eyes", created_at=at(10))
            forum.react("latest", "eyes", post=forum.say("ada", "More", days=9))
        with ingest(tmp_path / str(is_cut), forum) as store:
            store.look_until(at(2).date())
            count(store, as_of=at(2).date())
            rows.append({name: figures(store)[name] for name in ("counted", "denominator", "share")})
            assert_counted_again(store)
    assert rows[0] == rows[1] == {"counted": 1, "denominator": 4, "share": 0.25}


def test_a_petition_nobody_acts_on_is_a_row_of_zeros(tmp_path: Path) -> None:
    """No act, no participant: zeros and no share, no division by nothing."""
    forum = Forum()
    forum.thread(author=None)
    with ingest(tmp_path, forum) as store:
        count(store)
        row = figures(store)
        assert steps(store.sql("FROM waterfall")) == {"all acts": 0, "counted": 0}
    assert (row["counted"], row["low"], row["high"], row["acts"], row["denominator"]) == (0, 0, 0, 0, 0)
    assert row["share"] is None


def test_no_petition_at_all_gives_empty_tables(tmp_path: Path) -> None:
    """A forum without petitions has all tables, empty."""
    forum = Forum()
    forum.thread(title="Lunch", body="Soup?")
    with ingest(tmp_path, forum) as store:
        from forum_pulse.petitions import ActDetector, build_ledger, find_petitions

        build_ledger(store, find_petitions(store, ()), ActDetector())
        for table in (
            "petition",
            "petition_post",
            "act",
            "position",
            "waterfall",
            "petition_totals",
            "petition_weeks",
        ):
            assert store.scalar(f"SELECT count(*) FROM {table}") == 0


def test_two_workspaces_give_the_same_tables(forum: Forum, tmp_path: Path) -> None:
    """Pseudonyms differ from one workspace to the next; order and content of the results do not."""
    forum.poll({"Sign": 9, "Don't sign": 2})
    for name in NAMES:
        forum.react(name)
        forum.say(name, "+1", days=2)
        forum.vote(name, "Sign")
    forum.say("ada", "please take my name off", days=3)
    seen: list[list[object]] = []
    for place in ("one", "two"):
        with ingest(tmp_path / place, forum) as store:
            count(store)
            tables = ("waterfall", "petition_totals", "petition_weeks", "petition_post")
            seen.append(
                [
                    *(store.sql(f"FROM {table}").to_pylist() for table in tables),
                    store.sql("SELECT * EXCLUDE (person_id, account_id) FROM act").to_pylist(),
                    store.sql("SELECT * EXCLUDE (person_id) FROM position").to_pylist(),
                ]
            )
    assert seen[0] == seen[1]


def test_what_stands_in_a_thread_answers_the_petition_whatever_an_export_took_for_its_first_post(
    tmp_path: Path,
):
    """A chat's second export begins with bob's "-1": what follows is no answer to that."""
    forum = Forum()
    forum.thread()
    first = forum.say("bob", "-1")
    forum.say("cleo", "+1", answers=first, parent_source="thread_root")
    forum.say("dan", "I disagree", answers=first, parent_source="thread_root")
    with ingest(tmp_path, forum) as store:
        count(store)
        assert (figures(store)["counted"], figures(store)["opposed"]) == (1, 2)
