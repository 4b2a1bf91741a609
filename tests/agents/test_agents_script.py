"""Agents of declared steps."""

from __future__ import annotations

import pytest


def test_steps_are_done_in_order_up_to_the_first_that_fails(quick):
    (quick.root / "specs/agents/change.diff").write_text(
        '--- a/greeter.py\n+++ b/greeter.py\n@@ -1,2 +1,2 @@\n-"""Greetings."""\n+"""Salutations."""\n \n'
    )
    quick.agent(
        "steps",
        steps="  - patch: change.diff\n"
        "  - {write: notes/a.txt, content: 'in ${project} at ${stage}'}\n"
        "  - run: grep Salutations greeter.py; cat notes/a.txt\n"
        "  - run: exit 9\n"
        "  - {write: unreached.txt, content: x}\n",
    )
    quick.only("steps")
    quick.run("specs/hello.yaml", "--offline", "-q")
    assert quick.results.trials[0].reason == "step 4: exit code 9"
    shown = quick.run("trial", "steps/greeter/1", "--logs").out
    assert "modified greeter.py (+1 -1)" in shown
    assert "added notes/a.txt (+1 -0)" in shown
    assert "unreached.txt" not in shown
    assert '"""Salutations."""' in shown
    assert "/project at detect" in shown


def test_a_patch_that_does_not_apply_is_the_agents_failure(quick):
    (quick.root / "specs/agents/change.diff").write_text(
        "--- a/greeter.py\n+++ b/greeter.py\n@@ -1,1 +1,1 @@\n-no such line\n+other\n"
    )
    quick.agent("steps", steps="  - patch: change.diff\n")
    quick.only("steps")
    quick.run("specs/hello.yaml", "--offline", "-q")
    assert quick.results.trials[0].outcome == "agent_error"


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        (
            "  - run: ln -s /tmp sub\n  - {write: sub/x, content: x}\n",
            "step 2: the step cannot be done: sub/x: cannot be written: Not a directory",
        ),
        (
            "  - run: mkdir taken\n  - {write: taken, content: x}\n",
            "step 2: the step cannot be done: taken: cannot be written: Is a directory",
        ),
        ("  - run: head -c 68157440 /dev/zero > filler\n", "filler: larger than 67108864 bytes"),
        (
            "  - run: 'for level in $(seq 250); do mkdir d && cd d; done'\n",
            "folders are nested more than 200 deep",
        ),
        ("  - run: head -c 300000 /dev/zero > specrun-answer.yaml\n", "larger than 262144 bytes"),
    ],
)
def test_what_an_agent_leaves_in_the_way_is_its_own_failure(quick, steps, reason):
    quick.agent("steps", steps=steps)
    quick.only("steps")
    assert quick.run("specs/hello.yaml", "--offline", "-q").code == 0
    (trial,) = quick.results.trials
    assert trial.outcome == "agent_error"
    assert reason in trial.reason
    assert str(quick.root) not in trial.reason


@pytest.mark.parametrize(
    "wreck", ["cd .. && rm -rf project", "cd .. && mv project gone && ln -s gone project"]
)
def test_a_project_that_is_gone_is_the_agents_failure(quick, wreck):
    quick.agent("steps", steps=f"  - run: {wreck} || true\n")
    quick.only("steps")
    assert quick.run("specs/hello.yaml", "--offline", "-q").code == 0
    (trial,) = quick.results.trials
    assert trial.outcome in ("agent_error", "failed"), trial.reason
