"""Pages beside a Discourse forum's posts that name people: reactions, likes, voters, edits."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from forum_pulse.corpus.model import (
    Account,
    Anomaly,
    PollVote,
    Post,
    Reaction,
    ReactionTotal,
    Record,
    Revision,
    Source,
)
from forum_pulse.corpus.readers import Export, ReadOptions, load, names
from forum_pulse.corpus.readers.discourse.reader import DiscourseReader
from forum_pulse.corpus.store import Store

Noun = TypeVar("Noun")
AVATAR = {"avatar_template": "/letters/{size}.png"}
ADA, BO, CY = ({"id": n, "username": name, **AVATAR} for n, name in ((1, "ada"), (2, "bo"), (3, "cy")))


def post(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A post's JSON; its own id is 70 and its number."""
    return {
        "id": 70 + number,
        "user_id": number,
        "username": ("ada", "bo", "cy")[number - 1],
        "created_at": "2031-05-01T09:00:00.000Z",
        "cooked": "<p>Hello.</p>",
        "post_number": number,
        "topic_id": 5,
    } | fields


def named(users: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """People as the plugin's page names them: without ids."""
    return [{"username": user["username"], "name": None, **AVATAR} for user in users]


def read(folder: Path, pages: dict[str, Any], *posts: dict[str, Any], **fields: Any) -> list[Record]:
    topic = {"id": 5, "title": "The pier", "post_stream": {"posts": list(posts)}} | fields
    for name, page in ({"t/5.json": topic} | pages).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page if isinstance(page, str) else json.dumps(page), encoding="utf-8")
    assert DiscourseReader().sniff(Export(folder))
    return list(DiscourseReader().read(Export(folder), ReadOptions()))


def of(kind: type[Noun], records: list[Record]) -> list[Noun]:
    return [record for record in records if isinstance(record, kind)]


def told(records: list[Record]) -> list[tuple[str, str, str | None, int]]:
    return [(r.post, r.name_raw, r.account, r.n) for r in of(Reaction, records)]


def test_reactions_page(tmp_path: Path) -> None:
    """Named people are the accounts of that name; whom the capped page leaves out stays a number."""
    page = {
        "reaction_users": [
            {"id": "heart", "count": 3, "users": named([BO, CY])},
            {"id": "+1", "count": 1, "users": named([ADA])},
        ]
    }
    counts = [{"id": "heart", "count": 3}, {"id": "+1", "count": 1}]
    opening = post(reactions=counts, actions_summary=[{"id": 2, "count": 4}])
    pages = {"discourse-reactions/posts/71/reactions-users.json": page}
    records = read(tmp_path, pages, opening, post(2), post(3))
    assert told(records) == [
        ("5/1", "heart", "2", 1),
        ("5/1", "heart", "3", 1),
        ("5/1", "heart", None, 1),
        ("5/1", "+1", "1", 1),
    ]
    assert [(t.name_raw, t.total, t.identified, t.source_field) for t in of(ReactionTotal, records)] == [
        ("heart", 3, 2, "reactions"),
        ("+1", 1, 1, "reactions"),
    ]
    assert of(Source, records)[-1].has_reaction_actors == "partial"
    assert of(Anomaly, records) == []


def test_reactions_page_counts_for_a_post_without(tmp_path: Path) -> None:
    """The page's own counts stand where the post has none; likes are among them and left alone."""
    page = {"reaction_users": [{"id": "heart", "count": 2, "users": [{"username": "bo"}]}]}
    opening = post(actions_summary=[{"id": 2, "count": 2}])
    records = read(tmp_path, {"reactions-users-71.json": page}, opening, post(2))
    assert told(records) == [("5/1", "heart", "2", 1), ("5/1", "heart", None, 1)]
    assert [t.source_field for t in of(ReactionTotal, records)] == ["reaction_users"]


def test_unknown_name_is_a_weak_identity(tmp_path: Path) -> None:
    """Somebody who wrote nothing is known by name alone."""
    page = {"reaction_users": [{"id": "heart", "count": 1, "users": [{"username": "eli"}]}]}
    records = read(tmp_path, {"reactions-users-71.json": page}, post())
    (eli,) = [account for account in of(Account, records) if account.username == "eli"]
    assert (eli.native_id, eli.is_stable_id) == ("@eli", False)


LIKES = [
    "post_action_users.json?id=71&post_action_type_id=2",
    "post_action_users.json@post_action_type_id=2&id=71",
    "post_action_users-71.json",
]


@pytest.mark.parametrize("name", LIKES)
def test_likes_page(tmp_path: Path, name: str) -> None:
    """Who liked a post, saved under its address or its number."""
    opening = post(actions_summary=[{"id": 2, "count": 2}])
    records = read(tmp_path, {name: {"post_action_users": [BO, CY]}}, opening)
    assert told(records) == [("5/1", "like", "2", 1), ("5/1", "like", "3", 1)]
    assert of(Source, records)[-1].has_reaction_actors == "yes"
    assert of(Anomaly, records) == []


def test_flags_are_no_likes(tmp_path: Path) -> None:
    """The same page of another kind of action is not taken for likes."""
    name = "post_action_users.json?id=71&post_action_type_id=8"
    opening = post(actions_summary=[{"id": 2, "count": 2}])
    records = read(tmp_path, {name: {"post_action_users": [BO]}}, opening)
    assert told(records) == [("5/1", "like", None, 2)]
    assert [a.code for a in of(Anomaly, records)] == ["metadata_only"]


def test_likers_of_a_post_with_reactions(tmp_path: Path) -> None:
    """Who liked it is told as that reaction where there is just one, and else not guessed."""
    pages = {
        "post_action_users-71.json": {"post_action_users": [BO]},
        "post_action_users-72.json": {"post_action_users": [CY]},
    }
    one = post(reactions=[{"id": "heart", "count": 1}])
    two = post(2, reactions=[{"id": "heart", "count": 1}, {"id": "+1", "count": 1}])
    records = read(tmp_path, pages, one, two)
    assert told(records) == [("5/1", "heart", "2", 1), ("5/2", "heart", None, 1), ("5/2", "+1", None, 1)]
    assert [(a.code, a.post) for a in of(Anomaly, records)] == [("metadata_only", "5/2")]


def test_more_names_than_counted(tmp_path: Path) -> None:
    """A count below the names is said; the names stay."""
    opening = post(actions_summary=[{"id": 2, "count": 1}])
    records = read(tmp_path, {"post_action_users-71.json": {"post_action_users": [BO, CY]}}, opening)
    assert told(records) == [("5/1", "like", "2", 1), ("5/1", "like", "3", 1)]
    assert [a.code for a in of(Anomaly, records)] == ["count_mismatch"]


def poll(name: str, *preloaded: dict[str, Any]) -> dict[str, Any]:
    options = [{"id": "aa", "html": "A", "votes": 3}]
    return {
        "name": name,
        "public": True,
        "voters": 3,
        "options": options,
        "preloaded_voters": {"aa": list(preloaded)},
    }


def test_voters_pages(tmp_path: Path) -> None:
    """Pages name more voters than the post does, each once, for the poll that the address names."""
    pages = {
        "polls/voters.json?post_id=71&poll_name=poll&page=1": {"voters": {"aa": [BO, CY], "zz": [ADA]}},
        "polls/voters.json?post_id=71&poll_name=other&page=1": {"voters": {"aa": [CY]}},
    }
    records = read(tmp_path, pages, post(polls=[poll("poll", ADA, BO), poll("other")]))
    assert [(v.poll, v.account) for v in of(PollVote, records)] == [
        ("5/1/poll", "1"),
        ("5/1/poll", "2"),
        ("5/1/poll", "3"),
        ("5/1/other", "3"),
    ]
    assert of(Anomaly, records) == []


def revision(**fields: Any) -> dict[str, Any]:
    table = (
        '<table class="markdown"><tr><td>Same &lt;line&gt;\n</td><td>Same &lt;line&gt;\n</td></tr>'
        '<tr><td class="diff-del">Close <del>it</del></td><td class="diff-ins">Open <ins>it</ins></td></tr>'
        '<tr><td></td><td class="diff-ins">\nnow</td></tr></table>'
    )
    boxes = (
        '<div class="revision-content"><div>{}</div></div><div class="revision-content"><div>{}</div></div>'
    )
    return {
        "created_at": "2031-05-01T10:00:00.000Z",
        "post_id": 71,
        "current_revision": 2,
        "username": "ada",
        "edit_reason": "clearer",
        "body_changes": {"inline": "", "side_by_side": "", "side_by_side_markdown": table},
        "title_changes": {"side_by_side": boxes.format("<del>A</del> pier", "<ins>The</ins> pier")},
        "tags_changes": {"previous": ["sea"], "current": ["sea", "wood"]},
    } | fields


def test_revisions_pages(tmp_path: Path) -> None:
    """Old wording is put together from the page's left column, the new one from its right."""
    records = read(tmp_path, {"posts/71/revisions/2.json": revision()}, post(version=2))
    common: dict[str, Any] = {
        "post": "5/1",
        "number": 2,
        "account": "1",
        "created_at": datetime(2031, 5, 1, 10, tzinfo=UTC),
        "reason": "clearer",
    }
    assert of(Revision, records) == [
        Revision(field="body", before="Same <line>\nClose it", after="Same <line>\nOpen it\nnow", **common),
        Revision(field="title", before="A pier", after="The pier", **common),
        Revision(field="tags", before="sea", after="sea, wood", **common),
    ]
    assert of(Source, records)[-1].has_edit_history


def test_pages_without_their_post_or_number_are_named(tmp_path: Path) -> None:
    """A page that can't be joined to a post is not lost in silence."""
    pages = {
        "discourse-reactions/posts/99/reactions-users.json": {"reaction_users": []},
        "reactions-users.json": {"reaction_users": [{"id": "heart", "users": [BO]}]},
        "voters.json": {"voters": {"aa": [BO]}},
        "latest.json": {"users": [BO], "topic_list": {"topics": [{"id": 5, "posts_count": 1}]}},
    }
    records = read(tmp_path, pages, post())
    assert sorted((a.code, a.locator) for a in of(Anomaly, records)) == [
        ("metadata_only", name) for name in sorted(pages)
    ]


@pytest.mark.parametrize(
    "page", ["{", "[]", "{}", '{"reaction_users": [7, {"id": 7}, {"id": "x", "users": [7, {}]}]}', "null"]
)
def test_broken_pages_cost_a_row(tmp_path: Path, page: str) -> None:
    """Whatever a page holds, the post and its counts stay, and there is a word about it."""
    pages = {
        "reactions-users-71.json": page,
        "t/posts/71/revisions/2.json": page,
        "t/polls/voters.json?post_id=71": page,
    }
    records = read(tmp_path, pages, post(reactions=[{"id": "heart", "count": 2}], polls=[poll("poll")]))
    assert told(records) == [("5/1", "heart", None, 2)]
    assert {a.locator for a in of(Anomaly, records)} >= {
        "reactions-users-71.json",
        "t/posts/71/revisions/2.json",
    }


def test_deleted_topics_and_closed_categories(tmp_path: Path) -> None:
    """Posts of a deleted topic are removed with it; what lies below a closed category is private."""
    categories = [
        {"id": 1, "name": "Board", "read_restricted": True},
        {"id": 2, "name": "Plans", "parent_category_id": 1},
    ]
    pages = {
        "categories.json": {"category_list": {"categories": categories}},
        "t/6.json": {"id": 6, "category_id": 2, "post_stream": {"posts": [post(topic_id=6)]}},
    }
    records = read(tmp_path, pages, post(), deleted_at="2031-05-02T00:00:00Z")
    found = {record.native_id: (record.state, record.is_private) for record in of(Post, records)}
    assert found == {"5/1": ("removed", False), "6/1": ("visible", True)}


def test_store_and_other_readers(tmp_path: Path) -> None:
    """The forum with its pages is nobody else's, and the store accounts for all of a total."""
    page = {"reaction_users": [{"id": "heart", "count": 3, "users": named([BO, CY])}]}
    forum = tmp_path / "forum"
    read(
        forum,
        {"reactions-users-71.json": page},
        post(reactions=[{"id": "heart", "count": 3}]),
        post(2),
        post(3),
    )
    assert [name for name in names() if load(name).sniff(Export(forum))] == ["discourse"]
    with Store(tmp_path / "ws") as store:
        store.ingest(Export(forum), DiscourseReader())
        assert store.connection.execute(
            "SELECT identity, sum(n)::BIGINT FROM reaction GROUP BY identity ORDER BY identity"
        ).fetchall() == [("count_only", 1), ("identified", 2)]


JUNK = (None, True, -1, 2**70, 1.5, "x", "<td>", [None], {"a": None})


def spoilt(page: dict[str, Any]) -> list[dict[str, Any]]:
    """The page with each of its fields, and those one level below, replaced by something else."""
    found: list[dict[str, Any]] = []
    for key, value in page.items():
        found += [page | {key: junk} for junk in JUNK]
        if isinstance(value, dict):
            found += [page | {key: value | {inner: junk}} for inner in value for junk in JUNK]
        if isinstance(value, list):
            found += [page | {key: [value[0] | {inner: junk}]} for inner in value[0] for junk in JUNK]
    return found


def test_any_field_of_a_page_may_be_anything(tmp_path: Path) -> None:
    """Whatever stands in a page, the post and the count of its reactions stay."""
    reactions = {"reaction_users": [{"id": "heart", "count": 2, "users": named([BO])}]}
    voters = {"voters": {"aa": [BO]}}
    opening = post(reactions=[{"id": "heart", "count": 2}], polls=[poll("poll", ADA)])
    pages = {
        "t/reactions-users-71.json": reactions,
        "t/voters-71.json": voters,
        "t/posts/71/revisions/2.json": revision(),
    }
    for name, page in pages.items():
        for broken in spoilt(page) if name != "t/voters-71.json" else [{"voters": junk} for junk in JUNK]:
            records = read(tmp_path, pages | {name: broken}, opening, post(2))
            assert [found.native_id for found in of(Post, records)] == ["5/1", "5/2"]
            assert sum(reaction.n for reaction in of(Reaction, records)) == 2
