"""What scikit-learn asks of an estimator, without importing scikit-learn.

Deriving from its `BaseEstimator` would load scikit-learn with the first `import forum_pulse.topics`.
Parameters are the arguments of `__init__`, stored as they were given; what is learnt ends in an underscore;
`fit` returns the estimator itself. One suite of tests holds all of ours to that (tests/test_estimators.py).
"""

import inspect
from typing import Any, ClassVar, Literal, Self

from .errors import ParameterError


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
