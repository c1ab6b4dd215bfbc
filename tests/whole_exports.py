"""Whole exports of every format: the fixtures, and for formats whose tests build theirs what those tests build."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from forum_pulse.corpus.readers import Export, load

Files = dict[str, bytes]
"""An export: path of each file -> its bytes."""

FIXTURES = Path(__file__).parent / "fixtures"


def exports_of(name: str) -> list[Files]:
    """Whole exports of the format a reader reads."""
    reader = load(name)
    is_any = getattr(reader, "is_fallback", False)
    folders = sorted(path for path in FIXTURES.iterdir() if path.is_dir())
    found = [
        files_of(folder)
        for folder in folders
        if (folder.name == name if is_any else reader.sniff(Export(folder)))
    ]
    return found + (_BUILT[name]() if name in _BUILT else [])


def files_of(folder: Path) -> Files:
    """The files below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _decidim() -> list[Files]:
    from test_reader_decidim import TOLD

    return [{"proposals.json": as_json([TOLD, TOLD | {"id": 2}])}]


def _discourse_archive() -> list[Files]:
    from test_reader_discourse_archive import ADA, HEADER, LIKES, POSTS, table

    return [
        {
            "user_archive.csv": table([HEADER, *POSTS]).encode(),
            "likes.csv": table(LIKES).encode(),
            "preferences.json": as_json({"user": ADA}),
        }
    ]


def _discourse_backup() -> list[Files]:
    from test_reader_discourse_backup import dump

    return [{"dump.sql": dump().encode()}]


def _discourse_explorer() -> list[Files]:
    from test_reader_discourse_explorer import result

    return [{"pier.dcqresult.json": as_json(result())}]


def _github() -> list[Files]:
    from test_reader_github import ARCHIVE, EDITED, GRAPHQL, PAGES

    single = {"graphql.json": GRAPHQL, "archive.json": ARCHIVE, "edited.json": EDITED}
    return [_pages(PAGES), *({name: as_json(page)} for name, page in single.items())]


def _gitlab() -> list[Files]:
    from test_reader_gitlab import PAGES, PROJECT

    return [_pages(PAGES), _pages(PROJECT)]


def _rocket_chat() -> list[Files]:
    from test_reader_rocket_chat import dump

    with TemporaryDirectory() as folder:
        return [files_of(dump(Path(folder)))]


def _slack() -> list[Files]:
    from test_reader_slack import CORPORATE

    whole = files_of(FIXTURES / "slack" / "harbour")
    return [whole | {"general/2031-03-06.json": as_json(CORPORATE)}]


def _stack_exchange() -> list[Files]:
    from test_reader_stack_exchange import API, DUMP

    return [_pages(DUMP), _pages(API)]


def _tables() -> list[Files]:
    from xlsxwriter import Workbook

    text = (FIXTURES / "tables" / "forum.csv").read_text(encoding="utf-8-sig")
    book = io.BytesIO()
    with Workbook(book) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=";")):
            sheet.write_row(number, 0, row)
    return [{"forum.xlsx": book.getvalue()}]


def _viva_engage() -> list[Files]:
    from test_reader_viva_engage import message

    liked = message(2002, liked_by={"count": 2, "names": []})
    return [{"page.json": as_json({"messages": [message(2001), liked]})}]


_BUILT: dict[str, Callable[[], list[Files]]] = {
    "decidim": _decidim,
    "discourse-backup": _discourse_backup,
    "discourse-explorer": _discourse_explorer,
    "discourse-user-archive": _discourse_archive,
    "github": _github,
    "gitlab": _gitlab,
    "rocket-chat": _rocket_chat,
    "slack": _slack,
    "stack-exchange": _stack_exchange,
    "tables": _tables,
    "viva-engage": _viva_engage,
}
"""What has no fixture of its own because a test builds it."""


def as_json(document: Any) -> bytes:
    """A document as the bytes of a file."""
    # Half emoji have no UTF-8; written as escapes they are JSON all the same.
    return json.dumps(document).encode()


def _pages(pages: dict[str, Any]) -> Files:
    return {
        name: page if isinstance(page, bytes) else page.encode() if isinstance(page, str) else as_json(page)
        for name, page in pages.items()
    }


def write(folder: Path, files: dict[str, Any]) -> Path:
    """Write the files of an export below a folder: bytes and texts as they are, all else as JSON."""
    for name, data in _pages(files).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder
