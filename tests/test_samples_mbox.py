"""Real mail archives beyond their figures (those stand in samples/mbox.toml): words, zips, guesses."""

from collections.abc import Iterator
from pathlib import Path

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
        duplicates = store.scalar("SELECT count(*) FROM anomaly WHERE code = 'duplicate'")
        assert store.scalar("SELECT count(*) FROM post") + duplicates == envelopes
