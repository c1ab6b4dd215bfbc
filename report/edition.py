"""A report made again from its own folder, beside an earlier one: what was published, and nothing else.

No corpus is read and no figure counted. What the gate kept back stays back, and the tables must be those the
manifest tells of, so that nothing comes into a report that has not passed the gate.
"""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from ..annotated import build
from ..config import PrivacyConfig
from .context import EarlierReport, InputFact, ReportContext
from .diff import CHANGES, compare
from .files import write_report
from .folder import MANIFEST, ReportFolder
from .policies import POLICIES
from .privacy import Published, published_before
from .releases import Release

_NOTHING: Final = Release(frozenset(), {})
"""What a table tells that repeats what others have told."""


def write_again(folder: Path, earlier: Path | None = None) -> Mapping[str, Published]:
    """Write a report's files anew from what its folder holds.

    Args:
        folder: of the report.
        earlier: folder of the report to compare it with; None leaves a former comparison out.

    Returns:
        The tables, by name; "changes" among them where there is a comparison.

    Raises:
        ConfigError: a folder holds no report, one of another version, or one that somebody has changed.
        OutputError: the folder can't be written.
    """
    found = ReportFolder.of(folder)
    published, context = _published(found), _context(found)
    if earlier is not None:
        former = ReportFolder.of(earlier)
        moved, kinds = compare(former, found).to_pylist(), dict.fromkeys(CHANGES.columns, "text")
        changes = published_before(CHANGES.name, moved, kinds, 0, _NOTHING)
        published = {"summary": published.pop("summary"), CHANGES.name: changes, **published}
        context = replace(context, earlier=_fact(former))
    write_report(folder, published, context)
    return published


def _published(folder: ReportFolder) -> dict[str, Published]:
    told = folder.told[-1]
    tables: Mapping[str, Mapping[str, Any]] = folder.said("tables")
    found: dict[str, Published] = {}
    for name, facts in sorted(tables.items(), key=lambda entry: entry[1].get("place", 0)):
        if name == CHANGES.name:
            continue
        kinds: Mapping[str, str] = facts.get("columns", {})
        if name not in POLICIES or set(kinds) != set(POLICIES[name].columns):
            raise folder.refused(f"{name}.csv has other columns")
        # The manifest keeps what all tables tell together, which is all that anybody asks.
        release = _NOTHING if found else told
        ordered = {column: kinds[column] for column in POLICIES[name].columns}
        found[name] = published_before(name, folder.rows(name), ordered, facts["left_out"], release)
    return found


def _context(folder: ReportFolder) -> ReportContext:
    said = folder.said
    return ReportContext(
        title=said("title"),
        version=said("forum_pulse"),
        inputs=_inputs(folder),
        target=said("target"),
        seed=said("seed"),
        parameters=said("parameters"),
        versions=said("versions"),
        privacy=build(PrivacyConfig, said("privacy"), f"{folder.path / MANIFEST}: privacy"),
        excluded=tuple(said("excluded")),
        included=tuple(said("included")),
        before=folder.told[:-1],
        kept_back=said("kept_back"),
        spent=said("epsilon_spent"),
        methods=tuple((name, words) for name, words in said("methods")),
    )


def _inputs(folder: ReportFolder) -> tuple[InputFact, ...]:
    try:
        return tuple(
            InputFact(name=entry["name"], format=entry["format"], sha256=entry["sha256"])
            for entry in folder.said("inputs")
        )
    except (KeyError, TypeError) as error:
        raise folder.refused("inputs can't be read") from error


def _fact(folder: ReportFolder) -> EarlierReport:
    periods = [row["value"] for row in folder.rows("summary") if row["measure"] == "period"]
    manifest = (folder.path / MANIFEST).read_bytes()
    return EarlierReport(sha256=sha256(manifest).hexdigest(), period="".join(periods))
