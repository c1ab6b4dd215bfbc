"""Real mail archives: every number a correct reading gives must come out of the store by SQL alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from forum_pulse.corpus.readers import Export
from forum_pulse.corpus.readers.mail.mbox import MboxReader
from forum_pulse.corpus.store import Store

SAMPLES = (
    "perceval/hyperkitty_2016_april.mbox",
    "perceval/mbox_complex.mbox",
    "perceval/mbox_iso8859_encoding.mbox",
    "perceval/mbox_multipart.mbox",
    "perceval/mbox_no_fields.mbox",
    "perceval/mbox_single.mbox",
    "perceval/mbox_unixfrom_encoding.mbox",
    "perceval/mbox_unknown_encoding.mbox",
    "ponymail_unit_tests/asterix-dev-201709-mailarchivesao.mbox",
    "ponymail_unit_tests/empty_body.mbox",
    "ponymail_unit_tests/httpd-users-200606-part.mbox",
    "ponymail_unit_tests/maven_duplicates_2017_listsao_1.mbox",
    "ponymail_unit_tests/nexus-html-only.mbox",
    "ponymail_unit_tests/no_date.mbox",
    "ponymail_unit_tests/ponymail-dev-1079-mboxvm.mbox",
    "ponymail_unit_tests/ponymail-dev-1080-mboxvm.mbox",
    "ponymail_unit_tests/text_enriched.mbox",
)
_HAS_ID = "post_id NOT LIKE 'mbox:sha:%'"
_PLUS_ONE = r"regexp_matches(body, '(^|\n)[ \t]*\+1')"

NUMBERS = {
    "messages": "SELECT (SELECT count(*) FROM post) + (SELECT count(*) FROM anomaly WHERE code = 'duplicate')",
    "distinct_message_ids": f"SELECT count(*) FROM post WHERE {_HAS_ID}",
    "without_message_id": f"SELECT count(*) FROM post WHERE NOT {_HAS_ID}",
    "duplicate_message_ids": "SELECT count(*) FROM anomaly WHERE code = 'duplicate'",
    "distinct_from_addresses": "SELECT count(DISTINCT author_account_id) FROM post",
    "has_reply_headers": "SELECT count(*) FROM post WHERE parent_post_id IS NOT NULL",
    "reply_parent_in_file": "SELECT count(*) FROM post WHERE parent_status IN ('root', 'present')",
    "threads_roots": f"SELECT count(DISTINCT root_post_id) FROM thread JOIN post ON post_id = root_post_id WHERE {_HAS_ID}",
    "subject_vote": "SELECT count(*) FROM thread WHERE kind = 'vote'",
    "messages_with_unquoted_line_starting_plus1": f"SELECT count(*) FROM post WHERE {_PLUS_ONE}",
    "distinct_senders_plus1": f"SELECT count(DISTINCT author_account_id) FROM post WHERE {_PLUS_ONE}",
}
NOT_KEPT = {"from_lines_regex"}
"""Of envelopes the store keeps none: a bare "From " line opens a mail as well."""


@pytest.fixture(scope="module")
def expected(shared: Path) -> dict[str, dict[str, Any]]:
    return json.loads((shared / "exports/mbox/expected.json").read_text())


@pytest.fixture(scope="module", params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def store(sample: str, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    export = Export(shared / "exports/mbox" / sample)
    assert MboxReader().sniff(export)
    with Store(tmp_path_factory.mktemp("workspace")) as opened:
        opened.ingest(export, MboxReader())
        yield opened


def test_numbers(store: Store, sample: str, expected: dict[str, dict[str, Any]]):
    """Each count of the sample is exact."""
    found = {number: store.scalar(query) for number, query in NUMBERS.items()}
    assert found == {number: expected[sample][number] for number in NUMBERS}


def test_every_expected_number_is_asked_for(sample: str, expected: dict[str, dict[str, Any]]):
    """Nothing of expected.json is passed over, and no sample."""
    assert set(expected[sample]) == {*NUMBERS, *NOT_KEPT}
    assert set(expected) == set(SAMPLES)


def test_every_mail_has_words(store: Store, sample: str):
    """But for the mail that has none, each body is read, in a format cleaning knows."""
    empty = store.scalar("SELECT count(*) FROM post WHERE trim(body, ' \n') = ''")
    assert empty == (1 if sample.endswith("empty_body.mbox") else 0)
    assert store.scalar("SELECT count(*) FROM post WHERE body_format NOT IN ('mail', 'html')") == 0


def test_an_archive_within_a_zip(shared: Path, tmp_path: Path):
    """A groups.io download holds its mbox in a zip."""
    export = Export(shared / "exports/mbox/perceval/groupsio_messages.zip")
    assert MboxReader().sniff(export)
    with Store(tmp_path) as store:
        store.ingest(export, MboxReader())
        with export.open("messages.mbox") as stream:
            envelopes = sum(line.startswith(b"From ") for line in stream)
        assert store.scalar(NUMBERS["messages"]) == envelopes
