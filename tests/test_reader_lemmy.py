"""Lemmy's API and rows, and ActivityPub: trees from paths, votes given and taken back."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from board_readers import FIXTURES, Asked, asked, utc

FOLDER = FIXTURES / "lemmy"
HOST = "https://mill.example"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with asked("lemmy", FOLDER / "api", tmp_path_factory.mktemp("api")) as store:
        yield store


@pytest.fixture(scope="module")
def activities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with asked("lemmy", FOLDER / "activities.json", tmp_path_factory.mktemp("activities")) as store:
        yield store


def test_paths_give_the_tree(api: Asked) -> None:
    """The last but one number of a path is what a comment answers, 0 the post."""
    parents = api.posts("parent_post_id")
    assert parents["comment/24"] == "mill.example:post/55"
    assert parents["comment/27"] == "mill.example:comment/24"
    assert api.rows("SELECT post_id FROM anomaly WHERE code = 'orphan'") == [("mill.example:comment/29",)]


def test_deleted_by_author_or_moderator(api: Asked) -> None:
    """Lemmy tells the two apart."""
    states = api.posts("state")
    assert (states["comment/27"], states["comment/28"]) == ("deleted_by_author", "removed")


def test_known_voters_and_the_rest(api: Asked) -> None:
    """The list of voters makes identified votes; the count's remainder stays a number."""
    votes = api.rows(
        """SELECT mechanism, identity, sum(n)::INT FROM reaction WHERE post_id = 'mill.example:post/55'
           GROUP BY ALL ORDER BY ALL"""
    )
    assert votes == [("downvote", "identified", 1), ("upvote", "count_only", 3), ("upvote", "identified", 2)]
    totals = api.rows("SELECT mechanism, total, identified FROM reaction_total ORDER BY 1")
    assert totals == [("downvote", 1, 1), ("upvote", 5, 2)]


def test_counts_alone_are_aggregates(api: Asked) -> None:
    """Where no voter is known, a count is never a reaction."""
    counted = "SELECT count(*) FROM {} WHERE post_id = 'mill.example:comment/24'"
    assert api.one(counted.format("reaction")) == 0
    assert api.one(counted.format("aggregate")) == 3


def test_private_communities_bots_and_unknown_fields(api: Asked) -> None:
    """What only members see is private; a field nobody knows is told."""
    assert api.posts("is_private")["post/56"] is True
    assert api.one("SELECT count(*) FROM account WHERE kind = 'bot'") == 1
    assert api.one("SELECT detail FROM anomaly WHERE code = 'unknown_column'") == (
        "post: field 'mood' is unknown and was not read"
    )
    assert api.posts("own_text")["comment/24"] == "+1"
    assert api.one("SELECT complete FROM source") == "no"


def test_rows_of_the_database(tmp_path: Path) -> None:
    """Rows alone: a post, a comment, a dated vote and a private message."""
    with asked("lemmy", FOLDER / "rows.ndjson", tmp_path) as rows:
        assert rows.one("SELECT created_at FROM reaction WHERE identity = 'identified'") == utc(
            2024, 1, 1, 15
        )
        assert rows.posts("is_private") == {"post/55": False, "comment/24": False, "message/70": True}


def votes(activities: Asked) -> dict[tuple[str, str], datetime | None]:
    rows = activities.rows(
        """SELECT h.username, r.mechanism || ' ' || r.post_id, r.removed_at
           FROM reaction r JOIN sealed.handle h USING (account_id)"""
    )
    return {
        (name, what.partition(f"lemmy:{HOST}/")[2] + " " + what.split()[0]): at for name, what, at in rows
    }


def test_votes_are_identified_and_undone(activities: Asked) -> None:
    """An Undo takes a vote back at its own time, or at the latest when the export ends."""
    found = votes(activities)
    assert found["ned", "post/1 upvote"] is None
    assert found["mona", "post/1 upvote"] == utc(2024, 1, 3, 10)
    assert found["otter", "post/1 downvote"] is None
    assert found["otter", "comment/99 upvote"] == utc(2024, 1, 5, 10)


def test_groups_do_not_share(activities: Asked) -> None:
    """A community announces everything; a person who does so shares."""
    boosts = [who for who, what in votes(activities) if what.endswith("boost")]
    assert boosts == ["ned"]


def test_newest_version_and_its_former_wording(activities: Asked) -> None:
    """Create and Update of one page are one post with one revision."""
    assert activities.posts("body")[f"{HOST}/post/1"] == "Sign, please"
    assert activities.rows("SELECT before FROM revision") == [("Sign",)]
    assert activities.one("SELECT has_edit_history FROM source") is True


def test_moderation_and_absent_objects(activities: Asked) -> None:
    """A Delete with a reason is a removal; what is voted on and absent stays as a tombstone."""
    assert activities.posts("state")[f"{HOST}/comment/2"] == "removed"
    assert activities.posts("kind")[f"{HOST}/comment/99"] == "tombstone"


def test_private_notes_and_bots(activities: Asked) -> None:
    """A note to one person is private; a Service is a bot."""
    private = activities.posts("is_private")
    assert private[f"{HOST}/note/3"] is True
    assert private[f"{HOST}/note/5"] is False
    assert activities.one("SELECT count(*) FROM account WHERE kind = 'bot'") == 1


def test_question_and_unread_types(activities: Asked) -> None:
    """A question's answers are numbers; activities without post are counted."""
    assert activities.rows("SELECT text, votes FROM poll_option ORDER BY ordinal") == [("Mon", 4), ("Fri", 6)]
    assert activities.one("SELECT detail FROM anomaly WHERE code = 'unparsed'") == (
        "1 of type 'Follow' hold no post: not read"
    )
