"""The privacy gate: what is hidden, and that no arithmetic on what is shown gives it back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from forum_pulse.config import PrivacyConfig
from forum_pulse.report import POLICIES, SUPPRESSED, Memory, Published, TablePolicy, publish, publish_all
from forum_pulse.report.charts import pushback
from forum_pulse.report.disclosure import Figure, Problem, Relation, to_hide
from forum_pulse.report.policy import Split

K = 5
MONDAY = date(2031, 1, 6)
Terms = Sequence[tuple[str, int]]

few = st.integers(0, 14)
quiet = settings(max_examples=30, deadline=None)


def intervals(shown: Mapping[str, str], sums: Iterable[Terms]) -> dict[str, tuple[float, float]]:
    """What an attacker can say of each hidden figure: least and greatest value by linear programming.

    Knows every shown figure and every sum; figures are not negative. Independent of the gate's own reckoning.
    """
    hidden = sorted(name for name, cell in shown.items() if cell == SUPPRESSED)
    matrix, right = [], []
    for terms in sums:
        row = np.zeros(len(hidden))
        known = 0
        for name, sign in terms:
            if shown[name] == SUPPRESSED:
                row[hidden.index(name)] += sign
            else:
                known += sign * int(shown[name])
        if row.any():
            matrix.append(row)
            right.append(-known)
    found = {}
    for place, name in enumerate(hidden):
        ends = []
        for direction in (1, -1):
            goal = np.zeros(len(hidden))
            goal[place] = direction
            answer = linprog(
                goal,
                A_eq=np.array(matrix) if matrix else None,
                b_eq=np.array(right) if right else None,
                bounds=[(0, 10_000)] * len(hidden),
            )
            assert answer.success
            ends.append(float(answer.x[place]))
        found[name] = (ends[0], ends[1])
    return found


def assert_nothing_given_away(shown: Mapping[str, str], sums: Iterable[Terms]) -> None:
    for name, (low, high) in intervals(shown, sums).items():
        assert high - low >= 1 - 1e-6, f"{name} can be worked out: {low} to {high}"


def petition_row(name: str, signed: int, said: int, reacted: int, **more: int) -> dict[str, object]:
    counted = signed + said + reacted
    others = {"withdrew": 0, "opposed": 0, "conditional": 0, "conflicted": 0} | more
    return {
        "petition": name, "counted": counted, "low": counted, "high": counted + 2, "signed": signed, "said": said,
        "reacted": reacted, **others, "acts": 2 * counted, "denominator": 100, "share": counted / 100,
        "denominator_kind": "roster", "share_low": 0.0, "share_high": 1.0, "first_week": MONDAY,
        "last_week": MONDAY, "backing": counted, "origin": "config", "statement": "We ask.",
        "audited": None, "audited_low": None, "audited_high": None, "audit": None,
    }  # fmt: skip


def week_rows(name: str, moves: Sequence[tuple[int, int]]) -> list[dict[str, object]]:
    rows, net = [], 0
    for place, (gross, wanted) in enumerate(moves):
        withdrawn = min(wanted, net + gross)
        net += gross - withdrawn
        week = MONDAY + timedelta(weeks=place)
        rows.append({"petition": name, "week": week, "gross": gross, "withdrawn": withdrawn, "net": net})
    return rows


def stance_rows(counts: Sequence[int], target: str = "tool") -> list[dict[str, object]]:
    total = sum(counts)
    return [
        {"target": target, "stance": stance, "people": people, "posts": 2 * people,
         "share": people / total if total else None, "share_low": 0.0, "share_high": 1.0}
        for stance, people in zip(("favor", "against", "none", "mixed", "unclear"), counts, strict=True)
    ]  # fmt: skip


def theme_row(theme: str, people: int, pro: int, con: int) -> dict[str, object]:
    return {
        "theme": theme, "people": people, "posts": 3 * people, "people_for": pro, "people_against": con,
        "share_low": 0.1, "share_high": 0.2, "trend": "steady", "share": 0.15,
    }  # fmt: skip


def table(rows: Sequence[Mapping[str, object]], policy: TablePolicy) -> pa.Table:
    names = [*policy.columns, *policy.private]
    return pa.table({name: [row.get(name) for row in rows] for name in names})


def gate(name: str, rows: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
    return publish(table(rows, POLICIES[name]), POLICIES[name]).records()


def test_counts_below_five_read_suppressed_and_take_their_shares_along() -> None:
    """A small count hides itself, its share, interval and posts; 0 and 5 are shown."""
    rows = gate("stance", stance_rows([40, 0, 4, 30, 5]))
    hidden = rows[2]
    assert {hidden[name] for name in ("people", "posts", "share", "share_low", "share_high")} == {SUPPRESSED}
    assert rows[1]["people"] == "0"


def test_a_single_hidden_part_takes_the_next_smallest_along() -> None:
    """40 + 0 + 4 + 30 + 5 = 79: hiding only the 4 would leave it to subtraction."""
    rows = gate("stance", stance_rows([40, 0, 4, 30, 5]))
    assert [row["people"] for row in rows] == ["40", "0", SUPPRESSED, "30", SUPPRESSED]


def test_hidden_parts_together_are_never_a_small_group() -> None:
    """1 and 2 hide each other, but 'one of both' would be 3 people: a third part goes too."""
    rows = gate("stance", stance_rows([40, 1, 2, 30, 0]))
    assert [row["people"] for row in rows] == ["40", SUPPRESSED, SUPPRESSED, SUPPRESSED, "0"]


def test_parts_that_could_only_be_one_each_hide_the_total() -> None:
    """Five hidden parts of one person each, sum 5, would be certain: no share tells the sum."""
    rows = gate("stance", stance_rows([1, 1, 1, 1, 1]))
    assert {row[name] for row in rows for name in ("people", "share")} == {SUPPRESSED}


def test_a_part_bounded_by_its_whole_is_not_given_away() -> None:
    """Of 6 people with a theme 5 are for: the one against could be read off if both others stood."""
    (row,) = gate("themes", [theme_row("cost", 6, 5, 1)])
    assert (row["people"], row["people_for"], row["people_against"]) == ("6", SUPPRESSED, SUPPRESSED)


def test_a_topic_of_few_people_keeps_its_words_to_itself() -> None:
    """The terms of a topic by three people are what those three wrote; where it stands says nothing of its size."""
    rows = [
        {
            "topic": i,
            "name": f"n{i}",
            "people": n,
            "posts": 2 * n,
            "people_against": 0,
            "terms": "a, b",
            "recurrence": "weak",
            "x": 0.5,
            "y": -1.0,
        }
        for i, n in enumerate((30, 3, 12))
    ]
    shown = gate("topics", rows)
    assert [row["name"] for row in shown] == ["n0", "n2", SUPPRESSED]
    assert {shown[2][column] for column in ("name", "terms", "recurrence", "x", "y")} == {SUPPRESSED}


def test_pushback_of_few_people_is_hidden_with_all_that_tells_it() -> None:
    """Three endorsers, two who answer: neither is told, nor what they answer; the theme's own count stays."""
    row = theme_row("cost", 40, 20, 12) | {
        "posts_for": 44, "posts_against": 30, "endorsers": 3, "top_author_share": 0.4, "answered_by": 2,
        "answer": "craft",
    }  # fmt: skip
    (shown,) = gate("themes", [row])
    assert (shown["endorsers"], shown["answered_by"], shown["answer"]) == (SUPPRESSED,) * 3
    assert (shown["people"], shown["people_against"], shown["top_author_share"]) == ("40", "12", "0.400")
    (few,) = gate("themes", [row | theme_row("cost", 4, 2, 1)])
    assert few["top_author_share"] == SUPPRESSED


def test_before_and_after_of_few_people_is_hidden() -> None:
    """Four people before: the difference would tell them."""
    row = {"event": "memo", "week": MONDAY, "theme": "cost", "before": 4, "after": 30, "change": 6.5}
    (shown,) = gate("shifts", [row | {"low": 2.0, "high": 9.0}])
    assert {shown[name] for name in ("before", "change", "low", "high")} == {SUPPRESSED}


def test_a_change_does_not_give_back_a_hidden_week() -> None:
    """Of eight weeks the time line hides one of three people, and the time before it to cover it."""
    people = [20, 22, 19, 21, 24, 3, 23, 25]
    weeks = [
        {"week": MONDAY + timedelta(weeks=place), "posts": 2 * n, "people": n, "event": None, "note": None}
        for place, n in enumerate(people)
    ]
    fixed = {
        "event": "memo",
        "week": MONDAY + timedelta(weeks=4),
        "before": 50,
        "after": 45,
        "low": -6.0,
        "high": 1.5,
    }
    rows = [
        fixed | {"theme": name, "change": change} for name, change in (("all posts", -1.75), ("cost", -2.0))
    ]
    tables = {name: table(some, POLICIES[name]) for name, some in (("timeline", weeks), ("shifts", rows))}
    shown = publish_all(tables)
    assert [row["people"] for row in shown["timeline"].records()].count(SUPPRESSED) == 1
    everything, theme = shown["shifts"].records()
    assert {everything[name] for name in ("change", "low", "high")} == {SUPPRESSED}
    assert (everything["before"], everything["after"], theme["change"]) == ("50", "45", "-2.000")


def test_people_of_a_window_do_not_pin_a_hidden_week() -> None:
    """The 61 of the window afterwards are 24, 23 and 10 people, and four more: everybody came once."""
    people = [20, 22, 19, 21, 24, 4, 23, 10]
    weeks = [
        {"week": MONDAY + timedelta(weeks=place), "posts": 2 * n, "people": n, "event": None, "note": None}
        for place, n in enumerate(people)
    ]
    row = {
        "event": "memo",
        "week": MONDAY + timedelta(weeks=4),
        "theme": "all posts",
        "before": 50,
        "after": 61,
    }
    tables = {name: table(some, POLICIES[name]) for name, some in (("timeline", weeks), ("shifts", [row]))}
    shown = publish_all(tables)
    assert [row["people"] for row in shown["timeline"].records()].count(SUPPRESSED) == 1
    (told,) = shown["shifts"].records()
    assert (told["before"], told["after"]) == ("50", SUPPRESSED)


def test_risers_with_a_hidden_score_stand_at_the_end() -> None:
    """By name: their place among the others would tell the score, and so how many said the word before."""
    words = (("alpha", 0, 4.1), ("delta", 1, 3.5), ("beta", 3, 2.93), ("gamma", 5, 2.6))
    rows = [
        {"event": event, "week": MONDAY, "term": term, "before": n, "after": 20, "score": score, "behind": 20}
        for event in ("memo", "outage")
        for term, n, score in words
    ]
    told = [(row["event"], row["term"], row["score"]) for row in gate("risers", rows)]
    assert told[:4] == [
        ("memo", "alpha", "4.100"), ("memo", "gamma", "2.600"), ("memo", "beta", SUPPRESSED),
        ("memo", "delta", SUPPRESSED),
    ]  # fmt: skip
    assert [term for _, term, _ in told[4:]] == ["alpha", "gamma", "beta", "delta"]


def corrected_rows(shares: Sequence[float]) -> list[dict[str, object]]:
    return [
        {
            "target": "tool",
            "stance": stance,
            "share": share,
            "share_low": 0.0,
            "share_high": 1.0,
            "labels": 60,
        }
        for stance, share in zip(("favor", "against", "none"), shares, strict=True)
    ]


def test_corrected_shares_tell_nothing_that_stance_hides() -> None:
    """Twelve of one mind; and a count that moved by one since the last report."""
    memory = Memory()
    for counts, shares, is_hidden in (
        ((0, 12, 0, 0, 0), (0.0, 1.0, 0.0), True),
        ((20, 12, 10, 0, 0), (0.48, 0.29, 0.24), False),
        ((20, 13, 10, 0, 0), (0.47, 0.30, 0.23), True),
    ):
        tables = {
            "stance": table(stance_rows(counts), POLICIES["stance"]),
            "stance_corrected": table(corrected_rows(shares), POLICIES["stance_corrected"]),
        }
        published = publish_all(tables, memory=memory if counts[0] else None)
        memory.keep(published)
        for row in published["stance_corrected"].records():
            assert (row["share"] == SUPPRESSED) == is_hidden
            assert row["labels"] == "60"


def test_rates_are_not_shown_beside_rounded_counts() -> None:
    """Before and after are rounded: their exact difference, or a score made of them, would tell more."""
    row = {"event": "memo", "week": MONDAY, "theme": "cost", "before": 41, "after": 53, "change": 3.25}
    tables = {"shifts": table([row | {"low": 1.0, "high": 5.0}], POLICIES["shifts"])}
    (shown,) = publish_all(tables, PrivacyConfig(round=5))["shifts"].records()
    assert (shown["before"], shown["after"]) == ("40", "55")
    assert {shown[name] for name in ("change", "low", "high")} == {SUPPRESSED}
    assert publish_all(tables)["shifts"].records()[0]["change"] == "3.250"


def test_a_word_of_few_people_does_not_rise_in_public() -> None:
    """Four people who say it: the row is left out."""
    rows = [
        {
            "event": "memo",
            "week": MONDAY,
            "term": term,
            "before": 0,
            "after": people,
            "score": 3.0,
            "behind": people,
        }
        for term, people in (("outage", 12), ("secret", 4))
    ]
    assert [row["term"] for row in gate("risers", rows)] == ["outage"]


def test_quotes_need_ten_people_and_leave_without_the_count() -> None:
    """A group of nine is not quoted, whatever the table says; the private column stays behind."""
    rows = [
        {"theme": "cost", "stance": side, "quote": f"{side} it is.", "week": MONDAY, "people": people}
        for side, people in (("favor", 9), ("against", 10))
    ]
    shown = publish(table(rows, POLICIES["quotes"]), POLICIES["quotes"])
    assert [row["stance"] for row in shown.records()] == ["against"]
    assert (shown.left_out, shown.columns) == (1, ("theme", "stance", "quote", "week"))


@quiet
@given(st.lists(st.tuples(few, st.integers(0, 6)), min_size=1, max_size=9))
def test_running_totals_never_give_the_size_of_a_small_group(moves: list[tuple[int, int]]) -> None:
    """Between two published nets, hidden gains without hidden losses (or the reverse) come to 5 or more."""
    rows = week_rows("p", moves)
    hidden = {"gross": 0, "withdrawn": 0}
    for true, row in zip(rows, gate("endorsements_over_time", rows), strict=True):
        for name in hidden:
            hidden[name] += int(str(true[name])) if row[name] == SUPPRESSED else 0
        if row["net"] != SUPPRESSED:
            gains, losses = hidden.values()
            assert (gains and losses) or gains + losses == 0 or gains + losses >= K
            hidden = dict.fromkeys(hidden, 0)


def test_weeks_of_many_stay_when_a_few_withdraw() -> None:
    """Two withdrawals in a week of 209 hide themselves and that week's net, not the 209."""
    shown = gate("endorsements_over_time", week_rows("p", [(209, 2), (15, 1), (0, 3), (40, 0)]))
    assert [row["gross"] for row in shown] == ["209", "15", "0", "40"]
    assert [row["withdrawn"] for row in shown] == [SUPPRESSED, SUPPRESSED, SUPPRESSED, "0"]
    assert [row["net"] for row in shown] == [SUPPRESSED, SUPPRESSED, "218", "258"]


@quiet
@given(st.lists(st.tuples(few, few, few), min_size=1, max_size=4))
def test_no_part_of_a_petition_can_be_worked_out(parts: list[tuple[int, int, int]]) -> None:
    """The sum of signed, said and reacted gives no hidden part away."""
    shown: dict[str, str] = {}
    sums: list[Terms] = []
    for place, row in enumerate(gate("petitions", [petition_row(f"p{i}", *p) for i, p in enumerate(parts)])):
        names = ("counted", "signed", "said", "reacted")
        shown |= {f"{place}/{name}": row[name] for name in names}
        sums.append([(f"{place}/{name}", -1 if name == "counted" else 1) for name in names])
    assert_nothing_given_away(shown, sums)


@quiet
@given(st.tuples(few, few, few, few, few).filter(any))
def test_no_stance_can_be_worked_out(counts: tuple[int, ...]) -> None:
    """Whoever sees one count and its share knows the total; still no hidden stance follows."""
    rows = gate("stance", stance_rows(counts))
    shown = {row["stance"]: row["people"] for row in rows}
    tells_total = any(row["share"] != SUPPRESSED and row["people"] not in ("0", SUPPRESSED) for row in rows)
    shown["all"] = str(sum(counts)) if tells_total else SUPPRESSED
    assert_nothing_given_away(shown, [[("all", -1), *((row["stance"], 1) for row in rows)]])


@quiet
@given(st.lists(st.tuples(few, st.integers(0, 6)), min_size=1, max_size=9))
def test_no_week_can_be_worked_out(moves: list[tuple[int, int]]) -> None:
    """Neither the running net nor the totals give a hidden week away, though the last net is public."""
    rows = week_rows("p", moves)
    shown: dict[str, str] = {"before": "0"}
    sums: list[Terms] = []
    before = "before"
    for place, row in enumerate(gate("endorsements_over_time", rows)):
        shown |= {f"{place}/{name}": row[name] for name in ("gross", "withdrawn", "net")}
        sums.append([(f"{place}/net", 1), (before, -1), (f"{place}/gross", -1), (f"{place}/withdrawn", 1)])
        before = f"{place}/net"
    assert_nothing_given_away(shown, sums)


@quiet
@given(st.lists(st.tuples(few, st.integers(0, 6)), min_size=1, max_size=7), st.tuples(few, few, few))
def test_tables_do_not_give_each_other_away(
    moves: list[tuple[int, int]], steps: tuple[int, int, int]
) -> None:
    """The petition's totals, its weeks and its waterfall together still hide what each hides."""
    rows = week_rows("p", moves)
    counted, withdrew = rows[-1]["net"], sum(row["withdrawn"] for row in rows)
    third = counted // 3
    petition = petition_row("p", counted - 2 * third, third, third, withdrew=withdrew, conflicted=steps[0])
    names = ("all", "conflicted", "withdrew", "no endorsement", "no person", "counted")
    people = (
        steps[0] + withdrew + steps[1] + steps[2] + counted,
        steps[0],
        withdrew,
        steps[1],
        steps[2],
        counted,
    )
    fall = [
        {"petition": "p", "ordinal": i, "step": name, "acts": n, "people": n, "note": ""}
        for i, (name, n) in enumerate(zip(names, people, strict=True))
    ]
    petition["acts"] = people[0]
    tables = {"petitions": [petition], "endorsements_over_time": rows, "waterfall": fall}
    out = publish_all({name: table(content, POLICIES[name]) for name, content in tables.items()})
    total, weeks, falls = (out[name].records() for name in tables)
    shown = {
        name: total[0][name] for name in ("counted", "signed", "said", "reacted", "withdrew", "conflicted")
    }
    shown |= {f"fall/{row['step']}": row["people"] for row in falls} | {"before": "0"}
    shown |= {f"acts/{row['step']}": row["acts"] for row in falls}
    sums: list[Terms] = [
        [("counted", -1), ("signed", 1), ("said", 1), ("reacted", 1)],
        [(f"fall/{name}", -1 if name == "all" else 1) for name in names],
        *([(f"fall/{name}", 1), (f"acts/{name}", -1)] for name in names),
        *([(f"fall/{name}", 1), (name, -1)] for name in ("counted", "withdrew", "conflicted")),
    ]
    before = "before"
    for place, row in enumerate(weeks):
        shown |= {f"{place}/{name}": row[name] for name in ("gross", "withdrawn", "net")}
        sums.append([(f"{place}/net", 1), (before, -1), (f"{place}/gross", -1), (f"{place}/withdrawn", 1)])
        before = f"{place}/net"
    sums += [
        [(before, 1), ("counted", -1)],
        [("withdrew", -1), *((f"{place}/withdrawn", 1) for place in range(len(weeks)))],
    ]
    assert_nothing_given_away(shown, sums)


@quiet
@given(st.lists(st.tuples(few, st.integers(1, 3)), min_size=1, max_size=8))
def test_posts_of_a_hidden_week_can_not_be_worked_out(weeks: list[tuple[int, int]]) -> None:
    """The total of posts stands in the summary: it must not give the posts of a hidden week away."""
    rows = [
        {"week": MONDAY + timedelta(weeks=i), "posts": people * each, "people": people, "event": None}
        for i, (people, each) in enumerate(weeks)
    ]
    total = sum(people * each for people, each in weeks)
    note = {"low": None, "high": None, "note": ""}
    summary = [
        {"measure": "people", "value": "40", "figure": "corpus/people", "unit": "people", **note},
        {"measure": "posts", "value": str(total), "figure": "corpus/posts", "unit": "posts", **note},
    ]
    out = publish_all(
        {"timeline": table(rows, POLICIES["timeline"]), "summary": table(summary, POLICIES["summary"])}
    )
    shown = {row["week"]: row["posts"] for row in out["timeline"].records()}
    shown["all"] = out["summary"].records()[1]["value"]
    assert_nothing_given_away(shown, [[("all", -1), *((week, 1) for week in shown if week != "all")]])


def test_a_figure_hidden_in_its_table_is_hidden_in_the_summary() -> None:
    """The summary repeats figures; it hides the cover as well as the small ones."""
    themes = [theme_row("cost", 6, 5, 1)]
    summary = [
        {"measure": f"cost {side}", "value": value, "low": None, "high": None, "note": "",
         "figure": f"themes/cost/people_{side}", "unit": "people"}
        for side, value in (("for", "5"), ("against", "1"))
    ]  # fmt: skip
    out = publish_all(
        {"themes": table(themes, POLICIES["themes"]), "summary": table(summary, POLICIES["summary"])}
    )
    assert [row["value"] for row in out["summary"].records()] == [SUPPRESSED, SUPPRESSED]


def test_thresholds_come_from_the_configuration() -> None:
    """With persons = 2 a count of 4 may be shown."""
    shown = publish_all(
        {"stance": table(stance_rows([40, 9, 4, 30, 5]), POLICIES["stance"])}, PrivacyConfig(persons=2)
    )
    assert shown["stance"].suppressed == 0


def test_order_of_rows_does_not_change_what_is_hidden() -> None:
    """The same table upside down hides the same cells."""
    rows = stance_rows([7, 7, 2, 7, 9])
    upside = gate("stance", rows[::-1])[::-1]
    assert gate("stance", rows) == upside


def test_only_the_gate_makes_published_tables() -> None:
    """Neither the constructor nor `replace` forges one."""
    true = publish(table(stance_rows([9, 9, 9, 9, 9]), POLICIES["stance"]), POLICIES["stance"])
    with pytest.raises(TypeError, match="only the gate"):
        Published("stance", ("a",), (("1",),), (pa.int64(),), 0, true.told, object())
    with pytest.raises((TypeError, ValueError)):
        replace(true, rows=(("1",),))


def test_unknown_and_missing_columns_are_refused() -> None:
    """A column nobody thought of can't slip through."""
    rows = [{**row, "person_id": "p1"} for row in stance_rows([9, 9, 9, 9, 9])]
    with pytest.raises(ValueError, match=r"unknown columns \['person_id'\]"):
        publish(pa.Table.from_pylist(rows), POLICIES["stance"])
    with pytest.raises(ValueError, match="no policy"):
        publish_all({"ledger": pa.table({"a": [1]})})


def test_cells_are_written_plainly() -> None:
    """Whole numbers plain, shares with three decimals, dates ISO, text on one line, nothing for not applicable."""
    policy = TablePolicy(name="t", columns=("n", "share", "day", "text", "none"), keys=("n",))
    content = pa.table(
        {
            "n": [1234],
            "share": [1 / 3],
            "day": [MONDAY],
            "text": ["a\r\n=b\u202ec\x00 d"],
            "none": pa.nulls(1),
        }
    )
    assert publish(content, policy).rows == (("1234", "0.333", "2031-01-06", "a =b c d", ""),)


def test_arrow_table_keeps_numbers_where_nothing_is_hidden() -> None:
    """A column becomes text only when a cell of it is suppressed."""
    policy = TablePolicy(
        name="t",
        columns=("k", "a", "b"),
        keys=("k",),
        persons=("a", "b"),
        structures=(Split("a", ("b",), complete=False),),
    )
    shown = publish(pa.table({"k": ["x", "y"], "a": [50, None], "b": [2, 9]}), policy).table
    assert shown["a"].to_pylist() == [50, None]
    assert shown["b"].to_pylist() == [SUPPRESSED, "9"]


def test_the_summary_tells_no_order_of_hidden_pushback() -> None:
    """Themes whose figure is hidden stand behind the others by name, and none is left out for being smaller."""
    against = {"zeal": 4, "cost": 12, "apathy": 1, "craft": 3, "pride": 2, "delay": 30, "haste": 2}
    themes = [theme_row(name, 40, 20, count) for name, count in sorted(against.items(), key=lambda t: -t[1])]
    rows = [
        {
            "measure": f"pushback: {row['theme']}",
            "value": str(row["people_against"]),
            "figure": f"themes/{row['theme']}/people_against",
            "unit": "people",
            "list": "pushback",
        }
        for row in themes
    ]
    head: dict[str, object] = {"measure": "threads", "value": "3"}
    shown = publish_all(
        {
            "summary": table([head, *rows], POLICIES["summary"]),
            "themes": table(themes, POLICIES["themes"]),
        }
    )["summary"].records()
    names = [row["measure"].removeprefix("pushback: ") for row in shown]
    hidden = [row["measure"].removeprefix("pushback: ") for row in shown if row["value"] == SUPPRESSED]
    assert names == ["threads", "delay", "cost", *hidden]
    assert hidden == ["apathy", "craft", "haste", "pride", "zeal"]


@pytest.mark.parametrize(
    ("cost", "craft", "told"),
    [
        (12, 7, "most raise cost (12 people)"),
        (7, 2, "most, as far as can be shown, raise cost (7 people)"),
        (3, 2, "too few raise any one thing for it to be shown"),
        (0, 2, "too few raise any one thing for it to be shown"),
    ],
)
def test_the_chart_of_pushback_says_no_more_than_is_shown(cost: int, craft: int, told: str) -> None:
    """What most people raise is not known where figures are hidden."""
    rows = [theme_row("cost", 40, 20, cost), theme_row("craft", 40, 20, craft)]
    chart = pushback(publish(table(rows, POLICIES["themes"]), POLICIES["themes"]), "Quill")
    assert chart is not None
    assert f"Of the people against Quill, {told}." in chart.description


def test_what_covers_one_group_of_figures_is_covered_itself() -> None:
    """4 and 4 follow from 18 and 10, so 10 is hidden; then it is known from elsewhere, not free as in 3 + 4 + 10."""
    values = {"whole": 18, "a": 4, "b": 4, "many": 10, "other": 17, "c": 3, "d": 4, "again": 10}
    figures = {key: Figure(value=n, rank=9 * (key in ("whole", "other"))) for key, n in values.items()}
    relations = [
        Relation((("whole", 1), ("a", -1), ("b", -1), ("many", -1))),
        Relation((("other", 1), ("c", -1), ("d", -1), ("many", -1))),
        Relation((("many", 1), ("again", -1))),
    ]
    hidden = to_hide(Problem(figures=figures, relations=relations), K)
    assert hidden == {"a", "b", "c", "d", "many", "again"}
