"""zulip-archive topic files: names told by files, answers told by quotes, polls without votes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from forum_pulse.corpus.model import (
    Account,
    Anomaly,
    Container,
    Poll,
    PollOption,
    Post,
    Record,
    Source,
    Thread,
)
from forum_pulse.corpus.readers import Export, Reader, ReadOptions
from forum_pulse.corpus.readers.zulip.archive import ZulipArchiveReader
from forum_pulse.corpus.readers.zulip.names import topic_of, unescaped
from forum_pulse.errors import BrokenExportError

REALM = Path(__file__).parent / "fixtures" / "zulip_archive" / "realm"
COFFEE = "5/Coffee machine?"
Noun = TypeVar("Noun")


def read(path: Path, **options: Any) -> list[Record]:
    return list(ZulipArchiveReader().read(Export(path), ReadOptions(**options)))


def of(kind: type[Noun], records: list[Record]) -> list[Noun]:
    return [record for record in records if isinstance(record, kind)]


def message(number: Any = 1, content: Any = "<p>Hello.</p>", **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "content": content,
        "sender_full_name": "Ada Larch",
        "timestamp": 1710000000,
    } | fields


def saved(folder: Path, document: Any, name: str = "Tea.json") -> Path:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def realm() -> list[Record]:
    return read(REALM)


def test_reader_keeps_the_protocol() -> None:
    """It is what the registry expects of a reader."""
    assert isinstance(ZulipArchiveReader(), Reader)


def test_source(realm: list[Record]) -> None:
    """The index tells when the archive was made and that topics are missing."""
    assert of(Source, realm)[-1] == Source(
        format="zulip-archive",
        instance="zulip-archive",
        exported_at=datetime(2024, 7, 3, 9, 46, 40, 500_000, tzinfo=UTC),
        has_deletions=True,
        complete="no",
    )
    assert of(Source, read(REALM, instance="chat"))[0].instance == "chat"


def test_messages(realm: list[Record]) -> None:
    """A message has its own number, and a display name for an author."""
    posts = {post.native_id: post for post in of(Post, realm)}
    assert posts["11"] == Post(
        native_id="11",
        thread=COFFEE,
        ordinal=1,
        author="Ada Larch",
        created_at=datetime(2024, 3, 9, 16, tzinfo=UTC),
        created_raw="1710000000",
        precision="s",
        body="<p>Shall we keep the old coffee machine?</p>",
        body_format="zulip",
        locator="5-kitchen/Coffee.20machine.3F.json:0",
    )
    assert [post.native_id for post in of(Post, realm) if post.thread == COFFEE] == [
        str(n) for n in range(11, 18)
    ]
    assert posts["16"].state == "deleted_by_author"


def test_a_quoted_message_is_answered(realm: list[Record]) -> None:
    """In whatever language it quotes; a link in passing quotes nobody."""
    parents = {post.native_id: (post.parent, post.parent_source) for post in of(Post, realm)}
    assert parents["11"] == (None, None)
    assert parents["14"] == ("11", "quote")
    assert parents["15"] == ("99", "quote")
    assert parents["17"] == ("11", "thread_root")


def test_people_are_names_and_bots_are_not_people(realm: list[Record]) -> None:
    """A display name is never a stable id; what Zulip's own bot says is no post of a person."""
    assert [(a.native_id, a.kind, a.is_stable_id) for a in of(Account, realm)] == [
        ("Ada Larch", "human", False),
        ("Bo Reed", "human", False),
        ("Notification Bot", "bot", False),
        ("Cy Dunn", "human", False),
        ("Dee Moss", "human", False),
    ]
    assert [post.kind for post in of(Post, realm) if post.author == "Notification Bot"] == ["system"]


def test_poll_keeps_its_options(realm: list[Record]) -> None:
    """Question and options are there, votes are unknown, and that is reported."""
    (poll,) = of(Poll, realm)
    assert (poll.native_id, poll.question, poll.voters) == ("12/poll", "Which machine?", None)
    assert [(option.text, option.votes) for option in of(PollOption, realm)] == [
        ("The old one", None),
        ("The new one", None),
    ]
    assert [a.post for a in of(Anomaly, realm) if a.code == "poll_without_results"] == ["12"]


def test_streams_and_topics(realm: list[Record]) -> None:
    """The index has the stream's true name; a resolved topic keeps its id and is closed."""
    assert [(c.native_id, c.name) for c in of(Container, realm)] == [
        ("5", "kitchen & garden"),
        ("6", "it-help"),
    ]
    assert [(t.native_id, t.title, t.root_post, t.state, t.posts_expected) for t in of(Thread, realm)] == [
        (COFFEE, "Coffee machine?", "11", "open", 7),
        ("5/Tea", "Tea", "21", "closed", 4),
        ("6/fix __init__ method", "fix __init__ method", "31", "open", None),
    ]


def test_what_is_missing_or_wrong_is_named(realm: list[Record]) -> None:
    """Each row says where."""
    assert [(a.code, a.locator) for a in of(Anomaly, realm)] == [
        ("poll_without_results", "5-kitchen/Coffee.20machine.3F.json:1"),
        ("truncated", "5-kitchen__.E2.9C.94.20Tea.json"),
        ("unparsed", "6-it-help/fix.20__init__.20method.json:1"),
        ("bad_time", "6-it-help/fix.20__init__.20method.json:2"),
        ("truncated", "stream_index.json"),
    ]


@pytest.mark.parametrize(
    ("member", "native_id", "title"),
    [
        ("5-kitchen/Tea.json", "5/Tea", "Tea"),
        ("zulip_json/5-kitchen/Tea.json", "5/Tea", "Tea"),
        ("5-kitchen__Tea.json", "5/Tea", "Tea"),
        ("kitchen__Tea.json", "kitchen/Tea", "Tea"),
        ("Tea.json", "Tea", "Tea"),
        ("5-kitchen/a__b.json", "5/a__b", "a__b"),
        ("__init__.json", "__init__", "__init__"),
        ("Caf.C3.A9.20100.25.json", "Café 100%", "Café 100%"),
        ("v1.2Epart.json", "v1.part", "v1.part"),
        ("Poll.partial.order.json", "Poll.partial.order", "Poll.partial.order"),
    ],
)
def test_names_from_files(tmp_path: Path, member: str, native_id: str, title: str) -> None:
    """Streams stand in folders or before two underscores; only the tool's own escapes are undone."""
    topic = topic_of(member, Export(saved(tmp_path, "[]")))
    assert (topic.native_id, topic.title) == (native_id, title)


def test_a_stream_folder_alone_tells_its_stream(tmp_path: Path) -> None:
    """Naming one stream's folder gives the same topics as naming the archive."""
    folder = tmp_path / "5-kitchen"
    folder.mkdir()
    saved(folder, [message()])
    assert [thread.native_id for thread in of(Thread, read(folder))] == ["5/Tea"]


def test_a_per_cent_sign_in_a_name_stays() -> None:
    """The tool never writes one, so it escapes nothing."""
    assert unescaped("100%20") == "100%20"


def test_messages_are_ordered_by_number(tmp_path: Path) -> None:
    """The root is the oldest message, wherever the file has it."""
    records = read(saved(tmp_path, [message(7), message(3), message(5)]))
    assert [(post.native_id, post.ordinal, post.locator) for post in of(Post, records)] == [
        ("3", 1, "Tea.json:1"),
        ("5", 2, "Tea.json:2"),
        ("7", 3, "Tea.json:0"),
    ]
    assert of(Thread, records)[0].root_post == "3"


def test_nested_quotes_answer_the_outer_one(tmp_path: Path) -> None:
    """Who quotes a quote answers the one who quoted."""
    inner = '<p>B <a href="#narrow/near/1">said</a>:</p>\n<blockquote>\n<p>x</p>\n</blockquote>'
    outer = f'<p>C <a href="#narrow/near/2">said</a>:</p>\n<blockquote>\n{inner}\n</blockquote>\n<p>+1</p>'
    posts = of(Post, read(saved(tmp_path, [message(1), message(2, inner), message(3, outer)])))
    assert [post.parent for post in posts] == [None, "1", "2"]


@pytest.mark.parametrize(
    ("fields", "code", "detail"),
    [
        ({"sender_full_name": None}, "unknown_user", "sender_full_name"),
        ({"sender_full_name": ["Ada"]}, "unknown_user", "sender_full_name"),
        ({"timestamp": None}, "bad_time", "None"),
        ({"timestamp": -5}, "bad_time", "-5"),
        ({"timestamp": 10**17}, "bad_time", "1000"),
        ({"timestamp": True}, "bad_time", "True"),
        ({"content": 7}, "unparsed", "content"),
    ],
)
def test_wrong_types_cost_a_row_not_the_message(
    tmp_path: Path, fields: dict[str, Any], code: str, detail: str
) -> None:
    """The message is kept with what is right in it."""
    records = read(
        saved(
            tmp_path,
            [message(1), message(2, **fields) if "content" not in fields else message(2, fields["content"])],
        )
    )
    assert [post.native_id for post in of(Post, records)] == ["1", "2"]
    assert [(a.code, a.post, detail in a.detail) for a in of(Anomaly, records)] == [(code, "2", True)]


@pytest.mark.parametrize("broken", [None, "text", [], {}, message("1"), message(True), message(2**70)])
def test_message_without_a_number_is_left_out(tmp_path: Path, broken: Any) -> None:
    """One row, and the others are read."""
    records = read(saved(tmp_path, [broken, message(2)]))
    assert [post.native_id for post in of(Post, records)] == ["2"]
    assert [(a.code, a.locator) for a in of(Anomaly, records)] == [("unparsed", "Tea.json:0")]


def test_formula_in_a_poll_is_read_as_typed(tmp_path: Path) -> None:
    """A formula is in the page three times; people voted on one."""
    formula = (
        '<span class="katex"><span class="katex-mathml"><math><mi>V</mi>'
        '<annotation encoding="application/x-tex">V^2</annotation></math></span>'
        '<span class="katex-html">V2</span></span>'
    )
    records = read(
        saved(
            tmp_path, [message(1, f"<p>/poll Is it {formula}?</p>\n<ul>\n<li>yes</li>\n<li>no</li>\n</ul>")]
        )
    )
    assert [poll.question for poll in of(Poll, records)] == ["Is it V^2?"]
    assert [option.text for option in of(PollOption, records)] == ["yes", "no"]


@pytest.mark.parametrize(
    "content", ["<p>/polling is over</p>", "<p>type /poll to ask</p>", "<p>/me polls</p>"]
)
def test_talk_of_polls_is_no_poll(tmp_path: Path, content: str) -> None:
    """The command stands at the start and alone."""
    assert of(Poll, read(saved(tmp_path, [message(1, content)]))) == []


@pytest.mark.parametrize(
    "index", ["{", "[]", "7", '{"streams": []}', '{"streams": {"a": 1, "b": {"id": 5, "topic_data": 3}}}']
)
def test_damaged_index_does_no_harm(tmp_path: Path, index: str) -> None:
    """Names and sizes are lost, messages are not."""
    saved(tmp_path, [message()])
    saved(tmp_path, index, "stream_index.json")
    records = read(tmp_path)
    assert [post.native_id for post in of(Post, records)] == ["1"]
    assert of(Source, records)[-1].complete == "unknown"


@pytest.mark.parametrize("content", ["{", "{}", '{"messages": []}', "text"])
def test_nothing_to_read_is_an_error(tmp_path: Path, content: str) -> None:
    """Without a list of messages there is no archive."""
    with pytest.raises(BrokenExportError) as caught:
        read(saved(tmp_path, content))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("content", "known"),
    [
        ([message()], True),
        ([], False),
        ({"messages": [message()]}, False),
        ([{"type": "message", "ts": "1.0", "text": "x"}], False),
        ([{"post_number": 1, "cooked": ""}], False),
    ],
)
def test_sniffing(tmp_path: Path, content: Any, known: bool) -> None:
    """It claims lists of messages with full names and nobody else's."""
    assert ZulipArchiveReader().sniff(Export(saved(tmp_path, content))) is known


def test_sniffing_a_folder() -> None:
    """The index comes first by name and is not asked."""
    assert ZulipArchiveReader().sniff(Export(REALM))


def test_streams_without_messages_belong_to_the_archive(tmp_path: Path) -> None:
    """A stream whose topics are all empty proves nothing; a folder of something else does."""
    for stream, content in (("5-kitchen", [message()]), ("6-attic", [])):
        (tmp_path / stream).mkdir()
        saved(tmp_path / stream, content)
    assert ZulipArchiveReader().sniff(Export(tmp_path))
    (tmp_path / "other").mkdir()
    saved(tmp_path / "other", {"post_stream": {}})
    assert not ZulipArchiveReader().sniff(Export(tmp_path))
