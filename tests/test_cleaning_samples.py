"""Cleaning of real exports: as many quotes, by whom and of what, as an independent count says.

The samples lie beside the project and are read in place; without them these tests are skipped.
"""

import json
import os
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import forum_pulse
from forum_pulse.corpus.cleaning import clean


@cache
def exports() -> Path:
    """Find the folder of sample exports, or skip."""
    beside = Path(forum_pulse.__file__).resolve().parent.parent / "shared"
    found = Path(os.environ.get("FORUM_PULSE_SHARED", beside)) / "exports"
    if not found.is_dir():
        pytest.skip("no sample exports beside the project; set FORUM_PULSE_SHARED")
    return found


def expected(family: str) -> dict[str, dict]:
    return json.loads((exports() / family / "expected.json").read_text("utf-8"))


def test_discourse_raw_and_cooked_quotes():
    """One quote span a [quote] block, the same people and posts whether read from the raw or the cooked form."""
    for topic, counts in expected("discourse_posts_json").items():
        found = Counter()
        for path in sorted((exports() / "discourse_posts_json" / "delving" / topic).glob("*.json")):
            post = json.loads(path.read_bytes())
            typed, rendered = clean(post["raw"], "discourse"), clean(post["cooked"], "cooked")
            quotes = [(span.who, span.post) for span in typed.spans if span.kind == "quote"]
            assert quotes == [(span.who, span.post) for span in rendered.spans if span.kind == "quote"], (
                path.name
            )
            found["named"] += sum(who is not None for who, _ in quotes)
            found["nameless"] += len(re.findall(r"\[quote\]", post["raw"]))
            found["links"] += sum(span.kind == "onebox" and span.post is not None for span in rendered.spans)
        assert found["named"] + found["nameless"] == counts["quote_bbcode_total"]
        assert found["named"] + found["nameless"] + found["links"] == counts["quote_asides_in_cooked"]


def test_discourse_cooked_quotes():
    """One span a quote aside: a quote with its person, or the preview of a link to the same forum."""
    for name, counts in expected("discourse_topic_json").items():
        stream = json.loads((exports() / "discourse_topic_json" / name).read_bytes())["post_stream"]
        posts = stream["posts"] if isinstance(stream, dict) else stream
        spans = [span for post in posts for span in clean(post.get("cooked") or "", "cooked").spans]
        quotes = [span for span in spans if span.kind == "quote" and span.who is not None]
        links = [span for span in spans if span.kind == "onebox" and span.post is not None]
        assert len(quotes) + len(links) == counts["quote_asides"], name


def test_zulip_quotes():
    """One span a block quote, and a message id wherever the quote says which message it is."""
    for name, counts in expected("zulip_archive").items():
        messages = json.loads((exports() / "zulip_archive" / "lean" / name).read_bytes())
        spans = [span for message in messages for span in clean(message["content"], "zulip").spans]
        quotes = [span for span in spans if span.kind == "quote"]
        assert len(quotes) == counts["blockquotes"], name
        assert sum(span.post is not None for span in quotes) == counts["said_links"], name
        assert all(span.who is not None for span in quotes if span.post is not None), name


def test_raw_own_words_are_the_cooked_ones():
    """Typed and rendered posts have the same own words, but for what the server's typographer changes."""
    differing, posts = 0, 0
    for path in sorted((exports() / "discourse_posts_json" / "delving").glob("*/*.json")):
        post = json.loads(path.read_bytes())
        typed, rendered = (
            re.sub(r"\W+", " ", clean(post[form], how).own_text)
            for form, how in (("raw", "discourse"), ("cooked", "cooked"))
        )
        posts += 1
        differing += typed != rendered
    assert posts == 140
    # Two posts with local times, one with a typed smiley.
    assert differing <= 3
