"""Who backs what: acts in words, reactions and ballots, to a ledger, a waterfall and a count of persons."""

from .acts import Act, ActDetector

__all__ = ["Act", "ActDetector"]
