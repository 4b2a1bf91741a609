import hashlib

from hypothesis import given
from hypothesis import strategies as st

from specrun.plan.seeds import derive

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.integers(0), names, names, st.integers(1, 99), names)
def test_a_seed_is_48_bits_of_the_documented_digest(seed, case, agent, repetition, purpose):
    parts = [str(seed), case, agent, str(repetition), purpose]
    text = "".join(f"{len(part)}:{part}" for part in parts)
    expected = hashlib.sha256(text.encode()).hexdigest()[:12]
    assert derive(seed, case, agent, repetition, purpose) == int(expected, 16) < 2**48


@given(names, names, names, names)
def test_parts_cannot_run_into_each_other(a, b, c, d):
    same = (a, b) == (c, d)
    assert (derive(0, a, b, 1, "x") == derive(0, c, d, 1, "x")) == same
