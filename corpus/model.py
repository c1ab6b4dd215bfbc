"""The nouns: what a reader yields and the store keeps.

A reader names things as its platform does (native ids, unique within one forum); the store adds the
forum's name in front, replaces accounts by keyed pseudonyms and resolves who answers whom. Every record is
one row of the table named in `TABLES`; the store derives its columns from the fields below.

This is a leaf: it imports nothing of ours, everything imports it. A noun is a struct and no dataclass: an
export is millions of records, and to make a dataclass of a post takes seven times as long.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

AccountKind = Literal["human", "bot", "system", "app", "organisation", "deleted", "anonymous"]
BodyFormat = Literal[
    "html", "cooked", "markdown", "discourse", "mrkdwn", "mail", "zulip", "zulip_markdown", "discord",
    "rocket_chat", "engage", "reddit", "hackernews", "bbcode", "s9e", "storage", "text", "none",
]  # fmt: skip
ContainerKind = Literal["channel", "category", "list", "group", "repo", "room", "petition_site"]
Identity = Literal["identified", "count_only", "name_only"]
Mechanism = Literal[
    "like", "emoji", "award", "boost", "upvote", "downvote", "accept", "approval", "bookmark", "signature"
]
ParentSource = Literal["explicit", "header", "thread_root", "quote", "inferred"]
PollType = Literal["single", "multiple", "number", "ranked"]
PostKind = Literal["post", "comment", "answer", "review", "signature", "system", "poll", "tombstone"]
PostState = Literal["visible", "hidden", "deleted_by_author", "removed", "unapproved", "draft"]
Precision = Literal["us", "ms", "s", "day", "none"]
ThreadKind = Literal["discussion", "question", "proposal", "issue", "pull", "petition", "vote"]


class Source(Struct, frozen=True, kw_only=True):
    """One export. A reader yields it first; a second one replaces it (what is known only at the end)."""

    format: str
    variant: str = ""
    instance: str
    """The forum this came from, the same for every export of it: a host name, a team id, else the format."""
    instance_url: str | None = None
    exported_at: datetime | None = None
    has_reaction_actors: Literal["yes", "no", "partial", "own"] = "no"
    """Whether it says who reacted: all, nobody, some of many, or only those whose own export it is, which
    tells nothing of anybody else."""
    has_reaction_counts: bool = False
    has_edit_history: bool = False
    has_deletions: bool = False
    complete: Literal["yes", "no", "unknown"] = "unknown"
    covers: Literal["nothing", "thread", "container"] = "nothing"
    """What the export gives whole, from its first post on: a post that a newer export of the same forum lacks
    has vanished only if it lies in a thread or container that export covers."""


class Container(Struct, frozen=True, kw_only=True):
    """A channel, category or list: where threads lie."""

    native_id: str
    kind: ContainerKind
    name: str
    parent: str | None = None
    is_private: bool = False


class Thread(Struct, frozen=True, kw_only=True):
    """One conversation."""

    native_id: str
    container: str | None = None
    title: str | None = None
    kind: ThreadKind = "discussion"
    root_post: str | None = None
    created_at: datetime | None = None
    state: Literal["open", "closed", "archived", "deleted"] | None = None
    """None where the export does not say, so that it takes nothing away from one that does."""
    posts_expected: int | None = None
    """How many posts the platform says there are; more than are present means a truncated export."""
    url: str | None = None
    by_answers: bool = False
    """Whether only who answers whom says what belongs to it: what its first post answers, where another
    export holds that, is then of the same conversation."""


class Account(Struct, frozen=True, kw_only=True):
    """A login on one platform. Its names are kept in the sealed file only (see `identity`)."""

    native_id: str
    username: str | None = None
    display_name: str | None = None
    email: str | None = None
    """Its address; what the store finds to be none ("hidden") it leaves out."""
    kind: AccountKind = "human"
    is_stable_id: bool = True
    """False where one id stands for many people ("[deleted]") or only a display name is known."""
    created_at: datetime | None = None


class Post(Struct, frozen=True, kw_only=True):
    """One message, as it was written."""

    native_id: str
    thread: str
    ordinal: int | None = None
    author: str | None = None
    """Native id of the account; None where the platform does not say."""
    kind: PostKind = "post"
    subtype: str | None = None
    parent: str | None = None
    parent_source: ParentSource | None = None
    created_at: datetime | None = None
    created_raw: str | None = None
    precision: Precision = "none"
    tz_known: bool = True
    body: str = ""
    body_format: BodyFormat = "text"
    state: PostState = "visible"
    edited_at: datetime | None = None
    edit_count: int | None = None
    is_accepted: bool = False
    is_private: bool = False
    url: str | None = None
    locator: str = ""
    """Where in the export it stands: member name and line or index."""


class Antecedent(Struct, frozen=True, kw_only=True):
    """One of several posts that a post may answer; it answers the first of them that any export holds."""

    post: str
    answered: str
    ordinal: int


class Reaction(Struct, frozen=True, kw_only=True):
    """One person's reaction, or the unnamed remainder of a count."""

    post: str
    name_raw: str
    mechanism: Mechanism
    account: str | None = None
    n: int = 1
    """1 where the account is known, else how many unnamed people reacted so."""
    created_at: datetime | None = None
    removed_at: datetime | None = None
    """When it was taken back, for platforms and lists that say so."""
    identity: Identity = "identified"


class ReactionTotal(Struct, frozen=True, kw_only=True):
    """What the platform itself says the total is: identified plus remainder must come to this."""

    post: str
    name_raw: str
    mechanism: Mechanism
    total: int
    identified: int
    source_field: str


class Poll(Struct, frozen=True, kw_only=True):
    """A question with options, held in a post."""

    native_id: str
    post: str
    question: str | None = None
    type: PollType = "single"
    status: Literal["open", "closed"] = "open"
    is_public: bool | None = None
    """Whether the platform shows who voted what."""
    results_visibility: str | None = None
    voters: int | None = None
    closes_at: datetime | None = None


class PollOption(Struct, frozen=True, kw_only=True):
    """One option; `votes` is None where the platform hides the result."""

    poll: str
    native_id: str
    ordinal: int
    text: str
    votes: int | None = None


class PollVote(Struct, frozen=True, kw_only=True):
    """One known account's vote for one option."""

    poll: str
    option: str
    account: str
    rank: int | None = None
    created_at: datetime | None = None


class Revision(Struct, frozen=True, kw_only=True):
    """A change to a post: what a field said before and after."""

    post: str
    number: int
    field: Literal["body", "title", "tags", "state"]
    before: str | None = None
    after: str | None = None
    account: str | None = None
    created_at: datetime | None = None
    reason: str | None = None


class Attachment(Struct, frozen=True, kw_only=True):
    """A file or link card that hangs on a post."""

    post: str
    name: str
    mime: str | None = None
    url: str | None = None
    size: int | None = None


class Aggregate(Struct, frozen=True, kw_only=True):
    """A number the platform gives without its parts: a score, a view count, signatures by region."""

    thread: str
    measure: str
    value: int
    post: str | None = None
    dimension: str | None = None
    key: str | None = None


class Anomaly(Struct, frozen=True, kw_only=True):
    """Something the export lacks or says wrongly. Counted in every report, never silent."""

    code: Literal[
        "truncated", "orphan", "duplicate", "bad_time", "unknown_user", "count_mismatch",
        "unparsed", "clock", "metadata_only", "poll_without_results", "unknown_column", "unknown_alias",
        "unread", "unknown_place",
    ]  # fmt: skip
    locator: str
    detail: str = ""
    post: str | None = None


SpanKind = Literal["own", "quote", "forward", "onebox", "code", "signature", "attribution", "template"]


class Span(Struct, frozen=True, kw_only=True):
    """A stretch [start, end) of a post's plain text and whose words it is."""

    start: int
    end: int
    kind: SpanKind
    who: str | None = None
    """Handle, id or display name of the person quoted, as the text gives it."""
    post: str | None = None
    """What is quoted, as the text gives it: a post's native id where it can be built from it."""


class Cleaned(Struct, frozen=True, kw_only=True):
    """A body made readable, with every stretch of it attributed.

    `plain` is the body as text, quotes included; `spans` cover it in order without overlap; text between
    spans is only white space.
    """

    plain: str
    spans: tuple[Span, ...] = ()
    mentions: tuple[str, ...] = ()
    """Handles, ids or names the author addressed in own words; "@all" and "@here" stand for everybody."""

    @property
    def own_text(self) -> str:
        """The author's own words only, stretches joined by a line break."""
        parts = (self.plain[span.start : span.end].strip() for span in self.spans if span.kind == "own")
        return "\n".join(part for part in parts if part)


Record = (
    Source
    | Container
    | Thread
    | Account
    | Post
    | Antecedent
    | Reaction
    | ReactionTotal
    | Poll
    | PollOption
    | PollVote
    | Revision
    | Attachment
    | Aggregate
    | Anomaly
)
