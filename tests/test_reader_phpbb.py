"""phpBB dumps: quoting of two databases, two kinds of marks, what must stay private."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from board_readers import FIXTURES, Asked, asked, utc

from forum_pulse.corpus.readers import Export
from forum_pulse.corpus.readers.boards.sql_dump import SqlDump
from forum_pulse.corpus.readers.boards.table_rows import TableRow, xml_rows

FOLDER = FIXTURES / "phpbb"


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with asked("phpbb", FOLDER / "mill.sql", tmp_path_factory.mktemp("phpbb")) as store:
        yield store


def test_escapes_and_columns_of_mysql(mill: Asked) -> None:
    """Columns come from CREATE TABLE where INSERT names none."""
    assert mill.posts("own_text")["10"] == 'Keep it open; it\'s "ours"\nSign below'
    assert mill.rows("SELECT name, size FROM attachment") == [("menu; 'friday'.pdf", 1200)]


def test_quotes_are_the_only_answers(mill: Asked) -> None:
    """A quote with a number is answered, else the first post is; the quoted are credited."""
    rows = mill.rows(
        "SELECT parent_post_id, parent_source FROM post WHERE post_id IN ('phpbb:11', 'phpbb:12') ORDER BY post_id"
    )
    assert rows == [("phpbb:10", "quote"), ("phpbb:10", "thread_root")]
    assert mill.posts("own_text")["11"] == "+1"
    assert mill.posts("own_text")["12"] == "no, never"
    author = mill.posts("author_account_id")
    spans = mill.rows(
        "SELECT post_id, quoted_account_id, quoted_post_id FROM span WHERE kind = 'quote' AND quoted_account_id IS NOT NULL ORDER BY 1"
    )
    assert spans == [("phpbb:11", author["10"], "phpbb:10"), ("phpbb:12", author["11"], None)]


def test_guests_are_nobody_stable(mill: Asked) -> None:
    """Poster 1 is many people; guests are told by the name they gave."""
    author = mill.posts("author_account_id")
    assert author["12"] != author["13"]
    kinds = mill.rows(
        "SELECT DISTINCT a.kind, is_stable_id FROM account a JOIN post ON account_id = author_account_id WHERE post_id IN ('phpbb:12', 'phpbb:13')"
    )
    assert kinds == [("anonymous", False)]
    assert mill.one("SELECT count(*) FROM account WHERE kind = 'bot'") == 1


def test_visibility(mill: Asked) -> None:
    """Waiting for approval, deleted by its author, deleted by somebody else."""
    states = mill.posts("state")
    assert states["13"] == "unapproved"
    assert states["14"] == "deleted_by_author"
    assert states["15"] == "removed"
    assert mill.one("SELECT has_deletions FROM source") is True


def test_private_rows_are_kept_and_marked(mill: Asked) -> None:
    """Messages, drafts and forums with a password."""
    private = {post for post, value in mill.posts("is_private").items() if value}
    assert private == {"20", "pm/1", "pm/2", "draft/1"}
    assert mill.posts("state")["draft/1"] == "draft"
    assert mill.posts("parent_post_id")["pm/2"] == "phpbb:pm/1"


def test_poll_votes_are_identified(mill: Asked) -> None:
    """Guests' votes are in the totals only."""
    assert mill.rows("SELECT text, votes FROM poll_option ORDER BY ordinal") == [
        ("Keep it", 2),
        ("Close it", 1),
    ]
    assert mill.one("SELECT count(DISTINCT account_id) FROM poll_vote") == 2
    assert mill.one("SELECT closes_at FROM poll") == utc(2024, 1, 2, 10)


def test_edits_thanks_and_shadows(mill: Asked) -> None:
    """An edit with time and count, thanks with who and when, and a topic that only points elsewhere."""
    assert mill.rows("SELECT edited_at, edit_count FROM post WHERE post_id = 'phpbb:10'") == [
        (utc(2024, 1, 1, 10, 13, 20), 2)
    ]
    assert mill.rows("SELECT name_raw, identity, created_at FROM reaction") == [
        ("thanks", "identified", utc(2024, 1, 1, 11, 20))
    ]
    assert mill.one("SELECT count(*) FROM thread WHERE thread_id = 'phpbb:3'") == 0
    assert mill.one("SELECT title FROM thread WHERE thread_id = 'phpbb:1'") == "Fridays & food"


def test_what_is_missing_or_unknown_is_told(mill: Asked) -> None:
    """A quoted post that is not here, a short topic, an odd column, tables that are not read."""
    details = {row[0] for row in mill.rows("SELECT detail FROM anomaly")}
    assert "answers '99', which is not in the export" in details
    assert "topic truncated 6/7" in details
    assert "posts: field 'post_mood' is unknown and was not read" in details
    assert "table phpbb_acl_users: 2 rows that hold no post, not read" in details


def test_postgres_keeps_backslashes(tmp_path: Path) -> None:
    """Quotes are doubled there, strings may hold line breaks, COPY has tabs."""
    with asked("phpbb", FOLDER / "mill_postgres.sql", tmp_path) as mill:
        assert mill.posts("body") == {
            "1": "C:\\",
            "2": "it's\ntwo lines; and (brackets)",
            "3": "tab\there",
        }
        assert mill.one("SELECT name FROM container") == "Canteen\tsouth"


def test_xml_of_mysqldump(tmp_path: Path) -> None:
    """Fields that bear their names."""
    with asked("phpbb", FOLDER / "mill.xml", tmp_path) as mill:
        assert mill.posts("own_text") == {"1": "hello"}


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    """Neither a file of this machine nor a bomb comes in through XML."""
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words", encoding="utf-8")
    path = tmp_path / "phpbb.xml"
    path.write_text(
        f"""<!DOCTYPE dataset [<!ENTITY x SYSTEM "file://{secret}">]>
        <dataset><table name="phpbb_posts"><column>post_id</column><column>post_text</column>
        <row><value>1</value><value>&x;</value></row></table></dataset>""",
        encoding="utf-8",
    )
    rows = [row for row in xml_rows(Export(path), path.name) if isinstance(row, TableRow)]
    assert all("hidden words" not in (value or "") for row in rows for value in row.values.values())


def test_columns_nobody_told(tmp_path: Path) -> None:
    """Rows without names are left out loudly, and a dump that ends early says so."""
    path = tmp_path / "phpbb.sql"
    path.write_text(
        "INSERT INTO phpbb_posts VALUES (1,2);\nINSERT INTO phpbb_posts (post_id) VALUES (3),('never",
        encoding="utf-8",
    )
    rows = list(SqlDump(Export(path), path.name))
    assert [row.code for row in rows if not isinstance(row, TableRow)] == [
        "unparsed",
        "unparsed",
        "truncated",
    ]
    assert [row.values for row in rows if isinstance(row, TableRow)] == [{"post_id": "3"}]
