"""Own words: what a post's author said, apart from what they quote, paste, forward or sign with.

Everything that reads meaning reads own words only: a "+1" inside a quote is not the quoter's. `clean` turns
one body into a `Cleaned` (readable text, and spans that say whose words each stretch is); `clean_batch` does
it for an Arrow batch, here or on workers. Each family of formats has its module; all of them tell their text
to a `Transcript`.

What is left out of the readable text altogether: struck-out words (no longer said), images, the frame that
a forum draws around a quote.
"""

from collections.abc import Callable

import pyarrow as pa

from ..model import BodyFormat, Cleaned
from .bbcode import clean_bbcode
from .chat import clean_discord, clean_rocket_chat, clean_zulip_markdown
from .engage import clean_engage
from .hackernews import clean_hackernews
from .html import clean_cooked, clean_html, clean_zulip
from .mail import clean_mail
from .markdown import clean_discourse, clean_markdown
from .mrkdwn import clean_mrkdwn
from .reddit import clean_reddit
from .s9e import clean_s9e
from .storage import clean_storage
from .text import clean_text

__all__ = ["SCHEMA", "VERSION", "clean", "clean_batch"]

VERSION = "3"
"""Changes whenever any body could come out differently; part of every cache key."""

SCHEMA = pa.schema(
    [
        pa.field("post_id", pa.string()),
        pa.field("plain", pa.string()),
        pa.field("own_text", pa.string()),
        pa.field(
            "spans",
            pa.list_(
                pa.struct(
                    [
                        pa.field("start", pa.int32()),
                        pa.field("end", pa.int32()),
                        pa.field("kind", pa.string()),
                        pa.field("who", pa.string()),
                        pa.field("post", pa.string()),
                    ]
                )
            ),
        ),
        pa.field("mentions", pa.list_(pa.string())),
    ]
)
"""Columns of a cleaned batch; span bounds count characters (code points) of `plain`."""

_CLEANERS: dict[str, Callable[[str], Cleaned]] = {
    "bbcode": clean_bbcode,
    "cooked": clean_cooked,
    "discord": clean_discord,
    "discourse": clean_discourse,
    "engage": clean_engage,
    "hackernews": clean_hackernews,
    "html": clean_html,
    "mail": clean_mail,
    "markdown": clean_markdown,
    "mrkdwn": clean_mrkdwn,
    "none": clean_text,
    "reddit": clean_reddit,
    "s9e": clean_s9e,
    "storage": clean_storage,
    "rocket_chat": clean_rocket_chat,
    "text": clean_text,
    "zulip": clean_zulip,
    "zulip_markdown": clean_zulip_markdown,
}


def clean(body: str, body_format: BodyFormat) -> Cleaned:
    """Attribute every stretch of a body.

    Never raises, whatever the text holds. Takes time in proportion to the length of the body.

    Args:
        body: the post as it was written.
        body_format: how it was written; decides which marks mean what.
    """
    return _CLEANERS[body_format](body)


def clean_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Clean the posts of a batch.

    Args:
        batch: columns post_id, body, body_format; a null body is empty, a format not known here is text.

    Returns:
        One row a post, in the order given, with the columns of `SCHEMA`.
    """
    bodies = batch.column("body").to_pylist()
    formats = batch.column("body_format").to_pylist()
    posts = [
        _CLEANERS.get(how or "", clean_text)(body or "") for body, how in zip(bodies, formats, strict=True)
    ]
    spans = [
        [
            {"start": span.start, "end": span.end, "kind": span.kind, "who": span.who, "post": span.post}
            for span in post.spans
        ]
        for post in posts
    ]
    columns = [
        batch.column("post_id").cast(pa.string()),
        pa.array([post.plain for post in posts], pa.string()),
        pa.array([post.own_text for post in posts], pa.string()),
        pa.array(spans, SCHEMA.field("spans").type),
        pa.array([list(post.mentions) for post in posts], SCHEMA.field("mentions").type),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)
