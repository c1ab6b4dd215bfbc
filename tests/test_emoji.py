"""Reactions: one name each, and what they mean."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forum_pulse.corpus import emoji
from forum_pulse.corpus.emoji import ENDORSING, OPPOSING, normalise, valence

VOCABULARY = tomllib.loads((Path(emoji.__file__).parent / "emoji.toml").read_text("utf-8"))
MEANINGS = ("agree", "disagree", "warm", "neutral")

SAME = {
    "+1": ["👍", "👍🏽", "👍\ufe0f", "thumbsup", ":+1:", "+1::skin-tone-2", ":+1::skin-tone-6:", "THUMBS_UP", "like", "Like", " +1 "],
    "-1": ["👎", "👎🏿", "thumbsdown", "THUMBS_DOWN", "-1::skin-tone-4"],
    "heavy_plus_sign": ["➕", "plus1", "plus-one", ":heavy_plus_sign:"],
    "heart": ["❤", "❤️", "HEART", "love", "red_heart"],
    "tada": ["🎉", "hooray", "HOORAY"],
    "white_check_mark": ["✅", ":white_check_mark:"],
    "clap": ["👏🏻", "clap::skin-tone-3", "clapping_medium-light_skin_tone"],
    "shrug": ["🤷", "🤷‍♀️", "woman-shrugging"],
    "partyblob": ["partyblob", ":PartyBlob:"],
    "🦩": ["🦩"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "raw"), [(name, raw) for name, raws in SAME.items() for raw in raws])
def test_one_name(name, raw):
    """Sign, skin tone, alias and platform spelling come to one name; what is not known stays as it is."""
    assert normalise(raw) == name


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("+1", "agree"),
        ("👍🏽", "agree"),
        ("heavy_plus_sign", "agree"),
        ("100", "agree"),
        ("-1", "disagree"),
        ("x", "disagree"),
        ("no_entry", "disagree"),
        ("heart", "warm"),
        ("tada", "warm"),
        ("clap", "warm"),
        ("eyes", "neutral"),
        ("joy", "neutral"),
        ("thinking", "neutral"),
        ("white_check_mark", "neutral"),
        ("partyblob", "unknown"),
        ("", "unknown"),
    ],
)
def test_valence(name, meaning):
    """Agreement, disagreement, warmth, neither and not known are five things."""
    assert valence(name) == meaning


def test_endorsing_is_narrow():
    """Thumb, plus, heart and an approval endorse an opening post; eyes, laughter and check marks do not."""
    assert {normalise(sign) for sign in ("👍", "➕", "❤️", "approved")} == ENDORSING
    assert not {normalise(sign) for sign in ("👀", "😂", "✅")} & ENDORSING
    assert {normalise(sign) for sign in ("👎", "➖")} == OPPOSING


def test_vocabulary_is_sound():
    """No alias stands twice, names are already normal, and the allow-lists name known reactions."""
    spelled = Counter(
        alias
        for meaning in MEANINGS
        for name, aliases in VOCABULARY[meaning].items()
        for alias in (name, *aliases)
    )
    assert [alias for alias, times in spelled.items() if times > 1] == []
    for meaning in MEANINGS:
        for name, aliases in VOCABULARY[meaning].items():
            assert {normalise(alias) for alias in (name, *aliases)} == {name}
    assert {valence(name) for name in ENDORSING} == {"agree", "warm"}
    assert {valence(name) for name in OPPOSING} == {"disagree"}


@given(st.text(max_size=30))
@example("0\r:")
def test_normal_names_stay(raw):
    """A normal name is its own normal name."""
    assert normalise(normalise(raw)) == normalise(raw)
