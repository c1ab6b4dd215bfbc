"""What a sentence says of the thing it answers: "great idea", "let's do this", "this would be a mistake".

Nobody signs anything with such words, yet whoever answers a petition with nothing else backs or opposes it.
They are read at the head of a sentence only, where nothing but openings stands before them, and where the
clause ends with them; who counts by them alone counts with doubt.
"""

import re

from .sentences import Sentence
from .speech import Cue
from .wording import Label

_THING = (
    "(?:idea|proposal|suggestion|plan|initiative|move|change|step|addition|improvement|approach|solution"
    "|petition|request|motion|cause|campaign|compromise|fix|feature|direction|decision|patch|thing|way"
    "|trade-?off)"
)
_THIS = rf"(?:this|it|that|(?:the|this|that|your) (?:\w+ )?{_THING})"
_ONE = rf"(?:{_THIS}|which)"
_MUCH = (
    r"(?:(?:really|truly|absolutely|totally|very|quite|pretty|just|such|also|still|do|so|all|personally"
    r"|honestly|strongly|firmly|definitely|completely|actually) )*"
)
_GOOD = (
    r"(?:great|good|excellent|fantastic|brilliant|wonderful|awesome|lovely|sensible|sound|reasonable|solid"
    r"|splendid|superb|amazing|nice|right|perfect)"
)
_BAD = r"(?:bad|terrible|awful|horrible|dreadful|silly|stupid|poor|dangerous|wrong|flawed|misguided|harmful)"
_IS = r"(?:'s| is| seems(?: like)?| looks(?: like)?| sounds(?: like)?| feels like| would be| will be|'d be)"
_IS_NOT = (
    r"(?:'s not| is not| isn't| would not be| wouldn't be| won't be| does not seem(?: like)?"
    r"| doesn't seem(?: like)?)"
)
_THINK = rf"(?:(?:i|we)(?:'m| am)? {_MUCH}(?:think|believe|feel|find|say|sure|convinced)(?: that)? )?"
_DONT = r"(?:don't|do not|dont|can't|cannot|can not)"
_A_GOOD = rf"(?:(?:a|an|the) )?{_MUCH}(?:a |an )?{_GOOD} {_THING}(?: forward| to (?:go|take))?"
_A_BAD = (
    rf"(?:(?:(?:a|an|the) )?{_MUCH}(?:a |an )?{_BAD} {_THING}|(?:a|an) (?:\w+ )?mistake"
    rf"|a step back(?:wards?)?)"
)
_DO = "(?:do|adopt|merge|ship|land|accept|approve|implement|go (?:for|with|ahead with))"


def _read(label: Label, pattern: str) -> tuple[Label, str]:
    return label, pattern


_PATTERNS: tuple[tuple[Label, str], ...] = (
    _read(
        "neutral",
        rf"(?:{_THINK}{_ONE} (?:is|was) (?:a|an) |{_MUCH}(?:a |an )?){_GOOD} (?:point|question|catch)",
    ),
    # Against it. What denies stands before what it denies.
    _read("oppose", rf"{_THINK}(?:{_ONE}{_IS} )?{_A_BAD}(?: (?:to|for) me)?"),
    _read(
        "oppose",
        rf"{_THINK}(?:{_ONE}{_IS_NOT} |not ){_MUCH}(?:{_A_GOOD}|needed|necessary|worth (?:it|the \w+)"
        rf"|acceptable)",
    ),
    _read(
        "oppose",
        rf"(?:i|we) {_MUCH}{_DONT} {_MUCH}(?:think|believe|feel|find)(?: that)? {_ONE}(?:{_IS})? "
        rf"(?:{_A_GOOD}|needed|necessary|worth (?:it|the \w+)|acceptable)",
    ),
    _read(
        "oppose",
        rf"(?:i|we) {_MUCH}{_DONT} {_MUCH}(?:think|believe|feel)(?: that)? we should {_DO}"
        rf" {_THIS}",
    ),
    _read("oppose", rf"(?:i|we) would(?: not|n't) {_DO} {_THIS}"),
    _read(
        "oppose",
        rf"(?:i|we) {_MUCH}(?:{_DONT} {_MUCH}(?:like|want|need|love)|dislike) {_THIS}(?: at all"
        rf"| one bit)?",
    ),
    _read(
        "oppose",
        rf"(?:i|we) {_MUCH}{_DONT} {_MUCH}see (?:the|any|a|much) (?:need|point|benefit|value"
        rf"|use)(?: (?:for|of|in) {_THIS})?",
    ),
    _read(
        "oppose",
        rf"(?:(?:i'm|i am|we're|we are) )?{_MUCH}not {_MUCH}(?:(?:a )?(?:\w+ )?fan|happy with|keen on"
        rf"|comfortable with|ok(?:ay)? with)(?: of)?(?: {_THIS})?",
    ),
    _read(
        "oppose",
        rf"{_THINK}we {_MUCH}(?:should(?:n't| not)|must(?:n't| not)|ought not to"
        rf"|had better not) {_DO}(?: {_THIS})?",
    ),
    _read("oppose", r"(?:(?:a|an|my) )?(?:strong|big|definite|clear) no from (?:the )?\w+(?: \w+)?"),
    _read("oppose", r"we (?:should|must)(?:n't| not)"),
    _read("oppose", rf"(?:please )?(?:let's|let us) not(?: {_DO})?(?: {_THIS})?"),
    _read("oppose", rf"please (?:don't|do not|dont)(?: {_DO} {_THIS}| merge| do it)?"),
    _read(
        "oppose",
        r"please,? no|(?:absolutely|definitely|certainly|of course|hell|heck) not|no,? absolutely not",
    ),
    _read("oppose", r"(?:formal|strong|strenuous) objections?"),
    _read(
        "oppose",
        rf"(?:i'd|we'd|i would|we would) {_MUCH}(?:rather|prefer)(?: (?:that|to|if|it if))*(?: we)?"
        rf" (?:not {_DO}|not|didn't|(?:keep|kept|stay with|stick with|stick to) (?:what we have|things"
        rf" as they are|the (?:status quo|(?:old|current|present|existing) \w+)))(?: {_THIS})?",
    ),
    # For it.
    _read("endorse", rf"{_THINK}(?:{_ONE}{_IS} |(?:sounds|seems|looks) like )?{_A_GOOD}"),
    _read(
        "endorse",
        rf"{_THINK}(?:{_ONE}{_IS} )?(?:good|ready) to (?:go|merge|ship|land)(?: from (?:me|my side"
        rf"|our side))?",
    ),
    _read("endorse", rf"{_THINK}(?:{_ONE}{_IS} )?exactly what (?:we|i) (?:need|want|should {_DO})"),
    _read("endorse", rf"{_THINK}we {_MUCH}(?:should|must|need to|have to|ought to) {_MUCH}{_DO} {_THIS}"),
    _read(
        "endorse",
        rf"(?:please )?(?:let's|let us) (?:just )?{_DO} {_THIS}(?: in| done| happen)?"
        rf"|(?:let's )?go (?:for it|ahead)|make it (?:so|happen)",
    ),
    _read("endorse", r"(?:please )?(?:do|ship|merge|land|adopt) (?:it|this)|please (?:do|merge|adopt \w+)"),
    _read(
        "endorse",
        rf"(?:i |we )?{_MUCH}(?:like|love) {_THIS}(?: a lot| very much| so much| too| as"
        " well)?",
    ),
    _read(
        "endorse",
        rf"(?:(?:i|we)(?:'d| would) |would ){_MUCH}(?:love|like|be (?:happy|glad|thrilled"
        rf"|delighted)) to (?:see|have|get) {_THIS}"
        rf"(?: \w+){{0,3}}|(?:i|we)(?:'d| would) {_MUCH}(?:welcome|love) {_THIS}",
    ),
    _read("endorse", rf"(?:i|we) {_MUCH}(?:need|want) {_THIS}(?: badly| too| so much| so badly| very much)?"),
    _read(
        "endorse",
        rf"(?:(?:i'm|i am|we're|we are|i'd be|we'd be) )?{_MUCH}(?:happy|pleased|good|ok|okay|fine"
        rf"|comfortable) with {_THIS}",
    ),
    _read(
        "endorse",
        rf"(?:(?:i'm|i am) )?(?:a )?(?:big|huge) fan(?: of {_THIS})?|(?:i'm|i am) a fan(?: of {_THIS})?",
    ),
    _read(
        "endorse",
        rf"(?:{_ONE} )?(?:all )?(?:looks?|seems?|sounds?|reads) {_MUCH}(?:ok|okay|fine|sane"
        rf"|{_GOOD})(?: to me| from here)?",
    ),
    _read(
        "endorse",
        rf"(?:{_ONE} )?makes (?:(?:total|perfect|complete|a lot of|so much|much) sense|sense"
        " to me)",
    ),
    _read("endorse", r"(?:(?:it's|this is|that's) )?(?:fine|ok|okay|good|works) (?:by|with|for) (?:me|us)"),
    _read("endorse", r"(?:(?:this|it) is |it's |a |what a )*(?:no[- ]brainer|long overdue|about time)"),
    _read("endorse", r"exactly|precisely|well (?:said|put)|spot on|amen|this is the way"),
    _read("endorse", r"yes,? (?:a thousand times|(?:and )?(?:let's do (?:it|this)|please))"),
    _read(
        "endorse",
        r"(?:i'm |i am |we're )?with (?:@?[\w.-]+|you) (?:here|(?:on|in) (?:this|that|it)(?:"
        " one)?)",
    ),
    _read("endorse", r"what @?[\w.-]+ (?:said|says|wrote)"),
    _read("withdraw", r"un-?signed(?=\W*$)"),
    _read("conditional", r"r=me (?:with|if|once|after|when)(?: \w+)*"),
    _read("endorse", r"r\+|r=me|wfm|💯+|🚢+|:shipit:|:100:|:ship:"),
)
_OPENING = (
    r"^\W*?(?:@[\w.-]+\W+)?(?:(?:yes|yeah|yep|no|nope|oh|wow|well|ok|okay|so|and|hmm|personally|honestly|imo"
    r"|imho|fwiw|sorry|unfortunately|frankly|again|still|also|(?:nice|great|good) (?:work|job|one"
    r"|stuff))\b\W+){0,3}"
)
_END = (
    r"(?=\W*$|\s*[,.;:!?()–—]|\s+-+\s|\s+(?:because|since|as|and|but|for|if|provided|once|unless|only"
    r"|assuming|though|although)\b)"
)
_ANY = re.compile(
    f"{_OPENING}(?:{'|'.join(f'({pattern})' for _, pattern in _PATTERNS)}){_END}".replace(" ", r"\s+")
)


def judgement_in(sentence: Sentence) -> Cue | None:
    """What the head of a sentence says of the thing it answers, None where it says nothing of it."""
    found = _ANY.match(sentence.lower)
    if found is None or found.lastindex is None:
        return None
    start, end = found.span(found.lastindex)
    label, _ = _PATTERNS[found.lastindex - 1]
    return Cue(label, "judgement", sentence.start + start, sentence.start + end, certain=False)
