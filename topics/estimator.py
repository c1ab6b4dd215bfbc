"""What scikit-learn's `clone` and searches ask of an estimator, without importing scikit-learn.

Deriving from its `BaseEstimator` would load scikit-learn with the first `import forum_pulse.topics`.
"""

import inspect
from typing import Any, Self

from ..errors import ConfigError


class Estimator:
    """Parameters are the arguments of `__init__`, stored as they were given."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 - scikit-learn's signature
        """The parameters by name, as given."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params: Any) -> Self:
        """Change parameters; what was learnt stays until the next `fit`.

        Raises:
            ConfigError: there is no such parameter.
        """
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise ConfigError(
                    f"{type(self).__name__} has no parameter {name!r}",
                    hint=f"known: {', '.join(sorted(known))}",
                )
            setattr(self, name, value)
        return self
