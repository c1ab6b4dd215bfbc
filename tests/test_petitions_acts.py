"""Acts in words: our own sentences, reasons, evidence, and the floors on a public benchmark."""

import csv
import statistics
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from petition_sentences import LABELLED, UNCERTAIN, replies

from forum_pulse.petitions import ActDetector


@pytest.fixture(scope="module")
def detector() -> ActDetector:
    return ActDetector()


@pytest.mark.parametrize(("text", "label"), LABELLED)
def test_every_sentence_of_our_own_is_read_right(detector: ActDetector, text: str, label: str) -> None:
    """Each labelled sentence has the act it is labelled with."""
    assert detector.predict([text]) == [label]


def test_a_vote_typed_with_wide_letters_is_one(detector: ActDetector) -> None:
    """Japanese keyboards write digits and signs as wide as their other letters."""
    assert detector.predict(["＋１", "+１", "－１"]) == ["endorse", "endorse", "oppose"]


def test_one_text_is_no_list_of_texts(detector: ActDetector) -> None:
    """Read letter by letter it would be neutral, again and again; the other readers refuse it, too."""
    with pytest.raises(TypeError, match="list of strings"):
        detector.predict("I sign this")


@pytest.mark.parametrize("text", UNCERTAIN)
def test_doubtful_acts_count_with_doubt(detector: ActDetector, text: str) -> None:
    """A hedge, a reservation or a mere wish makes an act uncertain, not none."""
    (act,) = detector.read([text])
    assert act.label != "neutral"
    assert not act.certain


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("+1 day of delay is fine", "number"),
        ("+10日から始めます", "number"),
        ("Call me on +1 (415) 555 0100", "number"),
        ("that's +1 number 40", "tally"),
        ("212 signatures so far", "tally"),
        ("Ana said +1", "hearsay"),
        ("They all agree", "hearsay"),
        ("+1 from Ana, she has no access", "hearsay"),
        ("React with +1 if you agree", "call"),
        ("Should I +1 this?", "question"),
        ("I haven't signed yet", "not_done"),
        ("Not sure whether I support this", "undecided"),
        ("I'm not against it", "no_objection"),
        ("-0", "abstain"),
        ("Your +1 was counted twice", "mention"),
        ("I withdraw my objection", "objection_withdrawn"),
        ("Great, another tool, +1 /s", "sarcasm"),
        ("Thanks, will do 👍", "thanks"),
        ("Lunch at noon?", "no_act"),
        ("👍 will rebase tonight", "thanks"),
        ("Thanks for signing, everybody", "thanks"),
        ("-1 findbugs. The patch fails it.", "report"),
        ("| +1 | compile | 2m 10s | |", "report"),
        ("Assigned -1 to the counter", "mention"),
        ("indexOf(x) gives -1", "number"),
        ("Please use 👍 for yes and 👎 for no", "call"),
        ("I was going to sign", "past"),
        ("I would have signed it", "not_done"),
        ("I nearly took my name off", "not_done"),
        ("I neither support nor oppose this", "no_objection"),
        ("Count me in", "count_me_in"),
        ("totalmente de acuerdo", "language"),
        ("Signed.", "signed"),
        ("+1", "plus_one"),
        ("I was against this. Changed my mind: +1", "changed_mind"),
        ("Please take my name off. I oppose this now.", "changed_mind"),
    ],
)
def test_each_act_names_the_rule_that_read_it(detector: ActDetector, text: str, reason: str) -> None:
    """The reason says why a text is an act, or what else it is."""
    assert detector.read([text])[0].reason == reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Thanks for this. I support the petition, gladly.", "support"),
        ("> nonsense\n\nNo. Then again, +1 from me", "+1"),
        ("We talked it over; please take my name off.", "take my name off"),
    ],
)
def test_evidence_is_the_words_that_show_the_act(detector: ActDetector, text: str, words: str) -> None:
    """Start and end cut the evidence out of the text as it was given."""
    (act,) = detector.read([text])
    assert text[act.start : act.end] == words


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("+1", False),
        ("agreed", False),
        ("signed", True),
        ("I support the petition", True),
        ("unsign me", True),
    ],
)
def test_words_that_name_the_petition_are_told_apart(detector: ActDetector, text: str, names: bool) -> None:
    """A signature or a withdrawal is about the petition whatever it answers, a "+1" is not."""
    assert detector.read([text])[0].names_petition is names


@pytest.mark.parametrize(
    ("fixture", "floors"),
    [
        ("replies.toml", {"endorse": (0.98, 0.96), "oppose": (0.98, 0.96), "withdraw": (0.95, 0.95)}),
        (
            "replies_held_out.toml",
            {"endorse": (0.95, 0.90), "oppose": (0.90, 0.85), "withdraw": (0.95, 0.70)},
        ),
    ],
)
def test_floors_on_replies_with_what_they_answer(
    detector: ActDetector, fixture: str, floors: dict[str, tuple[float, float]]
) -> None:
    """Precision and recall of each act on reviews, votes, motions and objections."""
    rows = replies(fixture)
    found = detector.predict([text for text, _, _ in rows], [context for _, _, context in rows])
    for act, (precision, recall) in floors.items():
        right = sum(read == act == label for read, (_, label, _) in zip(found, rows, strict=True))
        assert right >= precision * found.count(act)
        assert right >= recall * sum(label == act for _, label, _ in rows)


@pytest.mark.parametrize(
    ("text", "label", "reason"),
    [
        ("Great idea!", "endorse", "judgement"),
        ("Great idea, when does it start?", "endorse", "judgement"),
        ("Is that a good idea?", "neutral", "no_act"),
        ("That's not a good idea.", "oppose", "judgement"),
        ("I don't think that's a good idea", "oppose", "judgement"),
        ("Good point.", "neutral", "judgement"),
        ("We still lack a binding +1", "neutral", "mention"),
        ("Binding +1: Ana, Tomasz and Mei", "neutral", "tally"),
        ("Changing my vote to -1", "oppose", "changed_mind"),
        ("[ ] +1 [ ] 0 [ ] -1", "neutral", "no_act"),
        ("[ ] +1 [x] -1", "oppose", "minus_one"),
        ("I'd sign, but I have left", "neutral", "not_done"),
        ("I would sign it, but only with a date", "conditional", "signed"),
        ("+1 to nobody", "neutral", "mention"),
        ("no estoy nada de acuerdo", "oppose", "language"),
        ("No, estoy de acuerdo", "endorse", "language"),
        ("ich unterstütze das nicht", "oppose", "language"),
        ("@ana agreed!", "endorse", "agree"),
        ("@ana agreed with me", "neutral", "hearsay"),
        ("re-ACK 1f2e, only a comment changed", "endorse", "ack"),
        ("ACK, will look", "neutral", "ack"),
        ("strong concept ack", "endorse", "ack"),
        ("Tack!", "neutral", "no_act"),
        ("never mind", "neutral", "taken_back"),
        ("Never mind, found it. +1", "endorse", "plus_one"),
        ("signed by mistake, please take it down", "withdraw", "withdrawn"),
        ("signing for Ana: +1", "neutral", "hearsay"),
        ("signed, for what it's worth", "endorse", "signed"),
        ("Name a date and I'll sign", "endorse", "signed"),
        ("Add a date and I'll sign", "conditional", "signed"),
        ("Should the date stay, I'll sign", "conditional", "signed"),
        ("I'd switch to it at once, +1", "endorse", "plus_one"),
        ("Our works council supports this", "endorse", "support"),
        ("Some of our works council supports this", "neutral", "hearsay"),
        ("Two years ago I signed this petition", "neutral", "past"),
        ("I signed this petition two years ago", "endorse", "signed"),
        ("To sign, open the form", "neutral", "call"),
        ("I agre with this", "endorse", "agree"),
        ("I support the other proposal", "neutral", "other_thing"),
        ("84 desks, and +1 in May", "neutral", "number"),
        ("No intention of signing", "oppose", "opposed"),
        ("Please void that, approval revoked", "withdraw", "withdrawn"),
    ],
)
def test_turns_that_look_alike_are_told_apart(
    detector: ActDetector, text: str, label: str, reason: str
) -> None:
    """Each pair differs in a word or two."""
    (act,) = detector.read([text])
    assert (act.label, act.reason) == (label, reason)


@pytest.mark.parametrize(
    ("text", "label", "reason"),
    [
        ("Not yet +1, waiting on legal.", "neutral", "negated"),
        ("Not yet a +1", "neutral", "negated"),
        ("Not quite +1", "neutral", "negated"),
        ("Nearly +1", "neutral", "negated"),
        ("Slow, yet +1", "endorse", "plus_one"),
        ("Not yet signed", "neutral", "not_done"),
        ("I am not yet in favour", "neutral", "not_done"),
        ("Holding back my +1", "neutral", "not_done"),
        ("I quite agree", "endorse", "agree"),
        ("I support this on behalf of Bo.", "neutral", "hearsay"),
        ("Signing on behalf of Bo.", "neutral", "hearsay"),
        ("I'm signing on behalf of a colleague.", "neutral", "hearsay"),
        ("I agree, on behalf of Bo", "neutral", "hearsay"),
        ("On behalf of Bo, +1", "neutral", "hearsay"),
        ("Voting yes for Bo, who is ill", "neutral", "hearsay"),
        ("I support this as Bo's proxy", "neutral", "hearsay"),
        ("Signing this for Bo", "neutral", "hearsay"),
        ("Adding Bo: +1", "neutral", "hearsay"),
        ("Adding Bo's +1", "neutral", "hearsay"),
        ("Bo and Ana: +1", "neutral", "hearsay"),
        ("Bo (by phone): +1", "neutral", "hearsay"),
        ("Bo says: +1", "neutral", "hearsay"),
        ("My manager: +1", "neutral", "hearsay"),
        ("My verdict: +1", "endorse", "plus_one"),
        ("Re Heron: +1", "endorse", "plus_one"),
        ("+1 for Ana, who is on leave.", "neutral", "hearsay"),
        ("+1 for Ana (on leave)", "neutral", "hearsay"),
        ("+1 for Heron, which is fast", "endorse", "plus_one"),
        ("+1 for Heron, everyone wants it", "endorse", "plus_one"),
        ("+1 when the licence is settled", "conditional", "plus_one"),
        ("Only +1 when the licence is settled", "conditional", "plus_one"),
        ("Only +1 with single sign-on", "conditional", "plus_one"),
        ("+1 after legal has signed off", "conditional", "plus_one"),
        ("+1 on approval by legal", "conditional", "plus_one"),
        ("I support this when it stays optional", "conditional", "support"),
        ("Count me in when it's ready", "conditional", "count_me_in"),
        ("+1, I was there when it broke", "endorse", "plus_one"),
        ("+1 when I heard of this", "endorse", "plus_one"),
        ("+1, when does it start?", "endorse", "plus_one"),
        ("+1 when it comes to speed", "endorse", "plus_one"),
        ("+1 after the outage", "endorse", "plus_one"),
        ("Signed when I joined", "endorse", "signed"),
        ("I supported this before", "neutral", "past"),
        ("I initially supported this", "neutral", "past"),
        ("I supported this until the pricing came out", "neutral", "past"),
        ("I agreed with this last year", "neutral", "past"),
        ("I supported this before and still do", "endorse", "support"),
        ("I have always supported this", "endorse", "support"),
        ("I signed this before", "endorse", "signed"),
    ],
)
def test_what_is_not_the_writers_here_and_now_is_told_from_what_is(
    detector: ActDetector, text: str, label: str, reason: str
) -> None:
    """Not cast yet, done for somebody else, under a condition, or long over; beside each what looks like it."""
    (act,) = detector.read([text])
    assert (act.label, act.reason) == (label, reason)


@pytest.mark.parametrize(
    "text",
    [
        "Signing on behalf of my team",
        "On behalf of the night shift: +1",
        "On behalf of Heron Ltd, we support this",
    ],
)
def test_who_speaks_for_a_group_counts_alone_and_with_doubt(detector: ActDetector, text: str) -> None:
    """The writer is one of them."""
    (act,) = detector.read([text])
    assert (act.label, act.certain) == ("endorse", False)


@pytest.mark.parametrize(
    ("text", "toward_objection", "toward_motion"),
    [
        ("I agree with the objection", "endorse", "oppose"),
        ("+1 to the objection", "endorse", "oppose"),
        ("same concern here", "endorse", "oppose"),
        ("I withdraw my objection", "withdraw", "neutral"),
        ("+1", "endorse", "endorse"),
        ("I disagree", "oppose", "oppose"),
    ],
)
def test_agreeing_with_an_objection_is_read_by_what_is_answered(
    detector: ActDetector, text: str, toward_objection: str, toward_motion: str
) -> None:
    """It backs the objection it answers, and opposes the motion it answers."""
    contexts = ["I object to the second point.", "We propose to adopt the Heron editor."]
    assert detector.predict([text, text], contexts) == [toward_objection, toward_motion]


def test_a_bad_idea_may_be_what_is_to_be_stopped(detector: ActDetector) -> None:
    """In answer to "drop the target" it leaves doubt; of a pull request that drops something it speaks."""
    asked = ["We propose a target.", "Drop the usage target!", "Pull request: Drop the old target"]
    acts = detector.read(["This is a terrible idea."] * 3, asked)
    assert [(act.label, act.possible) for act in acts] == [
        ("oppose", False),
        ("neutral", True),
        ("oppose", False),
    ]


@pytest.mark.parametrize(
    ("text", "is_clear"),
    [
        ("I oppose this mandate.", False),
        ("I am against the mandate", False),
        ("I disagree with the mandate", False),
        ("I can't support forced AI", False),
        ("-1 to the mandate", False),
        ("I vote against the mandate", False),
        ("No.", False),
        ("Hard no", False),
        ("I share these concerns", False),
        ("-1 (binding)", True),
        ("-1 to this", True),
        ("I vote no", True),
        ("I disagree", True),
        ("I oppose this petition", True),
        ("I won't sign this", True),
        ("I'm against dropping it", True),
        ("I changed my mind, I oppose this now", True),
    ],
)
def test_opposition_may_be_to_what_is_to_be_stopped(detector: ActDetector, text: str, is_clear: bool) -> None:
    """It leaves doubt, unless it can only be meant against the petition; towards any other it is plain."""
    asked = ["We ask management to drop the usage mandate.", "We don't have an editor. Adopt Heron."]
    against, other = detector.read([text, text], asked)
    assert (against.label, against.possible) == (("oppose", False) if is_clear else ("neutral", True))
    assert other.label == "oppose"


def test_no_to_a_question_whether_to_stop_is_clear(detector: ActDetector) -> None:
    """What is asked is answered."""
    assert detector.predict(["No."], ["Should we drop the mandate?"]) == ["oppose"]


def test_a_question_makes_a_bare_yes_or_no_clear(detector: ActDetector) -> None:
    """Yes and no are certain only as answers; "no" to "any objections?" opposes nothing."""
    asked = "Should we adopt the Heron editor?"
    acts = detector.read(["Yes", "No", "Yes", "No"], [asked, asked, None, "Any objections?"])
    assert [(act.label, act.certain) for act in acts] == [
        ("endorse", True),
        ("oppose", True),
        ("endorse", False),
        ("neutral", True),
    ]


def test_last_clear_act_wins_and_a_withdrawal_always(detector: ActDetector) -> None:
    """Of several acts the last stands, unless one takes the name off."""
    texts = [
        "-1 at first sight. After reading: I support this.",
        "Take my name off. Great work though, +1 to you.",
    ]
    assert detector.predict(texts) == ["endorse", "withdraw"]


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from([text for text, _ in LABELLED]), max_size=4).map("\n".join)
)
def test_any_text_is_read_and_the_evidence_lies_inside(text: str) -> None:
    """No text raises; evidence is a stretch of it."""
    (act,) = ActDetector().read([text])
    assert 0 <= act.start <= act.end <= len(text)
    assert ActDetector().read([text]) == [act]


def test_long_hostile_texts_are_read_in_linear_time(detector: ActDetector) -> None:
    """A megabyte of one token, of brackets or of quotes is read without getting stuck."""
    for unit in ("+1 ", "[ ] ", "> ", '"', "not ", "~~", "if you ", "'a ", "+1 this "):
        assert len(detector.predict([unit * 20_000])) == 1


def test_floors_on_public_comments(detector: ActDetector, shared: Path) -> None:
    """On comments labelled by others: endorsements, and objections."""
    path = shared / "data" / "petitions" / "endorse_dev" / "endorse_dev.csv"
    if not path.is_file():
        pytest.skip("data/petitions/endorse_dev is not here")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = detector.predict([row["text"] for row in rows], [row["context"] for row in rows])

    def figures(label: str) -> tuple[float, float]:
        right = sum(row["label"] == label == read for row, read in zip(rows, found, strict=True))
        return right / found.count(label), right / sum(row["label"] == label for row in rows)

    precision, recall = figures("endorse")
    assert precision >= 0.95
    assert recall >= 0.90
    assert statistics.harmonic_mean(figures("oppose")) >= 0.80
