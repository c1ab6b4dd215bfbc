"""Decidim's tables by their columns: which is of what, and which columns are known."""

from typing import Literal

from ..tables.rows import Table
from .platform_tables import base_names

Kind = Literal["Comment", "Resource", "User", "Group"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMMENT = frozenset({"commentable_id", "commentable_type", "root_commentable_url"})
RESOURCE = (
    frozenset({"title", "body", "participatory_space/id"}),
    frozenset({"title", "body", "component/id"}),
    frozenset({"title", "description", "participatory_space/id"}),
    frozenset({"title", "description", "signature_type"}),
)
_GROUP = frozenset({"nickname", "members_count"})
_USER = frozenset({"nickname", "profile_url"})

KNOWN = _words("""
    id created_at body locale author author/id author/name author/nickname author/email author/url
    alignment depth user_group user_group/id user_group/name commentable_id commentable_type
    root_commentable_url upstream_status category category/id category/name scope scope/id scope/name
    taxonomies taxonomies/id taxonomies/name participatory_space participatory_space/id
    participatory_space/url component component/id title description address latitude longitude state
    state_published_at reference answer answered_at supports votes confirmed_votes endorsements
    endorsements/total_count endorsements/user_endorsements endorsements_count likes/total_count
    likes/user_likes likes_count comments comments_count attachments followers follows_count
    published_at url meeting_urls related_proposals is_amend original_proposal original_proposal/title
    original_proposal/url withdrawn withdrawn_at updated_at created_in_meeting coauthorships_count cost
    cost_report execution_period start_time end_time instructions conclusions closed_at last_comment_at
    comments_enabled signatures signature_type signature_start_date signature_end_date online_votes
    offline_votes hashtag name nickname about avatar_url profile_url direct_messages_enabled deleted
    badge groups members_count members
""")
"""Columns of all of them that are read, or left out on purpose."""


def kind_of(table: Table) -> Kind | None:
    """What the rows of a table are; None where it is of nothing that is read."""
    columns = base_names(table.header)
    if columns >= COMMENT:
        return "Comment"
    if any(columns >= marks for marks in RESOURCE):
        return "Resource"
    return "Group" if columns >= _GROUP else "User" if columns >= _USER else None
