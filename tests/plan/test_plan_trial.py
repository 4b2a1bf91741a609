from specrun.plan.trial import PlannedTrial, changed_components


def test_a_trial_is_named_by_agent_case_and_repetition():
    trial = PlannedTrial(agent="a", case="c", repetition=3, seed=1, components={}, key="k")
    assert trial.name == "a/c/3"


def test_the_components_that_differ_are_named_whichever_side_lacks_them():
    stored = {"agent": "1", "source": "2", "gone": "3"}
    now = {"agent": "1", "source": "4", "new": "5"}
    assert changed_components(stored, now) == ["gone", "new", "source"]
    assert changed_components(now, now) == []
