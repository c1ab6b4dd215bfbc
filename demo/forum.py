"""write_demo: from a seed and two sizes to a folder of exports whose truth is known.

Order: cast and parts are decided, then channel after channel and topic after topic is made and written at
once. What is needed at the end (acts, counts, who was seen) grows with people, never with posts.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from ..errors import ConfigError, OutputError
from ..partial import made_beside
from .banks import BankName, World, load_banks, load_story, load_world
from .cast import Cast, make_cast
from .compose import Composer
from .conversation import Conversation, Message, Platform, Text
from .dates import END, START, seconds
from .dice import dice
from .discourse import DiscourseWriter
from .ledger import CONVENTIONS, Petition
from .petition_plan import Plan, Planner
from .petition_threads import PetitionThreads
from .sheets import SHEET, weeks_of, write_aliases, write_bots, write_config, write_people, write_signatures
from .slack import SlackWriter
from .talk import Talk
from .truth import Truth

MARKER = ".forum-pulse-demo"
LEAST_POSTS = 400
LEAST_PEOPLE = 80
_SLACK_SHARE = 0.55
_CHANNEL_POSTS = 4000
_SHARES = {"adopt-pellucet": 1.0, "drop-usage-target": 0.28}
_README = """This is an invented forum, made by `forum-pulse demo`.
Company, tools and people do not exist.

slack/             a Slack workspace export
discourse/         Discourse topics as JSON
signatures.csv     a sign-up sheet
people.csv         the roster
aliases.csv        which accounts are one person, where no e-mail says so
bots.csv           accounts that are nobody
forum-pulse.toml   a configuration for an analysis of it
truth.json         what is true of it: who backs what, what each post says, and by which rules

Try: forum-pulse analyze slack discourse signatures.csv --config forum-pulse.toml -o report
Seed {seed}, {posts} posts, {people} people, sentences {bank}.
"""


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What was written.

    Args:
        directory: where.
        exports: what to analyze: the Slack folder, the Discourse folder, the sign-up sheet.
        config: the configuration for it.
        posts: how many posts the exports hold.
        people: how many people are on the roster.
        supporters: for each petition, how many people back it as far as the exports say who.
    """

    directory: Path
    exports: tuple[Path, ...]
    config: Path
    posts: int
    people: int
    supporters: dict[str, int]

    def within(self, directory: Path) -> Self:
        """The same forum in another folder."""
        exports = tuple(directory / path.name for path in self.exports)
        return replace(self, directory=directory, exports=exports, config=directory / self.config.name)


def write_demo(
    directory: Path,
    *,
    seed: int = 7,
    posts: int = 2500,
    people: int = 600,
    bank: BankName = "both",
    progress: Callable[[int], None] | None = None,
) -> DemoSummary:
    """Write an invented internal forum with known truth.

    Args:
        directory: a new or empty folder, or one that holds a former demo, which is replaced.
        seed: another seed, another forum; the same seed and sizes give the same bytes.
        posts: how many posts there shall be, exactly.
        people: how many people work there.
        bank: which half of the sentences to use; "a" and "b" share none.
        progress: called with the number of posts written so far.

    Raises:
        ConfigError: the sizes are too small for the story to happen.
        OutputError: the folder holds something else, or can't be written.
    """
    if posts < max(LEAST_POSTS, people // 2) or people < LEAST_PEOPLE:
        raise ConfigError(
            f"a demo of {posts} posts by {people} people leaves no room for its story",
            hint=f"take at least {LEAST_PEOPLE} people, {LEAST_POSTS} posts, and a post for every two people",
        )
    directory = Path(directory)
    try:
        _check(directory)
        with made_beside(directory) as partial:
            made = _Forum(partial, seed, posts, people, bank, progress=progress).write()
            for name in ("slack", "discourse"):
                shutil.rmtree(directory / name, ignore_errors=True)
        return made.within(directory)
    except OSError as error:
        raise OutputError(
            f"{directory}: can't write the demo ({error})", hint="choose another folder"
        ) from error


def _check(directory: Path) -> None:
    """Refuse a folder with anything in it but a former demo."""
    if directory.exists() and not directory.is_dir():
        raise OutputError(f"{directory}: is a file", hint="name a folder")
    if directory.is_dir() and any(directory.iterdir()) and not (directory / MARKER).is_file():
        raise OutputError(f"{directory}: is not empty and holds no demo", hint="name a new or empty folder")


class _Forum:
    """One forum in the making."""

    def __init__(
        self,
        directory: Path,
        seed: int,
        posts: int,
        people: int,
        bank: BankName,
        *,
        progress: Callable[[int], None] | None,
    ) -> None:
        self._directory = directory
        self._seed = seed
        self._posts = posts
        self._bank = bank
        self._progress = progress
        self._world: World = load_world()
        self._story: dict[str, Any] = load_story()
        self._cast: Cast = make_cast(seed, people, self._world)
        self._composer = Composer(self._world, load_banks(bank))
        self._talk = Talk(self._cast, self._composer)
        head = {
            "seed": seed,
            "bank": bank,
            "company": self._world.company,
            "tools": {
                "mandated": self._world.mandated,
                "wanted": self._world.wanted,
                "others": self._world.others,
                "market": self._world.market,
            },
            "conventions": CONVENTIONS,
            "events": weeks_of(self._story, seconds),
        }
        self._truth = Truth(directory / "truth.json", head)

    def write(self) -> DemoSummary:
        """Make and write everything."""
        with self._truth:
            return self._write()

    def _write(self) -> DemoSummary:
        plans = [self._plan(entry) for entry in self._story["petitions"]]
        fixed = self._fixed(plans)
        rest = self._posts - sum(made.written for threads in fixed.values() for made in threads)
        assert rest >= 0, "the sizes were checked"
        slack = int(rest * _SLACK_SHARE)
        self._write_slack(fixed["slack"], slack)
        self._write_discourse(fixed["discourse"], rest - slack)
        return self._finish(plans)

    def _plan(self, entry: dict[str, Any]) -> Plan:
        people = len(self._cast.people)
        talkative = min(1.0, self._posts * 0.6 / people)
        plan = Planner(self._seed, self._cast, entry, talkative, _SHARES[entry["name"]]).plan()
        self._truth.petitions[plan.name] = Petition(entry["statement"])
        return plan

    def _fixed(self, plans: list[Plan]) -> dict[Platform, list[Conversation]]:
        """Make the threads that the story needs."""
        fixed: dict[Platform, list[Conversation]] = {"slack": [], "discourse": []}
        for entry, plan in zip(self._story["petitions"], plans, strict=True):
            made = PetitionThreads(self._seed, self._cast, self._composer, entry, plan).make()
            for platform, conversation in made.items():
                fixed[platform].append(conversation)
        scale = min(1.0, self._posts / 2500)
        for number, entry in enumerate(self._story["posts"]):
            roll = dice(self._seed, "story", number)
            at = seconds(entry["at"])
            text = Text(entry["words"].strip(), tuple(entry["themes"]), dict(entry["stance"]))
            opening = Message(author=self._cast.playing(entry["by"]), at=at, text=text)
            made = Conversation(
                topic=entry["topic"], title=entry["title"], messages=[opening], place=entry["place"]
            )
            made.has_reactions = entry["where"] == "discourse"
            self._talk.discuss(roll, entry["where"], made, entry["topic"], int(entry["followers"] * scale))
            fixed[entry["where"]].append(made)
        for threads in fixed.values():
            threads.sort(key=lambda made: made.messages[0].at)
        return fixed

    def _channels(self, posts: int) -> Iterator[tuple[dict[str, Any], int]]:
        """Share the posts out among as many channels as it takes."""
        world = self._world
        number = max(len(world.channels), -(-posts // _CHANNEL_POSTS))
        words = world.more_channels["words"]
        for place in range(number):
            size = posts * (place + 1) // number - posts * place // number
            if place < len(world.channels):
                yield world.channels[place], size
            else:
                extra = place - len(world.channels)
                name = f"{words[extra % len(words)]}-{extra // len(words) + 1}"
                yield {**world.more_channels, "name": name, "about": f"{name}, daily work"}, size

    def _write_slack(self, fixed: list[Conversation], posts: int) -> None:
        writer = SlackWriter(self._directory / "slack", self._seed, self._world, self._cast, self._truth)
        for channel, size in self._channels(posts):
            roll = dice(self._seed, "talk", channel["name"])
            day_files = writer.open_channel(channel["name"], channel["about"])
            for made in fixed:
                if made.place == channel["name"]:
                    day_files.write(made)
            left = size
            while left > 0:
                around = START + (END - START) * (size - left) // size
                day_files.flush(before=around)
                made = self._talk.conversation(roll, "slack", channel, around, left)
                day_files.write(made)
                left -= made.written
                self._report()
            day_files.flush()
        writer.close()

    def _write_discourse(self, fixed: list[Conversation], posts: int) -> None:
        writer = DiscourseWriter(self._directory / "discourse", self._world, self._truth)
        roll = dice(self._seed, "talk", "discourse")
        waiting, left = list(reversed(fixed)), posts
        while left > 0 or waiting:
            around = START + (END - START) * (posts - left) // max(posts, 1) if left else END
            while waiting and waiting[-1].messages[0].at <= around:
                writer.write(waiting.pop())
            if left > 0:
                category = roll.pick(self._world.categories[1:])
                made = self._talk.conversation(roll, "discourse", category, around, left)
                writer.write(made)
                left -= made.written
            self._report()
        writer.close()

    def _report(self) -> None:
        if self._progress is not None:
            self._progress(self._truth.posts)

    def _finish(self, plans: list[Plan]) -> DemoSummary:
        at, truth, cast = self._directory, self._truth, self._cast
        (at / MARKER).write_text("forum-pulse demo\n", encoding="utf-8")
        sheet = write_signatures(at / SHEET, self._seed, self._composer, plans[0], truth)
        write_people(at / "people.csv", cast)
        write_bots(at / "bots.csv", cast)
        aliased = write_aliases(at / "aliases.csv", cast, truth, sheet)
        write_config(at / "forum-pulse.toml", self._world, self._story, truth)
        sizes = {"seed": self._seed, "posts": self._posts, "people": len(cast.people), "bank": self._bank}
        (at / "README.txt").write_text(_README.format(**sizes), encoding="utf-8", newline="\n")
        described, posts = (
            truth.finish(people=len(cast.people), bots=len(cast.bots), aliased=aliased),
            truth.posts,
        )
        return DemoSummary(
            directory=at,
            exports=(at / "slack", at / "discourse", at / SHEET),
            config=at / "forum-pulse.toml",
            posts=posts,
            people=len(cast.people),
            supporters=described,
        )
