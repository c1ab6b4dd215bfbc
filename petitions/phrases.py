"""Ways to say it that name their speaker: "count me in", "take my name off", "hard no".

They are looked for from left to right; where several begin at one word the first in the list has it, so what
only looks like an act stands first, and negations stand before what they negate. In the patterns a blank is
any white space, and each begins and ends at a word's edge.
"""

import re
from dataclasses import dataclass

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


_MINE = (
    "(?:my|our) (?:(?:own|earlier|previous|old|initial) )*"
    "(?:name|signature|vote|voice|entry|support|endorsement|backing|approval|thumbs[ -]up|lgtm|ack|\\+1"
    "|👍|:\\+1:)"
)
_TAKE_OFF = (
    r"(?:tak|remov|strik|delet|scratch|drop|eras|cross|pull|withdraw|retract|rescind|revok|cancel|scrub"
    r"|undo)\w*"
)
_LIST = r"(?:list|petition|letter|signator\w+|sheet|count)"
_END = r"(?=\s*(?:[.!,;:)]|$))"
_YES_VERB = r"(?:signed|agreed?|support\w*|back\w*|voted)"

_WORDS: tuple[Phrase, ...] = (
    *_phrases(
        "neutral",
        "other_signing",
        r"cla|nda|contributor licen[cs]e\w*|signed[ -]off(?:-by)?|sign-off|sign language",
        rf"sign(?:ed|ing)? (?:(?:in|out)(?: to| with| as| again|{_END})|up (?:for|to))",
        r"signed (?:int|commit|build|binar|cert|url|package|tag)\w*|signed (?:copy|contract|by)",
        r"signed (?:it|the)(?= [^.!?\n]*\b(?:cla|licen[cs]e|agreement)\b)",
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
        r"(?:not|(?:do|does|did|is|are|was|wo|would|ca|could|should)n't|never|nothing|no) (?:(?:really"
        r"|necessarily|actually|strictly) )?"
        r"(?:against|opposed|opposing|oppose|objections?|object|disagree\w*)",
    ),
    *_phrases(
        "neutral",
        "objection_withdrawn",
        r"(?:withdraw|tak|retract|drop|remov|lift)\w* (?:back )?my (?:objections?|veto|block|nack"
        r"|opposition|-1)",
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
        rf" (?:back )?{_MINE}",
    ),
    *_phrases(
        "withdraw",
        "withdrawn",
        rf"{_TAKE_OFF} (?:(?:out|off|back) )?{_MINE}",
        rf"(?:remove|strike|delete|take|unlist|scratch) (?:me|us)(?:(?: off| again| please)?{_END}|"
        rf" (?:off|from|as) (?:(?:the|this|your) )?(?:(?:this|it){_END}|(?:a )?{_LIST}))",
        rf"i'm out{_END}|i am out{_END}|(?:want|like) (?:to be )?(?:off|out of) (?:the|this) {_LIST}",
        rf"(?:cross|strike|get) (?:me|us) (?:off|out)|step(?:ping)? back from (?:the|this) {_LIST}",
        r"tak(?:e|ing) (?:it|that|this|mine) back|un-?sign(?:ing)?|un-signed|i regret signing",
        r"my (?:support|backing|endorsement|signature)(?: for \w+(?: \w+)?)? (?:ends|stops|expires"
        r"|is over)",
        rf"{_MINE} (?:(?:is|as|to be|(?:should|can|must) be) )?(?:withdrawn|removed|retracted|off"
        rf"|taken off|struck|revoked)",
        rf"(?:i|we)(?:'m|'re)? (?:(?:hereby|now|formally) )*(?:withdraw|withdrawing|retract"
        rf"|retracting)(?:{_END}| from)",
        r"no longer (?:\w+ )?(?:support|back|endorse|agree|in favou?r|stand behind|sign|a \+1|on board"
        r"|want my name)\w*",
        r"(?:don't|do not|stop) count(?:ing)? (?:me|us|my \w+) (?:in )?any ?more",
        "retiro mi (?:firma|apoyo|voto)|retire (?:ma signature|mon (?:soutien|nom|vote))",
        r"(?:ziehe|nehme) meine?n? (?:unterschrift|unterstützung|stimme|namen)\b[^.!?\n]*zurück",
    ),
    *_phrases(
        "oppose",
        "opposed",
        rf"(?:hard|strong|firm|definite|clear) no(?:{_END}| )|(?:it's|that's|this is|i'm"
        rf"|i am) a no{_END}",
        "no from (?:me|my side|us)|count (?:me|us) out|not in my name|thanks,? but no|no,? thanks",
        "(?:keep|leave) (?:me|us|my name|our names?) (?:off|out)",
        r"count (?:me|us) (?:as|among) (?:an? |the )?(?:\w+ ){0,3}(?:no|against|oppos\w+|opponents?)",
        "en contra|no (?:estoy )?de acuerdo|pas d'accord|je suis contre|(?:bin )?dagegen|ikke enig|oneens",
        "sono contrari[oa]|non sono d'accord|não concordo|discordo|против|не соглас(?:ен|на)",
    ),
    *_phrases("oppose", "nack", "n[ac]+k"),
    *_phrases("oppose", "vote", r"my vote(?::| is| =) (?:a )?(?:no|against)"),
    *_phrases(
        "endorse",
        "count_me_in",
        rf"count (?:me|us)(?: (?:in|too|as well|please)|{_END})|sign (?:me|us) up(?! for)|i'm in{_END}",
        r"count (?:me|us) (?:as|among) (?:an? |the )?(?:\w+ ){0,3}(?:support\w*|favou?r|signer\w*"
        r"|signator\w+|backers?|yes)",
        rf"my name (?:\w+ ){{0,3}}(?:on|under|below|there|here|to)(?: (?:the|this|it|that"
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
    *_phrases("endorse", "count_me_in", "where do (?:i|we) sign", certain=False),
    *_phrases(
        "endorse",
        "support",
        rf"(?:full|whole|strong|total|complete|every) support(?: (?:from|for (?:this|it|the)|to)|{_END})",
        rf"support from (?:me|us|our|the|all)|yes to (?:this|it|that|all|every|the {_LIST})",
        rf"(?:i'm|i am|we're|we are) (?:(?:all|totally|fully|absolutely) )?(?:for (?:it|this|that)"
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
    *_phrases("endorse", "agree", "(?:could|can)(?:n't| ?not) agree more|can only agree|hear,? hear"),
    *_phrases("endorse", "lgtm", "lgtm|(?:looks?|sounds?) good to me|sgtm|ship it"),
    *_phrases(
        "endorse",
        "vote",
        rf"(?:hard|clear|strong|firm|definite|big|resounding|full|loud) yes(?:{_END}| )|(?:it's|that's"
        rf"|this is) a yes{_END}",
        "(?:a )?yes from (?:me|us|my side)|my vote(?::| is| =| goes to) (?:a )?(?:yes|for)",
    ),
    *_phrases(
        "endorse",
        "support",
        "(?:estoy )?de acuerdo|(?:yo )?(?:apoyo|firmo)|a favor|firmado|(?:je suis )?d'accord|je"
        " (?:soutiens|signe|suis pour)",
        r"signé|(?:bin )?dafür|stimme (?:\w+ )?zu|unterstütze (?:das|ich|die|den|diese\w*)"
        r"|unterschrieben|mee eens",
        "(?:eu )?apoio|concordo|sono d'accord|firmato|jestem za|souhlasím|поддерживаю|соглас(?:ен|на)",
    ),
)
_SIGNS: tuple[Phrase, ...] = (
    Phrase("withdraw", "withdrawn", "撤回"),
    Phrase("oppose", "opposed", "反对|不同意|不支持|反対"),
    Phrase("endorse", "support", "支持|赞成|贊成|同意|賛成|찬성"),
    Phrase("endorse", "count_me_in", r"^\W*/s/\s+\w+"),
)
"""What is written without blanks between words, and so has no edges."""

PHRASES = _WORDS + _SIGNS

ANY_PHRASE = re.compile(rf"(?<!\w)(?:{_either(_WORDS)})(?!\w)".replace(" ", r"\s+") + f"|{_either(_SIGNS)}")
"""All phrases at once: the number of the group that matched is the place in `PHRASES`, from 1."""
