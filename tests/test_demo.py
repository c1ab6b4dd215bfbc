"""The demo says how things are; here plain JSON and CSV code counts its files again and must agree."""

import csv
import hashlib
import json
import re
import tomllib
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from forum_pulse.demo import forum as forum_module
from forum_pulse.demo import write_demo
from forum_pulse.demo.banks import load_banks, load_story, load_world
from forum_pulse.errors import ConfigError, OutputError

POSTS, PEOPLE = 2500, 600
FOLDERS = ("slack", "discourse")


class Forum:
    """The files of one demo, read by code that knows nothing of how they were made."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.truth: dict[str, Any] = json.loads((directory / "truth.json").read_text("utf-8"))
        self.users: list[dict[str, Any]] = json.loads((directory / "slack/users.json").read_text("utf-8"))
        channels = json.loads((directory / "slack/channels.json").read_text("utf-8"))
        self.slack: dict[str, dict[str, Any]] = {}
        for channel in channels:
            for path in sorted((directory / "slack" / channel["name"]).glob("*.json")):
                for message in json.loads(path.read_text("utf-8")):
                    native = f"{channel['id']}/{message['ts']}"
                    assert native not in self.slack
                    self.slack[native] = {**message, "day": path.stem, "channel": channel["id"]}
        self.topics = [
            json.loads(path.read_text("utf-8")) for path in sorted((directory / "discourse").glob("*.json"))
        ]
        self.discourse: dict[str, dict[str, Any]] = {
            f"{topic['id']}/{post['post_number']}": post
            for topic in self.topics
            for post in topic["post_stream"]["posts"]
        }

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return the rows of one of the CSV files."""
        with (self.directory / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def slack_posts(self) -> dict[str, dict[str, Any]]:
        """Return what people and bots wrote, without joins and tombstones."""
        return {
            key: message
            for key, message in self.slack.items()
            if message.get("subtype") in (None, "bot_message")
        }

    def discourse_posts(self) -> dict[str, dict[str, Any]]:
        """Return ordinary posts, without small actions."""
        return {key: post for key, post in self.discourse.items() if post["post_type"] == 1}


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Forum:
    """One forum of the default size."""
    directory = tmp_path_factory.mktemp("demo") / "forum"
    write_demo(directory, posts=POSTS, people=PEOPLE)
    return Forum(directory)


def digest(directory: Path) -> str:
    """Hash all names and bytes below a folder."""
    sums = hashlib.sha256()
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            sums.update(path.relative_to(directory).as_posix().encode() + path.read_bytes())
    return sums.hexdigest()


def persons(forum: Forum) -> dict[str, str]:
    """Map accounts ("slack:U1", "discourse:name", an address) to persons by the project's rules alone."""

    def canonical(email: str) -> str:
        local, domain = email.lower().split("@")
        return local.split("+")[0].replace(".", "") + "@" + domain

    by_email = {canonical(row["email"]): row["person"] for row in forum.rows("people.csv")}
    aliases = {row["account"]: row["person"] for row in forum.rows("aliases.csv")}
    found = dict(aliases)
    for user in forum.users:
        email = user["profile"].get("email", "")
        person = aliases.get(f"slack:{user['name']}") or (by_email.get(canonical(email)) if email else None)
        if person is not None:
            found[f"slack:{user['id']}"] = person
    for row in forum.rows("signatures.csv"):
        email = row["Email address"]
        person = aliases.get(email) or by_email.get(canonical(email))
        if person is not None:
            found[email] = person
    return found


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two runs agree byte for byte, and another seed gives another forum."""
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        write_demo(tmp_path / name, seed=seed, posts=600, people=120)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    assert digest(tmp_path / "one") != digest(tmp_path / "three")


@pytest.mark.parametrize(("posts", "people"), [(400, 80), (401, 600), (3000, 100)])
def test_sizes_are_exact(tmp_path: Path, posts: int, people: int) -> None:
    """The files hold as many posts and the roster as many people as were asked for."""
    seen: list[int] = []
    summary = write_demo(tmp_path / "x", posts=posts, people=people, progress=seen.append)
    forum = Forum(tmp_path / "x")
    assert len(forum.slack_posts()) + len(forum.discourse_posts()) == posts == summary.posts == seen[-1]
    assert len(forum.rows("people.csv")) == people == summary.people


def test_every_post_is_in_the_truth_and_back(forum: Forum) -> None:
    """truth.json names exactly the posts of the files, each with the right author."""
    keys = {f"slack:{key}" for key in forum.slack_posts()}
    keys |= {f"discourse:{key}" for key in forum.discourse_posts()}
    assert keys == set(forum.truth["posts"])
    found = persons(forum)
    for key, message in forum.slack_posts().items():
        if "user" in message:
            assert found[f"slack:{message['user']}"] == forum.truth["posts"][f"slack:{key}"]["person"]
    bots = {row["account"] for row in forum.rows("bots.csv")}
    for key, post in forum.discourse_posts().items():
        person = forum.truth["posts"][f"discourse:{key}"]["person"]
        account = f"discourse:{post['username']}"
        assert found.get(account) == person or (account in bots and person.startswith("bot-"))


def test_slack_counts(forum: Forum) -> None:
    """Posts, joins, tombstones, orphans, quotes, edits, reactions and accounts on Slack are as stated."""
    truth = forum.truth["counts"]["slack"]
    posts = forum.slack_posts()
    kinds = Counter(message.get("subtype") for message in forum.slack.values())
    roots = {key for key, message in forum.slack.items() if message.get("thread_ts") == message["ts"]}
    orphans = sum(
        "thread_ts" in message and f"{message['channel']}/{message['thread_ts']}" not in roots
        for message in posts.values()
    )
    groups = [group for message in forum.slack.values() for group in message.get("reactions", [])]
    assert truth["posts"] == len(posts)
    assert truth["system"] == kinds["channel_join"]
    assert truth["tombstones"] == kinds["tombstone"] > 0
    assert truth["bot_posts"] == kinds["bot_message"] > 0
    assert truth["orphans"] == orphans > 0
    assert truth["edited"] == sum("edited" in message for message in posts.values())
    assert truth["quotes"] == sum(message["text"].startswith("&gt;") for message in posts.values())
    assert truth["reactions_identified"] == sum(len(group["users"]) for group in groups)
    assert truth["reactions_count_only"] == sum(g["count"] - len(g["users"]) for g in groups) > 0
    assert truth["accounts"] == len(forum.users)
    assert all(len(set(group["users"])) == len(group["users"]) for group in groups)


def test_slack_threads_hang_together(forum: Forum) -> None:
    """Day files hold their own day in order, and a root lists exactly the replies that exist."""
    replies: dict[str, list[str]] = {}
    order: dict[str, float] = {}
    for message in forum.slack.values():
        place = f"{message['channel']}/{message['day']}"
        assert order.get(place, 0) < float(message["ts"])
        order[place] = float(message["ts"])
        if message.get("thread_ts", message["ts"]) != message["ts"]:
            replies.setdefault(f"{message['channel']}/{message['thread_ts']}", []).append(message["ts"])
    for key, message in forum.slack.items():
        if message.get("thread_ts") == message["ts"]:
            assert [reply["ts"] for reply in message["replies"]] == sorted(replies[key])
            assert message["reply_count"] == len(replies[key])


def test_discourse_counts(forum: Forum) -> None:
    """Posts, small actions, orphans, quotes, edits, likes, votes and accounts on Discourse are as stated."""
    truth = forum.truth["counts"]["discourse"]
    posts = forum.discourse_posts()
    likes = 0
    for post in posts.values():
        plain = sum(action["count"] for action in post["actions_summary"] if action["id"] == 2)
        likes += sum(r["count"] for r in post["reactions"]) if "reactions" in post else plain
    orphans = sum(
        post["reply_to_post_number"] is not None
        and f"{post['topic_id']}/{post['reply_to_post_number']}" not in posts
        for post in posts.values()
    )
    polls = [poll for post in posts.values() for poll in post.get("polls", [])]
    named = [
        voter["id"] for poll in polls for voters in poll["preloaded_voters"].values() for voter in voters
    ]
    votes = sum(option["votes"] for poll in polls for option in poll["options"])
    accounts = {post["user_id"] for post in forum.discourse.values()} | set(named)
    assert truth["posts"] == len(posts)
    assert truth["system"] == len(forum.discourse) - len(posts)
    assert truth["topics"] == len(forum.topics)
    assert truth["orphans"] == orphans > 0
    assert truth["quotes"] == sum(post["raw"].count("[quote=") for post in posts.values())
    assert truth["quotes"] == sum(post["cooked"].count('<aside class="quote') for post in posts.values())
    assert truth["edited"] == sum(post["version"] > 1 for post in posts.values())
    assert truth["reactions_count_only"] == likes
    assert truth["poll_votes_named"] == len(named)
    assert truth["poll_votes_unnamed"] == votes - len(named) > 0
    assert truth["accounts"] == len(accounts)
    assert max(len(voters) for poll in polls for voters in poll["preloaded_voters"].values()) == 25


def test_sheet_and_people_counts(forum: Forum) -> None:
    """Rows, withdrawals, comments, bots, aliases and the roster are as stated."""
    counts = forum.truth["counts"]
    rows = forum.rows("signatures.csv")
    assert counts["table"]["rows"] == len(rows)
    assert counts["table"]["withdrawn"] == sum(row["Status"] == "withdrawn" for row in rows) > 0
    assert all(bool(row["Withdrawn on"]) == (row["Status"] == "withdrawn") for row in rows)
    assert counts["table"]["comments"] == sum(bool(row["Comment"]) for row in rows)
    assert counts["table"]["accounts"] == len({row["Email address"] for row in rows})
    assert counts["aliased_persons"] == len({row["person"] for row in forum.rows("aliases.csv")})
    assert counts["bots"] == sum(":" in row["account"] for row in forum.rows("bots.csv"))
    assert counts["people"] == len({row["person"] for row in forum.rows("people.csv")}) == PEOPLE


def test_duplicates_are_the_same_words_by_one_person_on_both_platforms(forum: Forum) -> None:
    """Cross-posts can be found from the files: long equal words, one person, two platforms."""
    places: dict[tuple[str, str], set[str]] = {}
    for key, post in forum.truth["posts"].items():
        if len(post["words"]) >= 50 and post["petition"]:
            places.setdefault((post["person"], post["words"]), set()).add(key.split(":")[0])
    assert forum.truth["counts"]["duplicates"] == sum(len(found) == 2 for found in places.values()) > 0


def reactions_counted(forum: Forum, native: str, found: dict[str, str], bots: set[str]) -> Counter[Any]:
    """Count the reactions on a Slack opening by person, by the allow-list."""
    names = {user["id"]: user["name"] for user in forum.users}
    kinds = dict.fromkeys(("+1", "thumbsup", "heavy_plus_sign", "heart"), "reacted") | {"-1": "opposed"}
    counted: Counter[Any] = Counter()
    for group in forum.slack[native]["reactions"]:
        kind = kinds.get(group["name"].split("::")[0])
        for user in group["users"] if kind else []:
            if f"slack:{names[user]}" not in bots:
                counted[found[f"slack:{user}"], kind, "slack"] += 1
    return counted


def votes_counted(forum: Forum, native: str, found: dict[str, str], bots: set[str]) -> Counter[Any]:
    """Count the named votes of a Discourse opening by person."""
    counted: Counter[Any] = Counter()
    for poll in forum.discourse[native].get("polls", []):
        kinds = {
            option["id"]: "voted" if option["html"] == "Sign" else "opposed" for option in poll["options"]
        }
        for option, voters in poll["preloaded_voters"].items():
            for account in (f"discourse:{voter['username']}" for voter in voters):
                if account not in bots:
                    counted[found[account], kinds[option], "discourse"] += 1
    return counted


def rows_counted(forum: Forum, found: dict[str, str], bots: set[str]) -> Counter[Any]:
    """Count the rows of the sign-up sheet by person, and the withdrawals among them."""
    rows = [row for row in forum.rows("signatures.csv") if row["Email address"] not in bots]
    signed = Counter((found[row["Email address"]], "signed", "table") for row in rows)
    gone = Counter((found[row["Email address"]], "withdrew", "table") for row in rows if row["Withdrawn on"])
    return signed + gone


def test_structural_acts_recounted(forum: Forum) -> None:
    """Reactions, votes, signatures and withdrawals, joined to people by our rules, are the acts stated."""
    found = persons(forum)
    bots = {row["account"] for row in forum.rows("bots.csv")}
    posts = forum.truth["posts"]
    for petition in forum.truth["petitions"].values():
        openings = petition["opening_posts"]
        counted: Counter[Any] = Counter()
        for native in openings["slack"]:
            counted += reactions_counted(forum, native, found, bots)
        for native in openings["discourse"]:
            counted += votes_counted(forum, native, found, bots)
        if "table" in openings:
            counted += rows_counted(forum, found, bots)
        stated = Counter(
            (person, kind, source)
            for person, entry in petition["people"].items()
            for kind, source, ref, _ in entry["acts"]
            if ref not in posts or posts[ref]["trap"] == "opening"
        )
        assert stated == counted
        assert petition["acts"]["total"] == sum(len(entry["acts"]) for entry in petition["people"].values())


def test_acts_in_words_are_the_posts_that_say_so(forum: Forum) -> None:
    """What a post is said to do and what its author is said to have done agree, both ways."""
    kinds = {"endorse": "said", "oppose": "opposed", "withdraw": "withdrew", "conditional": "conditional"}
    for name, petition in forum.truth["petitions"].items():
        from_posts = {
            (post["person"], kinds[post["act"]], key)
            for key, post in forum.truth["posts"].items()
            if post["petition"] == name and post["act"] != "neutral"
        }
        from_people = {
            (person, kind, ref)
            for person, entry in petition["people"].items()
            for kind, _, ref, _ in entry["acts"]
            if ref in forum.truth["posts"] and forum.truth["posts"][ref]["trap"] != "opening"
        }
        assert from_posts == from_people


def test_totals_follow_from_the_people(forum: Forum) -> None:
    """Totals are the sums of positions and tiers, and the real number lies within the range."""
    wanted = {"withdrew", "conditional", "conflicted", "opposes", "supports"}
    for petition in forum.truth["petitions"].values():
        totals = petition["totals"]
        people = petition["people"].values()
        positions = Counter(entry["position"] for entry in people)
        assert wanted == set(positions)
        assert totals["supporters"] == positions["supports"] == totals["A"] + totals["B"] + totals["C"]
        assert totals["opposed"] == positions["opposes"]
        assert totals["withdrew"] == positions["withdrew"]
        remainder = sum(part["unnamed"] for part in petition["count_only"] if part["supports"])
        assert totals["count_only_remainder"] == remainder
        high = totals["supporters"] + remainder
        assert totals["supporters"] <= totals["true_supporters"] <= high
        assert any(entry["structural"] for entry in people)


def test_people_act_under_several_accounts(forum: Forum) -> None:
    """Some supporters act on two or three sources and are one person each."""
    entries = forum.truth["petitions"]["adopt-pellucet"]["people"].values()
    sources = [len({act[1] for act in entry["acts"]}) for entry in entries if entry["position"] == "supports"]
    assert max(sources) == 3
    assert sum(number > 1 for number in sources) >= 20


def test_names_alone_mislead(forum: Forum) -> None:
    """Two pairs of people share a full name, and one login name belongs to two people."""
    found = persons(forum)
    names = Counter(user["real_name"] for user in forum.users)
    assert sum(number > 1 for number in names.values()) >= 2
    slack = {user["name"]: found.get(f"slack:{user['id']}") for user in forum.users}
    shared = {
        post["username"]
        for post in forum.discourse.values()
        if post["username"] in slack and post["user_id"] > 0
    }
    assert len(shared) == 1
    assert all(found[f"discourse:{name}"] != slack[name] for name in shared)


def test_the_traps_are_there(forum: Forum) -> None:
    """Each thing that could be taken for an act stands in the forum, and is neutral."""
    wanted = {"tally", "hearsay", "question", "template", "sarcasm", "thanks", "number", "negated", "quoting"}
    wanted |= {"other_offer", "endorses_other", "opinion", "bot", "discussion", "opening"}
    posts = [post for post in forum.truth["posts"].values() if post["trap"]]
    assert wanted == {post["trap"] for post in posts}
    assert all(post["act"] == "neutral" for post in posts)
    quoting = [key for key, post in forum.truth["posts"].items() if post["trap"] == "quoting"]
    bodies = [
        forum.slack[key.split(":", 1)[1]]["text"]
        if key.startswith("slack")
        else forum.discourse[key.split(":", 1)[1]]["raw"]
        for key in quoting
    ]
    assert all(body.startswith(("&gt;", "[quote=")) for body in bodies)


def test_own_words_stand_in_the_body(forum: Forum) -> None:
    """What truth.json calls own words is in the body as the platform writes it."""
    for key, post in forum.truth["posts"].items():
        source, native = key.split(":", 1)
        words = post["words"]
        if source == "discourse":
            assert words in forum.discourse[native]["raw"]
        else:
            text = forum.slack[native]["text"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
            assert words in re.sub(r"<@(U\w+)>", r"@\1", text)


def test_all_hands_makes_a_burst(forum: Forum) -> None:
    """Within a quarter of an hour after the all-hands more people sign than on most days."""
    times = [row["Timestamp"] for row in forum.rows("signatures.csv")]
    assert sum("2026-04-08 16:00" <= time < "2026-04-08 16:15" for time in times) >= 8


def test_themes_have_two_sides_and_many_posts_two_themes(forum: Forum) -> None:
    """Every theme is argued for and against, and about a third of the posts with a theme carry two."""
    sides: dict[str, set[str]] = {theme: set() for theme in load_world().themes}
    many = []
    for post in forum.truth["posts"].values():
        many += [len(post["themes"])] if post["themes"] else []
        if len(post["themes"]) == 1:
            sides[post["themes"][0]] |= {view for target, view in post["stance"].items() if "-" not in target}
    assert all(found == {"favor", "against"} for found in sides.values()), sides
    assert 0.2 < sum(number == 2 for number in many) / len(many) < 0.4
    assert len({post["topic"] for post in forum.truth["posts"].values()}) >= 35


def test_nobody_speaks_of_what_has_not_happened(forum: Forum) -> None:
    """Before the outage nobody mentions it, nor is the investment debated before it was announced."""
    early = {"security_outages": 1773187200, "investment_contradiction": 1777420800}
    for key, message in forum.slack_posts().items():
        themes = forum.truth["posts"][f"slack:{key}"]["themes"]
        assert float(message["ts"]) >= early.get(next(iter(themes), ""), 0)
        assert "outage" not in message["text"] or float(message["ts"]) >= early["security_outages"]


def test_long_texts_are_distinct(forum: Forum) -> None:
    """Hardly any text of some length is said twice."""
    long = [post["words"] for post in forum.truth["posts"].values() if len(post["words"]) >= 80]
    assert len(long) > 800
    assert 1 - len(set(long)) / len(long) < 0.02


def test_no_real_products_are_named(forum: Forum) -> None:
    """The forum is about invented tools only."""
    real = (
        r"\b(claude|kiro|copilot|cursor|gemini|chatgpt|gpt|openai|anthropic|amazon|aws|microsoft|google|azure|bedrock"
        r"|codex|windsurf|tabnine|gitlab|github|jetbrains|intellij|codewhisperer|meta|llama|mistral|slackbot)\b"
    )
    for post in forum.truth["posts"].values():
        assert not re.search(real, post["words"], re.IGNORECASE), post["words"]


def test_halves_of_the_banks_share_no_sentence(tmp_path: Path) -> None:
    """Half a and half b have no opinion, act or everyday line in common, and enough lines each."""
    one, two = load_banks("a"), load_banks("b")
    for theme in load_world().themes:
        for side in ("critic", "defender"):
            first, second = one.opinions[theme], two.opinions[theme]
            lines = [
                {line.template for line in (*half.reasons[side], *half.stories[side])}
                for half in (first, second)
            ]
            assert not lines[0] & lines[1]
            assert len(first.reasons[side]) + len(second.reasons[side]) >= 12
    for kind in ("endorse", "endorse_short", "oppose", "withdraw", "conditional"):
        assert not set(one.acts[kind]) & set(two.acts[kind])
    for half in ("a", "b"):
        write_demo(tmp_path / half, posts=800, people=120, bank=half)
    texts = [
        {p["words"] for p in Forum(tmp_path / half).truth["posts"].values() if len(p["words"]) > 60}
        for half in "ab"
    ]
    fixed = len(load_story()["posts"]) + 2 * len(load_story()["petitions"]) + 1
    assert len(texts[0] & texts[1]) == fixed, "only the story's own posts and the bot's are the same"


def test_configuration_points_at_what_exists(forum: Forum) -> None:
    """The configuration names files, threads and options that are there."""
    config = tomllib.loads((forum.directory / "forum-pulse.toml").read_text("utf-8"))
    assert all((forum.directory / name).is_file() for name in config["people"].values())
    topics = {str(topic["id"]) for topic in forum.topics}
    for petition in config["petitions"]:
        for thread in petition["threads"]:
            source, native = thread.split(":", 1)
            known = {"slack": forum.slack, "discourse": topics, "table": {"signatures"}}[source]
            assert native in known
    assert {target["kind"] for target in config["targets"]} == {"tool", "policy", "proposal"}
    assert "2026-03-11" in {str(event["date"]) for event in config["events"]}


def test_memory_does_not_grow_with_posts(tmp_path: Path) -> None:
    """Four times the posts need about the same memory."""
    peaks: list[int] = []
    write_demo(tmp_path / "warm", posts=400, people=80)
    for posts in (1_500, 6_000):
        tracemalloc.start()
        write_demo(tmp_path / str(posts), posts=posts, people=100)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.3


def test_a_former_demo_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    """A folder with something else in it is refused and left alone; a former demo makes room."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="holds no demo") as caught:
        write_demo(tmp_path, posts=400, people=80)
    assert caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    target = tmp_path / "demo"
    write_demo(target, posts=900, people=80)
    write_demo(target, posts=400, people=80)
    write_demo(tmp_path / "fresh", posts=400, people=80)
    assert digest(target) == digest(tmp_path / "fresh")


@pytest.mark.parametrize("failure", [OSError("No space left on device"), KeyboardInterrupt()])
def test_half_a_demo_is_none(failure: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk or Ctrl-C leaves a new folder unmade and a former demo as it was."""
    former = tmp_path / "former"
    write_demo(former, posts=400, people=80)
    before = digest(former)

    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(forum_module, "write_people", fail)
    for folder in (former, tmp_path / "new"):
        with pytest.raises(KeyboardInterrupt if isinstance(failure, KeyboardInterrupt) else OutputError):
            write_demo(folder, posts=500, people=80)
    assert digest(former) == before
    assert [*tmp_path.iterdir()] == [former]


def test_too_small_a_forum_is_refused(tmp_path: Path) -> None:
    """Sizes that leave no room for the story are refused before anything is written."""
    for sizes in ({"posts": 10}, {"people": 3}, {"posts": 2000, "people": 10_000}):
        with pytest.raises(ConfigError) as caught:
            write_demo(tmp_path / "x", **sizes)
        assert "at least" in caught.value.hint
    assert not (tmp_path / "x").exists()
