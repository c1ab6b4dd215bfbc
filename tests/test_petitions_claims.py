"""Figures about support or use in posts: found, normalised, and told from all other numbers."""

import tomllib
from collections import Counter
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum_pulse.petitions import ClaimDetector
from forum_pulse.petitions.claims import Mention
from forum_pulse.petitions.disputes import disputes
from forum_pulse.petitions.figures import figures, number
from forum_pulse.petitions.periods import period
from forum_pulse.petitions.verdict import FEWER, IN_LINE, MORE, verdict

FIXTURES = Path(__file__).parent / "fixtures" / "claims"
FEBRUARY = date(2031, 2, 3)


@cache
def detector() -> ClaimDetector:
    return ClaimDetector()


def read(text: str) -> list[Mention]:
    return detector().read([text])[0]


def told(mention: Mention) -> str:
    figure = mention.figure
    shown = f"{figure.low:g}" if figure.low == figure.high else f"{figure.low:g}-{figure.high:g}"
    return f"{shown}{'%' * (figure.unit == 'percent')} {'not ' * mention.negated}{mention.deed}"


def measured(bank: str) -> tuple[float, float]:
    """Precision and recall of claims, figure and deed both right, over a bank with its traps."""
    content = tomllib.loads((FIXTURES / f"{bank}.toml").read_text(encoding="utf-8"))
    wanted = {text: Counter(claims) for text, *claims in content["claims"]} | {
        t: Counter() for t in content["none"]
    }
    found = detector().read(list(wanted))
    got = [Counter(map(told, mentions)) for mentions in found]
    right = sum((g & w).total() for g, w in zip(got, wanted.values(), strict=True))
    return right / sum(g.total() for g in got), right / sum(w.total() for w in wanted.values())


@pytest.mark.models
@pytest.mark.parametrize(("bank", "precision", "recall"), [("dev", 0.98, 0.98), ("held_out", 0.92, 0.92)])
def test_claims_are_told_from_other_numbers(bank: str, precision: float, recall: float) -> None:
    """Floors on the sentences the rules were written against, and on those they never saw."""
    found = measured(bank)
    assert found[0] >= precision
    assert found[1] >= recall


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "how"),
    [
        ("1,500", 1500, 1500, "people", ""),
        ("1.5k", 1500, 1500, "people", ""),
        ("over fifteen hundred", 1500, 1500, "people", "more than"),
        ("two hundred and twelve", 212, 212, "people", ""),
        ("1500+", 1500, 1500, "people", "at least"),
        ("~200", 200, 200, "people", "about"),
        ("200 or so", 200, 200, "people", "about"),
        ("up to 70 per cent", 70, 70, "percent", "at most"),
        ("60-70%", 60, 70, "percent", ""),
        ("between 60 and 70%", 60, 70, "percent", ""),
        ("three out of four", 75, 75, "percent", ""),
        ("nearly two thirds", 66.7, 66.7, "percent", "about"),
        ("more than half", 50, 50, "percent", "more than"),
    ],
)
def test_figures_are_normalised(text: str, low: float, high: float, unit: str, how: str) -> None:
    """Digits, words, shares, fractions and ranges come to the same kind of number, with its qualifier."""
    (figure,) = figures(f"{text} of us")
    assert (figure.low, figure.high, figure.unit, figure.how) == (low, high, unit, how)


@pytest.mark.parametrize(
    "text", ["v1.5", "$1,500", "#1500", "10:30", "2031-01-70", "+1", "3x", "half an hour"]
)
def test_what_is_no_figure(text: str) -> None:
    """Versions, prices, numbers of issues, times, dates and votes."""
    assert not [f for f in figures(text) if f.unit == "percent" or f.start == 0]


@given(st.integers(1, 999_999_999))
def test_numbers_are_read_however_they_are_grouped(value: int) -> None:
    """A thousands separator changes nothing."""
    assert {number(f"{value:,}".replace(",", mark)) for mark in (",", " ", "’", "")} == {float(value)}


@given(st.text(alphabet="0123456789.,%- kofanthe+hundredtwo", max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    """Figures are in order, apart, within the text, and never upside down."""
    found = list(figures(text))
    assert all(f.low <= f.high and 0 <= f.start < f.end <= len(text) for f in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.models
@pytest.mark.parametrize(
    ("text", "said_by"),
    [
        ("70% of engineers used it in January.", "the poster"),
        ("Management says 70% of us used it.", "management"),
        ("According to the memo, 70% of us used it.", "a document"),
        ("The dashboard shows that 64% of engineers use it.", "a measurement"),
        ("They say 70% of us use it.", "somebody else"),
        ("Apparently 70% of engineers used it.", "somebody else"),
        ("Leadership set an 80% weekly usage target.", "management"),
        ("Marisol Okafor said that 70% of engineers used it.", "somebody else"),
    ],
)
def test_who_is_said_to_say_it(text: str, said_by: str) -> None:
    """A kind of source, never a name."""
    (mention,) = read(text)
    assert mention.said_by == said_by


@pytest.mark.models
def test_each_figure_of_a_sentence_has_its_own_time() -> None:
    """From "48% in December to 71% last week" come two claims about two times."""
    found = read("Usage went from 48% in December to 71% last week.")
    assert [period(mention.words, FEBRUARY).when for mention in found] == [
        "December 2030",
        "week of 2031-01-27",
    ]


@pytest.mark.models
def test_quotations_are_nobodys_claim() -> None:
    """Neither quoted lines nor words in quotation marks nor code; the same words outside are one."""
    quoted = [
        "> 70% of engineers used it",
        '"70% of engineers used it"',
        "He wrote “70% of us used it”.",
        "`70% of us used it`",
    ]
    assert detector().read(quoted) == [[]] * len(quoted)
    assert len(read("70% of engineers used it")) == 1


@pytest.mark.models
def test_whom_a_figure_counts() -> None:
    """A kind of people from a list; a share of somebody's own team is that team's."""
    assert [read(text)[0].counted for text in ("70% of devs use it.", "70% use it.", "70% of my team uses it.")] == [
        "engineers", "people", "a team",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "rate", "when"),
    [
        ("used it in january", "", "January 2031"),
        ("used it in november", "", "November 2030"),
        ("used it last month", "", "January 2031"),
        ("a weekly target by the end of q2", "weekly", "by Q2 2031"),
        ("used it every day this quarter", "daily", "Q1 2031"),
        ("by june 2032", "", "by June 2032"),
        ("people may use it", "", ""),
        ("signed in a week", "", ""),
        ("last year", "", "2030"),
    ],
)
def test_periods_are_fixed_by_the_day_they_were_written(words: str, rate: str, when: str) -> None:
    """Said on 3 February 2031."""
    found = period(words, FEBRUARY)
    assert (found.rate, found.when) == (rate, when)


@pytest.mark.parametrize(
    "reply",
    [
        "Source?", "That's not true.", "70% is made up.", "That number looks inflated to me.", "I doubt that.",
        "More like 40%.", "No way that 70% of us use it.", "Where does that number come from?", "How was that measured?",
        "I don't believe it.", "These figures don't add up.", "Says who?", "citation needed", "They were counted twice.",
    ],
)  # fmt: skip
def test_denial_doubt_and_questions_dispute(reply: str) -> None:
    """Each is one of the stated rules."""
    assert disputes(reply, list(figures("70% used it"))) == [True]


@pytest.mark.parametrize(
    "reply",
    [
        "+1", "I agree.", "70% sounds right to me.", "That's not wrong.", "I don't doubt that.", "Thanks!",
        "What can we do about it?", "> That's not true.\n\nIt is.", "Is there a source for good coffee around here, by the way, or do I have to walk?",
    ],
)  # fmt: skip
def test_other_replies_dispute_nothing(reply: str) -> None:
    """Agreement, double negation, somebody else's quoted denial, talk."""
    assert disputes(reply, list(figures("70% used it"))) == [False]


def test_a_reply_that_names_a_figure_disputes_that_one() -> None:
    """Of two figures in a post only the one it repeats."""
    stated = list(figures("70% used it and 1,500 signed"))
    assert disputes("70% is nonsense", stated) == [True, False]
    assert disputes("Source?", stated) == [True, True]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ((1500, 1500, ""), FEWER),
        ((1200, 1200, ""), IN_LINE),
        ((1000, 1000, ""), MORE),
        ((1000, 1000, "at least"), IN_LINE),
        ((1300, 1300, "more than"), FEWER),
        ((1350, 1350, "about"), IN_LINE),
        ((1400, 1400, "at most"), IN_LINE),
        ((1100, 1100, "less than"), MORE),
        ((1000, 1150, ""), IN_LINE),
    ],
)
def test_the_ledger_is_compared_with_what_was_meant(claim: tuple[float, float, str], expected: str) -> None:
    """The ledger shows 1,100 to 1,300."""
    low, high, how = claim
    assert verdict(low, high, how, 1100, 1300) == expected  # type: ignore[arg-type]
