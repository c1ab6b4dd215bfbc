"""Ways to say it that name their speaker: "count me in", "take my name off", "hard no".

They are looked for from left to right; where several begin at one word the first in the list has it, so what
only looks like an act stands first, and negations stand before what they negate. In the patterns a blank is
any white space, and each begins and ends at a word's edge.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .languages import FORMS, HINTS
from .wording import Label


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern looked for within one sentence in lower case, and what it does."""

    label: Label
    reason: str
    pattern: str
    certain: bool = True


def _either(phrases: tuple[Phrase, ...]) -> str:
    return "|".join(f"({phrase.pattern})" for phrase in phrases)


def _phrases(label: Label, reason: str, *patterns: str, certain: bool = True) -> list[Phrase]:
    return [Phrase(label, reason, pattern, certain) for pattern in patterns]


TAKEN_BACK = "taken_back"
"""Why words take back what they answer, if that was the writer's own: "scratch that", "never mind"."""

_MINE = (
    "(?:my|our) (?:(?:own|earlier|previous|old|initial) )*"
    "(?:name|signature|vote|voice|entry|support|endorsement|backing|approval|consent|thumbs[ -]up"
    "|lgtm|ack|\\+1"
    "|👍|:\\+1:)"
)
_REMOVE = (
    r"(?:remov|strik|struck|delet|scratch|drop|eras|cross|pull|withdr[ae]w|retract|rescind|revok|cancel|scrub"
    r"|undo|ignor|disregard|discard|void)\w*"
)
_TAKE = r"(?:take|taking|took)"
_AWAY = r"(?:off|out|back|down|away)"
_TAKE_OFF = rf"(?:{_REMOVE}(?: {_AWAY})?|{_TAKE} {_AWAY})"
_LIST = r"(?:list|petition|letter|signator\w+|sheet|count)"
_END = r"(?=\s*(?:[.!,;:)]|$)|\s+(?:please|pls|thanks|if|once|unless|provided|only if|as long as)\b)"
_YES_VERB = r"(?:signed|agreed?|support\w*|back\w*|voted)"

_WORDS: tuple[Phrase, ...] = (
    *_phrases(
        "neutral",
        "other_signing",
        r"cla|nda|contributor licen[cs]e\w*|signed[ -]off(?:-by)?|sign-off|sign language",
        r"signed (?:\w+ )?on behalf of(?! (?:my|our|us|the)\b)",
        r"sign(?:ing)? off(?! on)",
        rf"sign(?:ed|ing)? (?:(?:in|out)(?: to| with| as| again|{_END})|up (?:for|to))",
        r"signed (?:int|commit|build|binar|cert|url|package|tag)\w*|signed (?:copy|contract"
        r"|by(?! (?:mistake|accident)))",
        r"signed (?:it|the|an?|my|our)(?= [^.!?\n]*\b(?:cla|nda|licen[cs]e|agreement|contract|lease"
        r"|waiver|card)\b)",
    ),
    *_phrases(
        "neutral",
        "thanks",
        r"(?:thanks|thank you|thx|cheers|kudos)(?: \w+){0,3} for (?:signing|supporting|backing|agreeing"
        r"|voting|endorsing|joining|(?:(?:the|your|all|this|that) ){1,3}(?:\w+ )?(?:support|votes?"
        r"|signatures?|names|endorsements?|backing|\+1s?))",
    ),
    *_phrases(
        "neutral",
        "tally",
        r"(?:\d[\d.,]*|hundreds|dozens|thousands)(?: of| x)? ?(?:signatures|signator(?:y|ies)"
        r"|supporters|signers|votes?)",
        rf"(?:\d[\d.,]*|hundreds|dozens|thousands) (?:people|colleagues|engineers|of us|folks)"
        rf" (?:\w+ )?{_YES_VERB}",
        r"(?:signatures?|signed|votes?) (?:so far|and counting|in total|needed|required|to go)",
    ),
    *_phrases(
        "neutral",
        "no_objection",
        r"neither (?:\w+ ){1,3}nor (?:oppose\w*|object\w*|against|disagree\w*)",
        r"(?:agree|support\w*|for|in favou?r) (?:n?or|and) (?:disagree|oppose\w*|against)",
        r"(?:not|(?:do|does|did|is|are|was|wo|would|ca|could|should)n't|never|nothing|no) (?:(?:really"
        r"|necessarily|actually|strictly) )?"
        r"(?:against|opposed|opposing|oppose|objections?|object|disagree\w*)",
    ),
    *_phrases(
        "neutral",
        "objection_withdrawn",
        r"(?:withdraw|tak|retract|drop|remov|lift)\w* (?:back )?(?:my|our|this"
        r"|the) (?:\w+ )?(?:objections?|veto|block"
        r"|nack|opposition|-1)",
        r"my (?:objections?|veto|-1|opposition) (?:is|are|was|were|(?:has|have) been) (?:withdrawn"
        r"|resolved|lifted|gone)",
    ),
    *_phrases(
        "neutral",
        "agreed_elsewhere",
        r"(?:as|was|were|been|is|be|the|an?|previously) (?:already )?(?:agreed|signed|approved"
        r"|supported|endorsed)",
        r"we(?:'ve)? (?:(?:have|had|all|already) )*agreed (?:on|to|in|at|last|yesterday|earlier|that)",
        r"agreed to|agree (?:to disagree|on (?:a|the|what|how|when|terms)|to (?:the|these|those|a))",
    ),
    *_phrases(
        "neutral",
        "kept",
        rf"(?:not|never|(?:do|does|did|is|are|was|wo|would|ca|could|should)n't) (?:be )?{_TAKE_OFF}"
        rf" {_MINE}",
        rf"(?:not|never|\w+n't) (?:be )?{_TAKE} {_MINE} {_AWAY}",
    ),
    *_phrases(
        "neutral",
        TAKEN_BACK,
        rf"(?:scratch|strike|forget|ignore|disregard) (?:that|this|it){_END}|never ?mind{_END}",
    ),
    *_phrases(
        "withdraw",
        "withdrawn",
        rf"{_TAKE_OFF} {_MINE}",
        rf"{_TAKE} {_MINE} (?:\w+ )?{_AWAY}",
        r"(?:edit|update)(?:ed)?\W+(?:now )?(?:withdrawn|withdrew|retracted|revoked|rescinded)",
        r"signed (?:(?:this|it|that) )?(?:by mistake|in error|by accident|accidentally)",
        rf"{_MINE} (?:\w+ )?(?:no longer|(?:does|should|do)(?:n't| not|nt)) (?:stands?|counts?"
        rf"|holds?|be counted)",
        rf"(?:remove|strike|delete|take|unlist|scratch) (?:me|us)(?:(?: off| again| please)?{_END}|"
        rf" (?:off|from|as) (?:(?:the|this|your) )?(?:(?:this|it){_END}|(?:a )?{_LIST}))",
        rf"i'm out{_END}|i am out{_END}|(?:want|like) (?:to be )?(?:off|out of) (?:the|this) {_LIST}",
        rf"(?:cross|strike|get) (?:me|us) (?:off|out)|step(?:ping)? back from (?:the|this) {_LIST}",
        r"tak(?:e|ing) (?:it|that|this|mine) back|un-?sign(?:ing)?|un-signed|un-ack(?:ing|ed)?",
        r"i regret (?:it|(?:having )?sign\w*|my \w+)",
        r"(?:remove|strike|delete|drop|count) (?:me|us) (?:off |out )?as (?:an? )?"
        r"(?:supporter|sign\w+|backer)",
        rf"no longer (?:want|wish|care) to be|i want out{_END}|and want out{_END}",
        r"my (?:support|backing|endorsement|signature)(?: for \w+(?: \w+)?)? (?:ends|stops|expires"
        r"|is over)",
        rf"{_MINE} (?:(?:is|as|to be|(?:should|can|must) be) )?(?:withdrawn|removed|retracted|off"
        rf"|taken (?:off|down|out)|struck|revoked|void|null|cancelled)",
        rf"(?:i|we)(?:'m|'re)? (?:(?:hereby|now|formally) )*(?:withdraw|withdrawing|retract"
        rf"|retracting)(?:{_END}| from)",
        r"no longer (?:\w+ )?(?:support|back|endorse|agree|in favou?r|stand behind|sign|a \+1|on board"
        r"|want my name)\w*",
        r"(?:don't|do not|stop) count(?:ing)? (?:me|us|my \w+) (?:in )?any ?more",
    ),
    *_phrases(
        "oppose",
        "opposed",
        rf"(?:hard|strong|firm|definite|clear) no(?:{_END}| )|(?:it's|that's|this is|i'm"
        rf"|i am) a no{_END}",
        r"(?:no way|never|under no circumstances) (?:am|will|would|do|can|are) (?:i|we) (?:be |ever )?"
        r"(?:sign|support|back|agree|endors|vot)\w*",
        "(?:nor|neither) (?:do|am|will|would|can) (?:i|we)|hard pass",
        "(?:don't|dont|do not|can't|cannot) (?:count|rely) on (?:me|us|my (?:support|vote|voice"
        "|signature|backing))",
        "no from (?:me|my side|us)|count (?:me|us) out|not in my name|thanks,? but no|no,? thanks",
        "(?:keep|leave) (?:me|us|my name|our names?) (?:off|out)",
        r"(?:count|put|add|list|mark|note|record|register) (?:me|us) (?:down )?(?:as|among|with|in)"
        r" (?:an? |the |those )?"
        r"(?:\w+ ){0,3}(?:no|against|oppos\w+|opponents?|sceptics?|skeptics?)",
    ),
    *_phrases(
        "endorse",
        "support",
        r"(?:no (?:way|reason)|impossible|(?:can|could)(?:n't|not|nt| not)) (?:(?:that )?(?:i"
        r"|we)(?:'m|'d|'ll| am"
        r"| are| would| will| could) )?(?:not|never|oppose|refuse|help but)(?: to)? (?:be )?"
        r"(?:sign(?:ing)?|support(?:ing)?|back(?:ing)?|agree(?:ing)?|endors\w+|vote for|in favou?r)",
    ),
    *_phrases(
        "oppose",
        "agree",
        r"(?:i|we) (?:(?:also|fully|very much|do) )*share (?:this|that|the|these|those|your"
        r"|@?\w+'s) (?:\w+ )?"
        r"(?:concerns?|objections?|worr(?:y|ies)|criticism|reservations?)",
        r"same (?:concerns?|objections?|worry|worries|reservations?)(?: here)?",
        certain=False,
    ),
    *_phrases(
        "conditional",
        "support",
        r"(?:my|our) (?:support|vote|signature) (?:is|would be) (?:conditional|contingent|subject)",
    ),
    *_phrases("oppose", "nack", "n[ac]+k"),
    *_phrases("oppose", "vote", r"my vote(?::| is| =) (?:a )?(?:no|against)"),
    *_phrases(
        "endorse",
        "count_me_in",
        rf"count (?:me|us)(?: (?:in|too|as well|please)|{_END})|sign (?:me|us) up(?! for)|i'm in{_END}",
        r"count (?:me|us) (?:as|among) (?:an? |the )?(?:\w+ ){0,3}(?:support\w*|favou?r|signer\w*"
        r"|signator\w+|backers?|yes)",
        rf"my name (?!(?:\w+ ){{0,2}}(?:not|off)\b)(?:\w+ ){{0,3}}(?:on|under|below|there|here"
        rf"|to)(?: (?:the|this|it|that"
        rf"|there|your))?(?: {_LIST})?{_END}",
        "consider (?:this|it) my (?:name|signature|vote|support|endorsement)",
        rf"(?:add|adding|put|putting|include) (?:me|us)(?:{_END}| (?:down|in|too|as well|please|to"
        rf" (?:the|this) {_LIST}))",
        r"(?:add|put|sign|giv|lend)\w* (?:(?:you|it) )?my (?:full )?(?:name|signature|support|vote"
        r"|voice|backing)(?! (?:back|off|out))",
        "(?:here's|here is|has|have|got|gets?|with|take) my (?:(?:full|whole) )?(?:support|vote|voice"
        "|signature|backing|name)"
        "(?! (?:back|off|out))",
    ),
    *_phrases(
        "endorse",
        "count_me_in",
        rf"(?:put|add|get|want) (?:me|us) on (?:the|this|your) {_LIST}|(?:be|see me|see my name) on"
        rf" (?:the|this) {_LIST}",
        rf"(?:i|we)(?:'d|'ll)? (?:(?:would|will|like|want|to|gladly|hereby|also) )*join(?:ing)?(?: in"
        rf"| you| this| the {_LIST}|{_END})",
        rf"(?:one more|another) (?:signature|supporter|voice|name)(?: (?:from|for|here|in)|{_END})",
    ),
    *_phrases(
        "endorse",
        "count_me_in",
        r"(?:can|may) (?:count|rely) on (?:me|us|my (?:support|vote|voice|signature|backing))",
    ),
    *_phrases("endorse", "count_me_in", "where do (?:i|we) sign", certain=False),
    *_phrases(
        "endorse",
        "support",
        r"all (?:of )?my support",
        rf"(?:full|whole|strong|total|complete|every) support(?: (?:from|for (?:this|it|the)|to)|{_END})",
        rf"support from (?:me|us|our|the|all)|yes to (?:this|it|that|all|every|the {_LIST})",
        rf"(?:i'm|i am|we're|we are|i'd be|i would be) (?:(?:all|totally|fully|absolutely) )?(?:for (?:it"
        rf"|this|that)"
        rf"|with you|a yes|all in){_END}",
    ),
    *_phrases(
        "endorse",
        "me_too",
        rf"(?:same|also|likewise) (?:from|for) (?:me|us)|so (?:do|am|would) (?:i|we){_END}|as do i"
        rf"|goes for (?:me|us) too",
    ),
    *_phrases(
        "endorse",
        "agree",
        "took the words out of my mouth|(?:exactly|precisely) my (?:view|opinion|thoughts?|position)",
        "(?:i|we) (?:fully )?share (?:this|that|the|your) (?:view|opinion|position)",
    ),
    *_phrases(
        "endorse",
        "wish",
        "(?:make (?:this|it)|see (?:this|it)) happen|(?:i|we) (?:really )?(?:want|need) this",
        certain=False,
    ),
    *_phrases("endorse", "agree", "(?:could|can)(?:n't|nt| ?not) agree more|can only agree|hear,? hear"),
    *_phrases("endorse", "lgtm", "lgtm|(?:looks?|sounds?) good to me|sgtm|ship it"),
    *_phrases(
        "endorse",
        "vote",
        rf"(?:hard|clear|strong|firm|definite|big|resounding|full|loud) yes(?:{_END}| )|(?:it's|that's"
        rf"|this is) a yes{_END}",
        "(?:a )?yes from (?:me|us|my side)|my vote(?::| is| =| goes to) (?:a )?(?:yes|for)",
    ),
)
_SIGNS: tuple[Phrase, ...] = (
    *(Phrase(form.label, "language", form.pattern) for form in FORMS if form.is_unspaced),
    Phrase("endorse", "count_me_in", r"^\W*/s/\s+\w+"),
)
"""What is written without blanks between words, and so has no edges."""

_FOREIGN = tuple(Phrase(form.label, "language", form.pattern) for form in FORMS if not form.is_unspaced)
_WORD = re.compile(r"[^\W\d_]+")


def _edged(phrases: tuple[Phrase, ...]) -> str:
    return rf"(?<!\w)(?:{_either(phrases)})(?!\w)".replace(" ", r"\s+")


_ENGLISH = _WORDS + _SIGNS
_ANY = re.compile(f"{_edged(_WORDS)}|{_either(_SIGNS)}")
_ANY_FOREIGN = re.compile(_edged(_FOREIGN))


def phrases_in(sentence: str) -> Iterator[tuple[Phrase, int, int]]:
    """Each phrase of a sentence in lower case, its start and end; other languages on a hint only."""
    for match in _ANY.finditer(sentence):
        yield _ENGLISH[(match.lastindex or 1) - 1], match.start(), match.end()
    if not HINTS.isdisjoint(_WORD.findall(sentence)):
        for match in _ANY_FOREIGN.finditer(sentence):
            yield _FOREIGN[(match.lastindex or 1) - 1], match.start(), match.end()
