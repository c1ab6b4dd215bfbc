"""Edits, inspections and workspaces: what a forum's keeper asks before anything is counted."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes import ListReader, conversation, export_of

from forum_pulse.corpus.edits import difference, edits
from forum_pulse.corpus.inspection import inspect
from forum_pulse.corpus.model import (
    Anomaly,
    Poll,
    PollOption,
    PollVote,
    Post,
    Reaction,
    Revision,
    Source,
    Thread,
)
from forum_pulse.corpus.store import Store
from forum_pulse.corpus.workspace import workspace_folder
from forum_pulse.report.listings import edit_lines, edits_json


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("", "", ()),
        ("a b", "a b", (("same", "a b"),)),
        ("a b", "a  b", (("same", "a  b"),)),  # spacing is no wording
        ("", "new", (("added", "new"),)),
        ("use any tool here", "use our tool here", (("same", "use "), ("added", "our "), ("removed", "any "), ("same", "tool here"))),
    ],
)  # fmt: skip
def test_difference(before: str, after: str, words: tuple[tuple[str, str], ...]):
    """What stays, what goes, what comes; the new text is what stays and what comes."""
    found = difference(before, after)
    assert found == words
    assert "".join(text for operation, text in found if operation != "removed") == after


def test_edits_from_the_platforms_own_history(tmp_path: Path):
    """Own words are compared: a quote that went is no edit, nor is markup; names are taken out."""
    records = [
        *conversation(("ann", "Use Tamberlo. Thanks, ann")),
        Revision(post="1/1", number=2, field="body", before="Use any tool. Thanks, ann", after="Use Tamberlo. Thanks, ann"),
        Revision(post="1/1", number=3, field="title", before="Approved tools", after="Approved tool"),
        Revision(post="1/1", number=4, field="body", before="Use Tamberlo.", after="Use  Tamberlo."),
    ]  # fmt: skip
    with Store(tmp_path / "ws") as store:
        store.ingest(export_of(tmp_path), ListReader(records))
        # Another export of the same forum tells the same history again.
        store.ingest(export_of(tmp_path, "again"), ListReader(records))
        found = edits(store, redact=lambda text: text.replace("ann", "[name]"))
    assert [(e.field, e.is_opening, e.removed, e.added) for e in found] == [
        ("body", True, 2, 1),
        ("title", True, 1, 1),
    ]
    printed = "\n".join(line.plain for line in edit_lines(found))
    assert "[-any tool.-]" in printed.replace("\n", " ")
    assert "ann" not in printed
    assert b"ann" not in edits_json(found)


def test_inspection_finds_what_is_wrong(tmp_path: Path):
    """Truncation, orphans, clocks, unnamed reactions and what could not be read, each counted out of what."""
    early, late, export = (datetime(2026, 1, day, tzinfo=UTC) for day in (1, 5, 9))
    records = [
        Thread(native_id="1", root_post="1/1", posts_expected=9),
        Post(native_id="1/1", thread="1", author="ann", body="root", created_at=late, locator="a:1"),
        Post(native_id="1/2", thread="1", author="bob", body="hm", created_at=early, parent="1/1", locator="a:2"),
        Post(native_id="1/3", thread="1", author="bob", body="hm", parent="1/7", locator="a:3"),
        Post(native_id="1/4", thread="1", body="?", is_private=True, created_at=datetime(2027, 1, 1, tzinfo=UTC), locator="a:4"),
        Reaction(post="1/1", name_raw="+1", mechanism="emoji", identity="count_only", n=3),
        Reaction(post="1/1", name_raw="+1", mechanism="emoji", account="bob"),
        Poll(native_id="p", post="1/1"),
        *(PollOption(poll="p", native_id=f"{n}", ordinal=n, text=f"{n}", votes=v) for n, v in enumerate((7, 1, None))),
        *(PollVote(poll="p", option=option, account="bob") for option in ("0", "1", "2")),
        PollVote(poll="p", option="0", account="ann"),
        Anomaly(code="unparsed", locator="a:5", detail="no JSON"),
    ]  # fmt: skip
    source = Source(format="list", instance="forum", exported_at=export)
    with Store(tmp_path / "ws") as store:
        store.ingest(export_of(tmp_path), ListReader(records, source))
        found = inspect(store)
    assert found.sources.to_pylist()[0] | {"first": None, "last": None} == {
        "name": "export.json", "format": "list", "posts": 4, "threads": 1, "accounts": 2, "first": None,
        "last": None, "complete": "unknown", "reactors": "no",
    }  # fmt: skip
    findings = {
        row["finding"]: (row["count"], row["of"], row["example"]) for row in found.findings.to_pylist()
    }
    assert findings == {
        "threads with posts missing": (1, 1, "forum:1"),
        "answers to posts that are not there": (1, 2, "a:3"),
        "answers older than what they answer": (1, 1, "a:2"),
        "posts without a time": (1, 4, "a:3"),
        "posts later than the export itself": (1, 3, "a:4"),
        "posts by nobody known": (1, 4, "a:4"),
        "posts left out as private": (1, 4, "a:4"),
        "reactions by people who are not named": (3, 4, None),
        "votes in polls by people who are not named": (5, 9, None),
        "record: unparsed": (1, None, "a:5"),
    }


@pytest.mark.parametrize(
    ("lengths", "charged"),
    [
        ((3, None), {}), ((5, None), {"march.json": (1, 1)}), ((5, 2), {}), ((5, 3), {"april.json": (1, 1)}),
        ((None, 3), {"april.json": (1, 1)}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_missing_posts_are_charged_to_the_export_that_counts_them(
    tmp_path: Path,
    lengths: tuple[int | None, int | None],
    charged: dict[str, tuple[int, int]],
    order: tuple[int, int],
):
    """A newer export that is silent on a thread's length lacks nothing; what one deleted fills no gap of another."""
    snapshots: list[ListReader] = []
    for month, said, expected in ((3, (1, 2, 3), lengths[0]), (4, (1, 5), lengths[1])):
        posts = [
            Post(native_id=f"1/{n}", thread="1", author="ann", body="x", created_at=datetime(2026, max(2, n - 1), n, tzinfo=UTC))
            for n in said
        ]  # fmt: skip
        source = Source(
            format="list",
            instance="forum",
            exported_at=datetime(2026, month, 28, tzinfo=UTC),
            covers="thread",
        )
        thread = Thread(native_id="1", root_post="1/1", posts_expected=expected)
        snapshots.append(ListReader([thread, *posts], source))
    with Store(tmp_path / "ws") as store:
        for place in order:
            name = ("march.json", "april.json")[place]
            store.ingest(export_of(tmp_path, name, name), snapshots[place])
        found = [
            row
            for row in inspect(store).findings.to_pylist()
            if row["finding"] == "threads with posts missing"
        ]
    assert {row["name"]: (row["count"], row["of"]) for row in found} == charged


def test_workspace_names_and_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A name lies where the user's data belongs; what has a slash is a path; a relative XDG folder is ignored."""
    monkeypatch.delenv("FORUM_PULSE_DATA", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert workspace_folder("acme") == tmp_path / "forum-pulse" / "acme"
    assert workspace_folder("./acme") == Path("acme")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert workspace_folder("acme") == Path.home() / ".local/share/forum-pulse/acme"
    monkeypatch.setenv("FORUM_PULSE_DATA", str(tmp_path / "own"))
    assert workspace_folder("acme") == tmp_path / "own" / "acme"
