"""Proposed targets, fit to be shown: nobody's name among them, and few people behind none."""

from dataclasses import replace
from typing import Final

import orjson
import pyarrow as pa

from ..config import PrivacyConfig
from .policy import TablePolicy
from .privacy import Published, publish
from .redaction import Redactor

_POLICY: Final = TablePolicy(
    name="targets",
    columns=("name", "kind", "aliases", "people", "posts"),
    keys=("name",),
    persons=("people",),
    follows={"people": ("posts",)},
    rows_people="people",
)


def publish_suggestions(found: pa.Table, redactor: Redactor, privacy: PrivacyConfig) -> Published:
    """Proposals through the gate, without those that hold the name of anybody who has an account.

    Args:
        found: as `sentiment.suggest_targets` gives them.
        redactor: knows the names.
        privacy: thresholds.
    """
    rows = [
        row | {"aliases": "; ".join(alias for alias in row["aliases"] if _is_free(alias, redactor))}
        for row in found.to_pylist()
        if _is_free(row["name"], redactor)
    ]
    schema = found.schema.set(found.schema.get_field_index("aliases"), pa.field("aliases", pa.string()))
    policy = replace(_POLICY, k=privacy.persons)
    return publish(pa.Table.from_pylist(rows, schema=schema), policy)


def _is_free(name: str, redactor: Redactor) -> bool:
    return redactor.without_names(name) == name


def suggestions_toml(published: Published) -> str:
    """Proposals as they stand in forum-pulse.toml."""

    def quoted(text: str) -> str:
        return orjson.dumps(text).decode()

    blocks: list[str] = []
    for row in published.records():
        aliases = ", ".join(quoted(alias) for alias in row["aliases"].split("; ") if alias)
        blocks.append(
            f"[[targets]]  # {row['people']} people in {row['posts']} posts\n"
            f"name = {quoted(row['name'])}\nkind = {quoted(row['kind'])}\naliases = [{aliases}]\n"
        )
    return "\n".join(blocks)
