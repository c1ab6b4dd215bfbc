"""What may be shown: tables, the privacy gate they pass, and the files made of what came through.

The one idea: true figures and published ones are different types. `build_tables` asks the store for true
figures, `publish` (or `publish_all`, for tables that share figures) turns them into `Published` tables, and
`write_report` takes nothing else.
"""

from .context import InputFact, ReportContext, context_of
from .files import check_folder, write_report
from .memory import Memory
from .petition_views import nameless
from .policies import POLICIES, publish_all
from .policy import TablePolicy
from .privacy import SUPPRESSED, Published, publish
from .publishing import publish_report
from .quotes import pick_quotes
from .redaction import Redactor, redact
from .tables import build_tables
from .terminal import summary_table

__all__ = [
    "POLICIES",
    "SUPPRESSED",
    "InputFact",
    "Memory",
    "Published",
    "Redactor",
    "ReportContext",
    "TablePolicy",
    "build_tables",
    "check_folder",
    "context_of",
    "nameless",
    "pick_quotes",
    "publish",
    "publish_all",
    "publish_report",
    "redact",
    "summary_table",
    "write_report",
]
