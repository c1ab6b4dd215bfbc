"""Real Slack exports: a zip and the folder it unpacks to are one thing.

Their figures are asked of the store in `test_samples.py`.
"""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from forum_pulse.corpus.readers import Export
from forum_pulse.corpus.readers.slack.reader import SlackReader
from forum_pulse.corpus.store import Store

ARCHIVES = (
    "slack-export-viewer/testarchive.zip",
    "slackdump/source_export.zip",
    "zulip/test_slack_importer.zip",
    "zulip/test_unicode_slack_importer.zip",
)


@pytest.mark.parametrize("name", ARCHIVES)
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
