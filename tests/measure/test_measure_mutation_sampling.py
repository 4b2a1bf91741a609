from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from specrun.measure.mutation import Mutant, mutants, sample

OPERATORS = st.sampled_from(["boundary", "constant", "return"])
SITES = st.lists(
    st.tuples(st.integers(1, 9), OPERATORS, st.text("abc", max_size=2)), max_size=12, unique=True
)


def mutant(line, operator, after) -> Mutant:
    return Mutant(line, operator, "before", after, 0, 0, after)


FOUND = st.dictionaries(
    st.sampled_from(["a.py", "b/c.py", "é.py", "d.py"]),
    SITES.map(lambda sites: [mutant(*site) for site in sites]),
)
SEEDS = st.integers(0, 2**32)


@given(FOUND, SEEDS, st.integers(0, 60), st.randoms())
def test_the_order_makes_no_difference(found, seed, count, random):
    turned = [(path, random.sample(mutants, len(mutants))) for path, mutants in found.items()]
    random.shuffle(turned)
    chosen = sample(found, seed, count)
    assert chosen == sample(dict(turned), seed, count)
    assert chosen == sample(found, seed, 60)[:count]
    assert len(chosen) == len(set(chosen)) == min(count, sum(map(len, found.values())))
    assert all(mutant in found[path] for path, mutant in chosen)


@given(FOUND, SEEDS, st.integers(0, 60))
def test_lines_and_files_share(found, seed, count):
    lines = {(path, mutant.line) for path, mutants in found.items() for mutant in mutants}
    chosen = sample(found, seed, count)
    on_line = Counter((path, mutant.line) for path, mutant in chosen)
    assert len(on_line) == min(count, len(lines))
    files = {path for path, mutants in found.items() if mutants}
    assert len({path for path, _ in chosen}) == min(count, len(files))


@given(FOUND, SEEDS, SITES)
def test_another_file_does_not_change_the_order_of_the_rest(found, seed, others):
    more = found | {"other.py": [mutant(*site) for site in others]}
    assert [item for item in sample(more, seed, 99) if item[0] != "other.py"] == list(sample(found, seed, 99))


def test_the_seed_turns_the_choice_and_nothing_else_does():
    found = {"a.py": mutants("a = b < 1\nc = d + 2\ne = not f\n", "python", frozenset({1, 2, 3}))}
    first = {seed: sample(found, seed, 1)[0][1].after for seed in range(60)}
    assert set(first.values()) == {item.after for item in found["a.py"]}
    assert first[0] == "a = b < 2"  # sha256sum gives it the least rank: 78dbafdf
