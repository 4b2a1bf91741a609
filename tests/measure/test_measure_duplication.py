from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.measure.duplication import RUN, duplicated_lines

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"


def whole(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.splitlines(), 1))


TEST = """
def test_{name}():
    cart = Cart([{number}, 2])
    cart.add("pear", {number})

    cart.remove("plum")
    assert cart.total == {number}
"""
JAVASCRIPT = """
test("{name}", () => {{
  const cart = new Cart([{number}, 2]);
  cart.add("pear", {number});
  cart.remove("plum");
  assert.equal(cart.total, {number});
}});
"""
C = """
static void test_{name}(void)
{{
    struct cart cart = {{{number}}};
    cart_add(&cart, "pear", {number});
    OK(cart.total == {number});
}}
"""


@pytest.mark.parametrize(("test", "length"), [(TEST, 5), (JAVASCRIPT, 6), (C, 6)])
@pytest.mark.parametrize("copies", [1, 2, 5])
def test_renamed_copies_with_other_numbers(test, length, copies):
    names = ["empty", "full", "broken", "large", "odd"][:copies]
    text = "".join(test.format(name=name, number=3 * at) for at, name in enumerate(names))
    assert duplicated_lines({"test_a": whole(text)}, []) == (length * (copies - 1), length * copies)
    assert (
        duplicated_lines({"test_a": whole(text)}, [test.format(name="old", number=9)])
        == (length * copies,) * 2
    )


def test_tables_and_texts_are_no_copies():
    table = "".join(f"    assert add({n}, 2) == {n + 2}\n" for n in range(30))
    assert duplicated_lines({"a": whole(table)}, []) == (0, 30)
    cases = "".join(
        f"def test_{word}():\n    assert plural('{word}') == '{word}s'\n" for word in "abcdefghij"
    )
    assert duplicated_lines({"a": whole(cases)}, []) == (0, 20)


def test_lines_that_do_not_follow_one_another_are_no_run():
    lines = [f"line_{letter}()" for letter in "abcdefgh"]
    base = ["\n".join(lines)]
    together = list(enumerate(lines[:RUN], 10))
    assert duplicated_lines({"a": together}, base) == (RUN, RUN)
    apart = [(number + (number > 11), line) for number, line in together]
    assert duplicated_lines({"a": apart}, base) == (0, RUN)
    assert duplicated_lines({"a": together[:-1]}, base) == (0, RUN - 1)


LINES = st.lists(
    st.sampled_from(["", "  ", "a = 1", "a=2", "f(a)", "def test_x():", "assert b"]), max_size=30
)


@given(st.lists(LINES, max_size=4), LINES, st.randoms())
def test_paths_make_no_difference(files, base, random):
    turned = random.sample(files, len(files))
    results = {
        duplicated_lines(
            {name.format(at): whole("\n".join(lines)) for at, lines in enumerate(order)}, ["\n".join(base)]
        )
        for name, order in (("a{}", files), ("{}/b", turned))
    }
    assert len(results) == 1
    ((duplicated, total),) = results
    assert 0 <= duplicated <= total == sum(bool(line.strip()) for lines in files for line in lines)


def test_the_suites_of_the_projects_are_told_from_copies_of_themselves():
    """One half is the border that the measured suites gave; these are among them."""
    for project in sorted(PROJECTS.iterdir()):
        suite = {str(path): path.read_text("utf-8") for path in project.rglob("test_*.py")}
        if not suite:
            continue
        share, padded = (
            duplicated / total
            for duplicated, total in (
                duplicated_lines({path: whole(change(text)) for path, text in suite.items()}, [])
                for change in (
                    str,
                    lambda text: "\n".join(re.sub("def test", f"def test_{n}", text) for n in range(6)),
                )
            )
        )
        assert share < 0.1 < 0.5 < padded, project.name
