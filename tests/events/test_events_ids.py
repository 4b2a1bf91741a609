from __future__ import annotations

from itertools import islice
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from specrun.events.ids import derive_id, step_ids, trial_id


def test_ids_never_change():
    assert trial_id("key") == "b01f08ab-3ad6-574a-829a-b929ff5ec2cc"
    assert list(islice(step_ids("key"), 2)) == [
        "4c0db42b-edfe-518d-992e-156b155f30f1",
        "59255a62-64c6-5291-ba59-5a56f59f11bc",
    ]


@given(st.text(), st.integers(0, 2**64))
def test_an_id_is_a_version_5_uuid(key, counter):
    made = UUID(derive_id(key, counter))
    assert made.version == 5
    assert str(made) == derive_id(key, counter)


@given(st.text(), st.text())
def test_trials_do_not_share_ids(one, other):
    ids = [trial_id(one), *islice(step_ids(one), 5)]
    if one != other:
        ids += [trial_id(other), *islice(step_ids(other), 5)]
    assert len(set(ids)) == len(ids)
