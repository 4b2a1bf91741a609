"""What is declared but cannot work is an error when specs are loaded."""

# ruff: noqa: E501  one case a line reads best

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.spec.collect import validate
from specrun.spec.rules.overlaps import Places

HEAD = "specrun: 1\nkind: agent\nid: x\n"
COMMAND = HEAD + "type: command\n"
RUN = COMMAND + "run: {script: x}\n"
SCRIPT = HEAD + "type: script\nsteps:\n"
PROJECT = "specrun: 1\nkind: project\nid: x\nplatform: platforms/python.yaml\n"
TABLES = PROJECT + "source: {path: ../fixtures/tables}\n"
COMMIT = f", commit: {'a' * 40}"
NO_TESTS = TABLES + "truth: {tests_present: false"
NOT_FOR_SHELLS = (
    "'${prompt.text}' must not stand in a script, where the shell would run what the prompt says: "
    "read '${prompt.file}', or stdin with 'prompt: {via: stdin}'"
)
EMPTY_WORD = "the first word of a command is its program, and must not be empty"
NOT_YET = "is not known yet when the agent is installed, once for all trials"
GIT_SCHEMES = "use https://, http://, ssh:// or git://"


def files(*paths, caches=()):
    """An agent with files and caches in its home."""
    listed = "".join(f"- {{path: '${{home}}/{path}', source: bench.yaml}}\n" for path in paths)
    kept = "".join(
        f"- {{name: c{number}, path: '${{home}}/{path}', scope: case}}\n"
        for number, path in enumerate(caches)
    )
    return RUN + (f"files:\n{listed}" if paths else "") + (f"caches:\n{kept}" if caches else "")


BROKEN = {
    "no program": (COMMAND + "run: {command: ['']}\n", [f"5:17: {EMPTY_WORD}"]),
    "a blank program": (COMMAND + "run: {command: ['  ', x]}\n", [f"5:17: {EMPTY_WORD}"]),
    "nothing to verify with": (
        RUN + "install: {script: x, verify: {run: ['', x]}}\n", [f"6:37: {EMPTY_WORD}"],
    ),
    "no tool to check": (
        "specrun: 1\nkind: platform\nid: x\nlanguage: c\ntools: {commands: [{run: [gcc]}, {run: ['']}]}\n", [f"5:41: {EMPTY_WORD}"],
    ),
    "no tool of the project": (
        TABLES + "tools: {commands: [{run: ['']}]}\ntruth: {tests_present: true}\n", [f"6:27: {EMPTY_WORD}"],
    ),
    "nothing is success": (
        COMMAND + "run: {script: x, exit_ok: []}\n", ["5:27: 'exit_ok' must not be empty"],
    ),
    "empty script": (
        COMMAND + "run: {script: ' '}\n",
        ["5:15: 'script' must be a script that is not empty such as tool < \"${prompt.file}\""],
    ),
    "empty install": (
        RUN + "install: {script: ''}\n",
        ["6:19: 'script' must be a script that is not empty such as make install PREFIX=\"${agent.dir}\""],
    ),
    "empty step": (
        SCRIPT + "- run: ''\n", ["6:8: 'run' must be a script that is not empty such as python -m pytest"],
    ),
    "empty commands": (
        TABLES + "commands: {test: '', setup: \"\\n\", coverage: ' '}\ntruth: {tests_present: true}\n",
        ["6:18: 'test' must be a script that is not empty",
         "6:29: 'setup' must be a script that is not empty",
         "6:45: 'coverage' must be a script that is not empty"],
    ),
    "a file twice": (
        files("a/b", "c", "a//b"), ["9:10: '${home}/a//b' is the same place as '${home}/a/b' of files[0]"],
    ),
    "a file in a file": (
        files("greeter.py", "greeter.py/x"), ["8:10: '${home}/greeter.py/x' lies inside of '${home}/greeter.py' of files[0]"],
    ),
    "a file where a folder is": (
        files("a/b/c", "a"), ["8:10: '${home}/a' is around '${home}/a/b/c' of files[0]"],
    ),
    "a cache in a file": (
        files("a", caches=["a/b"]), ["9:20: '${home}/a/b' lies inside of '${home}/a' of files[0]"],
    ),
    "a file in a cache": (
        files("a/./b", caches=["a"]), ["9:20: '${home}/a' is around '${home}/a/b' of files[0]"],
    ),
    "a cache in a cache": (
        files(caches=["a", "a/b"]), ["8:20: '${home}/a/b' lies inside of '${home}/a' of caches[0]"],
    ),
    "a cache twice": (
        RUN + "caches: [{name: a, path: '${home}/a'}, {name: a, path: '${home}/b'}]\n",
        ["6:47: caches[0] has the name 'a' too"],
    ),
    "in the place of a prompt": (
        files("prompt-setup.md"), ["7:10: '${home}/prompt-setup.md' is where specrun puts the prompt of a stage: choose another name"],
    ),
    "a step in a file": (
        SCRIPT + "- {write: greeter.py, content: x}\n- {write: greeter.py/x, content: y}\n",
        ["7:11: 'greeter.py/x' lies inside of 'greeter.py' of steps[0]"],
    ),
    "a step where a folder is": (
        SCRIPT + "- {write: a/b, content: x}\n- {write: a, content: y}\n",
        ["7:11: 'a' is around 'a/b' of steps[0]"],
    ),
    "into .git": (
        SCRIPT + "".join(f"- {{write: {path}, content: x}}\n" for path in (".git/hooks/x", "a/.GIT", ".github/x", ".gitignore")),
        ["6:11: 'write' must be a relative path inside its folder and outside of '.git', without empty, '.' and '..' parts",
         "7:11: 'write' must be a relative path inside its folder and outside of '.git', without empty, '.' and '..' parts"],
    ),
    "not installed": (
        COMMAND + "run: {command: ['${agent.dir}/tool']}\nenv: {PATH: '${agent.dir}', KEPT: '$${agent.dir}'}\n",
        ["5:17: '${agent.dir}' is the folder that 'install' fills, and this agent has no 'install'",
         "6:13: '${agent.dir}' is the folder that 'install' fills, and this agent has no 'install'"],
    ),
    "never installed": (
        SCRIPT + "- run: '${agent.dir}/tool'\n- {write: x, content: '${agent.dir}'}\n",
        ["6:8: 'run': '${agent.dir}' is the folder of an installed agent, and a scripted agent is not installed",
         "7:23: 'content': '${agent.dir}' is the folder of an installed agent, and a scripted agent is not installed"],
    ),
    "a prompt in a path": (
        files("${prompt.text}"), ["7:10: 'path': '${prompt.text}' must not stand in a path: a prompt is no name of a file"],
    ),
    "a prompt in a script": (COMMAND + "run: {script: 'tool \"${prompt.text}\"'}\n", [f"5:15: 'script': {NOT_FOR_SHELLS}"]),
    "a prompt in a step": (SCRIPT + "- run: echo '${prompt.text}'\n", [f"6:8: 'run': {NOT_FOR_SHELLS}"]),
    "a prompt for a shell": (
        COMMAND + "run: {command: [/bin/bash, -x, -euc, 'tool ${prompt.text}']}\n", [f"5:38: {NOT_FOR_SHELLS}"],
    ),
    "a prompt to install": (
        RUN + "install: {script: 'x ${prompt.text}', verify: {run: [x, '${stage}']}}\n",
        [f"6:19: 'script': '${{prompt.text}}' {NOT_YET}", f"6:57: 'run[1]': '${{stage}}' {NOT_YET}"],
    ),
    "no patch": (
        SCRIPT + "- patch: prompts/setup.md\n",
        ["6:10: 'patch': 'prompts/setup.md' is not a patch: it has no 'diff --git' line, nor '---' before '+++'"],
    ),
    "no tests and yet": (
        NO_TESTS + ", expected_tests: 3, failing_tests: 1, covered_lines: 5}\n",
        ["6:47: 'expected_tests' speaks of tests, but 'tests_present' is false",
         "6:65: 'failing_tests' speaks of tests, but 'tests_present' is false",
         "6:83: 'covered_lines' speaks of tests, but 'tests_present' is false"],
    ),
    "more fail than run": (
        TABLES + "truth: {tests_present: true, expected_tests: 3, failing_tests: 4}\n",
        ["6:64: 'expected_tests' counts the 4 tests that fail too, and is only 3"],
    ),
    "too long": (
        RUN + "install: {script: x, timeout: 169h}\n", ["6:31: 'timeout': a duration is at most 168h, which is a week"],
    ),
    "endless": (
        RUN + f"install: {{script: x, timeout: {'9' * 5000}s}}\n", ["6:31: 'timeout': a duration is at most 168h, which is a week"],
    ),
    "a repository by file URL": (
        PROJECT + f"source: {{git: file:///x{COMMIT}}}\ntruth: {{tests_present: true}}\n",
        ["5:15: 'git': 'file://' is not supported: give a path relative to this file"],
    ),
    "a repository by ftp": (
        PROJECT + f"source: {{git: ftp://x/y{COMMIT}}}\ntruth: {{tests_present: true}}\n",
        [f"5:15: 'git': 'ftp://' is not supported: {GIT_SCHEMES}"],
    ),
    "a repository by any command": (
        PROJECT + f"source: {{git: 'ext::sh -c id'{COMMIT}}}\ntruth: {{tests_present: true}}\n",
        ["5:15: 'git': git's remote helpers ('ext::', 'fd::') can run any command, and are not supported"],
    ),
    "a repository that is an option": (
        PROJECT + f"source: {{git: '-oProxyCommand=id:x'{COMMIT}}}\ntruth: {{tests_present: true}}\n",
        [f"5:15: 'git': neither a path, 'host:path' nor a URL: {GIT_SCHEMES}"],
    ),
    "an archive by ssh": (
        PROJECT + f"source: {{archive: 'ssh://x/y.zip', sha256: {'0a' * 32}}}\ntruth: {{tests_present: true}}\n",
        ["5:19: 'archive': 'ssh://' is not supported: use https:// or http://"],
    ),
    "an archive by host and path": (
        PROJECT + f"source: {{archive: 'host:y.zip', sha256: {'0a' * 32}}}\ntruth: {{tests_present: true}}\n",
        ["5:19: 'archive': neither a path nor a URL: use https:// or http://"],
    ),
    "beside other errors": (
        COMMAND + "run: {command: ['']}\ntitel: x\nversion: 1\n",
        [f"5:17: {EMPTY_WORD}", "6:1: unknown key 'titel', did you mean 'title'?", "7:10: 'version' must be text: put it in quotes"],
    ),
}  # fmt: skip

FINE = {
    "an empty word": COMMAND + "run: {command: [x, '', ' ']}\n",
    "files side by side": files("a/b", "a/c", "ab", "prompt.md", "a/prompt-x.md", caches=["b", "a/d"]),
    "installed": COMMAND + "run: {command: ['${agent.dir}/tool']}\ninstall: {script: 'make ${agent.dir}'}\n",
    "a prompt as a word": COMMAND + "run: {command: [tool, -c, '${prompt.text}'], prompt: {via: argument}}\nenv: {P: '${prompt.text}'}\n",
    "a shell with an argument": COMMAND + "run: {command: [sh, -c, 'tool \"$1\"', x, '${prompt.text}']}\n",
    "room is made": SCRIPT + "- {write: a, content: x}\n- {write: a, content: y}\n- run: rm a\n- {write: a/b, content: z}\n",
    "a week": RUN + "install: {script: x, timeout: 168h}\n",
    "no tests": NO_TESTS + ", failing_tests: 0, expected_tests: null, frameworks: [pytest]}\n",
    "all fail": TABLES + "truth: {tests_present: true, expected_tests: 3, failing_tests: 3}\n",
    "by ssh": PROJECT + f"source: {{git: 'ssh://git@x/y'{COMMIT}}}\ntruth: {{tests_present: true}}\n",
    "by host and path": PROJECT + f"source: {{git: 'git@example.org:a/b.git'{COMMIT}}}\ntruth: {{tests_present: true}}\n",
    "by address and path": PROJECT + f"source: {{git: '[2001:db8::1]:a/b.git'{COMMIT}}}\ntruth: {{tests_present: true}}\n",
}  # fmt: skip


def told(shelf, content):
    good, wrong = validate([shelf.write("specs/bad.yaml", content)])
    assert bool(good) != bool(wrong)
    return [str(problem).removeprefix("specs/bad.yaml:") for problem in wrong]


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_work(shelf, name):
    content, expected = BROKEN[name]
    assert told(shelf, content) == expected


@pytest.mark.parametrize("name", FINE)
def test_what_works(shelf, name):
    assert told(shelf, FINE[name]) == []


PATCHES = {
    "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n": True,
    "From: me\n\ndiff --git a/x b/x\nnew file mode 100644\n": True,
    "": False,
    "--- a/x\n": False,
    "patch: +++ b/x\n--- a/x\n": False,
    "--- a/.git/config\n+++ b/.git/config\n@@ -1 +1 @@\n-a\n+b\n": False,
    "--- /dev/null\n+++ b/x/.GIT/hooks/y\n@@ -0,0 +1 @@\n+b\n": False,
    "--- a/.github/x\n+++ b/.github/x\n@@ -1 +1 @@\n-a\n+b\n": True,
}


@pytest.mark.parametrize("text", PATCHES)
def test_what_is_a_patch(shelf, text):
    shelf.write("specs/x.patch", text)
    assert (told(shelf, SCRIPT + "- patch: x.patch\n") == []) is PATCHES[text]


@pytest.mark.parametrize("size", ["1048577GiB", "9" * 5000 + "B", "1125899906842625B"])
def test_sizes_have_a_bound(shelf, size):
    shelf.edit("specs/bench.yaml", "wall: 90s", f"wall: 90s, memory: {size}")
    _, wrong = validate([shelf.path("specs/bench.yaml")])
    assert [problem.message for problem in wrong] == [
        "'memory': a size is at most 1048576GiB, which is 1 PiB"
    ]


@pytest.mark.parametrize(("key", "value"), [("kind", "project"), ("type", "nop"), ("specrun", 1)])
def test_an_override_cannot_change_what_a_spec_is(shelf, key, value):
    shelf.edit("specs/bench.yaml", "agents/tool.yaml", f"{{use: agents/tool.yaml, with: {{{key}: {value}}}}}")
    _, wrong = validate([shelf.path("specs/bench.yaml")])
    message = f"specs/bench.yaml:4:41: an override cannot change '{key}': it says what the spec is"
    assert message in map(str, wrong)


def test_a_rule_is_broken_where_the_override_says_so(shelf):
    shelf.edit(
        "specs/bench.yaml",
        "projects/tables.yaml",
        "{use: projects/tables.yaml, with: {truth: {failing_tests: 4}}}",
    )
    _, wrong = validate([shelf.path("specs/bench.yaml")])
    assert list(map(str, wrong)) == [
        "specs/bench.yaml:5:70: 'expected_tests' counts the 4 tests that fail too, and is only 3"
    ]


def test_a_file_of_an_override_is_named_as_it_is_written_there(shelf):
    shelf.write("specs/agents/tool.toml", "a = 1\n")
    shelf.edit(
        "specs/bench.yaml",
        "agents/tool.yaml",
        "{use: agents/tool.yaml, with: {files: [{path: '${home}/x', source: agents/tol.toml}]}}",
    )
    _, wrong = validate([shelf.path("specs/bench.yaml")])
    assert list(map(str, wrong)) == [
        "specs/bench.yaml:4:77: 'source': no such file: 'agents/tol.toml', did you mean 'agents/tool.toml'?"
    ]


def test_a_reference_to_a_folder(shelf):
    shelf.edit("specs/bench.yaml", "agents/tool.yaml", "agents")
    _, wrong = validate([shelf.path("specs/bench.yaml")])
    assert list(map(str, wrong)) == ["specs/bench.yaml:4:10: 'agents' is a folder, not a file"]


PATHS = st.lists(st.lists(st.sampled_from("ab"), min_size=1, max_size=3).map("/".join), max_size=6)


@given(PATHS)
def test_places_collide_where_files_could_not_all_be_written(tmp_path_factory, paths):
    root = tmp_path_factory.mktemp("places")
    places = Places()
    taken = set()
    for path in paths:
        collides = places.add(path, path) is not None
        file = root / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.open("x").close()
            written = True
        except OSError:
            written = False
        assert collides is not written
        if written:
            taken.add(path)
    assert all(path in places for path in taken)
