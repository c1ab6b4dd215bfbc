"""The demo forum, read back: every figure that rests on structure equals the truth exactly.

Figures that rest on reading words are compared with the range the run prints.
"""

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from forum_pulse import config, petitions
from forum_pulse.corpus.corpus import Corpus, recognise
from forum_pulse.corpus.store import Store
from forum_pulse.demo import write_demo

FORMATS = {"slack": "slack", "discourse": "discourse", "table": "tables"}
SEEDS = (7, 8, 9)

BY_SOURCE = """
    WITH p AS (SELECT post.* FROM post JOIN source USING (source_id) WHERE format = $format),
         r AS (SELECT reaction.* FROM reaction JOIN p USING (post_id) WHERE mechanism <> 'signature')
    SELECT (SELECT count(*) FROM p WHERE kind = 'post') AS posts,
           (SELECT count(*) FROM p WHERE kind = 'system') AS system,
           (SELECT count(*) FROM p WHERE kind = 'tombstone') AS tombstones,
           (SELECT count(*) FROM p WHERE edited_at IS NOT NULL) AS edited,
           (SELECT count(*) FROM p WHERE kind = 'post' AND parent_status = 'absent') AS orphans,
           (SELECT count(*) FROM span JOIN p USING (post_id) WHERE span.kind = 'quote') AS quotes,
           (SELECT coalesce(sum(n), 0)::BIGINT FROM r WHERE identity = 'identified') AS reactions_identified,
           (SELECT coalesce(sum(n), 0)::BIGINT FROM r WHERE identity = 'count_only') AS reactions_count_only,
           (SELECT count(*) FROM p JOIN person_account pa ON pa.account_id = p.author_account_id
            JOIN person USING (person_id) WHERE is_bot AND kind = 'post') AS bot_posts,
           (SELECT count(*) FROM poll_vote JOIN poll USING (poll_id) JOIN p USING (post_id)) AS poll_votes_named,
           (SELECT coalesce(sum(votes), 0)::BIGINT FROM poll_option JOIN poll USING (poll_id) JOIN p USING (post_id))
             AS poll_votes"""


Counted = tuple[Path, dict[str, Any], Store]


@contextmanager
def counted_forum(folder: Path, *, seed: int, posts: int = 1200, people: int = 300) -> Generator[Counted]:
    """A demo forum, its truth, and the store it was read into, petitions counted."""
    write_demo(folder, seed=seed, posts=posts, people=people)
    settings = config.load(folder / "forum-pulse.toml")
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    with Corpus() as corpus:
        corpus.add(
            recognise([folder / "slack", folder / "discourse", folder / "signatures.csv"]),
            people=settings.people,
        )
        detector = petitions.ActDetector()
        found = petitions.find_petitions(corpus.store, settings.petitions, detector)
        petitions.build_ledger(corpus.store, found, detector)
        yield folder, truth, corpus.store


@pytest.fixture(scope="module", params=SEEDS)
def forum(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counted]:
    """One forum a seed; `benchmarks/demo_coverage.py` does the same with twenty."""
    with counted_forum(tmp_path_factory.mktemp("demo") / "forum", seed=request.param) as counted:
        yield counted


@pytest.mark.parametrize("source", ["slack", "discourse"])
def test_what_was_said_and_reacted_is_read_back_exactly(forum: Counted, source: str) -> None:
    """Posts, system messages, edits, orphans, quotes, reactions by name and by number, votes, bots' posts."""
    _, truth, store = forum
    counted = store.sql(BY_SOURCE, {"format": FORMATS[source]}).to_pylist()[0]
    expected = truth["counts"][source]
    counted["poll_votes_unnamed"] = counted.pop("poll_votes") - counted["poll_votes_named"]
    assert {name: value for name, value in counted.items() if value or name in expected} == {
        name: expected[name] for name in counted if name in expected
    }


def test_signatures_are_read_back_exactly(forum: Counted) -> None:
    """Rows, comments and withdrawals of the sign-up sheet."""
    _, truth, store = forum
    counted = store.sql(
        """SELECT count(*) AS rows, count(removed_at) AS withdrawn FROM reaction WHERE mechanism = 'signature'"""
    ).to_pylist()[0]
    comments = store.scalar("SELECT count(*) FROM post WHERE kind = 'comment'")
    assert {**counted, "comments": comments} == {
        name: truth["counts"]["table"][name] for name in ("rows", "withdrawn", "comments")
    }


def test_people_are_joined_exactly(forum: Counted) -> None:
    """By address and alias file, as many persons as there are people, the bots apart."""
    _, truth, store = forum
    assert store.scalar("SELECT count(*) FROM person WHERE NOT is_bot") == truth["counts"]["people"]
    assert store.scalar("SELECT count(*) FROM roster") == truth["counts"]["people"]


def test_acts_that_rest_on_structure_are_counted_exactly(forum: Counted) -> None:
    """Signatures, reactions and votes for and against, by petition."""
    _, truth, store = forum
    for name, petition in truth["petitions"].items():
        expected = petition["acts"]
        counted = dict(
            store.connection.execute(
                """SELECT kind, count(*) FROM act
                   WHERE petition = ? AND kind IN ('signed', 'voted') AND stance = 'support' AND identity = 'identified'
                     AND (dropped IS NULL OR dropped <> 'bot') GROUP BY kind""",
                [name],
            ).fetchall()
        )
        assert counted.get("signed", 0) == expected.get("table.signed", 0)
        assert counted.get("voted", 0) == expected.get("discourse.voted", 0)


class Mute(petitions.ActDetector):
    """Reads nothing into any words."""

    def read(self, texts: Sequence[str], contexts: Sequence[str | None] | None = None) -> list[petitions.Act]:
        return [petitions.Act("neutral", "no_act")] * len(texts)


def by_structure(person: dict[str, Any], openings: set[str]) -> tuple[bool, bool, bool]:
    """Whether the truth lets a person support, oppose, or take a signature back without a word."""
    acts = [(kind, source, where) for kind, source, where, _ in person["acts"]]
    supports = any(kind in ("signed", "voted", "reacted") for kind, _, _ in acts)
    opposes = any(kind == "opposed" and where in openings for kind, _, where in acts)
    return supports, opposes, ("withdrew", "table") in [(kind, source) for kind, source, _ in acts]


def test_supporters_by_structure_alone_are_counted_exactly(forum: Counted) -> None:
    """With all words left aside, as many persons support, oppose or withdrew as reactions, votes and lists say."""
    folder, truth, store = forum
    settings = config.load(folder / "forum-pulse.toml")
    found = petitions.find_petitions(store, settings.petitions, Mute())
    petitions.build_ledger(store, found, Mute())
    counted = {row["petition"]: row for row in petitions.totals(store).to_pylist()}
    petitions.build_ledger(store, found, petitions.ActDetector())
    for name, petition in truth["petitions"].items():
        openings = {
            f"{source}:{post}" for source, posts in petition["opening_posts"].items() for post in posts
        }
        held = [by_structure(person, openings) for person in petition["people"].values()]
        assert counted[name]["counted"] == sum(s and not o and not w for s, o, w in held)
        assert counted[name]["withdrew"] == sum(s and w and not o for s, o, w in held)
        assert counted[name]["conflicted"] == sum(s and o and not w for s, o, w in held)
        assert counted[name]["opposed"] == sum(o and (w or not s) for s, o, w in held)


def test_what_rests_on_words_lies_in_the_range(forum: Counted) -> None:
    """The true number of supporters is between low and high, for each petition."""
    _, truth, store = forum
    for row in petitions.totals(store).to_pylist():
        expected = truth["petitions"][row["petition"]]["totals"]
        assert row["low"] <= expected["supporters"] <= row["high"]
        assert row["low"] <= row["counted"] <= row["high"]
