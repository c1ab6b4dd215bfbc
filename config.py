"""forum-pulse.toml, read into one frozen object. The only code that knows the file.

Unknown keys are refused, and the nearest known one is named: a misspelt setting that is silently ignored
would change a number without anybody noticing.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_type_hints

from .annotated import build, checked
from .errors import ConfigError, hint_for_missing

TargetKind = Literal["tool", "policy", "proposal", "organisation"]
Quality = Literal["fast", "balanced", "accurate"]
"""Which sentence embeddings: our static model, all-MiniLM-L6-v2, or a model of the user's."""
Left = Literal["private", "whispers", "hidden", "unapproved", "deleted"]
"""What is left out of analysis unless it is asked for: direct messages and closed groups, notes among staff,
posts hidden by flags, drafts and posts that await approval, posts that were deleted or have vanished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionConfig:
    """A statement people can back, and where it was put to them."""

    name: str
    statement: str = ""
    threads: tuple[str, ...] = ()
    """Its threads, as `FORMAT:NATIVE-ID`, a thread's URL, or its exact title."""
    poll_option: str | None = None
    """Text of the poll option that endorses; without it, an option that reads so (sign, yes, support)."""
    oppose_option: str | None = None
    endorse: tuple[str, ...] = ()
    """Emoji that endorse, in place of the default list."""
    oppose: tuple[str, ...] = ()
    opens: date | None = None
    closes: date | None = None
    """Acts after this day do not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetConfig:
    """What a stance can be about."""

    name: str
    kind: TargetKind = "proposal"
    aliases: tuple[str, ...] = ()
    statement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidationConfig:
    """A batch of acts that shall not count. An act is meant if all that is said here is true of it."""

    name: str
    reason: str = ""
    """Shown in the waterfall."""
    petition: str | None = None
    """Of this petition only."""
    since: date | None = None
    until: date | None = None
    """Acts from this day on, and before that day."""
    mechanisms: tuple[str, ...] = ()
    """How it was done: signature, poll, an emoji's name, or the rule that read the words."""
    email_domains: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    accounts_since: date | None = None
    """Accounts with such an address, of such an organisation in the roster, or made since: any of them."""
    active: bool = True
    """False lifts the batch: everything counts again, and `forum-pulse petitions invalidations` shows what
    the rule would take out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventConfig:
    """Something that happened on a day, shown on the time line."""

    name: str
    date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleConfig:
    """Who is who: paths are relative to the configuration file."""

    roster: Path | None = None
    aliases: Path | None = None
    bots: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyConfig:
    """The least number of people behind a figure, and behind the quotes of a theme."""

    persons: int = 5
    quotes: int = 10
    quoted: int = 3
    """How many quotes a theme and side, word for word; 0 for none."""
    round: int = 0
    """Show counts as multiples of this number, at least `persons`; 0 shows them as they are."""
    epsilon: float = 0.0
    """Add noise of this strength to every count (differential privacy; needs `forum-pulse[dp]`); 0: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceConfig:
    """What is done with readings of stance."""

    labels: Path | None = None
    """Labelled texts by which shares are corrected; relative to the configuration file."""
    people: int | None = None
    """Whose posts are read towards targets: those of so many people, drawn by chance; 0: everybody's; None:
    everybody's, but those of a thousand people where the quality is "fast"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemesConfig:
    """Which codebook: a shipped one's name, or a YAML file; None for the shipped one that fits, if any."""

    codebook: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingsConfig:
    """A sentence-transformers model of the user's: a folder, or a name in the local Hugging Face cache."""

    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisConfig:
    """How to compute."""

    quality: Quality | None = None
    """None: "accurate" where a model is named, else by the number of texts."""
    topics: int | None = None
    """How many topics to aim at; None lets the data decide."""
    seed: int = 0
    as_of: date | None = None
    """Count as if the forum had been exported at the end of this day."""
    count_authors: bool = False
    """Whether who opens a petition counts as backing it without a further act."""
    include: tuple[Left, ...] = ()
    """What to read although it is left out by default; the manifest says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagsConfig:
    """From when on something about a count is pointed out. A flag never changes a count."""

    alpha: float = 0.01
    """Chance of a false alarm that each kind of flag may have in a petition about which nothing is odd."""
    burst_minutes: tuple[int, ...] = (15, 60)
    """Lengths of the windows in which people may come in a burst."""
    burst_people: int = 5
    organisation_share: float = 0.25
    """Least share of the counted that an organisation of the roster must have to be said to dominate."""
    account_days: int = 7
    """Age up to which an account is new when it acts."""
    ratio_distance: float = 3.5
    """How far a ratio may lie from those of the forum's other threads, as a modified z-score."""
    ratio_threads: int = 20
    """Fewest other threads it can be compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything a run may be told. The defaults alone give a useful report."""

    petitions: tuple[PetitionConfig, ...] = ()
    targets: tuple[TargetConfig, ...] = ()
    events: tuple[EventConfig, ...] = ()
    invalidations: tuple[InvalidationConfig, ...] = ()
    people: PeopleConfig = field(default_factory=PeopleConfig)
    privacy: PrivacyConfig = field(default_factory=PrivacyConfig)
    stance: StanceConfig = field(default_factory=StanceConfig)
    themes: ThemesConfig = field(default_factory=ThemesConfig)
    embeddings: EmbeddingsConfig = field(default_factory=EmbeddingsConfig)
    analysis: AnalysisConfig = field(default_factory=AnalysisConfig)
    flags: FlagsConfig = field(default_factory=FlagsConfig)
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    """For tables: our column name -> the file's column name."""
    instance: str | None = None
    """Name of the forum, where an export does not say which one it is."""


def load(path: Path) -> Config:
    """Read a configuration file.

    Raises:
        ConfigError: the file is missing, is not TOML, or says something impossible.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file", hint=hint_for_missing(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        why = getattr(error, "strerror", None) or error
        hint = "see docs/configuration.md, or let forum-pulse init propose one"
        raise ConfigError(f"{path}: is not a readable TOML file ({why})", hint=hint) from error
    config: Config = build(Config, raw, str(path))
    base = path.parent
    people = config.people
    placed = {
        name: base / value
        for name in ("roster", "aliases", "bots")
        if (value := getattr(people, name)) is not None
    }
    _check(config, str(path))
    labels, model, codebook = config.stance.labels, config.embeddings.model, config.themes.codebook
    if model and (base / model).is_dir():
        config = replace(config, embeddings=EmbeddingsConfig(model=str(base / model)))
    if codebook and (base / codebook).is_file():
        config = replace(config, themes=ThemesConfig(codebook=str(base / codebook)))
    return replace(
        config,
        people=replace(people, **placed),
        stance=replace(config.stance, labels=base / labels if labels else None),
    )


def _check(config: Config, where: str) -> None:
    _check_names(config, where)
    _check_days(config, where)
    privacy = config.privacy
    if privacy.persons < 1 or privacy.quotes < privacy.persons or privacy.quoted < 0:
        raise ConfigError(
            f"{where}: [privacy] quotes = {privacy.quotes} with persons = {privacy.persons}",
            hint="persons must be at least 1, quotes at least as large as persons, and quoted at least 0",
        )
    if privacy.epsilon < 0 or (privacy.round and (privacy.epsilon or privacy.round < privacy.persons)):
        raise ConfigError(
            f"{where}: [privacy] round = {privacy.round}, epsilon = {privacy.epsilon}",
            hint="round to at least as many as persons, or add noise (above 0), or neither (0)",
        )
    for section, name, least in (("analysis", "seed", 0), ("analysis", "topics", 2), ("stance", "people", 0)):
        value = getattr(getattr(config, section), name)
        if value is not None and value < least:
            raise ConfigError(f"{where}: [{section}] {name} = {value}", hint=f"{least} or more")
    _check_flags(config.flags, where)


def _check_names(config: Config, where: str) -> None:
    for kind in ("petitions", "targets", "invalidations"):
        names = [entry.name for entry in getattr(config, kind)]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(
                    f"{where}: two {kind} are named {name!r}", hint="give each a name of its own"
                )
    for rule in config.invalidations:
        if rule == InvalidationConfig(name=rule.name, reason=rule.reason, active=rule.active):
            raise ConfigError(
                f"{where}: invalidation {rule.name!r} would take out every act",
                hint="say which acts it means: petition, since, until, mechanisms, email_domains, ...",
            )


def _check_days(config: Config, where: str) -> None:
    for rule in config.invalidations:
        if rule.since and rule.until and rule.since >= rule.until:
            raise ConfigError(
                f"{where}: invalidation {rule.name!r} has since = {rule.since}, until = {rule.until}",
                hint="it means acts from the first day on and before the second: until must be later",
            )
    for petition in config.petitions:
        if petition.opens and petition.closes and petition.opens > petition.closes:
            raise ConfigError(
                f"{where}: petition {petition.name!r} opens {petition.opens} and closes {petition.closes}",
                hint="closes is its last day: not before opens",
            )


def _check_flags(flags: FlagsConfig, where: str) -> None:
    for name, most in (("alpha", 0.5), ("organisation_share", 1.0)):
        if not 0 < getattr(flags, name) <= most:
            raise ConfigError(
                f"{where}: [flags] {name} = {getattr(flags, name)}", hint=f"above 0 and at most {most}"
            )
    if min(flags.burst_minutes, default=1) < 1:
        raise ConfigError(f"{where}: [flags] burst_minutes = {list(flags.burst_minutes)}", hint="at least 1")


def with_typed(section: Any, typed: Mapping[str, Any]) -> Any:
    """A section with the values that were typed on the command line (those that are not None) put on top.

    Raises:
        ConfigError: a typed value is none of the choices.
    """
    hints = get_type_hints(type(section))
    given = {key: value for key, value in typed.items() if value is not None}
    return replace(section, **{key: checked(hints[key], value, f"--{key}") for key, value in given.items()})
