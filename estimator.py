"""What scikit-learn asks of an estimator, without importing scikit-learn.

Deriving from its `BaseEstimator` would load scikit-learn with the first `import forum_pulse.topics`.
Parameters are the arguments of `__init__`, stored as they were given; what is learnt ends in an underscore;
`fit` returns the estimator itself. One suite of tests holds all of ours to that (tests/test_estimators.py).
"""

import inspect
from collections.abc import Iterable
from typing import Any, ClassVar, Literal, Self

from .errors import ParameterError


def texts_of(given: Iterable[str], what: str = "texts") -> list[str]:
    """Texts as a list, one after the other as they stand in whatever holds them.

    A pandas Series is asked by its labels where a list is asked by places: sorted or filtered, it would give
    each text another's answer.

    Args:
        given: texts in a row: a list, a Series, an array, a generator.
        what: the argument's name.

    Raises:
        TypeError: one string, a table, or something in it that is no string.
    """
    if isinstance(given, str) or getattr(given, "ndim", 1) != 1:
        raise TypeError(f"{what} is a list of strings")
    found = list(given)
    for place, text in enumerate(found):
        # A cell that pandas read as empty is a number, nan.
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers may not check
            raise TypeError(f"{what} is a list of strings, but number {place} is {text!r}")
    return found


class Estimator:
    """Parameters and tags as scikit-learn's `clone`, searches and pipelines ask for them."""

    _kind: ClassVar[Literal["classifier", "clusterer"] | None] = None
    _learns: ClassVar[bool] = True

    def __sklearn_tags__(self) -> Any:
        """What kind of estimator this is: asked by scikit-learn alone, so it is loaded already."""
        from sklearn.utils import InputTags, Tags, TargetTags

        return Tags(
            estimator_type=self._kind,
            target_tags=TargetTags(required=False),
            input_tags=InputTags(two_d_array=False, string=True),
            requires_fit=self._learns,
        )

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 - scikit-learn's signature
        """The parameters by name, as given."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params: Any) -> Self:
        """Change parameters; what was learnt stays until the next `fit`.

        Raises:
            ParameterError: there is no such parameter.
        """
        known = self.get_params()
        for name in params:
            if name not in known:
                raise ParameterError(
                    f"{type(self).__name__} has no parameter {name!r}",
                    hint=f"known: {', '.join(sorted(known))}",
                )
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        """How to make it again: the parameters that are not the default."""
        defaults = {name: entry.default for name, entry in inspect.signature(type(self)).parameters.items()}
        given = [
            f"{name}={value!r}" for name, value in self.get_params().items() if value is not defaults[name]
        ]
        return f"{type(self).__name__}({', '.join(given)})"


class Pretrained(Estimator):
    """A classifier that comes trained: `fit` is there for pipelines, and learns nothing."""

    _kind = "classifier"
    _learns = False

    def fit(self, texts: Any = None, y: Any = None) -> Self:
        """Return the estimator as it is; whatever it is given is not looked at.

        Args:
            texts: texts, as scikit-learn's pipelines pass them.
            y: labels, likewise.
        """
        del texts, y
        return self
