"""Who backs what: from words, signatures, votes and reactions to a ledger and a count of persons.

`acts` reads words, `find` finds petitions, `ledger` gathers every act with the reason it counts or not,
`position` settles what each person holds, `totals` and `waterfall` make the figures, `flags` points out what
is odd about them and `specification` shows what moves them. `claims` reads figures that people state
themselves, `claim_table` sets them beside the ledger.
"""

from .act import Act
from .acts import ActDetector
from .claim_table import add_claims
from .claims import ClaimDetector
from .find import find_petitions
from .flags import raise_flags
from .invalidation import preview
from .ledger import build_ledger
from .petition import Petition
from .position import over_time
from .specification import specify
from .totals import totals
from .waterfall import waterfall

__all__ = [
    "Act",
    "ActDetector",
    "ClaimDetector",
    "Petition",
    "add_claims",
    "build_ledger",
    "find_petitions",
    "over_time",
    "preview",
    "raise_flags",
    "specify",
    "totals",
    "waterfall",
]
