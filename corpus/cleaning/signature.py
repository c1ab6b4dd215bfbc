"""How a mail ends: signature marks, sign-offs with a name, list footers, disclaimers."""

import re
from itertools import takewhile

_LONGEST_SIGNATURE = 10
_WIDEST = 100
_MARK = re.compile(r"--\s?$")
_CLOSER = re.compile(
    r"\s{0,8}(?:(?:with |my |many |very |mit )?"
    r"(?:(?:best|kind|kindest|warm|warmest) (?:regards|wishes)|regards|rgds|best|cheers"
    r"|thanks(?: again| a lot| in advance)?(?: and regards)?|thank you(?: very much| in advance)?|many thanks"
    r"|thx|sincerely(?: yours)?|yours(?: sincerely| truly| faithfully)?|respectfully|br|kr|have fun|take care"
    r"|mit freundlichen grüßen|(?:viele|liebe|beste|freundliche|schöne) grü(?:ß|ss)e|mfg|gruß|grüße|vg|lg"
    r"|cordialement|bien cordialement|bonne journée|merci|saludos(?: cordiales)?|un saludo|gracias"
    r"|cordiali saluti|saluti|atenciosamente|abraços|groeten|met vriendelijke groet(?:en)?|hälsningar|mvh"
    r"|pozdrawiam))\s{0,2}[,.!]{0,3}\s*$",
    re.IGNORECASE,
)
_NAME = r"(?:[A-ZÀ-ÞА-Я][\w.'’-]{0,30}|von|van|de|der|den|da|di|la|le|bin|al|\(\w{1,20}\))"
_NAME_LINE = re.compile(rf"\s{{0,8}}[~–—-]{{0,2}}\s?{_NAME}(?:\s{_NAME}){{0,4}}[,.]?\s*$")
_NOT_NAMES = frozenset(
    [
        *("agreed", "approve", "approved", "no", "nope", "oppose", "opposed", "please", "seconded"),
        *("signed", "sure", "support", "supported", "withdrawn", "yes"),
    ]
)
_MOST_LINES_AFTER = 7
_LONGEST_AFTER = 70
_SPEAKING = re.compile(r"(?<!\S)[+-][01]\b(?!\d)|[?!]|\bI\b|\b(?:but|not|please|PS|P\.S)\b")
_FOOTER = re.compile(
    r"\s{0,3}(?:To unsubscribe[ ,]|For additional commands, e-?mail|You received this message because you"
    r"|You are receiving this (?:because|mail|e-?mail)|Reply to this email directly"
    r"|This is an automated message from|-{5,} next part -{5,}|-{5,}=_|Mailing list: |Um sich aus der Liste"
    r"|\*{0,3}(?:CONFIDENTIALITY|DISCLAIMER|LEGAL NOTICE)\b"
    r"|This (?:e-?mail|message)(?: \w+){0,8} confidential"
    r"|The information (?:contained )?in this (?:e-?mail|message)|Diese E-?Mail(?: \w+){0,6} vertraulich)",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s{0,3}(?:_{20,}|-{40,}|={40,})\s*$")
_AFTER_RULE = re.compile(
    r"mailing list|listinfo|unsubscribe|automated message|mailman|archives? at|user-to-user support",
    re.IGNORECASE,
)
_WITHIN = 5
_NEAR_THE_END = 12
_MOST_TRAILER = 6


def is_signature_mark(lines: list[str], number: int) -> bool:
    """Say whether a signature begins here: the mark "-- ", or a bare "--" above a few lines at most."""
    line = lines[number]
    if line.rstrip("\r") == "-- ":
        return True
    if not _MARK.match(line):
        return False
    following = [text for text in lines[number + 1 : number + _LONGEST_SIGNATURE + 2] if text.strip()]
    return len(following) <= _LONGEST_SIGNATURE and all(len(text) <= _WIDEST for text in following)


def is_footer(lines: list[str], number: int) -> bool:
    """Say whether what a list server or a legal department adds begins here."""
    line = lines[number]
    if _FOOTER.match(line):
        return True
    if not _RULE.match(line):
        return False
    following = [text for text in lines[number + 1 : number + 1 + _NEAR_THE_END] if text.strip()]
    if any(_AFTER_RULE.search(text) or _FOOTER.match(text) for text in following[:_WITHIN]):
        return True
    # A free-mail provider's advertisement: a rule of underscores and a few lines, then the mail is over.
    if "_" not in line:
        return False
    trailer = list(takewhile(lambda text: not _RULE.match(text), following))
    return len(trailer) <= _MOST_TRAILER and (
        len(trailer) < len(following) or len(lines) - number <= _NEAR_THE_END
    )


def sign_off_at(lines: list[str]) -> int:
    """Find the line where a sign-off with a name begins ("Best regards, / Ada Lind"), else len(lines).

    Only a closing phrase on its own line, then a line that is a name, then short lines to the end count;
    anything that could be a vote or a sentence keeps the words with the author.
    """
    seen = 0
    following: list[str] = []
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number].strip()
        if not line:
            continue
        if following and _CLOSER.match(line) and _is_name_block(following[::-1]):
            return number
        following.append(line)
        seen += 1
        if seen > _MOST_LINES_AFTER:
            break
    return len(lines)


def _is_name_block(block: list[str]) -> bool:
    words = block[0].strip(" ~–—-,.").lower()
    if words in _NOT_NAMES or not _NAME_LINE.match(block[0]):
        return False
    return all(len(line) <= _LONGEST_AFTER and not _SPEAKING.search(line) for line in block)
