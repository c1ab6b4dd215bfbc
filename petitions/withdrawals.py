"""Ways to take backing back, and what only looks like it: "take my name off", but not "keep my +1"."""

from .phrase import END, LIST, MINE, Phrase, same

TAKEN_BACK = "taken_back"
"""Why words take back what they answer, if that was the writer's own: "scratch that", "never mind"."""

_REMOVE = (
    r"(?:remov|strik|struck|delet|scratch|drop|eras|cross|pull|withdr[ae]w|retract|rescind|revok|cancel|scrub"
    r"|undo|ignor|disregard|discard|void)\w*"
)
_TAKE = r"(?:take|taking|took)"
_AWAY = r"(?:off|out|back|down|away)"
_TAKE_OFF = rf"(?:{_REMOVE}(?: {_AWAY})?|{_TAKE} {_AWAY})"

WITHDRAWALS: tuple[Phrase, ...] = (
    *same(
        "neutral",
        "kept",
        rf"(?:not|never|(?:do|does|did|is|are|was|wo|would|ca|could|should)n't) (?:be )?{_TAKE_OFF}"
        rf" {MINE}",
        rf"(?:not|never|\w+n't) (?:be )?{_TAKE} {MINE} {_AWAY}",
    ),
    *same(
        "neutral",
        TAKEN_BACK,
        rf"(?:scratch|strike|forget|ignore|disregard) (?:that|this|it){END}|never ?mind{END}",
    ),
    *same(
        "withdraw",
        "withdrawn",
        rf"{_TAKE_OFF} {MINE}",
        rf"{_TAKE} {MINE} (?:\w+ )?{_AWAY}",
        r"my name (?:should|must|can|may)(?: not|n't) (?:be|stand|appear|stay|remain) (?:on|in|under"
        r"|there|here)",
        r"(?:edit|update)(?:ed)?\W+(?:now )?(?:withdrawn|withdrew|retracted|revoked|rescinded)",
        r"signed (?:(?:this|it|that) )?(?:by mistake|in error|by accident|accidentally)",
        rf"{MINE} (?:\w+ )?(?:no longer|(?:does|should|do)(?:n't| not|nt)) (?:stands?|counts?"
        rf"|holds?|be counted)",
        rf"take (?:both|all|the two) of us off|(?:pulling|stepping|backing) out(?: of (?:the|this)|{END})",
        rf"(?:withdrawn|retracted|revoked|rescinded|cancelled)\W+{MINE}",
        rf"{_REMOVE} (?:the|that|this|an?) (?:\w+ )?(?:signature|endorsement|approval|t?ack|lgtm|\+1)",
        r"(?:approval|signature|endorsement|support|vote|backing|t?ack|lgtm) (?:is )?(?:hereby )?(?:revoked"
        r"|withdrawn|retracted|rescinded|dismissed|voided|cancelled)",
        r"(?:i|we)(?:'d)? (?:\w+ ){0,3}(?:like|want|wish|ask) (?:\w+ ){0,2}(?:to be )?(?:undone|removed"
        r"|crossed out|struck|taken off)",
        r"(?:dismiss|revert)\w* (?:my|our) (?:\w+ )?(?:review|approval|vote|\+1)|please void (?:that|it)",
        r"un-?(?:approv|sing|endors|second)\w*",
        rf"(?:remove|strike|delete|take|unlist|scratch) (?:me|us)(?:(?: off| again| please)?{END}|"
        rf" (?:off|from|as) (?:(?:the|this|your) )?(?:(?:this|it){END}|(?:a )?{LIST}))",
        rf"i'm out{END}|i am out{END}|(?:want|like) (?:to be )?(?:off|out of) (?:the|this) {LIST}",
        rf"(?:cross|strike|get) (?:me|us) (?:off|out)|step(?:ping)? back from (?:the|this) {LIST}",
        r"tak(?:e|ing) (?:it|that|this|mine) back|un-?sign(?:ing)?|un-signed|un-ack(?:ing|ed)?",
        r"i regret (?:it|(?:having )?sign\w*|my \w+)",
        r"(?:(?:remove|strike|delete|drop) (?:me|us)(?: off| out)?|count (?:me|us) (?:off|out)) as (?:an? )?"
        r"(?:supporter|sign\w+|backer)",
        rf"no longer (?:want|wish|care) to (?:be|appear)|i want out{END}|and want out{END}",
        r"my (?:support|backing|endorsement|signature)(?: for \w+(?: \w+)?)? (?:ends|stops|expires"
        r"|is over)",
        rf"{MINE} (?:(?:is|as|to be|(?:should|can|must) be) )?(?:withdrawn|removed|retracted|off"
        rf"|taken (?:off|down|out)|struck|revoked|void|null|cancelled)",
        rf"(?:i|we)(?:'m|'re)? (?:(?:hereby|now|formally) )*(?:withdraw|withdrawing|retract"
        rf"|retracting)(?:{END}| from)",
        r"no longer (?:\w+ )?(?:support|back|endorse|agree|in favou?r|stand behind|sign|(?:a )?\+1|on board"
        r"|want my name)\w*",
        r"(?:don't|do not|stop) count(?:ing)? (?:me|us|my \w+) (?:in )?any ?more",
    ),
)
