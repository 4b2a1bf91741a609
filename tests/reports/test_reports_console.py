from __future__ import annotations

from specrun.reports.console import console
from specrun.results.model import Results


def test_the_table_has_a_line_for_each_agent(samples: dict[str, Results]) -> None:
    assert console(samples["typical"]).splitlines() == [
        "agent        passed    pass rate     95% interval  not counted",
        "---------  --------  -----------  ---------------  -----------------------------",
        "nop             0/4         0.0%    0.0% to 49.0%  1 invalid case, 1 unavailable",
        "oracle          4/4       100.0%  51.0% to 100.0%  1 invalid case, 1 unavailable",
        "heuristic       1/4        25.0%    4.6% to 69.9%  1 invalid case, 1 unavailable",
    ]


def test_nothing_that_counts_is_not_0(samples: dict[str, Results]) -> None:
    lines = console(samples["unavailable"]).splitlines()
    assert lines[2].split() == ["nop", "0/0", "-", "-", "2", "unavailable"]


def test_names_cannot_steer_the_terminal(samples: dict[str, Results]) -> None:
    printed = console(samples["hostile"])
    assert "\x1b" not in printed
    assert len(printed.splitlines()) == 2 + len(samples["hostile"].agents)
