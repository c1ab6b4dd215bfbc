"""Turns of phrase that change what is said: hedges, conditions, changes of mind; and whole answers.

All but `ACK` are looked for in lower case.
"""

import re

from .languages import HINTS, UNSPACED_HINTS
from .phrase import edged
from .sentences import lower_case
from .wording import MISSPELT, OPPONENTS, words

# Sentences that answer as a whole.
ME_TOO = re.compile(
    r"^\W*(?:(?:me|us)\s+(?:too|as\s+well)|same(?:\s+here)?|ditto|likewise"
    r"|\^+\s*this)(?!\w)\W*(?P<more>.*)$"
    r"|^\W*(?:(?:so\s+much\s+)?this|this\s+so\s+much|this\s+exactly|exactly\s+this)\W*$|^\s*\^+\s*$",
)
YES = re.compile(
    r"^\W*(?:without\s+(?:any\s+|the\s+slightest\s+)?(?:reservations?|hesitation|doubts?)\W+)?"
    r"(?:(?:yes+|yep|yup|yeah?|aye)\W+){0,5}(?:(?:(?:hell|oh|absolutely)\s+)?(?:yes+|yep|yup|yeah?|aye"
    r"|sí|oui|ja|да)|please\s+do"
    r"|absolutely|definitely)"
    r"(?:\s+please)?\W*$",
)
YES_TO = re.compile(r"^\W*(?:(?:oh|a\s+big|a)\s+)?yes+\s+to\s+(?:\S+\s*){1,6}$")
NO = re.compile(
    r"^\W*(?:(?:no+|nope)\W+){0,3}(?:hell\s+)?(?:no+|nope|nay(?:\s+from\s+\w+)?|nein|non|no\s+way"
    r"|no\s+thank(?:s|\s+you))\W*$",
    re.IGNORECASE,
)
ACK = re.compile(
    r"^\W*(?:(?P<kind>(?i:(?:concept|approach|code\s+review|post[\s-]merge|(?:light|quick|brief)(?:ly)?"
    r"|tested|untested"
    r"|ut|t|cr|re|diff|weak|strong|full|big)[\s-]*){1,4})(?:ACK|(?<=[\s-])ack)|ACK)\b(?P<more>.*)$"
)
ACKNOWLEDGED = re.compile(
    r"^\W*(?:will|thanks|thx|i'll|on\s+it|noted|looking|let\s+me|got\s+it|and|that|the)\b", re.IGNORECASE
)
"""After a bare "ACK" it only says that the message has arrived."""
THANKS = edged("thanks|thank you|thx|will do|on it|noted|done|fixed|ok|okay|got it")

# The writer thinks otherwise now.
_CHANGED = r"chang(?:e|ed|ing) (?:of heart|my (?:mind|vote|position|stance|-1|\+1))|on second thoughts?"
CHANGED_ALONE = edged(_CHANGED)
"""Even alone, without a further word, it ends what was said before."""
CHANGED = edged(
    CHANGED_ALONE.pattern
    + r"|switch\w* (?:my (?:vote|position)|sides|to (?:a )?(?:[+-]1|yes|no|for|against|support\w*|oppos\w*"
    r"|n?ack))|having thought about it|convinced me|won me over"
    r"|i (?:now|stand corrected)|no longer (?:against|opposed|oppose|object)"
)

# Doubt.
HEDGE = edged(
    r"maybe|perhaps|probably|i guess|i suppose|kind of|kinda|sort of|tentative\w*|leaning|mostly"
    r"|part(?:ly|ially)|largely"
    r"|in (?:principle|theory|general)|generally|weak(?:ly)?|somewhat|reluctant\w*|hesitant\w*|almost"
    r"|mild(?:ly)?"
)
RESERVATION = edged(
    "but|however|although|though|except|that said|reservations?|caveats?|apart from|other than"
)
ADDED_RESERVATION = re.compile(r"^\W*(?:but|however|although|though|that\s+said|except)\b")
SARCASM = re.compile(
    r"(?:^|\s)/(?:s|sarc|sarcasm)\s*[.!]?$|#sarcasm|<sarcasm>|🙄|\(not\)|\byeah,?\s+right\b"
    r"|\bsure,?\s+(?:jan|another|why\s+not)\b|\bnobody\s+asked\s+for\b"
    r"|\bthat'll\s+help\b|\bwhat\s+could\s+(?:possibly\s+)?go\s+wrong\b"
    r"|\bjust\s+what\s+we\s+(?:all\s+)?needed\b"
    r"|[.!]\s+not[.!]*\s*$",
    re.MULTILINE,
)

HOW_TO = re.compile(r"^\W*to\s+(?:co-?)?(?:sign|vote|support|join|endorse)\b[^,]{0,60},\s*(?!i\b|we\b)\w")
"""A sentence that tells others how: "To sign, open the form"."""
LONG_AGO = re.compile(
    r"\b(?:(?:years?|months?)\s+ago|last\s+(?:year|time)|in\s+(?:19|20)\d\d|back\s+(?:in|when)"
    r"|at\s+my\s+(?:last|former|previous))\b"
)
"""Before an act of the past they tell that it was another one."""
HELD = frozenset({"supported", "backed", "agreed", "concurred", "in favour", "in favor"})
"""What is held, not done: in the past it need not last, as "signed" does."""
_STILL = re.compile(r"\b(?:still|now|today|ever\s+since|always)\b")
_FORMERLY = re.compile(
    r"\b(?:at\s+first|initially|originally|previously|formerly|earlier|once|back\s+then|at\s+the\s+time"
    r"|in\s+the\s+past|had(?:\s+always)?|used\s+to)\W+(?:(?:i|we|\w+ly)\W+){0,2}$"
)
_FORMERLY_AFTER = re.compile(
    r"^[^,.;:!?()–—]*?\b(?:before|at\s+first|initially|originally|previously|formerly|earlier|once"
    r"|back\s+(?:then|when|in)|at\s+the\s+time|in\s+the\s+past|(?:un)?till?|(?:last|a)\s+(?:year|month)(?:\s+ago)?"
    r"|(?:years?|months?)\s+ago)\b"
)


def is_former(before: str, after: str) -> bool:
    """Whether the words around what was held say that it is over: "I supported this before"."""
    if _STILL.search(before) or _STILL.search(after):
        return False
    return _FORMERLY.search(before) is not None or _FORMERLY_AFTER.match(after) is not None


YES_UNDER_CONDITION = re.compile(
    r"^\W*(?:yes|yep|yeah|ok|okay|sure"
    r"|fine)\b\W+(?:but\s+)?(?:only\s+)?(?=\w)"
)

# Questions.
ASKING = re.compile(
    r"^\W*(?:(?:and|so|but|wait,?)\s+)*(?:who|what|when|where|why|how|which|do|does|did|is|are|am|was"
    r"|were|can|could|would"
    r"|should|shall|will|may|has|have|had|any|anyone|if|isn't|aren't|don't|doesn't|shouldn't|wouldn't)\b",
)
REQUEST = re.compile(
    r"^\W*(?:can|could|would|will)\s+(?:you|someone|somebody|the\s+\w+|we)\b|\bplease\b", re.IGNORECASE
)

NEW_QUESTION = re.compile(
    r"(?<!\w)(?:do|does|did|can|could|would|should|is|are|will|may|shall|have|has)\s+(?:you|we|i|they|he"
    r"|she|it|this"
    r"|that|the|there|someone|somebody|anyone|anybody)\b|(?<!\w)(?:what|when|where|how|why|which|who)\b"
)
"""Where a question begins after an act, without a mark between them: "+1 before merging could you ...?"."""

RECEIPT = re.compile(
    r"^\W*(?:(?:ok|okay|thanks|thank you|thx|cool|great)\W+)*(?:(?:i|we)?(?:'ll| will)?\s*"
    r"(?:will|'ll)\s+(?!sign|support|vote|join|back|be)\w+|on\s+it|noted|got\s+it|done|fixed|merging|merged"
    r"|closing|rebasing)(?!\w)"
)
"""After a thumb it says that a message has arrived."""
ANY_LONGER = re.compile(r"\b(?:any\s*more|any\s+longer)\b")
"""After a refusal it takes back what was given before."""
WOULD = re.compile(r"(?:\bwould|\w'd)\s+(?:\w+\s+)?$")
ONLY_WOULD = re.compile(r"^\W*(?:(?:it|this)\W+)?but\b(?!\s+only)")
"""After it, "but" tells why it is not done: "I'd sign, but I have left"."""
ALMOST = re.compile(r"\b(?:nearly|almost)\s+(?:\w+\s+)?$")
DENIED = re.compile(r"(?<!why )\b(?:\w+n't|wont|dont|doesnt|not|never|cannot)\s+(?:\w+\s+){0,2}$")
"""Before a phrase it turns it into its contrary: "you won't get my signature"."""
TO_A_BOT = re.compile(r"@\w*bot\b|\bbot,|@\w+-bot\b")
RIVAL = edged(r"counter-?(?:proposal|petition|motion)|sign (?:here|below|this|mine)|add your names?")
"""A reply that says so asks for signatures of its own: "signed" in answer to it is one of those."""
POINTER = re.compile(r"^\s*[\^~-]+\s*$")
"""Under a line of code it shows a place; as a whole post it agrees."""
AGREEMENT = re.compile(
    r"\bcontributor\b[^.\n]{0,20}\b(?:licen[cs]e|agreement)|\bcla\b"
    r"|^\W*(?:the\s+)?(?:pull|merge)\s+request\b",
    re.IGNORECASE,
)
"""What is signed in answer to these is an agreement on code: a code change is approved, not signed."""

PETITION = edged(
    "petition|proposal|open letter|letter|motion|initiative|campaign|original post|op|rfc|appeal"
)
"""Words for the petition itself."""

_HINTS = (
    words(
        "sign signed signing signs signature signatures cosign cosigned undersigned unsign un plus minus"
        " thumb thumbs support supported supporting endorse endorsed endorsing back backing approve"
        " approved stand stood standing agree agreed agreeing concur second seconded seconding favour"
        " favor board vote voted votes voting oppose opposed opposing object disagree against dissent"
        " abstain objection objections veto withdraw withdrawing withdrawn retract retracted retracting"
        " rescind rescinded revoke revoked remove removing removed strike struck delete take taking taken"
        " scratch drop dropping pull pulling cancel scrub undo erase cross unlist regret longer mind heart"
        " thought thoughts changed changing supports endorses backs approves stands agrees concurs opposes"
        " objects disagrees rejecting yea proud honoured honored privileged intention decline refuse"
        " sooner rather approval dismissing reverting switch switched switching convinced count lgtm sgtm"
        " good ship ack nack nak utack tack crack yes yep yup yeah aye sí oui ja да no nope nay nein non"
        " absolutely definitely please add adding put putting include too same ditto likewise hear name"
        " names voice entry behind join joining share consider step full strong whole clear hard"
        " resounding make see want need out took withdrew ignore ignoring disregard discard void"
        " impossible register mark note record thx cheers kudos let let's lets like love dislike hate fan"
        " idea proposal suggestion plan mistake should must shouldn mustn think right approach sure ready"
        " sense approving unsigned prefer great excellent fine ok okay works looks seems sounds exactly"
        " precisely amen brainer overdue supportive welcome vetoing bad terrible happy r wfm reack never"
        " nevermind forget edit"
    )
    | HINTS
    | MISSPELT.keys()
)
_HINT_SIGNS = re.compile(
    r"[+±＋👍👎➕^]|[-−－–]\d|:(?:-1|thumb|plus1)|\b(?:i['’]m\s+(?:in|out|a|with|for|all)"
    r"|i\s+am\s+(?:in|out|a|with|for|all)|so\s+do|all\s+for|as\s+well)\b|/s/"
    r"|(?:^|[.!?\n])\W*(?:so\s+much\s+)?this\b.{0,60}$"
    r"|(?:^|[.!?\n])\W*(?:please\s+)?(?:do|go|land|merge|adopt|what)\b|\bwith\s+\S+\s+(?:here|on|in)\b"
    r"|[💯🚢✅✔☑]|:ship|:100:|i['’]d\s+be\b",
)
_WORD = re.compile(r"[^\W\d_]+")


_FOREIGN_SIGNS = frozenset(UNSPACED_HINTS)


def may_hold_act(sentence: str) -> bool:
    """A quick look before the reading: False only for words (lower case) in which no rule finds anything."""
    return (
        not _HINTS.isdisjoint(_WORD.findall(sentence))
        or _HINT_SIGNS.search(sentence) is not None
        or not _FOREIGN_SIGNS.isdisjoint(sentence)
    )


_OBJECTION = edged(
    r"(?:i|we) (?:\w+ )?(?:object|oppose|disagree)|(?:i|we)(?:'m| am|'re| are) (?:\w+ )?(?:against"
    r"|opposed|concerned|worried)"
    rf"|{'|'.join(sorted(word for word in OPPONENTS if word.isalpha()))}|nack"
)
_HEAD = 400
"""Characters in which a text says whether it objects."""


def is_objection(text: str) -> bool:
    """Whether a text that is answered raises an objection or a concern, at its head."""
    return _OBJECTION.search(lower_case(text[:_HEAD])) is not None


_STOPPING = edged(
    "stop|drop|remove|abolish|scrap|cancel|against|no more|undo|revert|reverse|oppose|object"
    r"|reject|(?:don't|do not)(?! (?:have|know|see|think|believe)\b)|get rid of"
)
_FIRST_WORDS = 160
PULL_REQUEST = "Pull request: "
"""How the text of a pull request begins that is given as what is answered."""


def is_against(text: str) -> bool:
    """Whether a text that is answered is itself against something; a review speaks of the change."""
    return not text.startswith(PULL_REQUEST) and _STOPPING.search(lower_case(text[:_FIRST_WORDS])) is not None
