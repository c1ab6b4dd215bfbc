"""Redaction: people and what leads to them leave a text, its meaning stays."""

import unicodedata
from typing import Final, Literal

import pyarrow as pa
import pytest

from forum_pulse.config import PrivacyConfig
from forum_pulse.report import Redactor, pick_quotes, redact

NAMES = frozenset({"Ilse Quade", "bmarlo", "oke.tanaka", "Will", "Zoë", "林小雨"})


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor(NAMES, frozenset({"Quillforge", "the assistant"}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://wiki.corp/a?b=c#d, it says", "see [link], it says"),
        ("see www.example.org/x.", "see [link]."),
        ("clone git@code.host:team/repo.git first", "clone [link] first"),
        ("write to b.m+x@corp.example today", "write to [e-mail] today"),
        ("write to bm [at] corp [dot] example", "write to [e-mail]"),
        ("thanks @bmarlo and @some.one!", "thanks [name] and [name]!"),
        ("<@U012ABCDEF9> asked", "[name] asked"),
        ("@here please read", "@here please read"),
        ("call +49 170 123 45 67 or 555-0134", "call [phone] or [phone]"),
        ("as PLAT-1234 and #5521 say", "as [id] and [id] say"),
        ("employee 20481234", "employee [id]"),
        ("fixed in deadbeef12", "fixed in [id]"),
        ("it lies in /srv/data/x.log", "it lies in [path]"),
        ("it lies in ~/notes/x", "it lies in [path]"),
        (r"it lies in C:\Users\x\a.txt", "it lies in [path]"),
        ("change src/core/io.py now", "change [path] now"),
        ("db-7.prod.internal:5432 is down", "[host] is down"),
        ("10.0.3.7 is down", "[host] is down"),
        ("build-agent-17 is down", "[host] is down"),
        ("Ilse and Quade and ILSE QUADE's desk", "[name] and [name] and [name]'s desk"),
        ("Zoe said", "[name] said"),
        ("ask oke.tanaka", "ask [name]"),
        ("林小雨同意", "[name]同意"),
    ],
)
def test_what_leads_to_a_person_is_taken_out(redactor: Redactor, text: str, expected: str) -> None:
    """Addresses, numbers, machines, places and known names become placeholders."""
    assert redactor.without_names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "+1 from me, since 2031-03-11 we have 1,500 engineers and 80% usage.",
        "CI/CD runs 24/7 on v1.2.3, and/or SHA-256, UTF-8 and GPT-4.",
        "It costs 1200 dollars, e.g. for node.js work.",
        "Will we get it? It will help. Will it?",
        "The assistant is slow; Quillforge is not.",
    ],
)
def test_plain_words_stay(redactor: Redactor, text: str) -> None:
    """Votes, dates, amounts, versions, tools and words that are also names are left alone."""
    assert redactor.without_names(text) == text


def test_a_name_that_is_a_word_goes_only_where_it_is_a_name(redactor: Redactor) -> None:
    """'Will' with a capital inside a sentence is a colleague."""
    assert redactor.without_names("Will you ask Will?") == "Will you ask [name]?"


@pytest.mark.models
def test_names_without_an_account_are_found_too() -> None:
    """The language model knows people who are on no list; names to keep are kept."""
    text = "Sarah Jones from payments told me that Quillforge is not allowed."
    assert redact(text, frozenset(), frozenset({"Quillforge"})) == (
        "[name] from payments told me that Quillforge is not allowed."
    )


def candidates(*rows: tuple[str, str, str, str, float]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"theme": theme, "stance": "against", "post_id": post, "person_id": person, "week": None,
             "text": text, "start": text.find("quota"), "end": text.find("quota") + 5, "score": score, "people": 12}
            for theme, post, person, text, score in rows
        ]
    )  # fmt: skip


@pytest.mark.models
def test_quotes_are_whole_sentences_one_a_person_and_never_alike() -> None:
    """The passage around the theme, the clearest of a person, no near copies, neither too short nor too long."""
    table = candidates(
        (
            "cost",
            "1",
            "a",
            "Hello there. The quota ran out on the second day of the month, and nobody in finance could say why. Bye.",
            0.9,
        ),
        ("cost", "2", "a", "My second post says the quota is a joke that nobody laughs about.", 0.8),
        (
            "cost",
            "3",
            "b",
            "The quota ran out on the second day of the month, and nobody in finance could say why!",
            0.7,
        ),
        ("cost", "4", "c", "quota", 0.95),
        ("cost", "5", "d", "A quota " + "is a very long story " * 20, 0.99),
        (
            "cost",
            "6",
            "e",
            "So: we planned around a quota, e.g. by working at night. It was fun for nobody. :smile:",
            0.3,
        ),
    )
    found = pick_quotes(table, PrivacyConfig(), Redactor(frozenset())).to_pylist()
    assert sorted(row["quote"] for row in found) == [
        "So: we planned around a quota, e.g. by working at night. It was fun for nobody.",
        "The quota ran out on the second day of the month, and nobody in finance could say why.",
    ]


@pytest.mark.models
def test_quotes_do_not_depend_on_the_order_of_posts() -> None:
    """Upside down the same quotes come in the same order; another seed only shuffles them."""
    table = candidates(
        ("cost", "1", "p1", "Because of the quota our translations had to wait for a whole week.", 0.5),
        ("cost", "2", "p2", "Two interns share one seat now, since nobody will raise the quota.", 0.5),
        ("cost", "3", "p3", "A monthly quota makes sense to finance and to no engineer I know.", 0.5),
        ("cost", "4", "p4", "I stopped asking it about docs when the quota turned red on a Tuesday.", 0.5),
    )
    picked = [
        pick_quotes(order, PrivacyConfig(quoted=4), Redactor(frozenset()), seed=seed)["quote"].to_pylist()
        for order, seed in ((table, 0), (table.take([3, 1, 0, 2]), 0), (table, 5))
    ]
    assert picked[0] == picked[1]
    assert sorted(picked[0]) == sorted(picked[2])


_FORMS: Final[tuple[Literal["NFC", "NFD"], ...]] = ("NFC", "NFD")


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("J\xf6rg M\xfcller", "frag J\xf6rg und M\xfcller", "frag [name] und [name]"),
        ("J\xf6rg M\xfcller", "das ist J\xf6rgs Idee", "das ist [name] Idee"),
        ("J\xf6rg", "@J\xf6rg meint", "[name] meint"),
        ("\u0141ukasz \u017bak", "\u0141ukasz \u017bak said", "[name] said"),
        ("김민준", "김민준님도", "[name]님도"),
        ("山田ジョン", "山田ジョンさん", "[name]さん"),
        ("प्रिया शर्मा", "प्रिया जी, शर्मा", "[name] जी, [name]"),
        ("प्रिया", "@प्रिया जी", "[name] जी"),
    ],
)
def test_names_go_however_their_accents_are_written(
    form: Literal["NFC", "NFD"], name: str, text: str, left: str
) -> None:
    """One letter or a letter and its mark, and whichever of both the account has."""
    for written in _FORMS:
        redactor = Redactor(frozenset({unicodedata.normalize(written, name)}))
        shown = redactor.without_names(unicodedata.normalize(form, text))
        assert shown == unicodedata.normalize("NFC", left)


@pytest.mark.parametrize("text", ["no Bugs here", "my bobs", "of Als", "Walls are up"])
def test_words_in_s_that_are_no_names_stay(text: str) -> None:
    """Only what is written as a name is one with an s behind it."""
    assert Redactor(frozenset({"Bug", "Bobb", "Al", "Wall"}), frozenset({"Bugs"})).without_names(text) == text
