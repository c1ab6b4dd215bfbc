"""The words of claims: whom a figure counts, what they are said to do, and who is said to say so.

Data only, for English.
"""

import re
from typing import Literal

from .wording import words

Deed = Literal["sign", "support", "oppose", "use", "adopt", "stop using", "want", "target"]


def _forms(entries: dict[str, str]) -> dict[str, str]:
    return {form: name for name, forms in entries.items() for form in words(forms)}


def _deeds(entries: dict[Deed, str]) -> dict[str, Deed]:
    return {form: deed for deed, forms in entries.items() for form in words(forms)}


PEOPLE = _forms(
    {
        "people": "people person persons folks folk colleagues colleague coworkers co-workers coworker"
        " teammates"
        " ppl us you them members member peers humans everyone everybody participants respondents readers"
        " signers signatories supporters backers opponents users user signatures signature",
        "engineers": "engineers engineer devs dev developers developer programmers programmer coders"
        " coder swes"
        " engineering ics",
        "managers": "managers manager leads directors executives",
        "employees": "employees employee staff staffers workers workforce headcount company organisation"
        " organization org ftes business",
        "designers": "designers designer",
        "analysts": "analysts analyst scientists scientist researchers researcher",
        "testers": "testers tester",
        "contractors": "contractors contractor",
        "teams": "teams squads departments orgs groups",
        "a team": "team squad department",
    }
)
"""Nouns for those who are counted, and the name each goes by."""

VERBS = _deeds(
    {
        "sign": "sign signs signed signing co-signed cosigned co-sign",
        "support": "support supports supported supporting back backs backed backing endorse endorses endorsed"
        " endorsing favour favor favours favors agree agrees agreed agreeing voted vote upvoted behind",
        "oppose": "oppose opposes opposed opposing object objected rejects rejected reject refuse"
        " refused refuses"
        " refusing against disagree disagrees dislike dislikes hate hates",
        "use": "use uses used using try tried tries trying rely relies relied opened touched logged",
        "adopt": "adopt adopts adopted adopting switched migrated moved enrolled onboarded installed opted"
        " switching migrating",
        "stop using": "stopped uninstalled disabled abandoned quit dropped",
        "want": "want wants wanted asked asking ask demand demands demanding demanded request requested"
        " requesting"
        " prefer prefers preferred calling petitioned petitioning",
    }
)
NOUNS = _deeds(
    {
        "sign": "signatures signature signatories signers names",
        "support": "supporters backers endorsements votes upvotes favour favor approval board agreement"
        " support",
        "oppose": "opponents opposition",
        "use": "usage use users user",
        "adopt": "adoption uptake take-up",
        "want": "demand",
        "target": "target targets goal quota quotas mandate mandates kpi kpis okr okrs objective",
    }
)
"""Nouns that say what those counted do; a target is what somebody else wants them to do."""

COUNTS_ALONE = words(
    "signatures signature signatories signers supporters backers endorsements votes upvotes opponents names"
)
"""Nouns that count people by what they did: "1,500 signatures"."""
COUNTS_BEFORE = COUNTS_ALONE | words("users by")
"""Before a figure without a noun: "signatures: 842", "signed by 1,500"."""
WHOLES = words("you company organisation organization org business")
"""After a number they are not who is counted: "12 of the company"."""
BACKING = ("sign", "support", "oppose")
ACTIVE = words("active daily weekly monthly regular")
"""Before "users" they make it a figure of use; any other "12 users" may be customers with a ticket."""

ASKING = words("ask asks asked asking calling")
"""They want something only with what they want: "asked for a choice", not "asked me about lunch"."""
VOTING = words("vote voted votes")
MUST = words("must should shall")
ORDERED = words("required expected supposed mandated needs need has have ought told")
"""Over a verb of use they make it a target: "80% of us must use it"."""
TELLING = words("told has have")
MIDDLE = words("opposed supposed enrolled onboarded migrated switched signed")
"""Passives that still say what their subject does: "200 people are enrolled"."""
ORDERING = words(
    "want wants wanted expect expects expected require requires required demand demands set sets mandated"
    " mandate imposed aim aims aiming target targets push pushing decreed decided need needs asks asked"
)
HYPOTHETICAL = re.compile(
    r"\b(?:if|whether|unless|until|once|suppose|imagine|assuming|wish|hope|hoping|bet|guess|wonder|would"
    r" be|when we"
    r"|could|might|may|pretend|as soon as|maybe|perhaps|what about|let's say|for example|e\.g\.?)\b"
)
MORE = re.compile(
    r"\b(?:another|additional|extra|next|first|last|other|further|top|every|per|each|of my|\d)\s*$"
)
"""Before a figure they make it a difference or a rank, not a level."""
SAME = re.compile(r"\b(?:another|additional|extra|other|same|remaining|rest|by)\s*$")
"""Before a share with no base likewise: "differs by 20%", "the same 10% who try everything"."""
OWN_TEAM = re.compile(
    r"\b(?:my|our|his|her|their|this|that|one|the \w+) (?:own )?(?:\w+ )?(?:team|squad|department|crew)\b"
)

RESOURCES = words(
    "cpu memory ram disk gpu cache battery bandwidth storage heap latency coverage tests test throughput"
    " capacity"
    " traffic requests queries faster slower cheaper quicker smaller bigger larger speedup revenue price"
    " cost costs"
    " budget discount salary bonus rent margin uptime availability accuracy precision recall failures errors"
    " compression pixels tokens rows bytes zoom opacity volume humidity vat tax interest equity off time"
    " lines code"
    " space inode load threads pool swap utilisation utilization node nodes vcpu"
)
"""What shares of use are of when they are not of people: machines, money, performance."""
THINGS = words(
    "time day week code prs commits tickets builds tests lines work value cases calls queries logs mail"
    " files pages bugs incidents repos repositories pipelines services budget cost costs revenue traffic"
    " cpu memory"
    " sessions suggestions answers requests messages posts features flags deploys deployments jobs"
    " licences licenses"
    " seats customers clients"
)
"""After "70% of" they are no people."""
UNITS = words(
    "hours hour minutes minute seconds second days day weeks week months month years year times versions"
    " version"
    " lines files tickets bugs releases commits ms gb mb tb kb euros dollars points pages steps"
    " questions servers"
    " nodes builds tests services pods replicas rows columns percent meetings messages posts comments replies"
    " threads things reasons ways tools licences licenses seats"
)

SAYING = words(
    "say says said saying claim claims claimed claiming report reports reported tell tells told state"
    " states stated"
    " announce announced announces mention mentioned mentions show shows showed shown suggest suggests"
    " indicate"
    " indicates wrote writes quote quoted quotes cite cited cites noted estimate estimated estimates"
    " insists boasted"
    " brag bragged shared presented posted put puts had has"
)
HOLDING = words("had has put puts")
"""They say a figure only of a target: "the plan has an 80% target"."""
SOURCES = _forms(
    {
        "management": "management leadership leaders executives execs exec ceo cto cfo coo cio vp vps"
        " director"
        " directors boss bosses hr hq managers company c-suite",
        "a document": "memo announcement email e-mail mail newsletter slide slides deck blog policy faq"
        " handbook"
        " letter all-hands townhall hall minutes article presentation doc document page wiki press",
        "a measurement": "dashboard survey poll report data metrics stats statistics numbers figures"
        " telemetry"
        " analytics study census chart graph logs results",
        "the petition": "petition sheet list form spreadsheet organisers organizers",
        "a team": "it security finance legal procurement platform comms",
        "somebody else": "they he she someone somebody everyone everybody people folks you rumour rumor"
        " gossip"
        " colleague",
    }
)
"""Who or what a figure is put in the mouth of, by kind: never a name."""
NAMED_SOURCES = ("management", "a document", "a measurement", "the petition", "a team")
HEARSAY = re.compile(
    r"\b(?:reportedly|supposedly|allegedly|apparently|rumou?r has it|it is said|word is|i hear[d]?)\b"
)
