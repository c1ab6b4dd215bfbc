r"""Messages of chats that have a Markdown of their own: Discord, Rocket.Chat, Zulip as it was typed.

They differ from GitHub's in what a line means: a ">" quotes its own line and no next one, ">>>" all that
follow, ">" without a blank is a mere sign on Discord. Each message is cut into stretches by that, the
platform's marks for people and channels are spelt out, and `markdown` reads the rest.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..model import Cleaned
from .markdown import tell_markdown
from .transcript import Transcript, everybody, sane

_FENCE = "```"
_OPENS = re.compile(r"[ ]{0,3}(`{3,}|~{3,})[ \t]*([^`\n]{0,100})\Z")
# Inline code stays as it is; an angle bracket that begins no address is no HTML.
_ANGLE = re.compile(r"(`[^`\n]*`)|<(?!https?://)")

_INLINE_CODE = re.compile(r"`[^`\n]*`")

_PERSON = re.compile(r"<@!?([\w-]{1,40})>")
_ROLE = re.compile(r"<@&([\w-]{1,40})>")
_CHANNEL = re.compile(r"<#([\w-]{1,40})>")
_CUSTOM_EMOJI = re.compile(r"<a?:(\w{1,64}):\d{1,20}>")
_TIME = re.compile(r"<t:-?\d{1,15}(?::\w)?>")

_STRUCK = re.compile(r"(?<![~\w])~([^~\n]{1,2000})~(?![~\w])")
# "[ ](https://chat.example/channel/quay?msg=ID)": what Rocket.Chat puts before an answer to a message.
_MESSAGE_LINK = re.compile(
    r"\s{0,9}\[([^\]\n]{0,200})\]\([^()\s]{1,1000}[?&]msg=(\w{1,60})[^()\s]{0,200}\):?[ ]?"
)

_ZULIP_SAID = re.compile(
    r"@_\*\*([^*|\n]{1,200})(?:\|(\d{1,12}))?\*\*[^\n]{0,40}\[[^\]\n]{0,100}\]\([^()\s]{0,2000}/near/(\d{1,15})[^()\s]{0,100}\)"
    r"[^\n]{0,40}[:：]\s*\Z"
)
_ZULIP_PERSON = re.compile(r"@(_?)\*\*([^*|\n]{1,200})(?:\|(\d{1,12}))?\*\*")
_ZULIP_GROUP = re.compile(r"@(_?)\*([^*\n]{1,200})\*")
_ZULIP_STREAM = re.compile(r"#\*\*([^*\n]{1,300})\*\*")
_ZULIP_EVERYBODY = frozenset(["all", "everyone", "stream", "channel", "topic"])
_WIDGET = re.compile(r"\s{0,9}/(?:poll|todo)\b")


def clean_discord(body: str) -> Cleaned:
    """Clean a Discord message."""
    transcript = Transcript(collapse=True)
    _tell_lines(transcript, sane(body), "> ", _discord)
    return transcript.finish()


def clean_rocket_chat(body: str) -> Cleaned:
    """Clean a Rocket.Chat message; a link to a message above a quote says whose words and which message."""
    transcript = Transcript(collapse=True)
    body = sane(body)
    while (link := _MESSAGE_LINK.match(body)) is not None:
        name, post = link[1].strip(), link[2]
        body = body[link.end() :].removeprefix("\n")
        quoted: list[str] = []
        while body.startswith(">"):
            line, _, body = body.partition("\n")
            quoted.append(line[1:])
        if name:
            transcript.begin("attribution")
            transcript.say(f"{name}:")
            transcript.end()
        transcript.begin("quote", name or None, post)
        transcript.say("\n".join(quoted))
        transcript.end()
    _tell_lines(transcript, body, ">", _rocket_chat)
    return transcript.finish()


def clean_zulip_markdown(body: str) -> Cleaned:
    """Clean a Zulip message as it was typed; a "/poll" is the poll's text, not a statement."""
    transcript = Transcript(collapse=True)
    body = sane(body)
    if _WIDGET.match(body):
        transcript.begin("template")
        transcript.say(body)
        transcript.end()
        return transcript.finish()
    for block in _zulip_blocks(body):
        if block.is_quote:
            _zulip_quote(transcript, block)
        else:
            _tell_zulip(transcript, block.text)
    return transcript.finish()


def _tell_lines(transcript: Transcript, body: str, sign: str, spelt: Callable[[str], str]) -> None:
    """Tell own lines and quoted ones in turn; inside a fence every line is code."""
    in_code = rest = False
    stretch: list[str] = []
    is_quoted = False
    for line in body.split("\n"):
        rest = rest or (not in_code and line.startswith(">>> "))
        quoted = rest or (not in_code and line.startswith(sign))
        if quoted != is_quoted:
            _tell_stretch(transcript, stretch, quoted=is_quoted)
            stretch, is_quoted = [], quoted
        if quoted:
            stretch.append(spelt(line.removeprefix(">>> ").removeprefix(sign)))
            continue
        fences = line.count(_FENCE) % 2 == 1
        stretch.append(line if in_code or fences else _literal(spelt(line)))
        in_code ^= fences
    _tell_stretch(transcript, stretch, quoted=is_quoted)


def _tell_stretch(transcript: Transcript, lines: list[str], *, quoted: bool) -> None:
    if not lines:
        return
    if quoted:
        transcript.begin("quote")
    tell_markdown(transcript, "\n".join(lines))
    if quoted:
        transcript.end()


def _literal(line: str) -> str:
    """A line outside code with what is Markdown on GitHub only made plain: HTML, indented code, quotes."""
    line = _ANGLE.sub(lambda found: found[1] or "&lt;", line.lstrip(" \t"))
    return "\\" + line if line.startswith(">") else line


def _discord(line: str) -> str:
    line = _PERSON.sub(r"@\1", _ROLE.sub(r"@&\1", _CHANNEL.sub(r"#\1", line)))
    return _TIME.sub("", _CUSTOM_EMOJI.sub(r":\1:", line)).replace("||", "")


def _rocket_chat(line: str) -> str:
    return _STRUCK.sub("", line)


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    is_quote: bool = False
    said: str = ""
    """The line above a quote, where it says whose words it holds."""


def _zulip_blocks(body: str) -> Iterator[_Block]:
    """Own stretches (with their code) and fenced quotes, in order; a quote never closed goes to the end."""
    own: list[str] = []
    inner: list[str] = []
    fences: list[str] = []
    is_quote = False
    for line in body.split("\n"):
        mark = _OPENS.match(line)
        if mark is None or (fences and not _moves(fences, mark)):
            (inner if is_quote else own).append(line)
        elif not fences:
            fences.append(mark[1])
            is_quote = mark[2].strip().lower() == "quote"
            inner = []
            if not is_quote:
                own.append(line)
        elif mark[2].strip():
            fences.append(mark[1])
            (inner if is_quote else own).append(line)
        else:
            fences.pop()
            if not is_quote or fences:
                (inner if is_quote else own).append(line)
                continue
            yield from _closed(own, inner)
            own, is_quote = [], False
    yield from _closed(own, inner) if is_quote else [_Block("\n".join(own))]


def _moves(fences: list[str], mark: re.Match[str]) -> bool:
    """Whether a fence inside another block opens one more (it names a language) or closes the last."""
    return bool(mark[2].strip()) or mark[1] == fences[-1]


def _closed(own: list[str], inner: list[str]) -> Iterator[_Block]:
    while own and not own[-1].strip():
        own = own[:-1]
    said = own[-1] if own and _ZULIP_SAID.search(own[-1]) else ""
    yield _Block("\n".join(own[:-1] if said else own))
    yield _Block("\n".join(inner), is_quote=True, said=said)


def _zulip_quote(transcript: Transcript, block: _Block) -> None:
    said = _ZULIP_SAID.search(block.said)
    if said is not None:
        transcript.begin("attribution")
        tell_markdown(transcript, _zulip_spelt(block.said), at_names=False)
        transcript.end()
    transcript.begin("quote", (said[2] or said[1]) if said else None, said[3] if said else None)
    tell_markdown(transcript, _zulip_spelt(block.text), at_names=False)
    transcript.end()


def _tell_zulip(transcript: Transcript, text: str) -> None:
    said = "\n".join(_spoken(text))
    for silent, name, number in _ZULIP_PERSON.findall(said):
        if not silent:
            whom = "@all" if name.lower() in _ZULIP_EVERYBODY else everybody(name) or number or name
            transcript.mention(whom)
    for silent, name in _ZULIP_GROUP.findall(_ZULIP_PERSON.sub("", said)):
        if not silent:
            transcript.mention("@" + name)
    tell_markdown(transcript, _zulip_spelt(text), at_names=False)


def _spoken(text: str) -> Iterator[str]:
    """Lines in which somebody may be addressed: no quotes, no code."""
    fence = ""
    for line in text.split("\n"):
        mark = _OPENS.match(line)
        if mark is not None:
            fence = "" if mark[1] == fence else fence or mark[1]
        elif not fence and not line.startswith(">"):
            yield _INLINE_CODE.sub("", line)


def _zulip_spelt(text: str) -> str:
    text = _ZULIP_STREAM.sub(r"#\1", _ZULIP_PERSON.sub(r"@\2", text))
    return _ZULIP_GROUP.sub(r"@\2", text)
