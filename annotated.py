"""Values against annotations: a table of names and values becomes a dataclass, or an error says where not.

Unknown keys are refused, and the nearest known one is named.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from .errors import ConfigError, hint_for_choice


def build(kind: Any, raw: Mapping[str, Any], where: str) -> Any:
    """A dataclass from a table of values, nested tables built likewise.

    Args:
        kind: the dataclass.
        raw: values by name of field.
        where: what the table is called in messages.

    Raises:
        ConfigError: a key is unknown or missing, or a value is not what its field takes.
    """
    known = [entry.name for entry in fields(kind)]
    for key in raw:
        if key not in known:
            raise ConfigError(
                f"{where}: unknown key {key!r}", hint=hint_for_choice(key, known, what="known keys")
            )
    hints = get_type_hints(kind)
    values = {key: checked(hints[key], value, f"{where}: {key}") for key, value in raw.items()}
    try:
        return kind(**values)
    except TypeError as error:
        required = [entry.name for entry in fields(kind) if entry.name not in raw and _is_required(entry)]
        raise ConfigError(f"{where}: {', '.join(required)} is missing") from error


def _is_required(entry: Any) -> bool:
    return entry.default is MISSING and entry.default_factory is MISSING


def checked(annotation: Any, value: Any, where: str) -> Any:
    """One value as its annotation wants it, nested tables built on the way.

    Raises:
        ConfigError: it is not what the annotation takes.
    """
    arguments = get_args(annotation)
    if hasattr(annotation, "__dataclass_fields__"):
        return build(annotation, _expect(value, dict, where, "a table"), where)
    if arguments and annotation.__class__.__name__ in {"UnionType", "_UnionGenericAlias"}:
        return checked(next(a for a in arguments if a is not type(None)), value, where)
    if arguments and arguments[-1] is Ellipsis:
        items = _expect(value, list, where, "a list")
        return tuple(checked(arguments[0], item, f"{where}[{i + 1}]") for i, item in enumerate(items))
    if getattr(annotation, "__origin__", None) is Literal:
        if value not in arguments:
            hint = hint_for_choice(str(value), map(str, arguments))
            raise ConfigError(f"{where} = {value!r} is none of the choices", hint=hint)
        return value
    return _scalar(annotation, value, where)


def _scalar(annotation: Any, value: Any, where: str) -> Any:
    if annotation is Path:
        return Path(_expect(value, str, where, "a path in quotes"))
    if annotation is date:
        return _expect(
            value.date() if isinstance(value, datetime) else value, date, where, "a date: 2026-03-11"
        )
    if arguments := get_args(annotation):
        table = _expect(value, dict, where, "a table")
        return {str(key): _scalar(arguments[1], item, f"{where}.{key}") for key, item in table.items()}
    if annotation is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    names = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}
    if annotation is int and isinstance(value, bool):
        raise ConfigError(f"{where}: must be a whole number")
    return _expect(value, annotation, where, names[annotation])


def _expect(value: Any, kind: type, where: str, name: str) -> Any:
    if not isinstance(value, kind):
        raise ConfigError(f"{where}: must be {name}, not {value!r}")
    return value
