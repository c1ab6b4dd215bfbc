"""Text without markup: all of it is the author's."""

from ..model import Cleaned
from .transcript import Transcript, named_in


def clean_text(body: str) -> Cleaned:
    """Take the whole body as own words; only white space and invisible characters are settled."""
    transcript = Transcript(machine_text=False)
    transcript.say(body)
    for name in named_in(body):
        transcript.mention(name)
    return transcript.finish()
