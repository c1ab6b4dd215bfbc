"""`forum-pulse evaluate`: how well texts are read, held against what people say of the same texts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..stages import Stages
from .options import Columns, Json, Quiet, told_columns
from .terminal import progress, show

if TYPE_CHECKING:
    from ..sentiment.evaluation import Judged
    from ..sentiment.labels import Item, Labels

_Parts = dict[str, list[dict[str, Any]]]


def evaluate(
    labels: Annotated[
        list[Path], typer.Argument(metavar="LABELS...", help="CSV files of labels, or folders of such files.")
    ],
    column: Columns = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the resampling behind the intervals.")] = 0,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say how well stance, polarity or acts are read, from texts that people have labelled.

    Columns: text and stance (with target), polarity, or act; parent, person and coder where there are any.

    Example: forum-pulse evaluate labels.csv
    """
    from ..report.listings import rows_json, rows_listing
    from ..sentiment.labels import label_files, read_labels

    names = told_columns(column)
    with progress(quiet) as watcher:
        read = [read_labels(file, names) for path in labels for file in label_files(path, names)]
        with Stages(watcher, sum(len(one.truth) for one in read))("reading texts"):
            found = [(one.name, _parts(one, seed)) for one in read]
    if json:
        kinds = dict.fromkeys(kind for _, parts in found for kind in parts)
        typer.echo(
            rows_json(
                {k: [{"file": n, **row} for n, parts in found for row in parts.get(k, [])] for k in kinds}
            )
        )
        return
    for name, parts in found:
        for kind, rows in parts.items():
            show(rows_listing(rows, title=f"\n{name}: {kind}"))


def _parts(labels: "Labels", seed: int) -> _Parts:
    """What is said of one file: its labels, figures, confusion, and how far its coders agree."""
    from ..sentiment.evaluation import agreement, confusion, figures
    from ..sentiment.labels import LEAST

    truth = labels.truth
    items = list(truth)
    enough = len(items) >= LEAST
    about: dict[str, Any] = {
        "task": labels.task,
        "texts": len(items),
        "persons": len({item.person for item in items} - {""}) or None,
        "coders": len(labels.coders),
        "left open": labels.left_open,
        "divided": len({row.item for row in labels.rows}) - len(items),
        "note": "" if enough else f"insufficient data: fewer than {LEAST} labelled texts",
    }
    parts: _Parts = {"labels": [about]}
    if enough:
        judged = _judged(labels, items, [truth[item] for item in items])
        parts |= {"figures": figures(judged, seed=seed), "confusion": confusion(judged)}
    if len(labels.coders) > 1:
        parts["agreement"] = agreement(labels)
    return parts


def _judged(labels: "Labels", items: "list[Item]", truth: list[str]) -> "Judged":
    """The texts, read by what reads them in an analysis."""
    import numpy as np

    from ..petitions import ActDetector
    from ..sentiment import PolarityClassifier, StanceClassifier
    from ..sentiment.evaluation import Judged
    from ..sentiment.labels import CLASSES

    classes = CLASSES[labels.task]
    texts = [item.text for item in items]
    probabilities = unclear = None
    if labels.task == "stance":
        reader = StanceClassifier()
        probabilities = reader.predict_proba(
            texts, [item.target for item in items], [item.parent for item in items]
        )
        unclear = probabilities.max(axis=1) < reader.abstain
    elif labels.task == "polarity":
        probabilities = PolarityClassifier().predict_proba(texts)
    predicted = (
        np.array(
            [classes.index(act) for act in ActDetector().predict(texts, [i.parent or None for i in items])]
        )
        if probabilities is None
        else probabilities.argmax(axis=1)
    )
    right = np.array([classes.index(label) for label in truth])
    return Judged(classes, right, predicted, [item.person for item in items], probabilities, unclear)
