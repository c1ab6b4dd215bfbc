"""Words that are also names.

A colleague may be called Will, Grace or Cook. Taking these words out wherever they stand would leave holes in
every sentence, so they count as names only with a capital inside a sentence.
"""

from typing import Final

ALSO_WORDS: Final = frozenset(
    """
    abbot about above ace across action add after again agent all also always amber angel any apply april
    are around art as ash ask at august autumn away back baker bank banks barber bay be bean because been
    before begin bell berry best better between bill bird bishop black bob body bolt bond bone booth both
    branch bridge bridges bright bring brook brown brush buck build burn burns bush but by call can carol
    carter case cash chambers chance change chase cherry china christian church clay clear cliff close
    code coin come common company cook cotton could crane create cross crow cruz dale dash dawn day dean
    dear dee did different does dollar don done down drake drew each earl early east end eve every
    everyone exit face fact fair faith fate fay few field fields final finch find first fish fisher fleet
    flood flower flowers follow foot for ford forest fortune found fox frank free freeman from frost full
    future gates gene get gift give given glen go gold good grace grant gray great green group grove guy
    had hale hall hand hank harmony hart has have hazel he head heart heath her here high hill him his
    hold holder holly home hood hook hope horn house how hunter if into iris issue it its ivy jack jade
    jasper jay jean jet jewel join joy june just justice keen keep key keys kind king knight know lady
    lamb lance land lane large lark last later law leaf learn leave lee let letter level life like lily
    line list little live local lock long look lord love low luck made mail main major make man many
    marina mark marks marsh marshal mason master matter max may me mead meet melody men mercy merit miles
    miller mills mind mine minor misty moon more moss most mount move much must nail name near need never
    new next nice nick noble noon norm north not note nothing now off often old olive once one only opal
    open order other our out over own page paris park parks part pat patience peace peak pearl penny
    people pepper person petition pierce pike place plan play please point pool pope post potter power
    powers price prince prior private project proud public question quick rather ray reach read real
    reason reed release remove report request rice rich rider right ring river road roads rob robin rock
    room root rose ruby rule run rush sage salt same sand sands sandy savage say seal second see self send
    set sharp she shell sheriff ship shore short should show sign silver simple since skinner skip sky
    slack small smart snow some song sonny south sparks speed spring stable staff standard star start
    state steel still stock stone stop storm street strong such sue summer summers sunny sure sweet swift
    tab take talk tall teal ted tell temple than thank that their them then there these they thing think
    this thorn those tim time today together tony too tool toward tower town trace tree trey trip tripp
    true truth try turn under until up urban us use vale very view vine violet vote wade wait walker wall
    walls want ward was waters way we weeks well wells were west what when where which while white who
    whole why wild will win wing winter winters wise with without wolf wood woods word work world would
    year yes yet you young your
    """.split()  # noqa: SIM905 - a page of words, not a list to edit
)
"""Names that are everyday words."""

NEVER_NAMES: Final = frozenset(
    """
    admin an and bot da data de dev di do dr el help in info is la le mr mrs my no of on ops or so support
    team test the to user van von
    """.split()  # noqa: SIM905
)
"""Parts of display names that name nobody: particles, titles and roles."""
