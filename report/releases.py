"""What was published before, and what it would tell beside what is to be published now.

Two reports on one forum can be subtracted. So each leaves a record: in its folder's manifest the figures it
showed; in the workspace, for its owner alone, those it hid as well. The next report
is audited together with the records: a figure that moved by 1 to k-1 people since an earlier report is such a
difference, and a figure hidden then must not follow from what is shown now.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .disclosure import Figure, Problem, Relation

_NOT_SHOWN = -1

Openings = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Release:
    """What one report told.

    Attributes:
        tables: that were published.
        figures: what was shown, or could be reckoned from it, by name.
    """

    tables: frozenset[str]
    figures: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """The record as plain values, sorted."""
        return {
            "tables": sorted(self.tables),
            "figures": dict(sorted(self.figures.items())),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Release":
        """A record that was kept.

        Raises:
            AttributeError, KeyError, TypeError, ValueError: it is none.
        """
        figures = {str(key): int(value) for key, value in content["figures"].items()}
        return cls(frozenset(content["tables"]), figures)


@dataclass(frozen=True, slots=True)
class Kept:
    """A release, and what its workspace knows of the figures behind it.

    Attributes:
        told: what was told.
        behind: values of hidden figures, of groups that stand in no cell, and of what everybody knows.
        relations: sums in which they take part.
        openings: petition -> the posts that open it.
    """

    told: Release
    behind: Mapping[str, int] = field(default_factory=dict[str, int])
    relations: tuple[Relation, ...] = ()
    openings: Openings = field(default_factory=dict[str, frozenset[str]])

    def agrees(self, true: Mapping[str, int]) -> bool:
        """Whether it could be one of these very figures, hidden ones among them."""
        known = {**self.behind, **self.told.figures}
        return all(true.get(key) == value for key, value in known.items())

    def renamed(self, openings: Openings) -> "Iterator[Kept]":
        """The same record under the names that its petitions have now.

        Args:
            openings: petition -> the posts that open it, now.

        Yields:
            One record for each petition that opens as one did which had another name then.
        """
        for name, posts in sorted(openings.items()):
            shared = {former: len(posts & theirs) for former, theirs in sorted(self.openings.items())}
            former = max(shared, key=shared.__getitem__, default=name)
            if shared.get(former) and not shared.get(name):
                yield self._exchanged(former, name)

    def _exchanged(self, one: str, other: str) -> "Kept":
        def key(known: str) -> str:
            return _exchanged(known, one, other)

        relations = (
            replace(relation, terms=tuple((key(name), sign) for name, sign in relation.terms))
            for relation in self.relations
        )
        return Kept(
            replace(self.told, figures={key(name): value for name, value in self.told.figures.items()}),
            {key(name): value for name, value in self.behind.items()},
            tuple(relations),
        )

    def to_json(self) -> dict[str, Any]:
        """The record as plain values."""
        relations = [[list(term) for term in relation.terms] for relation in self.relations]
        openings = {petition: sorted(posts) for petition, posts in sorted(self.openings.items())}
        more = {"behind": dict(sorted(self.behind.items())), "relations": relations, "openings": openings}
        return self.told.to_json() | more

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Kept":
        """A record that was kept.

        Raises:
            AttributeError, KeyError, TypeError, ValueError: it is none.
        """
        relations = tuple(
            Relation(tuple((str(key), int(sign)) for key, sign in terms)) for terms in content["relations"]
        )
        behind = {str(key): int(value) for key, value in content["behind"].items()}
        # Records of former versions lack them.
        openings = {
            str(petition): frozenset(map(str, posts))
            for petition, posts in content.get("openings", {}).items()
        }
        told = Release.from_json(content)
        if not {key for relation in relations for key, _ in relation.terms} <= {*behind, *told.figures}:
            raise ValueError("a sum of figures that are not there")
        return cls(told, behind, relations, openings)

    @classmethod
    def of(cls, told: Release, problem: Problem, hidden: Collection[str], openings: Openings) -> "Kept":
        """The record of what was told of a problem, with what was hidden."""
        behind = {
            key: figure.value for key, figure in problem.figures.items() if key in hidden or figure.known
        }
        known = told.figures.keys() | behind.keys()
        relations = tuple(
            relation
            for relation in problem.relations
            if relation.exact
            and all(key in known for key, _ in relation.terms)
            and any(key in behind for key, _ in relation.terms)
        )
        used = {key for relation in relations for key, _ in relation.terms}
        return cls(told, {key: value for key, value in behind.items() if key in used}, relations, openings)


def with_past(problem: Problem, past: Sequence[Kept], k: int) -> Problem:
    """The problem of a reader who also has the earlier reports.

    Args:
        problem: what is to be published now.
        past: the earlier reports.
        k: the least number of people a published count may stand for.

    Returns:
        The same problem with the figures of the past, and with the differences between then and now. What has
        not changed is the same figure.
    """
    figures = dict(problem.figures)
    relations = list(problem.relations)
    for kept in past:
        then: dict[str, str] = {}
        for key, value in sorted({**kept.behind, **kept.told.figures}.items()):
            now = problem.figures.get(key)
            then[key] = key if now is not None and now.value == value else f"{key} was {value}"
            was_shown = key in kept.told.figures
            if then[key] != key:
                is_known = now is not None and now.known
                figures[then[key]] = Figure(
                    value=value,
                    counts_people=not (was_shown or is_known),
                    rank=_NOT_SHOWN,
                    shown=was_shown or is_known,
                    fixed=was_shown,
                    known=is_known,
                )
            if now is None or not was_shown:
                continue
            if then[key] == key and not (now.counts_people and 0 < value < k):
                figures[key] = replace(now, fixed=True)
            elif then[key] != key and now.counts_people and now.shown:
                name, sign = f"{key} against {value}", 1 if now.value > value else -1
                figures[name] = Figure(value=abs(now.value - value), rank=_NOT_SHOWN, shown=False)
                relations.append(Relation(((key, sign), (then[key], -sign), (name, -1))))
        relations += [
            Relation(tuple((then[key], sign) for key, sign in relation.terms)) for relation in kept.relations
        ]
    return replace(problem, figures=figures, relations=list(dict.fromkeys(relations)))


def together(releases: Iterable[Release]) -> Release:
    """What several tables of one report tell."""
    tables, figures = set[str](), dict[str, int]()
    for release in releases:
        tables |= release.tables
        figures |= release.figures
    return Release(frozenset(tables), figures)


def _exchanged(key: str, one: str, other: str) -> str:
    """A figure's name, with a petition's name in place of another's: it stands behind that of the table."""
    table, _, rest = key.partition("/")
    for name, instead in ((one, other), (other, one)):
        if rest.startswith(f"{name}/"):
            return f"{table}/{instead}/{rest.removeprefix(f'{name}/')}"
    return key
