"""Which embedder a run uses, and why: what was asked for, else what the size of the forum allows."""

from dataclasses import dataclass
from pathlib import Path

from ..cache import cache_directory
from ..config import Quality
from ..errors import ConfigError
from .cached import CachedEmbedder
from .interface import Embedder
from .static import StaticEmbedder
from .transformer import SentenceEmbedder

MANY = 20_000
"""Distinct texts above which MiniLM would take more than some three minutes on two cores."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An embedder, what it is called in a configuration, and the reason it was taken."""

    embedder: Embedder
    quality: Quality
    reason: str

    def ahead(self, texts: list[str]) -> list[str]:
        """Which of these texts are worth embedding before anybody asks: new ones that will be remembered."""
        return self.embedder.unknown(texts) if isinstance(self.embedder, CachedEmbedder) else []

    def __str__(self) -> str:
        return f"{self.embedder.name}, revision {self.embedder.revision}; {self.quality}: {self.reason}."


def choose(
    quality: Quality | None = None,
    *,
    texts: int,
    model: str | None = None,
    given: Embedder | None = None,
    cleaning: str = "",
) -> Choice:
    """The embedder of a run.

    Args:
        quality: what was asked for; None lets the number of texts decide, unless `model` is given.
        texts: how many distinct ones there are.
        model: of "accurate": a sentence-transformers folder, or a name in the local cache.
        given: an embedder that is taken whatever else is said.
        cleaning: version of the rules that made the texts.

    Raises:
        ConfigError: "accurate" without a model.
        ModelError: the model is not on this machine.
    """
    if given is not None:
        return Choice(given, quality or "accurate", "given by the caller")
    if quality == "accurate" and model is None:
        raise ConfigError(
            'quality "accurate" needs a model of yours',
            hint='name its folder in forum-pulse.toml: [embeddings] model = "PATH"; or choose "balanced"',
        )
    if quality == "accurate" or (quality is None and model is not None):
        own = SentenceEmbedder(model)
        reason = "asked for" if quality else "[embeddings] model is given"
        return Choice(_remembering(own, cleaning), "accurate", reason)
    reason = "asked for" if quality else f"{texts} distinct texts, {MANY} are many"
    if quality == "fast" or (quality is None and texts > MANY):
        return Choice(StaticEmbedder(), "fast", reason)  # faster than its cache would be
    return Choice(default_embedder(cleaning=cleaning), "balanced", reason)


def default_embedder(cache: Path | None = None, *, cleaning: str = "") -> Embedder:
    """The embedder everything uses unless told otherwise: all-MiniLM-L6-v2 with a cache on disk.

    Args:
        cache: cache directory; None stands for `cache_directory()`.
        cleaning: version of the rules that made the texts.
    """
    return _remembering(SentenceEmbedder(), cleaning, cache)


def _remembering(embedder: Embedder, cleaning: str, cache: Path | None = None) -> Embedder:
    return CachedEmbedder(embedder, cache or cache_directory(), cleaning=cleaning)
