"""`specrun validate` goes on after every error, whatever is in a file."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("kind", ["[agent]", "[test-running]", "{a: b}", "~", "1.5", "[[]]"])
@pytest.mark.parametrize("name", ["specs/hello.yaml", "specs/agents/nop.yaml", "specs/projects/greeter.yaml"])
def test_a_kind_that_is_no_text(bench, name, kind):
    text = (bench.root / name).read_text(encoding="utf-8")
    head = next(line for line in text.splitlines() if line.startswith("kind:"))
    bench.edit(name, head, f"kind: {kind}")
    ran = bench.run("validate", "specs")
    assert ran.code == 2
    assert "'kind' must be text, not " in ran.err


@pytest.mark.parametrize("argument", ["specs/none.yaml", "no*thing", "nowhere/at/all"])
def test_a_bad_argument_does_not_hide_the_errors_of_others(bench, argument):
    bench.edit("specs/hello.yaml", "seed: 1", "sed: 1")
    ran = bench.run("validate", argument, "specs")
    assert ran.code == 2
    assert f"{argument}:1:1: " in ran.err
    assert "unknown key 'sed'" in ran.err


@pytest.mark.parametrize(
    "content",
    [
        b"  specrun: 1\n  zzz: 1\n",
        b"# a\n\n---\n  kind: agent\n  id: x\n",
        "specrun: 1\n".encode("utf-16"),
        b"\xfe\xff" + "specrun: 1\n".encode("utf-16-be"),
    ],
)
def test_an_unusual_spec_is_not_passed_over(bench, content):
    (bench.root / "specs/odd.yaml").write_bytes(content)
    assert "specs/odd.yaml:" in bench.run("validate", "specs").err


@pytest.mark.parametrize(
    "content",
    [b"services:\n  specrun: 1\n", "a: 1\n".encode("utf-16"), b"  a:\n    specrun: 1\n", b"\xff\xfe\x00"],
)
def test_what_is_no_spec_is_passed_over(bench, content):
    (bench.root / "specs/other.yaml").write_bytes(content)
    assert bench.run("validate", "specs").code == 0
