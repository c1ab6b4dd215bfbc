"""`forum-pulse petitions ...`: what the ledger says of petitions, and how far it can be trusted.

No command shows a person, and none takes a person's name.
"""

import typer

from .audit_command import audit

petitions_app = typer.Typer(help="What the ledger says of petitions.", no_args_is_help=True)
petitions_app.command()(audit)


@petitions_app.callback()
def _petitions() -> None:
    """Keeps `audit` a command of its own name, however few there are."""
