"""Who is behind Decidim's rows: people by id, else by name, and the groups they write for."""

from collections.abc import Iterator
from dataclasses import dataclass

from ...model import Account
from .platform_tables import Line, People


@dataclass(slots=True)
class Writers(People):
    """People and groups met so far."""

    def listed(self, line: Line, kind: str) -> Iterator[Account]:
        """The account of a row of the tables of users and groups."""
        native_id, is_deleted = line.text("id"), line.is_true("deleted")
        if not native_id:
            return
        is_group = kind == "Group"
        yield from self.meet(
            Account(
                native_id=f"{kind}/{native_id}",
                username=line.text("nickname") or None,
                display_name=line.text("name") or None,
                kind="organisation" if is_group else "deleted" if is_deleted else "human",
                is_stable_id=not is_deleted,
            )
        )

    def of_row(self, line: Line) -> Iterator[Account]:
        """The accounts a row names, those that are new."""
        for account in self._named_in(line):
            yield from self.meet(account)

    def writer(self, line: Line) -> str | None:
        """Whose row it is: the group's it was written for, else the person's."""
        return next((account.native_id for account in self._named_in(line)), None)

    def _named_in(self, line: Line) -> Iterator[Account]:
        for kind, column in (("Group", "user_group"), ("User", "author")):
            native_id, name = line.text(f"{column}/id"), line.text(f"{column}/name", column)
            if native_id:
                yield Account(
                    native_id=f"{kind}/{native_id}",
                    username=line.text(f"{column}/nickname") or None,
                    display_name=name or None,
                    email=line.text(f"{column}/email") or None,
                    kind="organisation" if kind == "Group" else "human",
                )
            elif name and kind == "User":
                yield self.named(name)
