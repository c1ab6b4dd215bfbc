"""manifest.json: what a run was, so that it can be repeated and its files checked."""

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

import orjson

from .context import ReportContext
from .privacy import Published, kind_of
from .releases import together


def to_manifest(
    published: Mapping[str, Published], context: ReportContext, files: Mapping[str, bytes]
) -> bytes:
    """The manifest as JSON, keys sorted; without times and paths, so that equal runs give equal bytes.

    Args:
        published: the tables, by name.
        context: facts about the run.
        files: the report's other files, by name.
    """
    content: dict[str, Any] = {
        "forum_pulse": context.version,
        "title": context.title,
        "methods": [list(line) for line in context.methods],
        "versions": dict(context.versions),
        "seed": context.seed,
        "parameters": dict(context.parameters),
        "target": context.target,
        "inputs": [
            {"name": entry.name, "format": entry.format, "sha256": entry.sha256}
            for entry in sorted(context.inputs, key=lambda entry: (entry.name, entry.sha256))
        ],
        "privacy": asdict(context.privacy),
        "epsilon_spent": context.spent,
        "kept_back": context.kept_back,
        "compared_with": asdict(context.earlier) if context.earlier else None,
        "published": together(table.told for table in published.values()).to_json(),
        "published_before": [release.to_json() for release in context.before],
        "excluded": list(context.excluded),
        "included": list(context.included),
        "tables": {
            name: {
                "place": place,
                "rows": len(table.rows),
                "suppressed": table.suppressed,
                "left_out": table.left_out,
                "columns": dict(zip(table.columns, map(kind_of, table.types), strict=True)),
            }
            for place, (name, table) in enumerate(published.items())
        },
        "files": {name: sha256(content).hexdigest() for name, content in files.items()},
    }
    return orjson.dumps(
        content, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    )
