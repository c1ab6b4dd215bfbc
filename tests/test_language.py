"""The English model is loaded once, without what it does not need, and learns nothing from what it reads."""

import subprocess
import sys

import pytest

from forum_pulse.corpus.language import english, known_words, sentences


def test_parts_come_from_one_model():
    """A part reads as it does in the whole, and the parts share their words."""
    names, grammar = english("tok2vec", "ner"), english("tok2vec", "tagger", "parser")
    text = "Maria Lopez asked why the Berlin office isn't open."
    assert {entity.text for entity in names(text).ents} == {"Maria Lopez", "Berlin"}
    assert [token.text for token in grammar(text) if token.dep_ == "ROOT"] == ["asked"]
    assert names.vocab is grammar.vocab
    assert names.tokenizer is grammar.tokenizer
    assert names.pipe_names == ["tok2vec", "ner"]


def test_what_was_read_is_no_known_word():
    """A handle that stands in a text is no English word for that."""
    english("tok2vec", "ner")("ask qwzorvel about the office")
    assert "office" in known_words()
    assert "qwzorvel" not in known_words()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We moved, e.g. to v1.2 of it. It works!", ["We moved, e.g. to v1.2 of it.", "It works!"]),
        ("no end here", ["no end here"]),
        ("one, with its end?! \n", ["one, with its end?!"]),
        ("Stop. \U0001f600", ["Stop.", "\U0001f600"]),
        ("動きます。速いです。", ["動きます。速いです。"]),
        ("first line\r\n  second. Third\u2028last.", ["first line", "second.", "Third", "last."]),
        ("...and so on.", ["...and so on."]),
        ("!!! \n ...", ["!!!", "..."]),
        (" \n\t", []),
    ],
)
def test_sentences_end_where_rules_say(text: str, expected: list[str]):
    """At signs of any script that words follow, and at line breaks; abbreviations and versions end none."""
    found = sentences(text)
    assert [text[start:end] for start, end in found] == expected


def test_grammar_and_topic_terms_load_no_torch():
    """Nor do they change what whoever imports these libraries afterwards gets."""
    script = """
import sys
import numpy as np
from forum_pulse.corpus.language import english
from forum_pulse.topics.weights import class_tfidf
english("tok2vec", "tagger", "parser")("It works.")
weights = class_tfidf(["red cat", "blue dog"], np.array([0, 1]), np.eye(2, dtype="f4"), ["cat", "dog"], {})
assert weights[0, 0] > 0 == weights[0, 1], weights
print("loaded:", *sys.modules)
assert not [name for name in sys.modules if name.startswith("bertopic")]
import torch
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rpartition("loaded:")[2].split())
    assert not {"torch", "transformers", "sentence_transformers", "umap", "hdbscan"} & loaded
