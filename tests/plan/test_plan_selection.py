import pytest

from specrun.plan.selection import check, parse


def test_values_of_a_key_are_alternatives_and_keys_must_all_match():
    selection = parse(["agent=a,agent=b", "tag=small"])
    assert selection.takes("a", "x", ["small", "python"])
    assert selection.takes("b", "x", ["small"])
    assert not selection.takes("c", "x", ["small"])
    assert not selection.takes("a", "x", ["large"])


def test_nothing_wanted_takes_everything():
    assert parse([]).takes("any", "case", [])


@pytest.mark.parametrize(
    ("term", "message"),
    [
        ("heuristic", "--only takes key=value, not 'heuristic'; for example: --only agent=heuristic"),
        ("agent=", "--only takes key=value, not 'agent='; for example: --only agent=heuristic"),
        ("agnet=x", "--only does not know 'agnet'; did you mean 'agent'?"),
        ("model=x", "--only does not know 'model'; it takes agent, project, tag"),
    ],
)
def test_a_bad_term_is_one_clear_line(term: str, message: str):
    with pytest.raises(ValueError, match="--only") as raised:
        parse([term])
    assert str(raised.value) == message


def test_a_value_that_nothing_has_names_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'heuristic'") as raised:
        check(parse(["agent=hueristic"]), ["nop", "heuristic"], ["ledger"], [])
    assert str(raised.value) == "--only agent=hueristic: no such agent; did you mean 'heuristic'?"
    with pytest.raises(ValueError, match="there are: ledger"):
        check(parse(["project=zzz"]), ["nop"], ["ledger"], [])
