"""Rows of database tables that were saved as XML.

Two forms: `<table><column/><row><value/></row></table>`, which tests of databases use, and
`<table_data><row><field name=""/></row></table_data>`, which mysqldump writes with --xml.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - it has no types

from ....errors import ExportError
from ...model import Anomaly
from ..archives import FAILURES
from ..export import Export

_TABLES = ("table", "table_data")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its table, its values by column, where it stands."""

    table: str
    values: dict[str, str | None]
    locator: str


def xml_rows(export: Export, member: str) -> Iterator[TableRow | Anomaly]:
    """Stream the rows of a member; entities are not expanded and nothing is fetched.

    Args:
        export: where it lies.
        member: its name.
    """
    columns: list[str] = []
    table = ""
    number = 0
    try:
        with export.open(member) as stream:
            walker = etree.iterparse(
                stream, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False
            )
            for event, node in walker:
                if event == "start":
                    if node.tag in _TABLES:
                        table, columns = node.get("name") or "", []
                elif node.tag == "column":
                    columns.append((node.text or "").strip())
                elif node.tag == "row":
                    number += 1
                    yield _row(node, table, columns, f"{member}:{node.sourceline or number}")
                    node.clear()
    except etree.XMLSyntaxError as error:
        detail = f"no XML after {number} rows: {str(error)[:100]}"
        yield Anomaly(code="truncated", locator=member, detail=detail)
    except (ExportError, *FAILURES) as error:
        yield Anomaly(code="unparsed", locator=member, detail=f"can't be read: {str(error)[:100]}")


def _row(node: Any, table: str, columns: list[str], locator: str) -> TableRow | Anomaly:
    fields = [child for child in node if child.tag in ("value", "field", "null")]
    if fields and fields[0].get("name"):
        values = {str(field.get("name")): _text(field) for field in fields}
        return TableRow(table, values, locator)
    if len(fields) != len(columns):
        detail = f"a row of {table} has {len(fields)} of {len(columns)} values: left out"
        return Anomaly(code="unparsed", locator=locator, detail=detail)
    return TableRow(table, dict(zip(columns, map(_text, fields), strict=True)), locator)


def _text(field: Any) -> str | None:
    is_null = field.tag == "null" or field.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"
    return None if is_null else "".join(field.itertext())
