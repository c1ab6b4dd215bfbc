"""The words of backing, opposing and withdrawing. Data only: how they are read stands in `acts`.

Written for English, with the short forms other languages use. Nothing here is learnt from labelled data.
"""

import re
from dataclasses import dataclass
from typing import Literal

Label = Literal["endorse", "oppose", "withdraw", "conditional", "neutral"]

LABELS: tuple[Label, ...] = ("endorse", "oppose", "withdraw", "conditional", "neutral")


@dataclass(frozen=True, slots=True)
class Verb:
    """A word that backs or opposes once it is clear who says it.

    Attributes:
        alone: whether it means the writer without "I" before it: "Agreed!", but not "sign here".
        needs_object: whether something backable must follow: "I support this", not "I support customers".
    """

    label: Label
    reason: str
    alone: bool = True
    needs_object: bool = False


_SIGN = Verb("endorse", "signed")
_SIGN_BASE = Verb("endorse", "signed", alone=False)
_SUPPORT = Verb("endorse", "support", needs_object=True)
_AGREE = Verb("endorse", "agree")
_SECOND = Verb("endorse", "agree", needs_object=True)
_FOR = Verb("endorse", "support")
_VOTE = Verb("endorse", "vote", alone=False)
_OPPOSE = Verb("oppose", "opposed")
_VOTE_NO = Verb("oppose", "vote", alone=False)

VERBS: dict[str, Verb] = {
    **dict.fromkeys(("signed", "signing", "co-signed", "cosigned", "co-signing", "undersigned"), _SIGN),
    **dict.fromkeys(("sign", "co-sign", "cosign"), _SIGN_BASE),
    **dict.fromkeys(("support", "supported", "supporting", "endorse", "endorsing", "endorsed"), _SUPPORT),
    **dict.fromkeys(("back", "backing", "approve", "stand behind", "stand by", "stand with"), _SUPPORT),
    **dict.fromkeys(("standing behind", "standing with", "approved"), _SUPPORT),
    **dict.fromkeys(("agree", "agreed", "agreeing", "concur", "seconded", "seconding"), _AGREE),
    "second": _SECOND,
    **dict.fromkeys(("in favour", "in favor", "in support", "in full support", "in strong support"), _FOR),
    **dict.fromkeys(("in total support", "in complete support", "all for", "on board"), _FOR),
    **dict.fromkeys(
        ("vote yes", "voted yes", "vote for", "voted for", "vote in favour", "vote in favor"), _VOTE
    ),
    **dict.fromkeys(
        ("voting yes", "voting for", "voting in favour", "voting in favor"), Verb("endorse", "vote")
    ),
    **dict.fromkeys(("oppose", "opposed", "opposing", "object", "disagree", "against", "dissent"), _OPPOSE),
    **dict.fromkeys(("vote no", "voted no", "vote against", "voted against"), _VOTE_NO),
    **dict.fromkeys(("voting no", "voting against"), Verb("oppose", "vote")),
}

MINE = (
    r"(?:my|our)\s+(?:own\s+|earlier\s+|previous\s+|old\s+|initial\s+)*(?:name|signature|vote|support|endorsement"
    r"|backing|approval|thumbs[\s-]up|lgtm|ack|\+1|👍|:\+1:)"
)
_FROM_IT = r"(?:(?:off|from|out|as\s+a)\b[^.!?\n]{0,20}(?:list|petition|letter|signator\w+|sheet|count|signees|(?:this|it)(?=\s*(?:[.!,]|$)))\b|off\b|please\b|again\b|$|[.!,])"
_TAKE_OFF = r"(?:tak|remov|strik|delet|scratch|drop|eras|cross|pull|withdraw|retract|rescind|revok|cancel|scrub|unlist|undo)\w*"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way to say it that names its speaker. `pattern` is looked for within one sentence, ignoring case."""

    label: Label
    reason: str
    pattern: re.Pattern[str]
    certain: bool = True


def _phrases(label: Label, reason: str, *patterns: str, certain: bool = True) -> list[Phrase]:
    return [Phrase(label, reason, re.compile(pattern, re.IGNORECASE), certain) for pattern in patterns]


PHRASES: tuple[Phrase, ...] = (
    # No acts, though their words are those of acts. They come first and keep their words to themselves.
    *_phrases(
        "neutral",
        "other_signing",
        r"\b(?:cla|nda|contributor\s+licen[cs]e\w*|sign(?:ed)?[\s-]off(?:-by)?|sign(?:ed|ing)?\s+(?:in|out|up\s+(?:for|to))"
        r"(?!\s+(?:support|favou?r|solidarity))|sign\s+language|signed\s+(?:int\w*|commit\w*|build\w*|binar\w+|cert\w*|url\w*"
        r"|package\w*|tag\w*|copy|contract|by))\b",
        r"\bsigned\s+(?:it|the)\b(?=[^.!?\n]*\b(?:cla|licen[cs]e|agreement)\b)",
    ),
    *_phrases(
        "neutral",
        "tally",
        r"\b(?:\d[\d.,]*|hundreds|dozens|thousands)\s*(?:x\s*|of\s+)?(?:signatures|signator(?:y|ies)|supporters|signers"
        r"|votes?|(?:people|colleagues|engineers|of\s+us|folks)\s+(?:\w+\s+)?(?:signed|agreed?|support\w*|back\w*|voted))\b",
        r"\b(?:signatures?|signed|votes?)\s+(?:so\s+far|and\s+counting|in\s+total|needed|required|to\s+go)\b",
    ),
    *_phrases(
        "neutral",
        "no_objection",
        r"\b(?:not|n't|never|nothing|no)\s+(?:really\s+|necessarily\s+|actually\s+|strictly\s+)?(?:against|opposed|opposing"
        r"|oppose|objections?|object|disagree\w*)\b",
    ),
    *_phrases(
        "neutral",
        "objection_withdrawn",
        r"\b(?:withdraw|tak|retract|drop|remov|lift)\w*\s+(?:back\s+)?my\s+(?:objections?|veto|block|nack|opposition|-1)(?!\w)",
        r"\bmy\s+(?:objections?|veto|-1|opposition)\s+(?:is|are|was|were|has\s+been|have\s+been)\s+(?:withdrawn|resolved|lifted|gone)\b",
    ),
    *_phrases(
        "neutral",
        "agreed_elsewhere",
        r"\b(?:as|was|were|been|is|be|the|an?|previously)\s+(?:already\s+)?(?:agreed|signed|approved|supported|endorsed)\b",
        r"\bwe(?:'ve)?\s+(?:have\s+|had\s+|all\s+|already\s+)*agreed\s+(?:on|to|in|at|last|yesterday|earlier|that)\b",
        r"\bagree\s+(?:to\s+disagree|on\s+(?:a|the|what|how|when|terms)|to\s+(?:the|these|those|a))\b",
    ),
    *_phrases("neutral", "kept", rf"(?:\b(?:not|never)|n't)\s+(?:be\s+)?{_TAKE_OFF}\s+(?:back\s+)?{MINE}"),
    # Withdrawals.
    *_phrases(
        "withdraw",
        "withdrawn",
        rf"\b{_TAKE_OFF}\s+(?:out\s+|off\s+|back\s+)?{MINE}(?!\w)",
        rf"\b(?:remove|strike|delete|take|unlist|scratch)\s+(?:me|us)\s+{_FROM_IT}",
        r"\btak(?:e|ing)\s+(?:it|that|this|mine)\s+back\b|\bun-?sign(?:ing)?\b|\bun-signed\b",
        rf"{MINE}\s+(?:is\s+|should\s+be\s+|to\s+be\s+|can\s+be\s+|must\s+be\s+|as\s+)?(?:withdrawn|removed|retracted|off|taken\s+off|struck|revoked)\b",
        r"\b(?:i|we)(?:'m|'re)?\s+(?:hereby\s+|now\s+|formally\s+)*(?:withdraw|withdrawing|retract|retracting)(?=\s*(?:[.!,;:)]|$|from\b))",
        r"\bno\s+longer\s+(?:\w+\s+)?(?:support|back|endorse|agree|in\s+favou?r|stand\s+behind|sign|a\s+\+1|on\s+board|want\s+my\s+name)\w*",
        r"\b(?:don't|do\s+not|please\s+stop)\s+count(?:ing)?\s+(?:me|my\s+\S+|us)\s+(?:in\s+)?any\s?more\b|\bi\s+regret\s+signing\b",
        r"\bretiro\s+mi\s+(?:firma|apoyo|voto)\b|\bretire\s+(?:ma\s+signature|mon\s+(?:soutien|nom|vote))\b"
        r"|\b(?:ziehe|nehme)\s+meine?n?\s+(?:unterschrift|unterstützung|stimme|namen)\b[^.!?\n]*zurück|撤回",
    ),
    # Opposition.
    *_phrases(
        "oppose",
        "opposed",
        r"\b(?:hard|strong|firm|definite|clear|it's\s+a|a)\s+no\b(?!\s+\w*(?:brainer|way|problem|doubt|deal))|\bno\s+from\s+(?:me|my\s+side|us)\b",
        r"\bcount\s+(?:me|us)\s+out\b",
    ),
    *_phrases("oppose", "nack", r"\bn(?:ac|a)k\b(?!\w)"),
    *_phrases(
        "oppose",
        "opposed",
        r"\b(?:en\s+contra|no\s+(?:estoy\s+)?de\s+acuerdo|pas\s+d'accord|je\s+suis\s+contre|(?:bin\s+)?dagegen|ikke\s+enig|oneens"
        r"|sono\s+contrari[oa]|non\s+sono\s+d'accord|não\s+concordo|discordo)\b|反对|不同意|不支持|反対|против|не\s+согласен",
    ),
    # Backing.
    *_phrases(
        "endorse",
        "count_me_in",
        r"\bcount\s+(?:me|us)\s+in\b|\bsign\s+(?:me|us)\s+up\b(?!\s+for)|\bi'm\s+in\b(?=\s*(?:[.!,;:)]|$))",
        r"\b(?:add|adding|put|putting|include)\s+(?:me|us)(?:\s+(?:down|in|too|as\s+well|please|to\s+(?:the|this)\s+(?:list|petition|letter"
        r"|signator\w+|supporters))|(?=\s*(?:[.!,;:)]|$)))",
        r"\b(?:add|adding|put|putting|sign|signing|here's|here\s+is|have|take|lend\w*|giv\w+)\s+(?:you\s+|it\s+)?my\s+(?:full\s+)?(?:name|signature|support|vote|backing)\b(?!\s+(?:back|off|out))",
        r"\b(?:has|have|got|get|with)\s+my\s+(?:full\s+|whole\s+)?(?:support|vote|signature|backing)\b",
        r"^\W*/s/\s+\w+",
    ),
    *_phrases("endorse", "count_me_in", r"\bwhere\s+do\s+(?:i|we)\s+sign\b", certain=False),
    *_phrases(
        "endorse",
        "agree",
        r"\b(?:could|can)(?:n't|\s?not)\s+agree\s+more\b|\bcan\s+only\s+agree\b|\bhear,?\s+hear\b",
    ),
    *_phrases(
        "endorse",
        "lgtm",
        r"\blgtm\b|\blooks?\s+good\s+to\s+me\b|\bsounds?\s+good\s+to\s+me\b|\bsgtm\b|\bship\s+it\b",
    ),
    *_phrases(
        "endorse",
        "vote",
        r"\b(?:a\s+)?yes\s+from\s+(?:me|us|my\s+side)\b|\bmy\s+vote\s*(?:is|:|=|goes\s+to)\s*(?:a\s+)?(?:yes|for)\b",
    ),
    *_phrases("oppose", "vote", r"\bmy\s+vote\s*(?:is|:|=)\s*(?:a\s+)?(?:no|against)\b"),
    *_phrases(
        "endorse",
        "support",
        r"\b(?:estoy\s+)?de\s+acuerdo\b|\b(?:yo\s+)?(?:apoyo|firmo)\b|\ba\s+favor\b|\b(?:je\s+suis\s+)?d'accord\b|\bje\s+(?:soutiens|signe|suis\s+pour)\b"
        r"|\b(?:bin\s+)?dafür\b|\bstimme\s+(?:\w+\s+)?zu\b|\bunterstütze\s+(?:das|ich|die|den|diese\w*)\b|\bunterschrieben\b|\bmee\s+eens\b|\bconcordo\b"
        r"|\b(?:eu\s+)?apoio\b|\bsono\s+d'accord\b|\bfirmato\b|\bfirmado\b|\bsigné\b|\bjestem\s+za\b|\bsouhlasím\b|支持|赞成|贊成|同意|賛成|찬성|поддерживаю"
        r"|(?<!не\s)\bсогласен\b|(?<!не\s)\bсогласна\b",
    ),
)

ENDORSING_ANSWERS = re.compile(
    r"^\W*(?:(?:me|us)\s+(?:too|as\s+well)|same(?:\s+here)?|ditto|likewise|\^+\s*(?:this)?|(?:so\s+much\s+)?this|this\s+so\s+much)(?!\w)\W*(?P<more>.*)$"
    r"|^\s*\^+\s*$",
    re.IGNORECASE,
)
YES = re.compile(
    r"^\W*(?:(?:hell\s+|oh\s+|absolutely\s+)?(?:yes+|yep|yup|yeah|aye|sí|oui|ja|да)|yes\s+please|please\s+do|absolutely|definitely|100\s?%)(?:\s+please)?\W*$",
    re.IGNORECASE,
)
NO = re.compile(
    r"^\W*(?:hell\s+)?(?:no+|nope|nay|nein|non|no\s+way|no\s+thanks|no\s+thank\s+you)\W*$", re.IGNORECASE
)
ACK = re.compile(
    r"^\W*(?i:(?:concept|approach|code\s+review|tested|ut|t|cr|strong)[\s-]*)?ACK\b(?P<more>.*)$"
)

CHANGED = re.compile(
    r"\b(?:chang(?:e|ed|ing)\s+(?:of\s+heart|my\s+(?:mind|vote|position|stance|-1|\+1))|switch\w*\s+(?:my\s+(?:vote|position)|sides|to)"
    r"|on\s+second\s+thoughts?|having\s+thought\s+about\s+it|convinced\s+me|won\s+me\s+over|i\s+(?:now|stand\s+corrected)"
    r"|no\s+longer\s+(?:against|opposed|oppose|object))\b",
    re.IGNORECASE,
)
PETITION_NOUN = re.compile(
    r"\b(?:petition|proposal|open\s+letter|letter|motion|initiative|campaign|original\s+post|op|rfc|appeal)\b",
    re.IGNORECASE,
)
SARCASM = re.compile(
    r"(?:^|\s)/(?:s|sarc|sarcasm)\s*[.!]?$|#sarcasm|<sarcasm>|🙄|\(not\)|\byeah,?\s+right\b|\bsure,?\s+jan\b",
    re.IGNORECASE | re.MULTILINE,
)
HEDGE = re.compile(
    r"\b(?:maybe|perhaps|probably|i\s+guess|i\s+suppose|kind\s+of|kinda|sort\s+of|tentative\w*|leaning|mostly|part(?:ly|ially)"
    r"|largely|in\s+principle|in\s+theory|in\s+general|generally|weak(?:ly)?|somewhat|reluctant\w*|hesitant\w*|almost|mild(?:ly)?)\b",
    re.IGNORECASE,
)
RESERVATION = re.compile(
    r"\b(?:but|however|although|though|except|that\s+said|reservations?|caveats?|apart\s+from|other\s+than)\b",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"\b(?:if|once|provided|providing|(?:as|so)\s+long\s+as|on\s+(?:the\s+)?condition|assuming|unless|subject\s+to|conditional"
    r"(?:ly)?|contingent|modulo|pending|(?:only\s+)?(?:when|after|until)|with\s+the\s+(?:change|caveat|condition|understanding)s?)\b",
    re.IGNORECASE,
)
WEAK_CONDITION = frozenset({"when", "after", "until"})
"""Conditions only after words about the future: "happy to sign when", but "signed after lunch"."""
NO_CONDITION = re.compile(
    r"\b(?:let\s+me\s+know|ask|ping|see|wonder\w*|check|tell\s+me|shout|know|even|as|what|not\s+sure|unsure)\s+if\b"
    r"|\bif\s+(?:you\s+(?:need|want|like|have|ask)|any\w*|possible|i\s+(?:may|might|could|can|understand|am|had|recall)|i'm|only\s+for|not\b"
    r"|nothing|it\s+(?:helps|matters)|ever|only)\b|\bonce\s+(?:again|more)\b|\bpending\s+since\b",
    re.IGNORECASE,
)

FIRST_PERSON = frozenset(
    {"i", "we", "i'm", "i've", "i'd", "i'll", "we're", "we've", "we'd", "we'll", "im", "ive"}
)
NEGATIONS = frozenset(
    {
        "not",
        "never",
        "cannot",
        "cant",
        "dont",
        "wont",
        "hardly",
        "refuse",
        "refusing",
        "decline",
        "declining",
        "unwilling",
        "no",
    }
)
UNDONE = frozenset({"haven't", "hasn't", "hadn't", "didn't", "forgot", "havent", "didnt"})
FILLERS = frozenset(
    "also still just very much do have am are would will can must should shall hereby so really already all both too be been had now here"
    " happy glad proud pleased ready willing to going gonna like love want wish for one say wholeheartedly"
    " whole-heartedly myself could may might did was were of course therefore thus hell".split()
)
TENTATIVE = frozenset(
    {
        "would",
        "could",
        "may",
        "might",
        "will",
        "going",
        "gonna",
        "want",
        "wish",
        "like",
        "i'd",
        "i'll",
        "we'd",
        "we'll",
    }
)
CONNECTIVES = frozenset(
    "and so but yes yep yeah yup ok okay hi hey hello sure then because since thanks agreed again this that why too edit update"
    " yay great nice awesome excellent wow fwiw imo imho done read lgtm anyway sorry".split()
)
"""Words after which a verb without a subject is the writer's: "read and signed", "yes, agreed"."""
SUBORDINATE = frozenset(
    {"if", "whether", "before", "until", "unless", "though", "wonder", "sure", "unsure", "decide", "when"}
)
CALLING = frozenset(
    "please pls kindly you let's lets everyone everybody remember forget feel free invite ask asking how where go"
    " react reply respond comment type adding click hit press vote who whoever people those anyone folks someone somebody".split()
)
SAYING = frozenset(
    "said says say saying wrote writes posted posting gave gives give giving gets got get received collected replied commented"
    " typed left put means mean voted".split()
)
DETERMINERS = frozenset(
    "the his her their your that those these any each every per of about than with many more fewer no whose which its some several"
    " instead x ×".split()
)
ENLARGED = frozenset(
    "a an another big huge strong massive giant definite very emphatic hearty solid enthusiastic late belated loud my our just it this"
    " me here's only".split()
)
OTHERS = frozenset(
    "he she they who you everyone everybody nobody people folks most others somebody someone anyone".split()
)
COUNTED_BEFORE = frozenset(
    "utc gmt cet n i x k j t v version level index offset by return returns returned code value status exit equals is ends row col line".split()
)
UNITS = frozenset(
    "day days hour hours hr hrs h min mins minute minutes sec second seconds s week weeks month months quarter year years yr point points"
    " pt pts line lines char chars character characters byte bytes bit bits level levels slot slots seat seats guest guests file files"
    " commit commits release version sprint sprints cycle cycles percent degree degrees star stars rank row rows column columns offset"
    " index reviewer reviewers approval approvals person people headcount step steps item items ticket tickets bug bugs ms px gb mb db"
    " area dial country".split()
)
UNIT_ADJECTIVES = frozenset("more extra additional full business working calendar other".split())
OBJECTS = frozenset(
    "this it that these all both you your her him op everything what any adopting whatever".split()
)
NOUNS = frozenset(
    "petition proposal letter statement motion initiative campaign request idea call change move switch plan original above demand ask push"
    " pilot option suggestion cause rfc poll appeal list post op thread effort approach sentiment decision direction tool".split()
)
STRICT = frozenset({"back", "second", "stand by"})
"""Verbs of backing that need their object named: "I'm back", "second," and "please stand by" are none."""
CONTINUATIONS = frozenset(
    "and or too here as already above below yesterday today with from in gladly because but if once for on".split()
)
"""What may follow a verb of backing that has no object: "signed yesterday", "I support and share"."""
FORMER = frozenset("was were been previously originally initially formerly from".split())
DIRECTIONS = frozenset("from to for on here too again".split())
"""What follows a vote that is cast: "+1 from me", "+1 to this"."""
STATED_OF = frozenset("is means meaning would will should was isn't doesn't does".split())
"""What follows a vote that is spoken about: "-1 is the default", "+1 means yes"."""
FROM_HERE = frozenset("me my us our here myself the a all both this".split())
CALLED_FOR = frozenset("agree support want like think feel care would'd are".split())
HEADINGS = frozenset(
    "vote edit update verdict answer opinion decision summary note me mine result conclusion tl dr".split()
)
EMPHATIC = frozenset("fully completely wholeheartedly entirely strongly too totally 100 very".split())
OPPONENTS = frozenset(
    "concern concerns objection objections criticism critics sceptics skeptics opposition worry worries -1".split()
)

HINT = re.compile(
    r"[+±\-–−＋➕👍👎]\s?[\d∞]|[👍👎➕^]|:(?:[+-]1|plus1|thumbs\w+|heavy_plus_sign):|\bplus[\s-](?:one|1)\b|\bminus\sone\b|thumb|sign|unterst|unterschr"
    r"|support|agree|endors|concur|approv|\bback|second|oppos|object|disagree|dissent|against|in\s+favou?r|all\s+for|on\s+board|stand"
    r"|vot(?:e|ing)|withdr|retract|remov|\btak(?:e|ing)\b|count|\badd|\bput|includ|no\s+longer|regret|chang|second\s+thought|\bi'm\s+in\b|/s/|\bhear\b"
    r"|lgtm|good\s+to\s+me|sgtm|ship\s+it|n?ack\b|\bnak\b|\bmy\s+(?:vote|full|support|name)|\byes|\byep|yeah|\baye\b|\bno+\b|nope|absolutely|definitely"
    r"|please\s+do|\bme\s+too|\bus\s+too|same|ditto|likewise|\bthis\b|delete|strike|cross|[^\x00-\x7f]|acuerdo|apoy|firm|favor|d'accord|sout|dagegen"
    r"|stimme|zieh|nehme|eens|concord|contr|\bsí\b|\boui\b|\bja\b|nein|nay|100\s?%|as\s+well",
    re.IGNORECASE,
)
"""A text without any of these holds no act: a quick look before the reading."""
