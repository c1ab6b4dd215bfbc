"""Discourse's full backup: rows of its database, without a server."""

import gzip
import io
import random
import tarfile
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
    Revision,
    Source,
    Thread,
)
from forum_pulse.corpus.readers import Export, Reader, ReadOptions, load, names
from forum_pulse.corpus.readers.discourse.backup import DiscourseBackupReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

Noun = TypeVar("Noun")
DAY = "2031-05-01"
BEGIN = "--\n-- PostgreSQL database dump\n--\n\n\\restrict Xq7\n\nCREATE TABLE public.category_featured_topics ();\n"
END = "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict Xq7\n"

POST = (
    "id user_id topic_id post_number raw cooked created_at updated_at reply_to_post_number version post_type"
)
POST += " hidden user_deleted deleted_at deleted_by_id like_count last_version_at action_code"


def cell(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    text = str(value).replace("\\", "\\\\")
    return text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def copy(table: str, columns: str, *rows: tuple[Any, ...]) -> str:
    """A COPY block as pg_dump writes it."""
    lines = ["\t".join(map(cell, row)) for row in rows]
    named = ", ".join(f'"{name}"' if name == "position" else name for name in columns.split())
    return f"COPY {table} ({named}) FROM stdin;\n" + "".join(f"{line}\n" for line in lines) + "\\.\n\n"


def post(
    number: int, user: int | None, topic: int, place: int, raw: str = "Hello.", **fields: Any
) -> tuple[Any, ...]:
    """A row of `posts`, columns as in POST."""
    row: dict[str, Any] = dict.fromkeys(POST.split()) | {
        "id": number,
        "user_id": user,
        "topic_id": topic,
        "post_number": place,
        "raw": raw,
        "cooked": f"<p>{raw}</p>",
        "created_at": f"{DAY} 09:{place:02}:00.5",
        "updated_at": f"{DAY} 09:{place:02}:00.5",
        "version": 1,
        "post_type": 1,
        "hidden": False,
        "user_deleted": False,
        "like_count": 0,
    }
    return tuple((row | fields).values())


RUBY = "--- !ruby/hash:ActiveSupport::HashWithIndifferentAccess\n"
EDIT = (
    RUBY + "raw:\n- |-\n  Close the\n  pier?\n- Open the pier.\nedit_reason:\n- \n- typo\ncooked:\n- x\n- y\n"
)
RENAMED = RUBY + "title:\n- The pier\n- The old pier\ntags:\n- - sea\n- - sea\n  - wood\n"

BLOCKS: dict[str, str] = {
    "stale": copy("backup.posts", "id topic_id post_number raw", (1, 5, 1, "replaced long ago")),
    "categories": copy(
        "public.categories",
        "id name position parent_category_id read_restricted",
        (1, "Harbour", 0, None, False),
        (2, "Board", 1, 1, True),
    ),
    "reactions": copy(
        "public.discourse_reactions_reactions",
        "id post_id reaction_value reaction_users_count",
        (1, 11, "rocket", 1),
        (2, 11, "-1", 1),
        (3, 999, "heart", 1),
    ),
    "reactors": copy(
        "public.discourse_reactions_reaction_users",
        "id reaction_id user_id post_id created_at",
        (1, 1, 2, 11, f"{DAY} 10:00:00"),
        (2, 2, 4, 11, f"{DAY} 10:01:00"),
        (3, 3, 4, 999, f"{DAY} 10:01:00"),
    ),
    "solved": copy("public.discourse_solved_solved_topics", "topic_id answer_post_id", (5, 12)),
    "options": copy(
        "public.poll_options",
        "id poll_id digest html anonymous_votes",
        (1, 1, "aa", "Yes &amp; soon", None),
        (2, 1, "bb", "No", 2),
        (3, 2, "cc", "Ada", None),
        (4, 2, "dd", "Bo", None),
    ),
    "votes": copy(
        "public.poll_votes",
        "poll_id poll_option_id user_id rank created_at",
        (1, 1, 2, None, f"{DAY} 11:00:00"),
        (1, 2, 3, None, f"{DAY} 11:00:01"),
        (2, 3, 2, None, f"{DAY} 11:00:02"),
        (2, 3, 4, None, f"{DAY} 11:00:03"),
    ),
    "polls": copy(
        "public.polls",
        "id post_id name title type status results visibility anonymous_voters",
        (1, 11, "poll", "Keep the pier?", 0, 1, 0, 1, 2),
        (2, 11, "chair", None, 0, 0, 1, 0, None),
    ),
    "types": copy(
        "public.post_action_types", "id name_key", (1, "bookmark"), (2, "like"), (7, "illegal"), (9, "vote")
    ),
    "actions": copy(
        "public.post_actions",
        "id post_id user_id post_action_type_id created_at deleted_at",
        (1, 11, 2, 2, f"{DAY} 10:00:00", None),
        (2, 11, 3, 2, f"{DAY} 10:02:00", None),
        (3, 12, 2, 2, f"{DAY} 10:03:00", f"{DAY} 10:04:00"),
        (4, 12, 3, 1, f"{DAY} 10:05:00", None),
        (5, 12, 3, 7, f"{DAY} 10:05:00", None),
        (6, 999, 3, 2, f"{DAY} 10:05:00", None),
        (7, 12, 3, 8, f"{DAY} 10:05:00", None),
    ),
    "revisions": copy(
        "public.post_revisions",
        "id user_id post_id modifications number created_at",
        (1, 1, 11, EDIT, 2, f"{DAY} 09:30:00"),
        (2, 1, 11, RENAMED, 3, f"{DAY} 09:31:00"),
        (3, 1, 11, "--- [\n", 4, f"{DAY} 09:32:00"),
    ),
    "posts": copy(
        "public.posts",
        POST,
        post(11, 1, 5, 1, "Open the pier.", like_count=2, version=3, last_version_at=f"{DAY} 09:31:00"),
        post(12, 2, 5, 2, "A tab\there,\na line,\ra \\n that is none.", reply_to_post_number=1),
        post(13, 3, 5, 3, "Staff only.", post_type=4),
        post(14, 3, 5, 4, "", post_type=3, action_code="closed.enabled"),
        post(15, 3, 5, 5, "Flagged.", hidden=True),
        post(16, 3, 5, 6, "(deleted by author)", user_deleted=True),
        post(17, 3, 5, 7, "Removed.", deleted_at=f"{DAY} 12:00:00", deleted_by_id=1),
        post(18, 3, 5, 8, "Withdrawn.", deleted_at=f"{DAY} 12:00:00", deleted_by_id=3),
        post(19, None, 5, 9, "By nobody any more."),
        post(21, 2, 6, 1, "Between us."),
        post(31, 2, 7, 1, "In the boardroom."),
        post(41, 2, 8, 1, "In a topic that was deleted."),
        post(51, 2, 9, 1, "In a topic that is not there."),
        post(61, 2, 5, 0, "Without a number."),
    ),
    "topic_links": copy(
        "public.topic_links",
        "id topic_id domain internal",
        (1, 5, "pier.example.org", True),
        (2, 5, "z.org", False),
    ),
    "topic_votes": copy(
        "public.topic_voting_votes", "topic_id user_id created_at", (5, 4, f"{DAY} 10:30:00")
    ),
    "topics": copy(
        "public.topics",
        "id title archetype category_id created_at deleted_at closed archived views",
        (5, "The old pier", "regular", 1, f"{DAY} 09:00:00", None, True, False, 40),
        (6, "Psst", "private_message", None, f"{DAY} 09:00:00", None, False, False, 2),
        (7, "Plans", "regular", 2, f"{DAY} 09:00:00", None, False, False, 2),
        (8, "Gone", "regular", 1, f"{DAY} 09:00:00", f"{DAY} 12:00:00", False, False, 2),
    ),
    "emails": copy(
        "public.user_emails",
        "id user_id email primary",
        (1, 1, "old@example.org", False),
        (2, 1, "ada@example.org", True),
    ),
    "users": copy(
        "public.users",
        "id username name created_at",
        (-1, "system", "system", f"{DAY} 08:00:00"),
        (-2, "helper", "Helper", f"{DAY} 08:00:00"),
        (1, "ada", "Ada Larch", f"{DAY} 08:00:00"),
        (2, "bo", None, f"{DAY} 08:00:00"),
        (3, "cy", "", f"{DAY} 08:00:00"),
        (4, "dee", "Dee Moss", f"{DAY} 08:00:00"),
    ),
}


def dump(*, blocks: dict[str, str] = BLOCKS, end: str = END) -> str:
    return BEGIN + "".join(blocks.values()) + end


def saved(folder: Path, content: str | bytes, name: str = "dump.sql") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path, **options: Any) -> list[Record]:
    return list(DiscourseBackupReader().read(Export(path), ReadOptions(**options)))


def of(kind: type[Noun], records: list[Record]) -> list[Noun]:
    return [record for record in records if isinstance(record, kind)]


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    return read(saved(tmp_path_factory.mktemp("dump"), dump()))


def posts_of(records: list[Record]) -> dict[str, Post]:
    return {record.native_id: record for record in of(Post, records)}


def test_reader_keeps_the_protocol() -> None:
    """It is what the registry expects of a reader."""
    assert isinstance(DiscourseBackupReader(), Reader)


def test_source(backup: list[Record]) -> None:
    """The forum's links to itself name it; what was counted stands in the variant."""
    first, last = of(Source, backup)
    assert backup[0] is first
    assert backup[-1] is last
    assert (last.instance, last.instance_url) == ("pier.example.org", "https://pier.example.org")
    assert (last.complete, last.has_reaction_actors) == ("yes", "yes")
    assert (last.has_edit_history, last.has_deletions, last.has_reaction_counts) == (True, True, True)
    assert last.exported_at == datetime(2031, 5, 1, 12, tzinfo=UTC)
    assert "posts=14" in last.variant.split()


def test_only_the_public_schema_is_read(backup: list[Record]) -> None:
    """What Discourse keeps of a restore beside the forum is no part of it, named in the block or before it."""
    assert not any("replaced" in found.body for found in of(Post, backup))


def test_search_path_decides_for_blocks_without_schema(tmp_path: Path) -> None:
    """Old dumps name the schema in a statement of its own."""
    row = copy("posts", "id topic_id post_number raw", (1, 5, 1, "old"))
    new = copy("posts", "id topic_id post_number raw", (2, 5, 1, "new"))
    blocks = {
        "a": "SET search_path = backup, pg_catalog;\n",
        "b": row,
        "c": "SET search_path = public, pg_catalog;\n",
    }
    records = read(saved(tmp_path, dump(blocks={**blocks, "d": new})))
    assert [found.body for found in of(Post, records)] == ["new"]


def test_posts(backup: list[Record]) -> None:
    """A post stands under TOPIC/NUMBER like in the forum's JSON, with the words its author typed."""
    found = posts_of(backup)
    opening = found["5/1"]
    assert (opening.author, opening.body, opening.body_format) == ("1", "Open the pier.", "discourse")
    assert (opening.edit_count, opening.edited_at) == (2, datetime(2031, 5, 1, 9, 31, tzinfo=UTC))
    assert opening.created_at == datetime(2031, 5, 1, 9, 1, 0, 500_000, tzinfo=UTC)
    assert opening.url == "https://pier.example.org/t/-/5/1"
    answer = found["5/2"]
    assert answer.body == "A tab\there,\na line,\ra \\n that is none."
    assert (answer.parent, answer.parent_source, answer.is_accepted) == ("5/1", "explicit", True)
    assert (found["5/9"].author, found["5/3"].parent_source) == (None, "thread_root")


def test_what_few_may_see_is_marked_not_dropped(backup: list[Record]) -> None:
    """Whispers, messages, closed categories, deleted and hidden posts are there, each marked."""
    assert {
        key: (found.kind, found.subtype, found.state, found.is_private)
        for key, found in posts_of(backup).items()
        if key not in ("5/1", "5/2", "5/9")
    } == {
        "5/3": ("post", "whisper", "visible", True),
        "5/4": ("system", "closed.enabled", "visible", False),
        "5/5": ("post", None, "hidden", False),
        "5/6": ("post", None, "deleted_by_author", False),
        "5/7": ("post", None, "removed", False),
        "5/8": ("post", None, "deleted_by_author", False),
        "6/1": ("post", None, "visible", True),
        "7/1": ("post", None, "visible", True),
        "8/1": ("post", None, "removed", False),
        "9/1": ("post", None, "visible", True),
    }


def test_threads_and_containers(backup: list[Record]) -> None:
    """Topics with state and place; closed categories and messages are private places."""
    threads = {thread.native_id: thread for thread in of(Thread, backup)}
    assert {key: (t.state, t.kind, t.container) for key, t in threads.items()} == {
        "5": ("closed", "question", "1"),
        "6": ("open", "discussion", "private_messages"),
        "7": ("open", "discussion", "2"),
        "8": ("deleted", "discussion", "1"),
    }
    assert [(c.native_id, c.parent, c.is_private) for c in of(Container, backup)] == [
        ("1", None, False),
        ("2", "1", True),
        ("private_messages", None, True),
    ]
    assert [a.value for a in of(Aggregate, backup) if a.measure == "view" and a.thread == "5"] == [40]


def test_accounts(backup: list[Record]) -> None:
    """Names, the primary address, and the forum's own users apart from people."""
    assert [(a.native_id, a.username, a.display_name, a.email, a.kind) for a in of(Account, backup)] == [
        ("-1", "system", "system", None, "system"),
        ("-2", "helper", "Helper", None, "bot"),
        ("1", "ada", "Ada Larch", "ada@example.org", "human"),
        ("2", "bo", None, None, "human"),
        ("3", "cy", None, None, "human"),
        ("4", "dee", "Dee Moss", None, "human"),
    ]


def test_likes_that_echo_a_reaction_are_left_out(backup: list[Record]) -> None:
    """One person, one reaction: the plugin's, where there is one, else the like; an undone one has an end."""
    told = {(r.post, r.name_raw, r.account): r.removed_at for r in of(Reaction, backup)}
    assert told == {
        ("5/1", "rocket", "2"): None,
        ("5/1", "-1", "4"): None,
        ("5/1", "like", "3"): None,
        ("5/2", "like", "2"): datetime(2031, 5, 1, 10, 4, tzinfo=UTC),
        ("5/2", "bookmark", "3"): None,
        ("5/1", "vote", "4"): None,
    }
    assert [(t.post, t.name_raw, t.total, t.identified) for t in of(ReactionTotal, backup)] == [
        ("5/1", "like", 1, 1),
        ("5/1", "rocket", 1, 1),
        ("5/1", "-1", 1, 1),
    ]
    assert [(a.post, a.value) for a in of(Aggregate, backup) if a.measure == "flag"] == [("5/2", 1)]


def test_likes_nobody_is_known_for_stay_a_number(tmp_path: Path) -> None:
    """Where a counter says more than there are names, the rest is count-only; said, and never added twice."""
    likes = copy(
        "public.post_actions",
        "id post_id user_id post_action_type_id created_at",
        (1, 1, 2, 2, f"{DAY} 10:00:00"),
    )
    posts = copy("public.posts", POST, post(1, 1, 5, 1, like_count=3), post(2, 1, 5, 2, like_count=0))
    records = read(saved(tmp_path, dump(blocks={"a": likes, "p": posts, "t": BLOCKS["topics"]})))
    assert [(r.account, r.n, r.identity) for r in of(Reaction, records)] == [
        ("2", 1, "identified"),
        (None, 2, "count_only"),
    ]
    assert [(t.total, t.identified) for t in of(ReactionTotal, records)] == [(3, 1)]
    assert of(Source, records)[-1].has_reaction_actors == "partial"
    assert [a.code for a in of(Anomaly, records)] == ["count_mismatch"]


def test_kinds_of_action_go_by_name(tmp_path: Path) -> None:
    """Number 2 is no like where the dump says otherwise."""
    types = copy("public.post_action_types", "id name_key", (2, "spam"), (5, "like"))
    likes = copy("public.post_actions", "post_id user_id post_action_type_id", (1, 2, 2), (1, 3, 5))
    posts = copy("public.posts", POST, post(1, 1, 5, 1, like_count=1))
    records = read(saved(tmp_path, dump(blocks={"a": likes, "y": types, "p": posts, "t": BLOCKS["topics"]})))
    assert [(r.account, r.name_raw) for r in of(Reaction, records)] == [("3", "like")]


def test_secret_polls_have_numbers_only(backup: list[Record]) -> None:
    """The database names every voter; of a poll whose votes nobody may see only numbers are told."""
    polls = {poll.native_id: poll for poll in of(Poll, backup)}
    kept = polls["5/1/poll"]
    assert (kept.question, kept.status, kept.is_public, kept.voters) == ("Keep the pier?", "closed", True, 4)
    secret = polls["5/1/chair"]
    assert (secret.question, secret.is_public, secret.voters, secret.results_visibility) == (
        "chair",
        False,
        2,
        "on_vote",
    )
    assert [(o.poll, o.native_id, o.ordinal, o.text, o.votes) for o in of(PollOption, backup)] == [
        ("5/1/poll", "aa", 0, "Yes & soon", 1),
        ("5/1/poll", "bb", 1, "No", 3),
        ("5/1/chair", "cc", 0, "Ada", 2),
        ("5/1/chair", "dd", 1, "Bo", 0),
    ]
    assert [(v.poll, v.option, v.account) for v in of(PollVote, backup)] == [
        ("5/1/poll", "aa", "2"),
        ("5/1/poll", "bb", "3"),
    ]


def test_ranked_ballots(tmp_path: Path) -> None:
    """Ranks are kept; an abstention is rank 0 and no vote for the option."""
    blocks = {
        "o": copy("public.poll_options", "id poll_id digest html", (1, 1, "aa", "A")),
        "v": copy("public.poll_votes", "poll_id poll_option_id user_id rank", (1, 1, 2, 1), (1, 1, 3, 0)),
        "p": copy("public.polls", "id post_id name type visibility", (1, 1, "poll", 3, 1)),
        "q": copy("public.posts", POST, post(1, 1, 5, 1)),
        "t": BLOCKS["topics"],
    }
    records = read(saved(tmp_path, dump(blocks=blocks)))
    assert [(v.account, v.rank) for v in of(PollVote, records)] == [("2", 1), ("3", 0)]
    assert [(o.votes, p.type) for o, p in zip(of(PollOption, records), of(Poll, records), strict=True)] == [
        (1, "ranked")
    ]


def test_polls_of_old(tmp_path: Path) -> None:
    """Before 2018 polls were JSON in a custom field; votes are told where the poll is public."""
    option = '{"id": "aa", "html": "A", "votes": 1}'
    public = f'{{"lunch": {{"options": [{option}], "voters": 1, "status": "open", "public": "true"}}}}'
    secret = f'{{"chair": {{"options": [{option}], "voters": 1, "status": "open"}}}}'
    blocks = {
        "c": copy(
            "public.post_custom_fields",
            "id post_id name value",
            (1, 1, "polls-votes", '{"2": {"lunch": ["aa"]}}'),
            (2, 1, "polls", public),
            (3, 2, "polls", secret),
            (4, 2, "polls-votes", '{"3": {"chair": ["aa"]}}'),
            (5, 2, "polls-votes", "{"),
        ),
        "q": copy("public.posts", POST, post(1, 1, 5, 1), post(2, 1, 5, 2)),
        "t": BLOCKS["topics"],
    }
    records = read(saved(tmp_path, dump(blocks=blocks)))
    assert [(p.native_id, p.is_public) for p in of(Poll, records)] == [
        ("5/1/lunch", True),
        ("5/2/chair", False),
    ]
    assert [(v.poll, v.option, v.account) for v in of(PollVote, records)] == [("5/1/lunch", "aa", "2")]
    assert [a.code for a in of(Anomaly, records)] == ["orphan"]


def test_edits(backup: list[Record]) -> None:
    """Old wording, who, when and why; tags of Ruby's are ignored, what can't be read is one row."""
    assert of(Revision, backup) == [
        Revision(
            post="5/1",
            number=2,
            field="body",
            before="Close the\npier?",
            after="Open the pier.",
            account="1",
            created_at=datetime(2031, 5, 1, 9, 30, tzinfo=UTC),
            reason="typo",
        ),
        *(
            Revision(
                post="5/1",
                number=3,
                field=field,
                before=before,
                after=after,
                account="1",
                created_at=datetime(2031, 5, 1, 9, 31, tzinfo=UTC),
            )
            for field, before, after in (("title", "The pier", "The old pier"), ("tags", "sea", "sea, wood"))
        ),
    ]


def test_versions_of_2013(tmp_path: Path) -> None:
    """The table of edits of old: of posts and of topics, a topic's on its first post."""
    columns = "id versioned_id versioned_type user_id modifications number created_at"
    blocks = {
        "posts": copy(
            "public.posts", "id topic_id post_number raw cached_version user_id", (1, 5, 1, "new", 2, 1)
        ),
        "topics": BLOCKS["topics"],
        "v": copy(
            "public.versions",
            columns,
            (1, 1, "Post", 1, "---\nraw:\n- ! 'old'\n- new\n", 2, f"{DAY} 10:00:00"),
            (2, 5, "Topic", None, "---\nid:\n- \n- 5\ntitle:\n- \n- The pier\n", 2, f"{DAY} 10:00:00"),
        ),
    }
    records = read(saved(tmp_path, dump(blocks=blocks)))
    assert [(r.post, r.field, r.before, r.after) for r in of(Revision, records)] == [
        ("5/1", "body", "old", "new"),
        ("5/1", "title", None, "The pier"),
    ]
    assert posts_of(records)["5/1"].edit_count == 1


HOSTILE = [
    "[" * 100_000,
    "- " * 100_000,
    "? " * 100_000,
    "raw: &a [*a, *a]",
    "raw: 1",
    "- x",
    "!!python/object/apply:os.system ['x']",
]


@pytest.mark.parametrize("changes", HOSTILE, ids=lambda text: text[:12])
def test_hostile_edits(tmp_path: Path, changes: str) -> None:
    """An edit may hold anything: nothing is built of it, and no depth brings the reading down."""
    blocks = BLOCKS | {
        "revisions": copy("public.post_revisions", "post_id modifications number", (11, changes, 2))
    }
    records = read(saved(tmp_path, dump(blocks=blocks)))
    assert len(of(Post, records)) == 13
    assert all(r.before is None and r.after is None for r in of(Revision, records))


def test_what_hangs_in_the_air_is_named(backup: list[Record]) -> None:
    """Rows that point nowhere, unknown kinds and a post without a number each leave a row."""
    found = sorted((a.code, a.detail.partition(":")[0]) for a in of(Anomaly, backup))
    assert found == [
        ("orphan", "a reaction to a post that is not there"),
        ("orphan", "an action on a post that is not there"),
        ("orphan", "topic 9 is not in the dump"),
        ("unknown_user", "neither user id nor user name"),
        (
            "unparsed",
            "an edit whose changes can't be read (while parsing a flow node did not find expected node content in \"<unicode string)",
        ),
        ("unparsed", "post_actions"),
        ("unparsed", "posts"),
    ]


def test_columns_go_by_their_header(tmp_path: Path, backup: list[Record]) -> None:
    """Versions differ in the order of columns."""
    columns = POST.split()[::-1]
    rows = [line.split("\t")[::-1] for line in BLOCKS["posts"].splitlines()[1:-2]]
    block = f"COPY public.posts ({', '.join(columns)}) FROM stdin;\n" + "\n".join("\t".join(r) for r in rows)
    records = read(saved(tmp_path, dump(blocks=BLOCKS | {"posts": block + "\n\\.\n"})))
    assert [p.body for p in of(Post, records)] == [p.body for p in of(Post, backup)]


def test_order_of_tables_makes_no_difference(tmp_path: Path, backup: list[Record]) -> None:
    """Likes may stand before or after the posts they belong to."""
    records = read(saved(tmp_path, dump(blocks=dict(reversed(BLOCKS.items())))))

    def plain(records: list[Record]) -> list[str]:
        kept = [r for r in records if not isinstance(r, Anomaly | Source | Post | PollOption)]
        return sorted(map(repr, kept))

    assert plain(records) == plain(backup)


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (rb"a\\nb", "a\\nb"),
        (rb"\x41\101\q", "AAq"),
        (rb"\xc3\xa9", "é"),
        (b"\xff", "\ufffd"),
        (rb"\\\n", "\\\n"),
    ],
)
def test_escapes(tmp_path: Path, raw: bytes, body: str) -> None:
    """Every escape that PostgreSQL writes or reads is undone; bytes that are no text are replaced."""
    block = b"COPY public.posts (id, topic_id, post_number, raw) FROM stdin;\n1\t5\t1\t" + raw + b"\n\\.\n"
    records = read(saved(tmp_path, BEGIN.encode() + block + END.encode()))
    assert [found.body for found in of(Post, records)] == [body]


@pytest.mark.parametrize("packing", ["tar.gz", "tar", "gz", "folder"])
def test_packings(tmp_path: Path, backup: list[Record], packing: str) -> None:
    """The archive a forum makes, with uploads beside the dump, reads like the dump alone."""
    content = dump().encode()
    if packing == "gz":
        path = saved(tmp_path, gzip.compress(content), "pier-2031-05-02-033000-v20310401.sql.gz")
    elif packing == "folder":
        (tmp_path / "backup" / "uploads").mkdir(parents=True)
        saved(tmp_path / "backup", content)
        saved(tmp_path / "backup" / "uploads", b"\x89PNG", "a.png")
        path = tmp_path / "backup"
    else:
        path = tmp_path / f"pier-2031-05-02-033000-v20310401.{packing}"
        with tarfile.open(path, "w:gz" if packing == "tar.gz" else "w") as archive:
            for name, data in (
                ("dump.sql.gz", gzip.compress(content)),
                ("uploads/default/a.png", b"\x89PNG"),
            ):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    assert DiscourseBackupReader().sniff(Export(path))
    records = read(path)
    kept = [record for record in records if not isinstance(record, Anomaly | Post)]
    assert kept == [record for record in backup if not isinstance(record, Anomaly | Post)]
    assert [found.body for found in of(Post, records)] == [found.body for found in of(Post, backup)]


def test_dump_that_was_cut_off(tmp_path: Path) -> None:
    """What came before the end is read; that it ends, and where, is said."""
    whole = dump()
    path = saved(tmp_path, whole[: whole.index("A tab")])
    records = read(path)
    assert [found.native_id for found in of(Post, records)] == ["5/1"]
    assert of(Source, records)[-1].complete == "no"
    assert [a.detail for a in of(Anomaly, records) if a.code == "truncated"] == [
        "the dump ends in table posts"
    ]
    noise = random.Random(1).randbytes(400_000).hex()
    packed = gzip.compress(dump(blocks=BLOCKS | {"noise": f"-- {noise}\n"}).encode())
    broken = read(saved(tmp_path, packed[: len(packed) - 200], "cut.sql.gz"))
    assert [a.code for a in of(Anomaly, broken) if a.code == "truncated"] == ["truncated"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "SELECT 1;",
        dump(blocks={}),
        BEGIN + "INSERT INTO public.posts VALUES (1, 5, 1, 'x');\n" + END,
        dump(blocks={"u": BLOCKS["users"]}),
    ],
)
def test_nothing_to_read_is_an_error(tmp_path: Path, content: str) -> None:
    """A dump without posts is refused, with a remedy."""
    with pytest.raises(BrokenExportError) as caught:
        read(saved(tmp_path, content))
    assert caught.value.hint


def test_other_databases_are_not_ours(tmp_path: Path) -> None:
    """A dump of something else is left to others, and no other reader wants this one."""
    other = BEGIN.replace("category_featured_topics", "zerver_message") + END
    assert not DiscourseBackupReader().sniff(Export(saved(tmp_path, other, "other.sql")))
    ours = Export(saved(tmp_path, dump()))
    assert [name for name in names() if load(name).sniff(ours)] == ["discourse-backup"]


def test_fixtures_of_other_formats_are_not_ours() -> None:
    """No small stand-in of another format is claimed."""
    for path in sorted((Path(__file__).parent / "fixtures").iterdir()):
        assert not DiscourseBackupReader().sniff(Export(path)), path.name


def test_store(tmp_path: Path) -> None:
    """It goes into the store whole, and words of messages and whispers stay out of what is read."""
    with Store(tmp_path / "ws") as store:
        store.ingest(Export(saved(tmp_path, dump())), DiscourseBackupReader())
        assert store.scalar("SELECT count(*) FROM post") == 13
        assert store.scalar("SELECT count(*) FROM reaction WHERE account_id IS NULL") == 0
        kept = store.connection.execute(
            "SELECT split_part(post_id, ':', 2) FROM post WHERE state = 'visible' AND NOT is_private ORDER BY ordinal"
        ).fetchall()
        assert [row[0] for row in kept] == ["5/1", "5/2", "5/4", "5/9"]
