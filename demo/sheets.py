"""The small files: the sign-up sheet, the roster, who is whom, the bots, the configuration and a README."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .banks import World
from .cast import DOMAIN, Cast, Person
from .compose import POLICY, Composer
from .dates import day, iso, week
from .dice import dice
from .petition_plan import Plan
from .truth import Truth

SHEET = "signatures.csv"
_HEADER = ("Timestamp", "Email address", "Full name", "Team", "Comment", "Status", "Withdrawn on")
_TEST_EMAIL = f"forms-test@{DOMAIN}"


def write_signatures(
    path: Path, seed: int, composer: Composer, plan: Plan, truth: Truth
) -> dict[str, Person]:
    """Write the sign-up sheet in order of time; return who used which address."""
    roll = dice(seed, "sheet")
    used: dict[str, Person] = {}
    rows: list[tuple[str, ...]] = [
        (
            _form_time(plan.opens["discourse"] - 600),
            _TEST_EMAIL,
            "Test Row",
            "Internal IT",
            "",
            "confirmed",
            "",
        )
    ]
    truth.count("table", "rows")
    petition = truth.petitions[plan.name]
    petition.openings["table"] = [SHEET]
    petition.bot_acts += 1
    for signature in sorted(plan.signatures, key=lambda row: (row.at, row.email)):
        person = signature.person
        comment = composer.comment(roll, signature.at).words if roll.chance(0.25) else ""
        ref = f"{SHEET}/{len(rows) + 1}"
        petition.sign(person, ref, signature.at, signature.withdrawn)
        withdrawn = "" if signature.withdrawn is None else day(signature.withdrawn)
        truth.count("table", "withdrawn", int(bool(withdrawn)))
        truth.count("table", "rows")
        truth.count("table", "comments", int(bool(comment)))
        truth.saw("table", person)
        used[signature.email] = person
        status = "withdrawn" if withdrawn else "confirmed"
        rows.append(
            (
                _form_time(signature.at),
                signature.email,
                person.name,
                person.organisation,
                comment,
                status,
                withdrawn,
            )
        )
    truth.count("table", "accounts", len(used) + 1)
    _write(path, _HEADER, rows)
    return used


def _form_time(at: int) -> str:
    return iso(at)[:19].replace("T", " ")


def write_people(path: Path, cast: Cast) -> None:
    """Write the roster."""
    header = ("person", "email", "role", "organisation", "site", "hired")
    _write(path, header, ((p.id, p.email, p.role, p.organisation, p.site, p.hired) for p in cast.people))


def write_bots(path: Path, cast: Cast) -> None:
    """Write the accounts that are nobody."""
    rows = [(f"slack:{bot.slack.username}",) for bot in cast.bots if bot.slack]
    rows += [(f"discourse:{bot.discourse.username}",) for bot in cast.bots if bot.discourse]
    _write(path, ("account",), [*rows, (_TEST_EMAIL,)])


def write_aliases(path: Path, cast: Cast, truth: Truth, sheet: Mapping[str, Person]) -> int:
    """Write whose accounts cannot be joined by canonical e-mail; return how many people these are.

    Discourse shows no e-mail, some Slack profiles have none, and some people sign with a private address. The
    roster's own address is listed beside these where another account has it, so that all of them meet.
    """
    emails: dict[str, list[str]] = {}
    for email, person in sheet.items():
        emails.setdefault(person.id, []).append(email)
    rows: list[tuple[str, str]] = []
    for person in cast.people:
        mine = _loose(person, person.id in truth.seen["discourse"], emails.get(person.id, []))
        joined = person.slack is not None or person.id in emails
        rows += [(account, person.id) for account in mine]
        if mine and joined:
            rows.append((person.email, person.id))
    _write(path, ("account", "person"), rows)
    return len({person for _, person in rows})


def _loose(person: Person, on_discourse: bool, emails: list[str]) -> list[str]:
    mine = canonical(person.email)
    loose: list[str] = []
    if on_discourse and person.discourse is not None:
        loose.append(f"discourse:{person.discourse.username}")
    if person.slack is not None and (person.slack.email is None or canonical(person.slack.email) != mine):
        loose.append(f"slack:{person.slack.username}")
    return loose + sorted(email for email in emails if canonical(email) != mine)


def canonical(email: str) -> str:
    """Return an address without what does not tell people apart: capitals, dots and +tags before the @."""
    local, _, domain = email.lower().partition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_config(path: Path, world: World, story: dict[str, Any], truth: Truth) -> None:
    """Write the configuration that an analysis of this forum would have."""
    lines = ["# Written with the demo. Paths are relative to this file.", "[people]"]
    lines += ['roster = "people.csv"', 'aliases = "aliases.csv"', 'bots = "bots.csv"', ""]
    for entry in story["petitions"]:
        lines += ["[[petitions]]", f'name = "{entry["name"]}"', f'statement = "{entry["statement"]}"']
        lines.append(f"threads = [{', '.join(_threads(truth.petitions[entry['name']].openings))}]")
        if "poll" in entry:
            lines += [f'poll_option = "{entry["poll"][0]}"', f'oppose_option = "{entry["poll"][1]}"']
        lines.append("")
    targets = [
        (world.mandated, "tool", [f"{world.mandated} agent", "the mandated tool", "our own assistant"]),
        (world.wanted, "tool", []),
        (POLICY, "policy", ["the mandate", "usage target", "80% target", "the policy", "the quota"]),
        *((entry["name"], "proposal", []) for entry in story["petitions"]),
    ]
    for name, kind, aliases in targets:
        listed = ", ".join(f'"{alias}"' for alias in aliases)
        lines += ["[[targets]]", f'name = "{name}"', f'kind = "{kind}"', f"aliases = [{listed}]", ""]
    for happened in story["events"]:
        lines += ["[[events]]", f'name = "{happened["name"]}"', f"date = {happened['date']}", ""]
    lines += ["[themes]", 'codebook = "ai-tool-mandate"']
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _threads(openings: Mapping[str, list[str]]) -> list[str]:
    slack = [f'"slack:{native}"' for native in openings.get("slack", [])]
    discourse = [f'"discourse:{native.split("/")[0]}"' for native in openings.get("discourse", [])]
    return slack + discourse + (['"table:signatures"'] if "table" in openings else [])


def weeks_of(story: dict[str, Any], at: Any) -> list[dict[str, Any]]:
    """Return the story's events with their weeks."""
    return [
        {"name": entry["name"], "date": str(entry["date"]), "week": week(at(entry["date"]))}
        for entry in story["events"]
    ]
