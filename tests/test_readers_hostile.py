"""Hostile exports of every format: whatever is in the files, records come out or an error in words.

Each registered reader is given its own whole exports, damaged by chance (`hostile`) and in each of the ways
named here. More examples: `pytest tests/test_readers_hostile.py --hypothesis-profile thorough`.
"""

import gzip
import io
import json
import random
import re
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hostile import damage, spoiled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_checks import survives
from whole_exports import Files, as_json, exports_of, write

from forum_pulse.corpus.readers import Export, compression, load, names
from forum_pulse.corpus.store import Store
from forum_pulse.errors import ForumPulseError, UnsafeExportError

settings.register_profile("thorough", max_examples=500)
EXAMPLES = 500 if settings.get_current_profile_name() == "thorough" else 5
EXPORTS = [(name, number) for name in names() for number in range(len(exports_of(name)))]
each_export = pytest.mark.parametrize(("name", "number"), EXPORTS, ids=str)
SECRET = "what-lies-outside-the-export"


@cache
def whole(name: str, number: int) -> Files:
    """One of a reader's exports as it should be."""
    return exports_of(name)[number]


def values(document: Any, change: Callable[[str, Any], Any], key: str = "") -> Any:
    """The document with each value that is no list or object as `change` makes it from its key and itself."""
    if isinstance(document, dict):
        return {name: values(inner, change, name) for name, inner in document.items()}
    if isinstance(document, list):
        return [values(inner, change, key) for inner in document]
    return change(key, document)


def documents(files: Files, change: Callable[[Any], Any]) -> Files:
    """The export with each JSON document in it changed, whole or a line each."""
    found = dict(files)
    for name, data in files.items():
        try:
            found[name] = as_json(change(json.loads(data)))
        except ValueError:
            if PurePosixPath(name).suffix in {".jsonl", ".ndjson"}:
                lines = [line for line in data.splitlines() if line.strip().startswith(b"{")]
                found[name] = b"\n".join(
                    as_json(change(json.loads(line))) for line in lines if line.endswith(b"}")
                )
    return found


def texts(files: Files, change: Callable[[str], str], plain: Callable[[bytes], bytes]) -> Files:
    """The export with each text changed: in JSON values, elsewhere in the bytes."""
    changed = documents(
        files,
        lambda document: values(
            document, lambda _, value: change(value) if isinstance(value, str) else value
        ),
    )
    return {name: plain(data) if data == files[name] else data for name, data in changed.items()}


def nested(opening: bytes, closing: bytes, depth: int) -> Callable[[Files], Files]:
    """Every file, and every first value in it, is brackets in brackets."""
    pit = opening * depth + closing * depth

    def change(files: Files) -> Files:
        inside = {
            f"in-{name}": re.sub(rb'(":\s*)("[^"\\]*"|\d+)', rb"\1" + pit, data, count=3)
            for name, data in files.items()
        }
        return (
            inside
            | {name: pit if name.endswith("n") else data for name, data in files.items()}
            | {"pit.json": pit}
        )

    return change


def nul(files: Files) -> Files:
    return texts(files, lambda text: f"\0{text}\0", lambda data: data.replace(b"e", b"e\0"))


def surrogates(files: Files) -> Files:
    return texts(files, lambda text: f"\ud83d{text}\ude00", lambda data: data.replace(b"e", b"e\xed\xa0\xbd"))


def mojibake(files: Files) -> Files:
    return texts(
        files,
        lambda text: text.encode("utf-8", "replace").decode("latin-1"),
        lambda data: data.decode("utf-8", "replace").encode("utf-16"),
    )


def latin(files: Files) -> Files:
    return {
        name: data.decode("utf-8", "replace").encode("latin-1", "replace") + b"\xe9\xff"
        for name, data in files.items()
    }


def giant(files: Files) -> Files:
    long = "x" * 1_000_000
    return texts(
        files,
        lambda text: text + long[: 200_000 if " " in text else 9],
        lambda data: data + b"\n" + long.encode() + data,
    )


def year(text: str, number: int) -> Callable[[Files], Files]:
    """Every time in the files is in this year."""

    def moment(key: str, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 1e8:
            return number * (1000 if value > 1e11 else 1)
        if isinstance(value, str) and re.fullmatch(r"\d{9,13}(\.\d+)?", value):
            return str(number)
        return re.sub(r"\b(19|20)\d\d(?=[-/])", text, value) if isinstance(value, str) else value

    def plain(data: bytes) -> bytes:
        return re.sub(rb"\b(19|20)\d\d\b", text.encode(), data)

    def change(files: Files) -> Files:
        changed = documents(files, lambda document: values(document, moment))
        return {name: plain(data) if data == files[name] else data for name, data in changed.items()}

    return change


def doubled(files: Files) -> Files:
    """Everything comes twice: entries, lines, files."""

    def twice(document: Any) -> Any:
        if isinstance(document, dict):
            return {key: twice(inner) for key, inner in document.items()}
        return [twice(inner) for inner in document] * 2 if isinstance(document, list) else document

    again = documents(files, twice)
    lines = {
        name: b"".join(line * 2 for line in data.splitlines(keepends=True)) for name, data in files.items()
    }
    more = {name: lines[name] if data == files[name] else data for name, data in again.items()}
    return more | {f"again/{name}": data for name, data in files.items()}


def circles(files: Files) -> Files:
    """Whatever has a parent is its own, or the parent of its parent."""
    ids = re.compile(r"(^|_|\b)(id|key|guid|iid|ts|number|uuid)$", re.IGNORECASE)
    parents = re.compile(r"parent|reply|root|thread|topic|replied|in_reply_to|target", re.IGNORECASE)

    def turned(document: Any) -> Any:
        if isinstance(document, list):
            return [turned(inner) for inner in document]
        if not isinstance(document, dict):
            return document
        own = next(
            (value for key, value in document.items() if ids.search(key) and not parents.search(key)), 1
        )
        return {
            key: own if parents.search(key) and not isinstance(inner, dict | list) else turned(inner)
            for key, inner in document.items()
        }

    def plain(data: bytes) -> bytes:
        data = re.sub(rb'(?i)(\bId="[^"]*")([^>]*ParentId=)"[^"]*"', rb'\1\2"1"', data)
        return re.sub(rb"(?i)(In-Reply-To|References|Message-ID): *<[^>]*>", rb"\1: <one@quay.example>", data)

    changed = documents(files, turned)
    return {name: plain(data) if data == files[name] else data for name, data in changed.items()}


def same_ids(files: Files) -> Files:
    """Every id in the files is the same."""
    changed = documents(
        files,
        lambda document: values(document, lambda key, value: 1 if re.search(r"(?i)id$", key) else value),
    )
    return {
        name: re.sub(
            rb'(?i)Id="\d+"|(?<=[\t\n,;(])\d+(?=[\t,;])', lambda found: re.sub(rb"\d+", b"1", found[0]), data
        )
        if data == files[name]
        else data
        for name, data in changed.items()
    }


def empty(files: Files) -> Files:
    return dict.fromkeys(files, b"")


THINGS: dict[str, Callable[[Files], Files]] = {
    "deep lists": nested(b"[", b"]", 100_000),
    "deep objects": nested(b'{"a":', b"}", 30_000),
    "deep and valid": nested(b'[{"replies":', b"}]", 150),
    "huge numbers": lambda files: documents(
        files,
        lambda document: values(document, lambda _, value: 10**3000 if isinstance(value, int) else value),
    ),
    "NUL bytes": nul,
    "lone surrogates": surrogates,
    "mojibake": mojibake,
    "no UTF-8": latin,
    "giant lines": giant,
    "year 0": year("0000", -62_167_219_200),
    "year 9999": year("9999", 253_402_300_799),
    "duplicates": doubled,
    "one id for all": same_ids,
    "cyclic parents": circles,
    "empty files": empty,
}


@each_export
def test_as_it_should_be(name: str, number: int, tmp_path: Path) -> None:
    """Undamaged, the reader reads it: what is damaged below is an export indeed."""
    assert survives(load(name), write(tmp_path, whole(name, number)))


@pytest.mark.parametrize("thing", THINGS)
@each_export
def test_hostile_things(name: str, number: int, thing: str, tmp_path: Path) -> None:
    """One thing wrong, everywhere at once: the reader goes to the end or says no."""
    survives(load(name), write(tmp_path, THINGS[thing](whole(name, number))))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all that is read: opening it takes longer than most exports."""
    with Store(tmp_path_factory.mktemp("store")) as opened:
        yield opened


@pytest.mark.parametrize("name", names())
def test_hostile_things_in_the_store(name: str, store: Store, tmp_path: Path) -> None:
    """What a reader makes of them, the store takes: circles, years, halves of emoji, chance damage."""
    dice = random.Random(name)
    files = whole(name, dice.randrange(len(exports_of(name))))
    hostile = {
        "circles": surrogates(circles(files)),
        "years": nul(THINGS["year 9999"](doubled(files))),
        "one id": damage(same_ids(files), dice),
    }
    for turn, changed in hostile.items():
        with suppress(ForumPulseError):
            store.ingest(Export(write(tmp_path / turn, changed)), load(name))


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(dice=st.randoms(use_true_random=False))
@each_export
def test_damaged_by_chance(
    name: str, number: int, dice: random.Random, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Files torn, values of another type, cells gone: records, or an error in words."""
    folder = tmp_path_factory.mktemp("damaged")
    survives(load(name), write(folder, damage(whole(name, number), dice)))
    shutil.rmtree(folder)


@each_export
def test_one_value_after_the_other(name: str, number: int, tmp_path: Path) -> None:
    """Any one value may be gone or odd: of most such exports the rest is read."""
    files = whole(name, number)
    found: list[bool] = []
    for file, data in files.items():
        try:
            document = json.loads(data)
        except ValueError:
            continue
        size = data.count(b":")
        forms = spoiled(document, step=max(1, size * len(files) // 10))
        found += [
            bool(survives(load(name), write(tmp_path, files | {file: as_json(form)}))) for form in forms
        ]
    assert sum(found) >= len(found) / 2


def zipped(files: Files) -> bytes:
    """A zip archive of files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def tarred(files: Files, *others: tarfile.TarInfo) -> bytes:
    """A tar archive of files, and what else may lie in one."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for info in others:
            archive.addfile(info)
        for name, data in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return target.getvalue()


@pytest.mark.parametrize("name", names())
def test_bombs_are_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive with a bomb in it, and a compressed member that is one: an error in words, or the rest."""
    monkeypatch.setattr(compression, "_RATIO_FLOOR", 1 << 19)
    bomb = b" " * (1 << 20)
    files = whole(name, 0)
    (tmp_path / "export.zip").write_bytes(zipped(files | {"bomb.json": bomb}))
    (tmp_path / "export.tar.gz").write_bytes(gzip.compress(tarred(files | {"bomb.json": bomb})))
    for archive in ("export.zip", "export.tar.gz"):
        with pytest.raises(UnsafeExportError):
            Export(tmp_path / archive)
    packed = {f"{file}.gz": gzip.compress(data + bomb) for file, data in files.items()}
    survives(load(name), write(tmp_path / "folder", packed))


@pytest.mark.parametrize(
    "escape", ["../out.json", "/out.json", "a/../../out.json", "..\\out.json", "C:/../../out.json"]
)
@pytest.mark.parametrize("name", names())
def test_names_that_climb_out(name: str, escape: str, tmp_path: Path) -> None:
    """No archive with such a member is read at all."""
    for archive, pack in (("export.zip", zipped), ("export.tar", tarred)):
        (tmp_path / archive).write_bytes(pack({**whole(name, 0), escape: b"[]"}))
        with pytest.raises(UnsafeExportError):
            Export(tmp_path / archive)


def link(name: str, kind: bytes, target: Path) -> tarfile.TarInfo:
    """A member of a tar that is no file."""
    about = tarfile.TarInfo(name)
    about.type, about.linkname, about.mode = kind, str(target), stat.S_IRUSR
    return about


@each_export
def test_links_and_devices_in_a_tar(name: str, number: int, tmp_path: Path) -> None:
    """What is no file in a tar is not there: no link is followed, no device opened."""
    (tmp_path / "secret.json").write_text(SECRET)
    kinds = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
    others = [
        link(f"messages{place}.json", kind, tmp_path / "secret.json") for place, kind in enumerate(kinds)
    ]
    files = whole(name, number)
    (tmp_path / "export.tar").write_bytes(tarred(files, *others))
    (tmp_path / "plain" / "x").mkdir(parents=True)
    (tmp_path / "plain" / "export.tar").write_bytes(tarred(files))
    assert Export(tmp_path / "export.tar").members == Export(tmp_path / "plain" / "export.tar").members
    records = survives(load(name), tmp_path / "export.tar")
    assert len(records) == len(survives(load(name), tmp_path / "plain" / "export.tar"))
    assert SECRET not in str(records)


DECLARED = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">
<!ENTITY bomb "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY outside SYSTEM "file://%s"><!ENTITY %% more SYSTEM "file://%s"> %%more;]>
"""
XML = [
    (name, number)
    for name, number in EXPORTS
    if any(file.endswith(".xml") for file in exports_of(name)[number])
]


@pytest.mark.parametrize("entity", [b"&bomb;", b"&outside;"])
@pytest.mark.parametrize(("name", "number"), XML)
def test_xml_entities(name: str, number: int, entity: bytes, tmp_path: Path) -> None:
    """Entities of a document's own are not unfolded, files outside are not opened."""
    (tmp_path / "secret").write_text(SECRET)
    outside = str(tmp_path / "secret").encode()
    files = {
        file: DECLARED % (outside, outside) + re.sub(rb"^\xef\xbb\xbf|<\?xml[^>]*\?>", b"", data).replace(b'="', b'="' + entity).replace(b"</", entity + b"</")
        for file, data in whole(name, number).items()
        if file.endswith(".xml")
    }  # fmt: skip
    records = str(survives(load(name), write(tmp_path / "export", whole(name, number) | files)))
    assert SECRET not in records
    assert "a" * 10_000 not in records


# What the coverage-guided runs of `fuzz_readers.py` have found, cut down.
FOUND: dict[str, tuple[str, str, bytes]] = {
    "a column named twice": (
        "discourse-backup",
        "dump.sql",
        b"-- PostgreSQL database dump\nCOPY public.posts (id, topic_id, post_number, raw, raw) FROM stdin;\n1\t1\t1\tx\n\\.\n",
    ),
    "a list among the ids of a page": (
        "mattermost",
        "page0.json",
        b'{"order":[[]],"posts":{"a":{"id":"a","channel_id":"c","create_at":1930000000000,"message":"x"}}}',
    ),
    "a list for the kind of a reaction": (
        "github",
        "1.json",
        b'[{"id":7,"user":{"login":"bo"},"content":["x"]}]',
    ),
    "mails without a hash": (
        "hyperkitty",
        "page.json",
        b'[{"message_id":"a@x","content":"x","mailinglist":"l","thread":"/thread/GONE/"},{"message_id":"b@x","content":"y","mailinglist":"l","thread":"/thread/GONE/"}]',
    ),
    "half an emoji in a column's name": (
        "discourse-explorer",
        "x.dcqresult.json",
        b'{"success":true,"errors":[],"columns":["\\ud83d","text"],"rows":[[1,"x"]]}',
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_once_a_crash(case: str, tmp_path: Path) -> None:
    """What crashed a reader once does so no more."""
    name, file, data = FOUND[case]
    survives(load(name), write(tmp_path, {file: data}))
