"""One suite for all estimators: scikit-learn's contract, as far as it goes for texts."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fakes import FakeEmbedder

import forum_pulse as fp
from forum_pulse.errors import ConfigError, ParameterError
from forum_pulse.petitions.learned import LABELS
from forum_pulse.sentiment import POLARITIES, STANCES
from forum_pulse.topics import Codebook, Theme

TEXTS = [
    "I support this, please add my name.",
    "The tool broke the build again and I am fed up with it.",
    "Lunch is at noon.",
    "",
]
FORUM = [f"parking space {number} for cars near the gate" for number in range(70)] + [
    f"lunch number {number} in the canteen with warm soup" for number in range(70)
]
CODEBOOK = Codebook(
    "tiny", (Theme("lunch", "Food.", cues=("lunch*",)), Theme("build", "CI.", cues=("build",)))
)
EMBEDDER = FakeEmbedder()
GIVEN: dict[str, dict[str, Any]] = {
    "ActDetector": {"learned": False},
    "PolarityClassifier": {},
    "StanceClassifier": {"abstain": 0.7, "cache": Path("somewhere")},
    "ThemeModel": {"codebook": CODEBOOK, "embedder": EMBEDDER},
    "TopicModel": {"seed": 3, "min_topic_size": 5, "embedder": EMBEDDER},
}
"""Parameters that are not the default, for each estimator."""
every_estimator = pytest.mark.parametrize("name", GIVEN)
classifiers = pytest.mark.parametrize(
    "name", ["ActDetector", "PolarityClassifier", pytest.param("StanceClassifier", marks=pytest.mark.models)]
)


def made(name: str, **more: Any) -> Any:
    return getattr(fp, name)(**{**GIVEN[name], **more})


def predicted(name: str, texts: Sequence[str], tmp_path: Path) -> list[str]:
    """Predictions; stance is asked towards one target."""
    if name == "StanceClassifier":
        return made(name, cache=tmp_path).predict(texts, ["the tool"] * len(texts))
    return made(name).predict(texts)


def test_every_public_estimator_is_in_this_suite() -> None:
    """Whatever has a predict or a fit."""
    public = {
        name
        for name in fp.__all__
        if hasattr(getattr(fp, name), "predict") or hasattr(getattr(fp, name), "fit")
    }
    assert public == set(GIVEN)


@every_estimator
def test_parameters_are_the_very_objects_given(name: str) -> None:
    """The constructor keeps what it was given and does nothing with it."""
    estimator = made(name)
    assert all(estimator.get_params()[key] is value for key, value in GIVEN[name].items())
    assert estimator.get_params(deep=False).keys() == estimator.get_params().keys()


@every_estimator
def test_clone_makes_an_equal_one(name: str) -> None:
    """scikit-learn's own clone, of a default and of a changed one."""
    from sklearn.base import clone

    for estimator in (getattr(fp, name)(), made(name)):
        copy = clone(estimator)
        assert copy is not estimator
        shown, expected = (re.sub(r" at 0x\w+", "", repr(one)) for one in (copy, estimator))
        assert shown == expected


@every_estimator
def test_parameters_are_set_by_name_or_refused(name: str) -> None:
    """All or none; the error is scikit-learn's ValueError and ours, and names what there is."""
    estimator = getattr(fp, name)()
    assert estimator.set_params(**GIVEN[name]) is estimator
    assert all(estimator.get_params()[key] is value for key, value in GIVEN[name].items())
    before = estimator.get_params()
    for kind in (ValueError, ConfigError, ParameterError):
        with pytest.raises(kind, match="no parameter 'nonsense'"):
            estimator.set_params(**dict.fromkeys(GIVEN[name]), nonsense=1)
    assert estimator.get_params() == before


@every_estimator
def test_repr_tells_how_to_make_it_again(name: str) -> None:
    """Only what is not the default."""
    assert repr(getattr(fp, name)()) == f"{name}()"
    given = ", ".join(f"{key}={value!r}" for key, value in sorted(GIVEN[name].items()))
    shown = repr(made(name)).removeprefix(f"{name}(").removesuffix(")")
    assert len(shown) == len(given)
    assert all(f"{key}={value!r}" in shown for key, value in GIVEN[name].items())


@every_estimator
def test_fit_returns_the_estimator(name: str) -> None:
    """With texts alone and with labels, as pipelines call it."""
    estimator = made(name)
    assert estimator.fit(FORUM) is estimator
    assert estimator.fit(FORUM, None) is estimator


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("ActDetector", LABELS),
        ("PolarityClassifier", POLARITIES),
        ("StanceClassifier", STANCES),
        ("ThemeModel", ("lunch", "build")),
    ],
)
def test_classes_stand_in_the_order_of_the_contract(name: str, classes: tuple[str, ...]) -> None:
    """An array, as scikit-learn has it."""
    found = made(name).classes_
    assert isinstance(found, np.ndarray)
    assert tuple(found) == classes


@classifiers
def test_predictions_are_classes_and_depend_on_the_text_alone(name: str, tmp_path: Path) -> None:
    """One a text, in any order and any company; none for none."""
    found = predicted(name, TEXTS, tmp_path)
    assert len(found) == len(TEXTS)
    assert set(found) <= set(made(name).classes_)
    assert predicted(name, TEXTS[::-1], tmp_path) == found[::-1]
    assert [predicted(name, [text], tmp_path)[0] for text in TEXTS] == found
    assert predicted(name, [], tmp_path) == []


@pytest.mark.parametrize(
    "name", ["PolarityClassifier", pytest.param("StanceClassifier", marks=pytest.mark.models)]
)
def test_probabilities_go_with_predictions(name: str, tmp_path: Path) -> None:
    """A row a text, a column a class, rows sum to 1, the largest is the prediction."""
    model = made(name, cache=tmp_path) if name == "StanceClassifier" else made(name)
    more = (["the tool"] * len(TEXTS),) if name == "StanceClassifier" else ()
    probabilities = model.predict_proba(TEXTS, *more)
    assert probabilities.shape == (len(TEXTS), len(model.classes_))
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert list(model.classes_[probabilities.argmax(axis=1)]) == model.predict(TEXTS, *more)


@pytest.mark.parametrize("name", ["ActDetector", "PolarityClassifier", "ThemeModel"])
def test_it_ends_a_pipeline(name: str) -> None:
    """scikit-learn's pipeline fits it and asks it, and knows what it is."""
    from sklearn.base import is_classifier
    from sklearn.pipeline import make_pipeline

    assert is_classifier(made(name)) == (name != "ThemeModel")
    assert make_pipeline(made(name)).fit(TEXTS).predict(TEXTS) == made(name).predict(TEXTS)


def test_topics_are_learnt_anew_by_every_fit() -> None:
    """The second fit knows nothing of the first, and a seed gives the same labels."""
    once = made("TopicModel").fit(FORUM)
    again = made("TopicModel").fit(FORUM[::-1]).fit(FORUM)
    assert once.labels_.shape == (len(FORUM),)
    assert once.labels_.tolist() == again.labels_.tolist()


def asked(name: str, texts: Any, tmp_path: Path) -> list[Any]:
    """What an estimator says of texts, however they are held; stance is asked towards one target."""
    if name == "TopicModel":
        return list(made(name).fit(texts).labels_)
    if name == "StanceClassifier":
        return made(name, cache=tmp_path).predict(texts, ["the tool"] * len(TEXTS))
    return getattr(fp, name)(**({} if name == "ActDetector" else GIVEN[name])).predict(texts)


@pytest.mark.parametrize(
    "name",
    [
        "ActDetector",
        "PolarityClassifier",
        "ThemeModel",
        "TopicModel",
        pytest.param("StanceClassifier", marks=pytest.mark.models),
    ],
)
def test_texts_keep_their_places_whatever_holds_them(name: str, tmp_path: Path) -> None:
    """A column that was sorted has labels that are no places; a generator can be gone through once."""
    texts = FORUM if name == "TopicModel" else TEXTS
    column = pd.Series(texts[::-1]).sort_index(ascending=False)
    assert column.tolist() == texts
    expected = asked(name, texts, tmp_path)
    assert len(set(map(str, expected))) > 1
    for held in (column, np.array(texts), tuple(texts), (text for text in texts)):
        assert asked(name, held, tmp_path) == expected


@pytest.mark.parametrize("name", ["ActDetector", "PolarityClassifier", "ThemeModel", "TopicModel"])
@pytest.mark.parametrize("texts", ["one text", pd.DataFrame({"text": TEXTS}), ["a text", float("nan")]])
def test_what_is_no_list_of_texts_is_refused(name: str, texts: Any, tmp_path: Path) -> None:
    """One string is not a list of letters, a table not a list of its columns, an empty cell no text."""
    with pytest.raises(TypeError, match="texts is a list of strings"):
        asked(name, texts, tmp_path)


@pytest.mark.models
def test_each_of_the_three_lists_of_the_stance_reader_is_named(tmp_path: Path) -> None:
    """Whichever of them is wrong."""
    model = made("StanceClassifier", cache=tmp_path)
    for what, given in {
        "texts": ("a", ["b"]),
        "targets": (["a"], "b"),
        "parents": (["a"], ["b"], "c"),
    }.items():
        with pytest.raises(TypeError, match=f"{what} is a list of strings"):
            model.predict(*given)
