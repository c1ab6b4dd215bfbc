"""Damage for fixtures: keys gone, values of another type, files cut off or not text."""

import csv
import io
import json
import random
from pathlib import Path
from typing import Any

SEEDS = 1 << 32
_ODD: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1e308, "", "\x00", "null", "\ud83d", "../../x", "=1+1", [], {}, [[]],
    [None, 7, "x"], {"a": {"b": []}}, "9" * 400, "2031-13-45T99:00:00Z", "<b><i>" * 50,
)  # fmt: skip


def mutate(folder: Path, seed: int) -> None:
    """Damage one to four files below the folder, the same way for the same seed."""
    dice = random.Random(seed)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in dice.sample(files, k=min(len(files), dice.randint(1, 4))):
        if dice.random() < 0.2:
            data = path.read_bytes()
            path.write_bytes(
                data[: dice.randint(0, len(data))] + dice.choice([b"", b"\xff\xfe", b'"', b"[{"])
            )
        elif path.suffix == ".json":
            document = json.loads(path.read_text(encoding="utf-8"))
            for _ in range(dice.randint(1, 8)):
                document = _changed(document, dice)
            path.write_text(json.dumps(document), encoding="utf-8")
        elif path.suffix == ".csv":
            _change_table(path, dice)


def _changed(value: Any, dice: random.Random) -> Any:
    """The value with one thing in it changed, somewhere."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        key = dice.choice(sorted(value))
        if dice.random() < 0.2:
            return {name: inner for name, inner in value.items() if name != key}
        return {**value, key: _changed(value[key], dice)}
    if isinstance(value, list) and value and dice.random() < 0.95:
        index = dice.randrange(len(value))
        return [*value[:index], _changed(value[index], dice), *value[index + 1 :]]
    return dice.choice(_ODD)


def _change_table(path: Path, dice: random.Random) -> None:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    for _ in range(dice.randint(1, 6)):
        row = dice.choice(rows)
        if row and dice.random() < 0.3:
            del row[dice.randrange(len(row))]
        elif row:
            odd = dice.choice(_ODD)
            row[dice.randrange(len(row))] = str(odd).replace("\ud83d", "?")
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
