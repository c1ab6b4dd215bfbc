"""report.md: the report as plain text, for a wiki, a mail or a pull request."""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from .charts import day, named, weeks
from .context import ReportContext
from .privacy import Published
from .view import count, share, view

_MARKS: Final = re.compile(r"([\\`*_\[\]<>|#~])")
"""What Markdown would take for layout, a link or HTML."""


def to_markdown(published: Mapping[str, Published], context: ReportContext) -> bytes:
    """The report in GitHub Flavored Markdown.

    Args:
        published: the tables, by name; a section whose table is missing or empty is left out.
        context: facts about the run.
    """
    # Needed only when a report is written.
    from jinja2 import Environment, StrictUndefined

    template = files(__package__ or "") / "templates" / "report.md.j2"
    environment = Environment(
        autoescape=False,  # noqa: S701 - Markdown: every cell is escaped by `finalize`
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: escaped(str(value)),
    )
    environment.filters |= {"count": count, "share": share, "day": day, "named": named, "weeks": weeks}
    page = environment.from_string(template.read_text(encoding="utf-8")).render(**view(published, context))
    return (re.sub(r"\n{3,}", "\n\n", page).strip() + "\n").encode()


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line: its marks disarmed, its line breaks spaces."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
