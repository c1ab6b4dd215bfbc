"""Who backs what: from words, signatures, votes and reactions to a ledger and a count of persons.

`acts` reads words, `find` finds petitions, `ledger` gathers every act with the reason it counts or not,
`position` settles what each person holds, `totals` and `waterfall` make the figures, `flags` points out what
is odd about them and `specification` shows what moves them.
"""

from .act import Act
from .acts import ActDetector
from .find import find_petitions
from .flags import raise_flags
from .ledger import build_ledger
from .petition import Petition
from .position import over_time
from .specification import specify
from .totals import totals
from .waterfall import waterfall

__all__ = [
    "Act",
    "ActDetector",
    "Petition",
    "build_ledger",
    "find_petitions",
    "over_time",
    "raise_flags",
    "specify",
    "totals",
    "waterfall",
]
