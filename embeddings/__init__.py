"""Sentence embeddings: one small protocol, three kinds of model behind it, an on-disk cache.

`StaticEmbedder` is ours and fast, `SentenceEmbedder` is all-MiniLM-L6-v2 or a model of the user's; `choose`
takes one by quality and size. Whichever it is, a text's vector depends on the text alone.
"""

from ..cache import cache_directory
from .cached import CachedEmbedder
from .choice import MANY, Choice, choose, default_embedder
from .installed import model_folder, tokenizer
from .interface import Embedder
from .lanes import side_by_side
from .static import StaticEmbedder
from .transformer import SentenceEmbedder

__all__ = [
    "MANY",
    "CachedEmbedder",
    "Choice",
    "Embedder",
    "SentenceEmbedder",
    "StaticEmbedder",
    "cache_directory",
    "choose",
    "default_embedder",
    "model_folder",
    "side_by_side",
    "tokenizer",
]
