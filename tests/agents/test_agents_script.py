"""Agents of declared steps."""

from __future__ import annotations


def test_steps_are_done_in_order_up_to_the_first_that_fails(bench):
    (bench.root / "specs/agents/change.diff").write_text(
        '--- a/greeter.py\n+++ b/greeter.py\n@@ -1,2 +1,2 @@\n-"""Greetings."""\n+"""Salutations."""\n \n'
    )
    bench.agent(
        "steps",
        steps="  - patch: change.diff\n"
        "  - {write: notes/a.txt, content: 'in ${project} at ${stage}'}\n"
        "  - run: grep Salutations greeter.py; cat notes/a.txt\n"
        "  - run: exit 9\n"
        "  - {write: unreached.txt, content: x}\n",
    )
    bench.only("steps")
    bench.run("specs/hello.yaml", "--offline", "-q")
    assert bench.results.trials[0].reason == "step 4: exit code 9"
    shown = bench.run("trial", "steps/greeter/1", "--logs").out
    assert "modified greeter.py (+1 -1)" in shown
    assert "added notes/a.txt (+1 -0)" in shown
    assert "unreached.txt" not in shown
    assert '"""Salutations."""' in shown
    assert "/project at detect" in shown


def test_a_patch_that_does_not_apply_is_the_agents_failure(bench):
    (bench.root / "specs/agents/change.diff").write_text(
        "--- a/greeter.py\n+++ b/greeter.py\n@@ -1,1 +1,1 @@\n-no such line\n+other\n"
    )
    bench.agent("steps", steps="  - patch: change.diff\n")
    bench.only("steps")
    bench.run("specs/hello.yaml", "--offline", "-q")
    assert bench.results.trials[0].outcome == "agent_error"
