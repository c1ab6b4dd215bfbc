"""Words that are also names.

A colleague may be called Will, Grace or Cook. Taking these words out wherever they stand would leave holes in
every sentence, so they count as names only with a capital inside a sentence.
"""

from typing import Final

ALSO_WORDS: Final = frozenset(
    """
    abbot ace agent amber angel april art ash august autumn baker bank banks barber bay bean bell berry
    best bill bird bishop black bob body bolt bond bone booth branch bridge bridges bright brook brown
    brush buck build burn burns bush call carol carter case cash chambers chance chase cherry china
    christian church clay cliff close code coin cook cotton crane cross crow cruz dale dash dawn day dean
    dear dee dollar don drake drew earl early east eve face fair faith fate fay field fields finch fish
    fisher fleet flood flower flowers foot ford forest fortune fox frank freeman frost gates gene gift
    given glen gold good grace grant gray green grove guy hale hall hand hank harmony hart hazel head
    heart heath hill holder holly home hood hook hope horn house hunter iris ivy jack jade jasper jay jean
    jet jewel joy june justice keen key keys king knight lady lamb lance land lane lark law leaf lee life
    lily little lock long lord love low luck mail main major man marina mark marks marsh marshal mason
    master max may mead melody men mercy merit miles miller mills mind minor misty moon moss mount nail
    nice nick noble noon norm north note olive opal page paris park parks pat patience peace peak pearl
    penny pepper pierce pike pool pope post potter power powers price prince prior proud quick ray read
    reed release report rice rich rider ring river road roads rob robin rock root rose ruby rule rush sage
    salt sand sands sandy savage say seal self sharp shell sheriff ship shore short silver simple skinner
    skip sky slack small smart snow song sonny south sparks speed spring stable staff standard star steel
    stock stone storm street strong sue summer summers sunny sweet swift tab tall teal ted temple thorn
    tim tony tool tower town trace tree trey trip tripp true truth urban vale vine violet wade wait walker
    wall walls ward waters weeks wells west white wild will win wing winter winters wise wolf wood woods
    work world young
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
