"""A published petitions.csv, checked figure by figure against a recount.

The recount is another count of the ledger than the one that made the file (`petitions.recount`). What the
file hides must be hidden by the gate as well, and nothing else. No verdict tells what may not be told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from ..config import Config
from ..errors import ConfigError
from .context import kinds_of
from .folder import ReportFolder
from .policies import POLICIES
from .privacy import SUPPRESSED, Published

EQUAL: Final = "equal"
HIDDEN: Final = "rightly suppressed"
NOT_EQUAL: Final = "not equal"
NEEDLESS: Final = "suppressed without need"
BESIDE: Final = "suppressed because of earlier reports"
INSTEAD: Final = "shown beside earlier reports that are not here"
TOLD: Final = "should be suppressed"
CHANGED: Final = "changed since it was written"
GONE: Final = "not in the file"

_FILE: Final = "petitions.csv"
_BESIDE: Final = ("denominator_kind", "first_week", "last_week", "origin")
"""Columns without figures, checked against a second run of the same code."""
_ROUNDING: Final = 0.0005 + 1e-9
"""Shares are published with three decimals."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the recount says of one published figure."""

    petition: str
    figure: str
    published: str
    recounted: str
    """Empty where it may not be told."""
    verdict: str

    @property
    def is_good(self) -> bool:
        """Whether the published cell may stand."""
        return self.verdict in (EQUAL, HIDDEN, BESIDE, INSTEAD)


def settings_of(report: ReportFolder, config: Config) -> Config:
    """The configuration, with what a report's manifest says of its run put on top.

    Raises:
        ConfigError: the manifest is no report's.
    """
    told, privacy, included = (report.said(key) for key in ("parameters", "privacy", "included"))
    try:
        as_of = told["as_of"]
        analysis = replace(
            config.analysis,
            as_of=date.fromisoformat(as_of) if as_of else None,
            count_authors=told["count_authors"],
            include=kinds_of(included),
        )
        return replace(config, analysis=analysis, privacy=replace(config.privacy, **privacy))
    except (ValueError, KeyError, TypeError) as error:
        raise report.refused("parameters or privacy can't be read") from error


def checkable(folder: Path) -> ReportFolder:
    """A report whose petitions can be counted again.

    Raises:
        ConfigError: the folder holds no report, or one whose counts are not as they were found.
    """
    report = ReportFolder.of(folder)
    coarse, rows = settings_of(report, Config()).privacy, report.found("petitions")
    if coarse.round or coarse.epsilon:
        raise ConfigError(
            f"{folder}: its counts were rounded or have noise in them, so they can't be counted again",
            hint="make the report again without round and epsilon under [privacy]",
        )
    if not (folder / _FILE).exists() or (rows and not {"petition", "counted"} <= rows[0].keys()):
        raise ConfigError(
            f"{folder / _FILE}: is not there, or lacks the columns petition and counted",
            hint="name the folder that `forum-pulse analyze -o` wrote",
        )
    return report


def check_inputs(report: ReportFolder, read: Mapping[str, str]) -> None:
    """See that what was read is what the report was made of.

    Args:
        report: as published.
        read: sha256 -> name of the exports that were read.

    Raises:
        ConfigError: other exports.
    """
    if report.inputs == frozenset(read):
        return
    names = {entry["sha256"]: entry["name"] for entry in report.said("inputs")}
    missing = sorted(names[key] for key in names.keys() - read.keys())
    beside = sorted(read[key] for key in read.keys() - names.keys())
    told = [f"missing: {', '.join(missing)}"] if missing else []
    told += [f"not in the report: {', '.join(beside)}"] if beside else []
    raise ConfigError(
        f"{report.path}: was made of other exports ({'; '.join(told)})",
        hint="name the very files the report was made of; its manifest.json lists them with their sha256",
    )


def verify(
    report: ReportFolder,
    recounted: Mapping[str, Mapping[str, Any]],
    gate: Published,
    *,
    persons: int,
    alone: bool = False,
) -> list[Verdict]:
    """A verdict on every figure of the published file.

    Args:
        report: as published.
        recounted: petition -> figure -> value, as `petitions.recount` finds them.
        gate: the same table made again, with what the gate lets through.
        persons: the least number of persons behind a published figure.
        alone: the gate knew of no earlier reports, though the report may have been held against some.

    Raises:
        ConfigError: the file tells of petitions that are not in these exports.
    """
    fresh = {record["petition"]: record for record in gate.records()}
    rows = {row["petition"]: row for row in report.found("petitions")}
    if strangers := sorted(rows.keys() - fresh.keys()):
        raise ConfigError(
            f"{report.path / _FILE}: no petition here is named {', '.join(strangers)}",
            hint="give the --config the report was made with",
        )
    found = [] if report.is_as_written(_FILE) else [Verdict("", _FILE, "", "", CHANGED)]
    # What earlier reports made the gate hide can stand for what it would hide otherwise.
    excused = (
        {NEEDLESS: BESIDE, **({TOLD: INSTEAD} if alone else {})} if report.manifest.get("kept_back") else {}
    )
    # Names are written on one line in the file; the recount has them as they are.
    for name, (cell, record) in zip(recounted, fresh.items(), strict=True):
        if cell in rows:
            found += [
                verdict
                if _is_small(verdict.figure, recounted[name].get(verdict.figure), persons)
                else replace(verdict, verdict=excused.get(verdict.verdict, verdict.verdict))
                for verdict in _row(rows[cell], record, recounted[name], persons)
            ]
        else:
            found.append(Verdict(record["petition"], "counted", "", record["counted"], GONE))
    return found


def rows(verdicts: Sequence[Verdict]) -> list[dict[str, str]]:
    """The verdicts as rows to print."""
    return [asdict(verdict) for verdict in verdicts]


def _row(
    row: Mapping[str, str], gate: Mapping[str, str], true: Mapping[str, Any], persons: int
) -> Iterator[Verdict]:
    for figure, value in true.items():
        # The gate is not trusted with what the recount itself finds to be small.
        cell, again = row.get(figure), SUPPRESSED if _is_small(figure, value, persons) else gate[figure]
        verdict = GONE if cell is None else _verdict(cell, again, value)
        shown = "" if SUPPRESSED in (again, cell) else _written(value)
        yield Verdict(gate["petition"], figure, cell or "", shown, verdict)
    for column in _BESIDE:
        cell, again = row.get(column, ""), gate[column]
        is_hidden = SUPPRESSED in (cell, again)
        otherwise = (NEEDLESS if cell == SUPPRESSED else TOLD) if is_hidden else NOT_EQUAL
        shown = "" if is_hidden and cell != again else again
        yield Verdict(gate["petition"], column, cell, shown, EQUAL if cell == again else otherwise)


def _is_small(figure: str, value: Any, persons: int) -> bool:
    return figure in POLICIES["petitions"].persons and 0 < value < persons


def _verdict(cell: str, again: str, value: Any) -> str:
    if SUPPRESSED in (cell, again):
        return HIDDEN if cell == again else (NEEDLESS if cell == SUPPRESSED else TOLD)
    if value is None or not cell:
        return EQUAL if value is None and not cell else NOT_EQUAL
    try:
        difference = abs(float(cell) - value)
    except ValueError:
        return NOT_EQUAL
    return EQUAL if difference <= (_ROUNDING if isinstance(value, float) else 0) else NOT_EQUAL


def _written(value: Any) -> str:
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
