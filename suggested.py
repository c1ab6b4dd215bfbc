"""What a forum suggests for its configuration: targets that many speak of, and the codebook that fits."""

from typing import Final

from . import topics
from .config import Config
from .corpus.store import Store
from .embeddings import choose
from .report.audit_sheet import redactor_of
from .report.privacy import Published
from .report.suggestions import publish_suggestions

_POSTS: Final = """
    SELECT post_id, thread_id, person_id, own_text FROM reading ORDER BY md5(post_id), post_id LIMIT 20000"""
"""As many as a reader can wait for, the same ones each time."""


def suggested_targets(store: Store, settings: Config, limit: int) -> Published:
    """What at least `[privacy] persons` people speak of, through the gate; never a person's name.

    Args:
        store: with persons linked to accounts.
        settings: targets that need not be proposed, and thresholds.
        limit: how many at most.
    """
    # It loads a language model.
    from .sentiment.suggest import suggest_targets

    known = [name for target in settings.targets for name in (target.name, *target.aliases)]
    found = suggest_targets(store.sql(_POSTS), least=settings.privacy.persons, limit=limit, known=known)
    return publish_suggestions(found, redactor_of(store, settings), settings.privacy)


def fitting_codebook(store: Store) -> str | None:
    """The built-in codebook whose concerns are debated most, None where none of them fits."""
    posts = store.sql(_POSTS)
    embedder = choose("fast", texts=posts.num_rows).embedder
    _, considered = topics.match(store, posts, None, embedder)
    return next((row["codebook"] for row in considered.to_pylist() if row["used"]), None)
