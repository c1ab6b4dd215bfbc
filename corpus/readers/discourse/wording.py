"""What an edit changed, as Discourse's page of one revision shows it: two columns, before and after."""

from collections.abc import Iterator
from typing import Any, Literal

from selectolax.lexbor import LexborHTMLParser

from ...model import Account, Anomaly, Revision
from ..json_values import moment, text, whole
from .accounts import account_of
from .forum import Forum

_COLUMNS = 2
_Pair = tuple[str | None, str | None]


def revisions_of_page(
    page: Any, post: str, locator: str, forum: Forum
) -> Iterator[Revision | Account | Anomaly]:
    """The revisions on a page `/posts/ID/revisions/N.json`.

    Args:
        page: its JSON.
        post: native id of the post it is of.
        locator: where it stands.
        forum: knows the accounts.
    """
    number = whole(page.get("current_revision")) if isinstance(page, dict) else None
    if not isinstance(page, dict) or number is None:
        yield Anomaly(code="unparsed", locator=locator, detail="no page of a revision", post=post)
        return
    account, created = forum.known(account_of(None, page)), moment(page.get("created_at"))
    if account:
        yield account
    changes: tuple[tuple[Literal["body", "title", "tags"], _Pair], ...] = (
        ("body", _lines(page.get("body_changes"))),
        ("title", _halves(page.get("title_changes"))),
        ("tags", _tags(page.get("tags_changes"))),
    )
    for field, (before, after) in changes:
        if before != after:
            yield Revision(
                post=post,
                number=number,
                field=field,
                before=before,
                after=after,
                account=account.native_id if account else None,
                created_at=created.at if created else None,
                reason=text(page.get("edit_reason")),
            )


def _lines(changes: Any) -> _Pair:
    """What was typed before and after: the two columns of a table with a row for each line."""
    table = text(changes.get("side_by_side_markdown")) if isinstance(changes, dict) else None
    if table is None:
        return None, None
    before: list[str] = []
    after: list[str] = []
    for row in LexborHTMLParser(table).css("tr"):
        cells = row.css("td")
        if len(cells) == _COLUMNS:
            before.append(cells[0].text())
            after.append(cells[1].text())
    return "".join(before) or None, "".join(after) or None


def _halves(changes: Any) -> _Pair:
    """A title before and after, drawn in two boxes side by side."""
    markup = text(changes.get("side_by_side")) if isinstance(changes, dict) else None
    boxes = LexborHTMLParser(markup).css(".revision-content") if markup else []
    if len(boxes) != _COLUMNS:
        return None, None
    return boxes[0].text().strip() or None, boxes[1].text().strip() or None


def _tags(changes: Any) -> _Pair:
    if not isinstance(changes, dict):
        return None, None
    before, after = changes.get("previous"), changes.get("current")
    return _joined(before), _joined(after)


def _joined(tags: Any) -> str | None:
    if isinstance(tags, list):
        return ", ".join(tag for tag in tags if isinstance(tag, str)) or None
    return text(tags)
