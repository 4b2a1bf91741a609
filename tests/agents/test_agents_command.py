"""Agents that are programs, run by a real benchmark: what they are given, and what is kept of them."""

from __future__ import annotations

import json

import pytest

SHOW = """specrun: 1
kind: agent
id: show
version: "2.5"
type: command
"""


@pytest.fixture
def show(quick):
    """Makes an agent out of YAML text, runs it alone, and gives its trial's folder and outcome."""

    def run(yaml: str, *args: str):
        (quick.root / "specs/agents/show.yaml").write_text(SHOW + yaml, encoding="utf-8")
        quick.only("show")
        ran = quick.run("specs/hello.yaml", "--offline", "-q", "--output", "out", *args)
        assert ran.code in (0, 3), ran.err
        shown = json.loads(quick.run("trial", "show/greeter/1", "--format", "json").out)
        return Shown(quick, shown)

    return run


class Shown:
    """One trial, as `specrun trial --format json` and its folder show it."""

    def __init__(self, bench, data):
        self.root = bench.root
        self.outcome = data["trial"]["outcome"]
        self.reason = data["trial"]["reason"]
        self.record = data["record"]
        self.folder = data["folder"]

    def log(self, name: str) -> str:
        from pathlib import Path

        file = Path(self.folder, "logs", name)
        return file.read_text(encoding="utf-8") if file.exists() else ""


def test_the_prompt_comes_by_file_and_each_stage_has_its_own(show):
    shown = show("run: {command: [cat, '${prompt.file}']}\n")
    assert "section `detect`" in shown.log("01-agent.detect.stdout")
    assert "section `setup`" in shown.log("02-agent.setup.stdout")


def test_the_prompt_comes_by_stdin(show):
    shown = show("run: {command: [cat], prompt: {via: stdin}}\n")
    assert "section `detect`" in shown.log("01-agent.detect.stdout")


@pytest.mark.parametrize(
    "run",
    [
        "run: {command: [printf, '%s|', said], prompt: {via: argument}}\n",
        "run: {command: [printf, '%s|', said, '${prompt.text}'], prompt: {via: argument}}\n",
        'run: {script: \'printf "%s|" said "$1"\', prompt: {via: argument}}\n',
    ],
)
def test_the_prompt_comes_as_an_argument_once_and_unharmed(show, run):
    said = show(run).log("01-agent.detect.stdout").split("|")
    assert said[0] == "said"
    assert said[1].startswith("Look at the project in the current folder. Write `specrun-answer.yaml`")
    assert said[2:] == [""]


def test_files_environment_and_placeholders(show, quick):
    (quick.root / "specs/agents/show.toml.j2").write_text(
        "home = {{ home }}, {{ agent_id }} {{ agent_version }}\n"
    )
    (quick.root / "specs/agents/show.sh").write_text('cat "$HOME/config/show.toml"; echo "$WHO in $(pwd)"\n')
    shown = show(
        "files:\n"
        "  - {path: '${home}/config/show.toml', template: show.toml.j2}\n"
        "  - {path: '${home}/show.sh', source: show.sh}\n"
        "env: {WHO: '${agent.id} at ${stage}'}\n"
        "run: {command: [sh, '${home}/show.sh']}\n"
    )
    first, second = shown.log("02-agent.setup.stdout").splitlines()
    assert first.endswith("/home, show 2.5")
    assert second.startswith("show at setup in /")
    assert second.endswith("/project")


@pytest.mark.parametrize("path", ["/etc/x", "${home}/../x", "${project}/x", "${home}"])
def test_a_file_outside_of_home_is_refused(quick, path):
    (quick.root / "specs/agents/x.txt").write_text("x")
    keys = f"files: [{{path: '{path}', source: x.txt}}]\nrun: {{command: ['true']}}\n"
    (quick.root / "specs/agents/show.yaml").write_text(SHOW + keys, encoding="utf-8")
    ran = quick.run("validate", "specs/agents/show.yaml")
    assert ran.code == 2
    assert ran.err.startswith("specs/agents/show.yaml:6:16: ")
    assert "a path under ${home}" in ran.err


def test_exit_codes_that_mean_success_are_declared(show):
    assert show("run: {script: exit 3, exit_ok: [0, 3]}\n").outcome == "failed"
    shown = show("run: {script: exit 4, exit_ok: [0, 3]}\n")
    assert (shown.outcome, shown.reason) == ("agent_error", "agent.detect: exit code 4")


def test_a_script_stops_at_its_first_error(show):
    shown = show("run: {script: 'false | cat; echo unreached'}\n")
    assert shown.outcome == "agent_error"
    assert shown.log("01-agent.detect.stdout") == ""


def test_a_program_that_is_not_there(show):
    assert show("run: {command: [no-such-agent]}\n").reason == "agent.detect: no such program"


def test_nothing_of_the_caller_reaches_the_agent(show, monkeypatch):
    monkeypatch.setenv("PROVIDER_API_KEY", "planted-secret")
    shown = show("run: {command: [env]}\n")
    assert "planted-secret" not in shown.log("01-agent.detect.stdout")
    assert "PYTHONHASHSEED=0" in shown.log("01-agent.detect.stdout")


def test_truth_and_known_answers_are_out_of_sight(show, quick):
    shown = show(f"run: {{script: 'cat {quick.root}/specs/projects/greeter.yaml || ls -A {quick.root}'}}\n")
    if shown.record["run"]["enforced"]["files"]:
        assert "expected_tests" not in shown.log("01-agent.detect.stdout")
    seen = show(
        "run: {script: 'git log --all --format=%H | wc -l; git remote; git tag; git reflog;"
        " grep -r expected_tests . || true'}\n"
    )
    assert seen.log("01-agent.detect.stdout") == "1\n"


INSTALL = """install:
  script: |
    mkdir -p "${agent.dir}/bin"
    printf '#!/bin/sh\\necho show 2.5\\n' > "${agent.dir}/bin/show"
    chmod +x "${agent.dir}/bin/show"
    echo once >> "${agent.dir}/installed"
  verify: {run: ["${agent.dir}/bin/show"], matches: "show VERSION"}
run: {script: '"${agent.dir}/bin/show"; cat "${agent.dir}/installed"'}
"""


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SPECRUN_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("own_cache")
def test_an_agent_is_installed_once_and_verified(show):
    shown = show(INSTALL.replace("VERSION", "2[.]5"), "--repeats", "2", "--jobs", "2")
    assert shown.log("03-agent.detect.stdout") + shown.log("01-agent.detect.stdout") == "show 2.5\nonce\n"


@pytest.mark.usefixtures("own_cache")
def test_fetch_installs_agents(show, quick):
    (quick.root / "specs/agents/show.yaml").write_text(
        SHOW + INSTALL.replace("VERSION", "2"), encoding="utf-8"
    )
    quick.only("show")
    assert quick.run("fetch", "specs/hello.yaml").out == "greeter: here\nshow: here\n"
    assert show(INSTALL.replace("VERSION", "2")).log("01-agent.detect.stdout") == "show 2.5\nonce\n"
    wrong = SHOW + INSTALL.replace("VERSION", "9")
    (quick.root / "specs/agents/show.yaml").write_text(wrong, encoding="utf-8")
    assert quick.run("fetch", "specs/hello.yaml").code == 3


@pytest.mark.usefixtures("own_cache")
def test_an_agent_that_is_not_the_one_that_was_named_does_not_run(show):
    shown = show(INSTALL.replace("VERSION", "3[.]0"))
    assert shown.outcome == "infra_error"
    assert "agent show could not be installed: install.verify" in shown.reason


CACHE = """caches: [{name: notes, path: '${home}/.notes', scope: SCOPE}]
run: {script: 'mkdir -p ~/.notes; echo x >> ~/.notes/n; cat ~/.notes/n'}
"""


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize(("scope", "state", "lines"), [("none", "cold", 1), ("agent", "warm", 3)])
def test_caches_are_scoped_and_told_cold_or_warm(show, scope, state, lines):
    yaml = CACHE.replace("SCOPE", scope)
    assert show(yaml).record["run"]["caches"] == {"notes": "cold"}
    again = show(yaml, "--fresh")
    assert again.record["run"]["caches"] == {"notes": state}
    assert again.log("01-agent.detect.stdout").count("x") == lines


def test_a_home_that_a_stage_removed_is_made_again(show):
    shown = show("run: {script: 'cat ~/prompt-*.md > /dev/null; ls ~; rm -rf ~ || true'}\n")
    assert shown.outcome == "failed"
    assert shown.log("02-agent.setup.stdout") == "prompt-setup.md\n"


@pytest.mark.parametrize(
    "wreck",
    ["mkdir ~/prompt-setup.md", "rm -rf ~/config && ln -s /tmp ~/config", "rm -rf ~/config; touch ~/config"],
)
def test_a_home_that_cannot_be_filled_is_the_agents_failure(show, quick, wreck):
    (quick.root / "specs/agents/show.toml").write_text("x = 1\n")
    shown = show(
        f"files: [{{path: '${{home}}/config/show.toml', source: show.toml}}]\nrun: {{script: '{wreck}'}}\n"
    )
    assert shown.outcome == "agent_error"
    assert shown.reason.startswith("agent.setup: its home cannot be filled: ")
    assert "/tmp" not in shown.reason
