"""What was done, in a paragraph for the methods section of a paper."""

from collections.abc import Mapping
from typing import Final

from .charts import weeks
from .context import ReportContext
from .privacy import SUPPRESSED, Published

_TEXT: Final = (
    "We analysed {what} with forum-pulse {version} (seed {seed}). Only authors' own words were read: "
    "quotes, signatures, code and templates were taken out. Accounts were linked to persons by "
    "platform id, canonical e-mail address and a file of known aliases, never by name. A petition's "
    "supporters are the distinct persons whose last act about it backs it: who signed a list or voted "
    "for it, said so in words of their own, or reacted with an endorsing emoji to its opening post; "
    "who withdrew, or both backed and opposed it, is not counted. The lower bound of the range leaves "
    "out persons known by ambiguous words alone; the upper bound adds unnamed reactions and persons "
    "whose words may have been misread. Topics were found with BERTopic (Grootendorst, 2022) over "
    "sentence embeddings clustered by EVoC, themes with a codebook, stance with a cross-encoder "
    "fine-tuned from MiniLM (Wang et al., 2020); these models were learnt from English, and say little "
    "of texts in other languages. Shares carry 95% Wilson score intervals (Wilson, 1927). "
    "Figures of fewer than {persons} persons, and figures that would reveal such, were suppressed "
    "before publication ({suppressed} cells)."
)


def methods(published: Mapping[str, Published], context: ReportContext) -> str:
    """The paragraph.

    Args:
        published: the tables, by name.
        context: facts about the run.
    """
    return _TEXT.format(
        what=_what(published),
        version=context.version or "(unknown version)",
        seed=context.seed,
        persons=context.privacy.persons,
        suppressed=sum(table.suppressed for table in published.values()),
    )


def _what(published: Mapping[str, Published]) -> str:
    """What was read: posts, people and weeks, as far as they are shown."""
    rows = published["summary"].records() if "summary" in published else []
    shown = {row["measure"]: row["value"] for row in rows if row["value"] not in ("", SUPPRESSED)}
    if "posts" not in shown or "people" not in shown:
        return "a forum"
    period = f" ({weeks(shown['period'])})" if "period" in shown else ""
    return f"{int(shown['posts']):,} posts by {int(shown['people']):,} people{period}"
