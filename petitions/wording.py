"""The words of backing and opposing, and the words around them that decide who says it. Data only.

Written for English. Nothing here is learnt from labelled data.
"""

from dataclasses import dataclass
from typing import Literal

Label = Literal["endorse", "oppose", "withdraw", "conditional", "neutral"]


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


def words(text: str) -> frozenset[str]:
    """The words of a list, for looking up."""
    return frozenset(text.split())


def _verbs(verb: Verb, forms: str) -> dict[str, Verb]:
    return dict.fromkeys((form.strip() for form in forms.split(",")), verb)


VERBS: dict[str, Verb] = {
    **_verbs(Verb("endorse", "signed"), "signed, signing, co-signed, cosigned, co-signing, undersigned"),
    **_verbs(Verb("endorse", "signed", alone=False), "sign, co-sign, cosign"),
    **_verbs(
        Verb("endorse", "support", needs_object=True),
        "support, supported, supporting, endorse, endorsed, endorsing, back, backing, approve, approved,"
        " approving, behind, stand behind, stand by, stand with, standing behind, standing with",
    ),
    **_verbs(Verb("endorse", "agree"), "agree, agreed, agreeing, concur, seconded, seconding"),
    **_verbs(Verb("endorse", "agree", needs_object=True), "second"),
    **_verbs(
        Verb("endorse", "support"),
        "in favour, in favor, in support, in full support, in strong support, in total support,"
        " in complete support, all for, on board",
    ),
    **_verbs(
        Verb("endorse", "vote", alone=False),
        "vote yes, voted yes, vote for, voted for, vote in favour, vote in favor",
    ),
    **_verbs(Verb("endorse", "vote"), "voting yes, voting for, voting in favour, voting in favor"),
    **_verbs(
        Verb("oppose", "opposed", needs_object=True),
        "oppose, opposed, opposing, object, disagree, against, dissent",
    ),
    **_verbs(Verb("endorse", "support", alone=False, needs_object=True), "welcome"),
    **_verbs(Verb("endorse", "support", needs_object=True), "supportive"),
    **_verbs(
        Verb("endorse", "support", alone=False, needs_object=True),
        "supports, endorses, backs, approves, stands behind, stands by, stands with",
    ),
    **_verbs(Verb("endorse", "agree", alone=False), "agrees, concurs"),
    **_verbs(Verb("oppose", "opposed", alone=False, needs_object=True), "opposes, objects, disagrees"),
    **_verbs(Verb("oppose", "opposed"), "vetoing"),
    **_verbs(Verb("oppose", "vote", alone=False), "vote no, voted no, vote against, voted against"),
    **_verbs(Verb("oppose", "vote"), "voting no, voting against"),
}
STRICT = frozenset({"back", "second", "behind", "stand by"})
"""Verbs whose object must be named: "I'm back", "second," and "please stand by" back nothing."""

# Who speaks.
FIRST_PERSON = words("i we i'm i've i'd i'll we're we've we'd we'll im ive")
OWN_GROUPS = words(
    "team company group council association organisation organization union department firm section institute"
    " crew household family office chapter lab board unit parish shift squad"
)
"""After "our" and "my" the writer speaks for them: of such an act only the writer is counted, with doubt."""
OTHERS = words(
    "he she they who you everyone everybody nobody people folks most others somebody someone anyone"
)
CALLING = words(
    "please pls kindly you let's lets everyone everybody remember forget feel free invite ask asking how"
    " where go react reply respond comment type add adding leave drop click hit press vote who"
    " whoever people those"
    " anyone folks someone somebody"
)
"""Before a verb they ask others to do it: "please sign", "react with +1"."""
SUBORDINATE = words("if whether before until unless though wonder sure unsure decide when")
CONNECTIVES = words(
    "and so but yes yep yeah yup ok okay hi hey hello sure then because since thanks agreed again this"
    " that why too edit update yay great nice awesome excellent wow fwiw imo imho done read lgtm anyway"
    " sorry"
)
"""Words after which a verb without a subject is the writer's: "read and signed", "yes, agreed"."""
SAYING = words(
    "said says say saying wrote writes posted posting gave gives give giving gets got get received"
    " collected replied commented typed left put means mean voted"
)
OBTAINING = words("get gets got received collected")

# What may stand between the speaker and the verb, or before a vote.
FILLERS = words(
    "also still just very much do have am are would will can must should shall hereby so really already"
    " all both too be been had now here happy glad proud pleased ready willing to going gonna like love"
    " want wish for one say wholeheartedly whole-heartedly myself could may might did was were of course"
    " therefore thus hell hard strong quite"
)
NO_ADVERBS = words("only reply apply family")
TENTATIVE = words("would could may might will going gonna want wish like i'd i'll we'd we'll")
NEGATIONS = words(
    "not never cannot cant dont wont couldnt wouldnt shouldnt isnt arent wasnt doesnt hardly refuse refusing"
    " decline declining unwilling no neither nor"
)
UNDONE = words("haven't hasn't hadn't didn't forgot havent didnt almost nearly once meant planned yet")
BELIEVING = words("think believe feel")
CLAIMING = words("say said saying claim claimed mean meant read")
"""Before "I" they report words: "I never said I support it"."""
REPORTING = words(
    "thinks says claims believes assumes told knows hopes wants said wrote thought claimed nor neither who"
)
"""Before "I" they may make the writer somebody who is spoken about: "my lead thinks I support it"."""
ENLARGED = words(
    "a an another big huge strong massive giant definite very emphatic hearty solid enthusiastic late binding"
    " belated loud my our just it this me here's only"
)
"""Before a vote they leave it the writer's: "a big +1", "my +1"."""
DETERMINERS = words(
    "the his her their your that those these any each every per of about than with many more fewer no"
    " whose which its some several instead x ×"
)
"""Before a vote they speak about votes: "your +1", "more +1"."""
LACKING = words("need needs needed lack lacks lacking missing require requires required waiting await")
"""Before a vote, in its clause, they say that it has not been cast."""
WITHHOLDING = words(
    "withhold withholding hold holding reserve reserving keep keeping save saving delay delaying"
)
"""Before "my" vote they say that it has not been cast: "holding back my +1"."""
NOBODY = words("nobody none")
NUMERALS = words("one two three four five six seven eight nine ten dozen")
VOTING = words("vote voted voting")
INTENDED = (words("would have"), words("was going"), words("were going"), words("was about"))
"""Between "I" and a verb they tell what did not come to pass: "I was going to sign"."""
PAST = words("was were")
LEGEND = words("use vote voting please reply react legend options answer key")
"""At the head of a sentence with votes of both sides they explain how to vote."""
FORMER = words("was were been previously originally initially formerly from")

# What may follow.
OBJECTS = words(
    "this it that these all both you your her him op everything what any adopting whatever"
    " adoption publication advancement chartering merging inclusion admission publishing"
)
NOUNS = words(
    "petition proposal letter statement motion initiative campaign request idea call change move switch"
    " plan original above demand ask push pilot option suggestion cause rfc poll appeal list post op"
    " thread effort approach sentiment decision direction tool release charter work draft text document"
    " version spec specification standard patch pr fix feature design scope resolution policy rule position"
    " stance view objection concern concerns comment argument reasoning adoption publication chartering"
    " word line"
)
"""Things one can back: "I support the idea"."""
ARTICLES = words("the a an such our their your his her of every each")
EMPHATIC = words("fully completely wholeheartedly entirely strongly too totally 100 very")
GATHERING = words("both all these those any")
"""Objects that leave open what is backed, unless a thing one can back follows: "both proposals"."""
CONTINUATIONS = words(
    "provided unless assuming subject"
    " and or too here as already above below yesterday today with from in gladly because but if once on"
)
"""What may follow a verb of backing that has no object: "signed yesterday", "I support and share"."""
DIRECTIONS = words("from to for on here too again")
"""What follows a vote that is cast: "+1 from me", "+1 to this"."""
CHECKS = words(
    "javadoc javadocs javac findbugs checkstyle release core contrib overall author tests test unit included"
    " compile compilation mvninstall asflicense whitespace shellcheck pylint lint audit build eclipse system"
)
"""A vote on one of these alone is a line in a machine's report: "-1 core tests."."""
STATED_OF = words("is means meaning would will should was isn't doesn't does")
"""What follows a vote that is spoken about: "-1 is the default", "+1 means yes"."""
MYSELF = words("me my myself here")
FROM_HERE = words("me my us our here myself the a all both this")
CALLED_FOR = words("agree support want like think feel care are")
DISTANT = words("previous last former earlier other different old another separate")
"""Before a thing one can back they tell that it is not this one."""
MISSPELT = {
    **dict.fromkeys(words("agre aggree agrre agreee agee"), "agree"),
    **dict.fromkeys(words("suport supprt suppport supoort"), "support"),
    **dict.fromkeys(words("endorce indorse"), "endorse"),
    **dict.fromkeys(words("aprove approove"), "approve"),
    **dict.fromkeys(words("opose oppse"), "oppose"),
    **dict.fromkeys(words("dissagree disagre"), "disagree"),
    **dict.fromkeys(words("againts agaisnt"), "against"),
    "seconed": "seconded",
    "sigend": "signed",
}
"""Slips in the verbs that matter, and what is meant."""
OPPONENTS = words(
    "concern concerns objection objections objectors criticism critics opponents sceptics skeptics opposition"
    " worry worries -1"
)
"""Agreeing with these opposes."""

# Numbers that are no votes.
COUNTED_BEFORE = words(
    "utc gmt cet n x k j t v version level index offset by return returns returned code value status exit"
    " equals is ends row col line"
)
UNITS = words(
    "day days hour hours hr hrs h min mins minute minutes sec second seconds s week weeks month months"
    " quarter year years yr point points pt pts line lines char chars character characters byte bytes bit"
    " bits level levels slot slots seat seats guest guests file files commit commits release version"
    " sprint sprints cycle cycles percent degree degrees star stars rank row rows column columns offset"
    " index reviewer reviewers approval approvals person people headcount step steps item items ticket"
    " tickets bug bugs ms px gb mb db area dial country retry retries attempt attempts replica replicas"
    " node nodes core cores"
)
COUNTERS = frozenset("日月年時秒週天件名円")
"""Units that stand behind a number without a blank: "+10日" is ten days more."""
UNIT_ADJECTIVES = words("more extra additional full business working calendar other")
RELAYING = words(
    "for from of behalf adding add including recording noting entering logging relaying forwarding counting"
    " also and plus"
)
"""Before a name and a colon they pass somebody else's vote on: "adding Ana: +1"."""
TOPICS = words("re regarding concerning about on adopt drop")
"""Before a name and a colon they tell what is voted on: "Re Heron: +1"."""
CONTRACTIONS = words("it's that's here's there's what's who's let's he's she's this's today's")
"""Not somebody's, though they end like it: "That's +1 from me"."""
HEADINGS = words("vote edit update verdict answer opinion decision summary note me mine result conclusion")
"""Before a colon they head the writer's own vote: "Verdict: +1"; a name there lists somebody else's."""
