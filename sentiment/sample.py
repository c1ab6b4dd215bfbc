"""Whose stance is read: everybody's, or that of people drawn by chance.

The model reads some eighty texts a second, so a big forum takes it hours; and a share among a thousand people
drawn by chance lies within some three points of the share among all, as in an opinion poll. Persons are drawn
and not posts, since a stance is a person's: each by a hash of their first post, of which the least are taken
("bottom-k" sampling: Cohen and Kaplan, 2007). So the same people are drawn whatever the order of the files,
and from next month's export of the same forum nearly the same ones.
"""

import hashlib
from heapq import nsmallest
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

QUICK: Final = 1000
"""People drawn where quality is "fast"."""


def undrawn_people(posts: pa.Table, at_most: int, *, seed: int = 0) -> frozenset[str]:
    """The people who wrote and were not drawn; nobody where no more wrote than are to be drawn.

    Args:
        posts: columns post_id, person_id, created_at.
        at_most: how many people to draw.
        seed: of the draw.
    """
    if pc.count_distinct(posts["person_id"]).as_py() <= at_most:
        return frozenset()
    dated = posts.select(["person_id", "created_at", "post_id"]).filter(posts["person_id"].is_valid())
    ordered = dated.sort_by([("created_at", "ascending"), ("post_id", "ascending")])
    first = ordered.group_by("person_id", use_threads=False).aggregate([("post_id", "first")])
    people = [str(person) for person in first["person_id"].to_pylist()]
    lots = [_lot(str(post), seed) for post in first["post_id_first"].to_pylist()]
    drawn = nsmallest(at_most, zip(lots, people, strict=True))
    return frozenset(people) - {person for _, person in drawn}


def _lot(post: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}\0{post}".encode("utf-8", "surrogatepass")).digest()
