"""Real Slack exports: every number a correct reading gives must come out of the store by SQL alone."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from forum_pulse.corpus.readers import Export
from forum_pulse.corpus.readers.slack.reader import SlackReader
from forum_pulse.corpus.store import Store

SAMPLES = (
    "houstondatavis",
    "slack-export-viewer/testarchive.zip",
    "slackdump/source_export.zip",
    "zulip/test_slack_importer.zip",
    "zulip/test_unicode_slack_importer.zip",
)
_HANDLES = "(SELECT account_id, native_id FROM sealed.handle)"
_SAID = "subtype IS NULL OR subtype IN ('file_share', 'thread_broadcast')"

NUMBERS = {
    "messages": "SELECT (SELECT count(*) FROM post) + (SELECT count(*) FROM anomaly WHERE code = 'duplicate')",
    "distinct_user_ids": f"""SELECT count(DISTINCT native_id) FROM post
        JOIN {_HANDLES} h ON h.account_id = author_account_id
        WHERE native_id LIKE 'U%' AND subtype IS DISTINCT FROM 'file_comment'""",
    "human_messages_none_filshare_broadcast": f"SELECT count(*) FROM post WHERE {_SAID}",
    "human_authors": f"SELECT count(DISTINCT author_account_id) FROM post WHERE {_SAID}",
    "messages_without_user": f"""SELECT count(*) FROM post LEFT JOIN {_HANDLES} h ON h.account_id = author_account_id
        WHERE native_id IS NULL OR native_id LIKE 'B%' OR subtype = 'file_comment'""",
    "bot_ids": f"SELECT count(*) FROM account JOIN {_HANDLES} USING (account_id) WHERE native_id LIKE 'B%' AND kind = 'bot'",
    "thread_roots": "SELECT count(*) FROM thread JOIN post ON post_id = root_post_id WHERE posts_expected IS NOT NULL",
    "thread_replies": "SELECT count(*) FROM post WHERE parent_post_id IS NOT NULL",
    "threads_referenced": """SELECT count(DISTINCT thread_id) FROM post JOIN thread USING (thread_id)
        WHERE parent_post_id IS NOT NULL OR posts_expected IS NOT NULL""",
    "orphan_replies_root_absent": "SELECT count(*) FROM post WHERE parent_status = 'absent'",
    "reactions_total_count": "SELECT coalesce(sum(total), 0) FROM reaction_total",
    "reactions_with_identity": "SELECT count(*) FROM reaction WHERE identity = 'identified'",
    "distinct_reactors": "SELECT count(DISTINCT account_id) FROM reaction",
    "thumbsup_incl_skin_tone": "SELECT coalesce(sum(n), 0) FROM reaction WHERE name_norm = '+1'",
    "distinct_message_user_thumbsups": """SELECT count(*) FROM (
        SELECT DISTINCT post_id, account_id FROM reaction WHERE name_norm = '+1')""",
    "edited": "SELECT count(*) FROM post WHERE edited_at IS NOT NULL",
    "user_mentions_in_text": "SELECT sum(len(regexp_extract_all(body, '<@[UW][A-Z0-9]+'))) FROM post",
    "duplicate_channel_ts": "SELECT count(*) FROM anomaly WHERE code = 'duplicate'",
    "users_json": f"SELECT count(*) FROM account JOIN {_HANDLES} USING (account_id) WHERE native_id LIKE 'U%'",
    "channels_json": "SELECT count(*) FROM container",
}


@pytest.fixture(scope="module")
def expected(shared: Path) -> dict[str, dict[str, Any]]:
    return json.loads((shared / "exports/slack_export/expected.json").read_text())


@pytest.fixture(scope="module", params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def store(sample: str, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    export = Export(shared / "exports/slack_export" / sample)
    assert SlackReader().sniff(export)
    with Store(tmp_path_factory.mktemp("workspace")) as opened:
        opened.ingest(export, SlackReader())
        yield opened


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers(store: Store, sample: str, expected: dict[str, dict[str, Any]], number: str):
    """Each count of the sample is exact."""
    if number not in expected[sample]:
        pytest.skip(f"{sample} has no expected {number}")
    assert store.scalar(NUMBERS[number]) == expected[sample][number]


def test_subtypes(store: Store, sample: str, expected: dict[str, dict[str, Any]]):
    """No subtype is lost or renamed."""
    rows = store.connection.execute("SELECT coalesce(subtype, '(none)'), count(*) FROM post GROUP BY 1")
    assert dict(rows.fetchall()) == expected[sample]["by_subtype"]


def test_emoji(store: Store, sample: str, expected: dict[str, dict[str, Any]]):
    """The commonest reactions under the names Slack gives them, skin tones told apart."""
    rows = store.connection.execute(
        "SELECT name_raw, sum(n) AS n FROM reaction GROUP BY 1 ORDER BY n DESC, 1"
    ).fetchall()
    wanted = expected[sample].get("top_emoji", {})
    assert sorted(n for _, n in rows)[::-1][: len(wanted)] == sorted(wanted.values())[::-1]
    assert {name: n for name, n in rows if name in wanted} == wanted


def test_every_expected_number_is_asked_for(sample: str, expected: dict[str, dict[str, Any]]):
    """Nothing of expected.json is passed over."""
    assert set(expected[sample]) <= {*NUMBERS, "by_subtype", "top_emoji", "channel_folders"}


def test_folders_are_channels(shared: Path, expected: dict[str, dict[str, Any]], tmp_path: Path):
    """Two channels whose names differ in a dash only stay two."""
    with Store(tmp_path) as store:
        store.ingest(Export(shared / "exports/slack_export/houstondatavis"), SlackReader())
        names = store.sql("SELECT name FROM container ORDER BY name COLLATE C")["name"].to_pylist()
    assert sorted(names) == expected["houstondatavis"]["channel_folders"]


@pytest.mark.parametrize("name", SAMPLES[1:])
def test_unpacked_is_the_same(shared: Path, tmp_path: Path, name: str):
    """A zip and the folder it unpacks to fill the store with the same rows."""
    archive = shared / "exports/slack_export" / name
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path / "folder")
    rows: list[Any] = []
    for place in (archive, tmp_path / "folder"):
        with Store(tmp_path / f"workspace {len(rows)}") as store:
            store.ingest(Export(place), SlackReader())
            rows.append([
                store.sql("SELECT post_id, thread_id, parent_post_id, parent_status, body, own_text, locator FROM post ORDER BY 1").to_pylist(),
                store.sql("SELECT container_id, name, is_private FROM container ORDER BY 1").to_pylist(),
                store.sql("SELECT post_id, name_norm, n FROM reaction ORDER BY ALL").to_pylist(),
                store.sql("SELECT code, locator, detail FROM anomaly ORDER BY ALL").to_pylist(),
            ])  # fmt: skip
    assert rows[0] == rows[1]
