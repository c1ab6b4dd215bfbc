"""Stages tell a watcher when they begin, how far they are and what they took; parts lose nothing."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from forum_pulse.stages import Stages


def test_a_stage_tells_its_beginning_its_share_and_its_end() -> None:
    """In this order, and its seconds are kept."""
    heard: list[tuple[Any, ...]] = []
    stages = Stages(lambda *told: heard.append(told), size=9)
    with stages("reading"):
        assert [list(part) for part in stages.parts([1, 2, 3], 2)] == [[1, 2], [3]]
    assert heard[:3] == [("reading", None, share, 9) for share in (0.0, 2 / 3, 1.0)]
    assert heard[3] == ("reading", stages.seconds["reading"], 0.0, 9)


@given(st.lists(st.integers()), st.integers(1, 9))
def test_parts_hold_everything_in_order(items: list[int], size: int) -> None:
    """Also without a watcher, of any size."""
    parts = [list(part) for part in Stages(None).parts(items, size)]
    assert [item for part in parts for item in part] == items
    assert all(0 < len(part) <= size for part in parts)
