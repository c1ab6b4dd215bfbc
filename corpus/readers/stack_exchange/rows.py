"""The rows of a dump's files, streamed; of the lists of an administrator's export, `json_rows`.

An XML file is one long list of `<row .../>`, all data in attributes. Nothing outside the file is ever looked
up, a file that defines entities is not read, and characters that XML forbids are passed over with an anomaly,
not with the rest of the file.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  # a C module without stubs

from ....errors import ExportError
from ...model import Anomaly
from ..export import Export
from .json_rows import are_typed, json_rows

_TAG = re.compile(r"[^<>|\s]+")
_FILE = re.compile(
    r"(?:.*[-_/])?(posts|comments|votes|users|posthistory|badges|tags|postlinks)\.(xml|json)\Z"
)
_SMALL = ("_INVALID_CHAR", "_INVALID_CHARREF", "_UNDECLARED_ENTITY")
"""What libxml2 calls faults after which it reads on as if nothing had been."""
_DIGITS = 18
_WHOLE = re.compile(r"-?\d{1,18}\Z")
_SHOWN = 5
"""How many faults of one file are told one by one."""


def files_of(export: Export) -> dict[str, list[str]]:
    """Kind of file ("posts", "votes") -> members, whatever the case of their names.

    Lists of JSON are a dump's files only where there is no XML, and posts among them say so.
    """
    files: dict[str, dict[str, list[str]]] = {"xml": {}, "json": {}}
    for member in export.members:
        found = _FILE.match(member.lower())
        if found:
            files[found[2]].setdefault(found[1], []).append(member)
    lists = files["json"]
    return files["xml"] or (lists if are_typed(export, lists.get("posts", [])) else {})


def rows(
    export: Export, member: str, names: tuple[str, ...] = ()
) -> Iterator[tuple[dict[str, str], str] | Anomaly]:
    """The rows of a file as attributes, each with where it stands; what is wrong with the file comes last.

    Args:
        export: where the member lies.
        member: its name.
        names: attributes that are looked at; none for all.
    """
    if member.lower().endswith(".json"):
        yield from json_rows(export, member, names)
        return
    number = 0
    try:
        with export.open(member) as stream:
            context: Any = etree.iterparse(
                stream,
                events=("end",),
                tag="row",
                recover=True,
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
            )
            for _, element in context:
                if not number and element.getroottree().docinfo.internalDTD is not None:
                    detail = "it defines a document type, as no dump does: not read"
                    yield Anomaly(code="truncated", locator=member, detail=detail)
                    return
                number += 1
                yield _told(element, names), f"{member}:{number}"
                _forget(element)
            yield from _logged(context.error_log, member)
    except (etree.XMLSyntaxError, ExportError, OSError, EOFError, ValueError) as error:
        detail = f"damaged or cut off after {number} rows: {str(error)[:120]}"
        yield Anomaly(code="truncated", locator=member, detail=detail)


def _told(element: Any, names: tuple[str, ...]) -> dict[str, str]:
    if not names:
        return dict(element.attrib)
    return {name: value for name in names if (value := element.get(name)) is not None}


def _forget(element: Any) -> None:
    """Free a row and all before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _logged(log: Any, member: str) -> Iterator[Anomaly]:
    """Faults the parser passed over; of others, whatever stands behind them may be lost."""
    for number, entry in enumerate(log):
        is_small = str(entry.type_name).endswith(_SMALL)
        if number >= _SHOWN and is_small:
            continue
        result = "passed over" if is_small else "what follows may be missing"
        yield Anomaly(
            code="unparsed" if is_small else "truncated",
            locator=f"{member}:line {entry.line}",
            detail=f"{str(entry.message).strip()[:120]}: {result}",
        )
    if len(log) > _SHOWN:
        yield Anomaly(code="unparsed", locator=member, detail=f"{len(log)} faults of the XML in all")


def number_of(row: dict[str, str], name: str) -> int | None:
    """A whole number in an attribute, else None."""
    value = row.get(name)
    if value is None:
        return None
    is_plain = value.isdecimal() and value.isascii() and len(value) <= _DIGITS
    return int(value) if is_plain or _WHOLE.match(value) else None


def tags_of(text: str) -> str:
    """Tags with blanks between them, however a dump writes them: "<a><b>" once, "|a|b|" today."""
    return " ".join(_TAG.findall(text))
