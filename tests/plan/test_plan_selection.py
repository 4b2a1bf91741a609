import pytest

from specrun.plan.selection import check, parse


def test_values_of_a_key_are_alternatives_and_keys_must_all_match():
    selection = parse(["agent=a,agent=b", "tag=small"])
    assert selection.takes({"agent": ["a"], "tag": ["small", "python"]})
    assert selection.takes({"agent": ["b"], "tag": ["small"]})
    assert not selection.takes({"agent": ["c"], "tag": ["small"]})
    assert not selection.takes({"agent": ["a"], "tag": ["large"]})
    assert not selection.takes({"agent": ["a"], "tag": []})


def test_nothing_wanted_takes_everything():
    assert parse([]).takes({"agent": ["any"]})


@pytest.mark.parametrize(
    ("term", "message"),
    [
        ("heuristic", "--only takes key=value, not 'heuristic'; for example: --only agent=heuristic"),
        ("agent=", "--only takes key=value, not 'agent='; for example: --only agent=heuristic"),
    ],
)
def test_a_bad_term_is_one_clear_line(term: str, message: str):
    with pytest.raises(ValueError, match="--only") as raised:
        parse([term])
    assert str(raised.value) == message


KNOWN = {"agent": ["nop", "heuristic"], "project": ["ledger"], "tag": []}


@pytest.mark.parametrize(
    ("term", "message"),
    [
        ("agnet=x", "--only does not know 'agnet', did you mean 'agent'?"),
        ("model=x", "--only does not know 'model'; it takes agent, project, tag"),
        ("agent=hueristic", "--only agent=hueristic: no such agent, did you mean 'heuristic'?"),
        ("project=zzz", "--only project=zzz: no such project; there are: ledger"),
    ],
)
def test_what_nothing_has_names_the_nearest(term: str, message: str):
    with pytest.raises(ValueError, match="--only") as raised:
        check(parse([term]), KNOWN)
    assert str(raised.value) == message
