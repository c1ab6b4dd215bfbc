"""An invented internal forum with known truth: the first thing to try, and a benchmark of counting."""

from .forum import DemoSummary, write_demo

__all__ = ["DemoSummary", "write_demo"]
