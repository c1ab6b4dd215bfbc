"""The line above a quote that says whose words follow: "On Tue, 3 May 2022, Ada Lind <ada@x.org> wrote:".

Forms: a date and a verb in a dozen languages, "NAME wrote:", Gmail's bare date and address, "Quoting NAME:".
The person is given as the text gives it: the address where there is one, else the name or handle.
"""

import re
from dataclasses import dataclass

_LONGEST = 400
_LONGEST_NAME = 80
_VERB = (
    r"(?:wrote|writes|said|says|schrieb|a [ée\ufffd]crit|escribi[óo]|dijo|ha scritto|scrisse|escreveu|schreef"
    r"|skrev|napisał(?:\(a\)|a)?|kirjoitti|írta|yazdı|napsala?|написала?|написал\(а\)|писала?|пишет"
    r"|写道|寫道|のメール|さんは書きました)"
)
_OPENER = (
    r"(?:On|Am|Le|El|Il|Em|Op|Den|På|Dnia|W dniu|Dne|В|At|Yesterday|Today|Gestern|Hier"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},?|\d{1,4}[-./ ])"
)
_DATED = re.compile(rf"{_OPENER}.{{0,300}}\d.{{0,300}}?{_VERB}.{{0,120}}[:：]$")
_DATE = re.compile(
    r"\d{1,2}[:.h]\d\d|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{4}年"
    r"|\d{1,2}(?:\.|st|nd|rd|th)?\s(?:de\s)?[^\W\d]{3,10}\.?,?\s(?:de\s)?\d{2,4}"
    r"|[^\W\d]{3,10}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}"
)
_ANYDAY = re.compile(rf"(?:Yesterday|Today|On \w+day)\b.{{0,200}}\b{_VERB}\s?[:：]$")
_NAME = r"(?:[A-ZÀ-ÞА-Я][\w.'’-]*|[a-z][\w.-]*@[\w.-]+|von|van|de|der|den|da|di|la|le|bin|al)"
_NAMED = re.compile(
    rf"[\"“]?(?P<name>(?:{_NAME},? ){{0,4}}{_NAME})[\"”]?(?: ?[<(\[][^<>\n]{{1,80}}[>)\]])?"
    rf" {_VERB}(?: (?:on|at|in|am) .{{1,80}})?[:：]$"
)
_HANDLED = re.compile(rf"@(?P<name>[\w](?:[\w.-]*\w)?),? (?:\w{{1,12}} )?{_VERB}(?: .{{1,80}})?[:：]$")
_GMAIL = re.compile(
    r"\d{4}-\d\d-\d\d \d{1,2}:\d\d.{0,20} (?P<name>[^\d<>]{1,60})<[^<>\s]{3,80}(?: at [^<>\s]{3,60})?>[:：]$"
)
_QUOTING = re.compile(r"Quoting (?P<name>[^:\n]{2,100}):$")
_ADDRESS = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})(?:@| at | \(at\) )([\w-]{1,60}(?:\.[\w-]{1,60}){1,5})")
_RELAY = re.compile(r"(?:notifications?|no-?reply|do-?not-?reply|mailer|reply\b.*)$", re.IGNORECASE)
_IN_ANGLES = re.compile(r"\(?<[^<>]{0,200}>\)?")
_QUOTED_NAME = re.compile(r"[\"“]([^\"“”]{2,80})[\"”]")
_AFTER_DATE = re.compile(
    r"^.*\d\S*(?:\s?[AaPp]\.?[Mm]\.?)?(?:\s?\(?(?:UTC|GMT|[A-Z]{3,4})\)?(?=[ ,]))?,?\s+(?=\D)"
)
_WORDS_BEFORE_NAME = re.compile(r"^(?:at|um|à|a las|alle|às|om|kl\.?|Uhr|,|:|\s)+\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attribution:
    """A line that introduces quoted words; `who` is None where it does not say whose."""

    who: str | None
    dated: bool = False


def read_attribution(line: str) -> Attribution | None:
    """Read one line (a wrapped one joined with blanks) as an attribution; None if it is not one."""
    line = line.strip()
    if len(line) > _LONGEST or not line.endswith((":", "：")):
        return None
    handled = _HANDLED.match(line)
    if handled:
        return Attribution(handled["name"])
    for pattern in (_GMAIL, _QUOTING, _NAMED):
        match = pattern.match(line)
        if match:
            return Attribution(address_in(line) or match["name"].strip(), dated=pattern is _GMAIL)
    if (_DATED.match(line) and _DATE.search(line)) or _ANYDAY.match(line):
        return Attribution(address_in(line) or _name_in(line), dated=True)
    return None


def address_in(text: str) -> str | None:
    """Find a person's e-mail address, plain or written "user at host.org", in lower case.

    The address of a forum's relay ("notifications@...") is nobody's.
    """
    match = _ADDRESS.search(text)
    return f"{match[1]}@{match[2]}".lower() if match and not _RELAY.match(match[1]) else None


def _name_in(line: str) -> str | None:
    quoted = _QUOTED_NAME.search(line)
    if quoted:
        return quoted[1].strip()
    line = _ADDRESS.sub(" ", _IN_ANGLES.sub(" ", line))
    before, *_ = re.split(_VERB, line, maxsplit=1)
    name = _WORDS_BEFORE_NAME.sub("", _AFTER_DATE.sub("", before))
    if re.search(r"\d", name) or not name.strip(" ,:"):
        after = re.split(_VERB, line, maxsplit=1)[-1]
        name = after.rstrip(":： ")
    name = name.strip(" ,:;-\"'")
    return name if name and len(name) <= _LONGEST_NAME and not re.search(r"\d{3}", name) else None
