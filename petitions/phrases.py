"""Ways to say it that name their speaker: "count me in", "take my name off", "hard no".

They are looked for from left to right; where several begin at one word the first in the list has it, so what
only looks like an act stands first, and negations stand before what they negate. In the patterns a blank is
any white space, and each begins and ends at a word's edge.
"""

import re
from collections.abc import Iterator

from .languages import FORMS, HINTS
from .phrase import END, LIST, Phrase, same
from .withdrawals import WITHDRAWALS


def _either(phrases: tuple[Phrase, ...]) -> str:
    return "|".join(f"({phrase.pattern})" for phrase in phrases)


_PUT_DOWN = "(?:count|put|add|list|mark|note|record|register) (?:me|us)(?: down)?"
_FOR_IT = rf"(?! for (?!(?:it|this|that|(?:the|this) {LIST}|(?:a )?yes|us|both)(?!\w)))"
"""Put down for two licences is no signature."""
_NOT = "(?:did|do|have|had)(?:n't|nt| not)"
_YES_VERB = r"(?:signed|agreed?|support\w*|back\w*|voted)"

_WORDS: tuple[Phrase, ...] = (
    *same(
        "neutral",
        "other_signing",
        r"cla|nda|contributor licen[cs]e\w*|signed[ -]off(?:-by)?|sign-off|sign language",
        r"sign(?:ing)? off(?! on)",
        rf"sign(?:ed|ing)? (?:(?:in|out)(?: to| with| as| again|{END})|up (?:for|to))",
        r"signed (?:for )?(?:the|an?|my|our) (?:\w+ )?(?:attendance|guest ?book|visitors?|time ?sheet|form"
        r"|delivery|card|parcel|paperwork|receipt|cheque|check)\w*",
        r"signed (?:int|commit|build|binar|cert|url|package|tag)\w*|signed (?:copy|contract"
        r"|by(?! (?:mistake|accident)))",
        r"signed (?:it|the|an?|my|our)(?= [^.!?\n]*\b(?:cla|nda|licen[cs]e|agreement|contract|lease"
        r"|waiver|card)\b)",
    ),
    *same(
        "neutral",
        "thanks",
        r"(?:thanks|thank you|thx|cheers|kudos)(?: \w+){0,3} for (?:signing|supporting|backing|agreeing"
        r"|voting|endorsing|joining|(?:(?:the|your|all|this|that) ){1,3}(?:\w+ )?(?:support|votes?"
        r"|signatures?|names|endorsements?|backing|\+1s?))",
    ),
    *same(
        "neutral",
        "tally",
        r"(?:\d[\d.,]*|hundreds|dozens|thousands)(?: of| x)? ?(?:signatures|signator(?:y|ies)"
        r"|supporters|signers|votes?)",
        rf"(?:\d[\d.,]*|hundreds|dozens|thousands) (?:people|colleagues|engineers|of us|folks)"
        rf" (?:\w+ )?{_YES_VERB}",
        r"(?:signatures?|signed|votes?) (?:so far|and counting|in total|needed|required|to go)",
    ),
    *same(
        "neutral",
        "no_objection",
        r"neither (?:\w+ ){1,3}nor (?:oppose\w*|object\w*|against|disagree\w*)",
        r"(?:agree|support\w*|for|in favou?r) (?:n?or|and) (?:disagree|oppose\w*|against)",
        r"(?:not|(?:do|does|did|is|are|was|wo|would|ca|could|should)n't|never|nothing|no) (?:(?:really"
        r"|necessarily|actually|strictly) )?"
        r"(?:against|opposed|opposing|oppose|objections?|object|disagree\w*)",
    ),
    *same(
        "neutral",
        "objection_withdrawn",
        r"(?:withdraw|tak|retract|drop|remov|lift)\w* (?:back )?(?:my|our|this"
        r"|the) (?:\w+ )?(?:objections?|veto|block"
        r"|nack|opposition|-1)",
        r"my (?:objections?|veto|-1|opposition) (?:is|are|was|were|(?:has|have) been) (?:withdrawn"
        r"|resolved|lifted|gone)",
    ),
    *same(
        "neutral",
        "agreed_elsewhere",
        r"(?:as|was|were|been|is|be|the|an?|previously) (?:already )?(?:agreed|signed|approved"
        r"|supported|endorsed)",
        r"we(?:'ve)? (?:(?:have|had|all|already) )*agreed (?:on|to|in|at|last|yesterday|earlier|that)",
        r"agreed to|agree (?:to disagree|on (?:a|the|what|how|when|terms)|to (?:the|these|those|a))",
    ),
    *same(
        "neutral",
        "not_said",
        rf"(?:{_NOT}|never) (?:say|said|write|wrote|claim(?:ed)?|mean|meant) (?:that )?(?:i|we)"
        r"(?:'m|'d|'ll|'re| am| are| do| would| will)? (?:\w+ )?(?:sign|support|back|agree|endorse|oppose|for"
        r"|against|in favou?r)",
        rf"{_PUT_DOWN} as (?:\w+ )?(?:undecided|neutral|unsure|abstain\w*|abstention)",
    ),
    *WITHDRAWALS,
    *same(
        "oppose",
        "opposed",
        rf"(?:hard|strong|firm|definite|clear) no(?:{END}| )|(?:it's|that's|this is|i'm"
        rf"|i am) a no{END}",
        r"(?:no way|never|under no circumstances) (?:am|will|would|do|can|are) (?:i|we) (?:be |ever )?"
        r"(?:sign|support|back|agree|endors|vot)\w*",
        "(?:nor|neither) (?:do|am|will|would|can) (?:i|we)|hard pass|my vote goes against",
        r"(?:no|zero) intention of (?:sign|support|back|vot|join)\w*|vot(?:e|ing) (?:it|this) down",
        r"(?:decline|refuse) to (?:sign|support|back|endorse|put my name to|be part of)|still (?:a )?no"
        + END,
        r"(?:sooner|rather) \w+(?: \w+)? than (?:sign|support|back|vote for|endorse)",
        r"not (?:something|a text|a letter) (?:that )?(?:i|we) can (?:sign|support|put (?:my|our) names? to)",
        "(?:don't|dont|do not|can't|cannot) (?:count|rely) on (?:me|us|my (?:support|vote|voice"
        "|signature|backing))",
        "(?:no|zero) (?:support|vote|signature|backing|endorsement|approval) from (?:me|us|my side)",
        rf"(?:add|put|sign|lend)\w* (?:(?:you|it) )?(?:my|our) (?:full )?names? (?:to|on|under|among|with)"
        rf" (?:\w+ ){{0,4}}(?:against|opponents?|opposition)(?: (?:it|this|that))?{END}",
        "no from (?:me|my side|us)|count (?:me|us) out|not in my name|thanks,? but no|no,? thanks",
        "(?:keep|leave) (?:me|us|my name|our names?) (?:off|out)",
        rf"{_PUT_DOWN} (?:(?:as|among|with|in|for) (?:an? |the |those )?(?:\w+ ){{0,3}})?"
        r"(?:no|against|oppos\w+|opponents?|sceptics?|skeptics?)",
        "(?:no longer|not) (?:for|in favou?r of) (?:it|this|that),? but against",
    ),
    *same(
        "endorse",
        "support",
        r"(?:no (?:way|reason)|impossible|(?:can|could)(?:n't|not|nt| not)) (?:(?:that )?(?:i"
        r"|we)(?:'m|'d|'ll| am"
        r"| are| would| will| could) )?(?:not|never|oppose|refuse|help but)(?: to)? (?:be )?"
        r"(?:sign(?:ing)?|support(?:ing)?|back(?:ing)?|agree(?:ing)?|endors\w+|vote for|in favou?r)",
    ),
    *same(
        "oppose",
        "agree",
        r"(?:i|we) (?:(?:also|fully|very much|do) )*share (?:this|that|the|these|those|your"
        r"|@?\w+'s) (?:\w+ )?"
        r"(?:concerns?|objections?|worr(?:y|ies)|criticism|reservations?)",
        r"same (?:concerns?|objections?|worry|worries|reservations?)(?: here)?",
        certain=False,
    ),
    *same(
        "conditional",
        "support",
        r"(?:my|our) (?:support|vote|signature) (?:is|would be) (?:conditional|contingent|subject)",
    ),
    *same("oppose", "nack", "n[ac]+k"),
    *same("oppose", "vote", r"my vote(?::| is| =) (?:a )?(?:no|against)"),
    *same(
        "endorse",
        "count_me_in",
        rf"count (?:me|us)(?: (?:in|too|as well|please)|{END})|sign (?:me|us) up(?! for)|i'm in{END}",
        r"count (?:me|us) (?:as|among) (?:an? |the )?(?:\w+ ){0,3}(?:support\w*|favou?r|signer\w*"
        r"|signator\w+|backers?|yes)",
        rf"my name (?!(?:\w+ ){{0,2}}(?:not|off)\b)(?:\w+ ){{0,3}}(?:on|under|below|there|here"
        rf"|to)(?: (?:the|this|it|that"
        rf"|there|your))?(?: {LIST})?{END}",
        "consider (?:this|it) my (?:name|signature|vote|support|endorsement)",
        rf"(?:add|adding|put|putting|include) (?:me|us)(?:{END}| (?:down{_FOR_IT}|in|too|as well|please|to"
        rf" (?:the|this) {LIST}))",
        r"(?:add|put|sign|giv|lend)\w* (?:(?:you|it) )?my (?:full )?(?:name|signature|support|vote"
        r"|voice|backing)(?! (?:back|off|out))",
        "(?:here's|here is|has|have|got|gets?|with|take) my (?:(?:full|whole) )?(?:support|vote|voice"
        "|signature|backing|name)"
        "(?! (?:back|off|out))",
    ),
    *same(
        "endorse",
        "count_me_in",
        rf"(?:put|add|get|want) (?:me|us) on (?:the|this|your) {LIST}|(?:be|see me|see my name) on"
        rf" (?:the|this) {LIST}",
        rf"(?:i|we)(?:'d|'ll|'m|'re| am| are)? (?:(?:would|will|like|want|to|gladly|hereby|also) )*"
        rf"join(?:ing)?(?: in| you| this| the {LIST}|{END})",
        rf"(?:one more|another) (?:signature|supporter|voice|name)(?: (?:from|for|here|in)|{END})",
    ),
    *same(
        "endorse",
        "count_me_in",
        r"(?:can|may) (?:count|rely) on (?:me|us|my (?:support|vote|voice|signature|backing))",
    ),
    *same(
        "endorse",
        "count_me_in",
        rf"sign me(?: up)?{END}|consider (?:it|this) signed|another vote for",
        "you(?:'ve| have)(?: got)? my signature",
        r"(?:honou?red|proud|privileged) to (?:sign|support|join|back)",
    ),
    *same("endorse", "count_me_in", "where do (?:i|we) sign", certain=False),
    *same(
        "endorse",
        "support",
        r"all (?:of )?my support",
        rf"(?:full|whole|strong|total|complete|every) support(?: (?:from|for (?:this|it|the)|to)|{END})",
        rf"support from (?:me|us|our|the|all)|yes to (?:this|it|that|all|every|the {LIST})",
        rf"(?:totally|fully|completely|absolutely|entirely|i'm|i am|we're|we are) (?:(?:right|totally|fully"
        rf"|so) )?with you(?: on (?:this|that|it)(?: one)?| all the way| here| there)?{END}",
        rf"(?:i'm|i am|we're|we are|i'd be|i would be) (?:(?:all|totally|fully|absolutely) )?(?:for (?:it"
        rf"|this|that)"
        rf"|with you|a yes|all in){END}",
    ),
    *same(
        "endorse",
        "me_too",
        rf"(?:same|also|likewise) (?:from|for) (?:me|us)|so (?:do|am|would) (?:i|we){END}|as do i"
        rf"|goes for (?:me|us) too",
    ),
    *same(
        "endorse",
        "agree",
        "took the words out of my mouth|(?:exactly|precisely) my (?:view|opinion|thoughts?|position)",
        "(?:i|we) (?:fully )?share (?:this|that|the|your) (?:view|opinion|position)",
    ),
    *same(
        "endorse",
        "wish",
        r"(?:i think )?(?:this|it) is ready (?:to go|to ship|to advance|for publication|for prime time)",
        rf"(?:i'm|i am) happy with (?:this|it|that|v\d+|the \w+){END}",
        "(?:make (?:this|it)|see (?:this|it)) happen|(?:i|we) (?:really )?(?:want|need) this",
        certain=False,
    ),
    *same("endorse", "agree", "(?:could|can)(?:n't|nt| ?not) agree more|can only agree|hear,? hear"),
    *same("endorse", "lgtm", "lgtm|(?:looks?|sounds?) good to me|sgtm|ship it"),
    *same(
        "endorse",
        "vote",
        rf"(?:hard|clear|strong|firm|definite|big|resounding|full|loud) yes(?:{END}| )|(?:it's|that's"
        rf"|this is) a yes{END}",
        "(?:a )?yes from (?:me|us|my side)|my vote(?::| is| =| goes to) (?:a )?(?:yes|for)",
    ),
)
_SIGNS: tuple[Phrase, ...] = (
    *(Phrase(form.label, "language", form.pattern) for form in FORMS if form.is_unspaced),
    Phrase("endorse", "count_me_in", r"^\W*/s/\s+\w+"),
    Phrase("endorse", "vote", r"(?:✅|✔|☑)\ufe0f?\s*(?:from\s+(?:me|us)|here)\b"),
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
