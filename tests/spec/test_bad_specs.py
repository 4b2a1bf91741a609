"""Every bad input gives its clear line: file, line, column, and what to do."""

# ruff: noqa: E501  one case a line reads best

from __future__ import annotations

import os

import pytest

from specrun.spec.collect import validate
from specrun.spec.models import KINDS
from specrun.spec.problems import SpecError

KIND_NAMES = ", ".join(KINDS)
HEAD = "specrun: 1\nkind: agent\nid: x\n"
NOP = HEAD + "type: nop\n"
SCRIPT = HEAD + "type: script\nsteps:\n"
COMMAND = HEAD + "type: command\n"
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)
)

BAD_YAML = {
    "tab": ("specrun: 1\nkind: agent\n\tid: x\n", "3:1: a tab cannot indent YAML: use spaces"),
    "empty": ("", "1:1: the file is empty: expected 'specrun: 1', 'kind', 'id', ..."),
    "only a comment": ("# hello\n", "1:1: the file is empty: expected 'specrun: 1', 'kind', 'id', ..."),
    "a list": ("- 1\n", "1:1: a spec is a mapping: expected 'specrun: 1', 'kind', 'id', ..."),
    "two documents": (NOP + "---\n" + NOP, "5:1: a file holds one YAML document, and here a second one starts"),
    "duplicate key": (NOP + "id: y\n", "5:1: duplicate key 'id'"),
    "number as key": (NOP + "1: x\n", "5:1: a key must be text: put '1' in quotes"),
    "true as key": (NOP + "true: x\n", "5:1: a key must be text: put 'true' in quotes"),
    "null as key": (NOP + "~: x\n", "5:1: a key must be text: put 'null' in quotes"),
    "list as key": (NOP + "[a]: x\n", "5:1: a key must be text, not a mapping or list"),
    "billion laughs": (LAUGHS, "1:1: more than 1,000,000 values when its aliases are expanded"),
    "recursive alias": (NOP + "tags: &a [*a]\n", "5:11: alias '*a' contains itself"),
    "unknown alias": (NOP + "title: *b\n", "5:8: alias '*b' has no anchor above it"),
    "anchor twice": ("a: &x 1\nb: &x 2\n", "2:4: duplicate anchor '&x'"),
    "deep lists": ("a: " + "[" * 10_000 + "]" * 10_000, "1:103: nested deeper than 100 levels"),
    "deep block lists": ("- " * 100_000, "1:201: nested deeper than 100 levels"),
    "deep mappings": ("{a: " * 100_000, "1:401: nested deeper than 100 levels"),
    "many values": ("- \n" * 1_000_001, "1000000:2: more than 1,000,000 values"),
    "tag": (NOP + "title: !!python/name:os.system x\n",
            "5:8: tags are not part of the spec language: 'tag:yaml.org,2002:python/name:os.system'"),
    "merge key": (NOP + "<<: {title: x}\n", "5:1: merge keys ('<<') are not part of the spec language"),
    "NaN": (NOP + "title: .nan\n", "5:8: a number must be finite; put it in quotes if it is text"),
    "infinity": (NOP + "title: -.inf\n", "5:8: a number must be finite; put it in quotes if it is text"),
    "past 64 bits": (NOP + f"title: {2**63}\n", "5:8: an integer has at most 64 bits; put it in quotes if it is text"),
    "NUL": (NOP + 'title: "\\0"\n', "5:8: text must not hold a NUL character"),
    "control character": (NOP + "title: \x07\n", "5:8: control character U+0007 is not allowed"),
    "not UTF-8": (b"specrun: 1\nid: \xc3\xa9\xff\n", "2:6: byte 0xff is not UTF-8"),
    "UTF-16": ("specrun: 1\n".encode("utf-16"), "1:1: byte 0xff is not UTF-8"),
    "colon in text": ("id: a: b\n", "1:6: not valid YAML: mapping values are not allowed in this context"),
    "unfinished text": ('id: "x\n', "1:5: not valid YAML: the quoted text that starts here is not closed before line 2, column 1"),
    "at sign": ("id: @x\n", "1:5: text that starts with '@' must be in quotes"),
}  # fmt: skip

BAD_SPECS = {
    "no version": ("kind: agent\n", ["1:1: missing key 'specrun': a spec starts with 'specrun: 1'",
                     "1:1: missing key 'type': one of: command, script, oracle, nop"]),
    "unknown version": ("specrun: 2\n", ["1:10: this specrun reads version 1 of the spec language, not '2'"]),
    "version as text": ("specrun: '1'\n", ["1:10: this specrun reads version 1 of the spec language, not '1'"]),
    "no kind": ("specrun: 1\n", [f"1:1: missing key 'kind': one of: {KIND_NAMES}"]),
    "unknown kind": ("specrun: 1\nkind: agnet\n", ["1:1: missing key 'type': one of: command, script, oracle, nop",
                                                 "2:7: unknown kind 'agnet', did you mean 'agent'?"]),
    "unheard kind": ("specrun: 1\nkind: [x]\n",
                     [f"2:7: 'kind' must be text, not a list (one of: {KIND_NAMES})"]),
    "unknown type": (HEAD + "type: comand\n", ["1:1: missing key 'run'", "4:7: unknown type 'comand', did you mean 'command'?"]),
    "no type": (HEAD, ["1:1: missing key 'type': one of: command, script, oracle, nop"]),
    "unknown key": (NOP + "titel: x\n", ["5:1: unknown key 'titel', did you mean 'title'?"]),
    "strange key": (NOP + "zzz: x\n", ["5:1: unknown key 'zzz'"]),
    "unquoted version": (NOP + "version: 1.0\n", ["5:10: 'version' must be text: put it in quotes"]),
    "null for text": (NOP + "title:\n", ["5:7: 'title' must be text, not null"]),
    "list for text": (NOP + "title: [a]\n", ["5:8: 'title' must be text, not a list"]),
    "text for list": (NOP + "tags: a\n", ["5:7: 'tags' must be a list, not text"]),
    "wrong item": (NOP + "tags: [a, 1]\n", ["5:11: 'tags[1]' must be text: put it in quotes"]),
    "bad name": ("specrun: 1\nkind: agent\nid: A b\ntype: nop\n",
                 ["3:5: 'id' must be lower-case letters, digits, '.', '_' and '-'"]),
    "name with newline": ('specrun: 1\nkind: agent\nid: "a\\n"\ntype: nop\n',
                          ["3:5: 'id' must be lower-case letters, digits, '.', '_' and '-'"]),
    "missing key": (COMMAND, ["1:1: missing key 'run'"]),
    "two alternatives": (COMMAND + "run: {command: [a], script: b}\n",
                         ["5:6: expected exactly one of: command; script"]),
    "no alternative": (COMMAND + "run: {}\n", ["5:6: expected exactly one of: command; script"]),
    "empty list": (COMMAND + "run: {command: []}\n", ["5:16: 'command' must not be empty"]),
    "wrong choice": (COMMAND + "run: {script: a, prompt: {via: fiel}}\n",
                     ["5:32: 'via' must be one of: argument, file, stdin, did you mean 'file'?"]),
    "out of range": (COMMAND + "run: {script: a, exit_ok: [256, -1]}\n",
                     ["5:28: 'exit_ok[0]' must be at most 255", "5:33: 'exit_ok[1]' must be at least 0"]),
    "unknown placeholder": (COMMAND + "run: {script: 'x ${hom} ${answer.fiel}'}\n",
                            ["5:15: 'script': unknown placeholder '${answer.fiel}', did you mean '${answer.file}'?",
                             "5:15: 'script': unknown placeholder '${hom}', did you mean '${home}'?"]),
    "shell variable": (COMMAND + "run: {script: 'x ${i:-1'}\n",
                       ["5:15: 'script': '${' without '}': write '$${' for a literal '${'"]),
    "bad variable name": (COMMAND + "run: {script: x}\nenv: {a-b: x}\n",
                          ["6:7: the key 'a-b' must be letters, digits and '_'"]),
    "invalid regex": (COMMAND + "run: {script: x}\ninstall: {script: x, verify: {run: [x], matches: '(a'}}\n",
                      ["6:50: 'matches': not a regular expression that RE2 can run: missing ): (a"]),
    "look-behind": (COMMAND + "run: {script: x}\ninstall: {script: x, verify: {run: [x], matches: '(?<=a)b'}}\n",
                    ["6:50: 'matches': not a regular expression that RE2 can run: invalid perl operator: (?<="]),
    "bad duration": (COMMAND + "run: {script: x}\ninstall: {script: x, timeout: 90}\n",
                     ["6:31: 'timeout' must be a duration such as 90s, 15m, 2h"]),
    "negative duration": (COMMAND + "run: {script: x}\ninstall: {script: x, timeout: -5s}\n",
                          ["6:31: 'timeout' must be a duration such as 90s, 15m, 2h"]),
    "missing file": (SCRIPT + "- patch: ../fixtures/tables/src/table.py\n",
                     ["6:10: 'patch': no such file: '../fixtures/tables/src/table.py', did you mean '../fixtures/tables/src/tables.py'?"]),
    "folder for file": (SCRIPT + "- patch: prompts\n", ["6:10: 'patch': 'prompts' is a folder, not a file"]),
    "escape by dots": (SCRIPT + "- patch: ../../x\n",
                       ["6:10: 'patch': '../../x' leaves the folder 'shelf', the root of its specs"]),
    "escape by root": (SCRIPT + "- patch: /etc/passwd\n",
                       ["6:10: 'patch': '/etc/passwd' leaves the folder 'shelf', the root of its specs"]),
    "write outside": (SCRIPT + "- {write: ../x, content: y}\n",
                      ["6:11: 'write' must be a relative path inside its folder and outside of '.git', without empty, '.' and '..' parts"]),
    "half an alternative": (SCRIPT + "- {write: x}\n",
                            ["6:3: expected exactly one of: write and content; patch; run"]),
    "everything at once": (
        COMMAND + "rum: x\nrun: {script: '${hom}'}\nfiles: [{path: '${home}/x', source: none}]\ntags: [UP]\nversion: 2\n",
        ["5:1: unknown key 'rum', did you mean 'run'?",
         "6:15: 'script': unknown placeholder '${hom}', did you mean '${home}'?",
         "7:37: 'source': no such file: 'none'",
         "8:8: 'tags[0]' must be lower-case letters, digits, '.', '_' and '-'",
         "9:10: 'version' must be text: put it in quotes"],
    ),
}  # fmt: skip

BAD_REFERENCES = {
    "missing": ("agents/tool.yaml", "agents/tols.yaml",
                "4:10: no such file: 'agents/tols.yaml', did you mean 'agents/tool.yaml'?"),
    "wrong kind": ("agents/tool.yaml", "projects/tables.yaml",
                   "4:10: 'projects/tables.yaml' is a 'project', but an 'agent' is needed here"),
    "escaping": ("agents/tool.yaml", "../../tool.yaml",
                 "4:10: '../../tool.yaml' leaves the folder 'shelf', the root of its specs"),
    "absolute": ("agents/tool.yaml", "/etc/hostname",
                 "4:10: '/etc/hostname' leaves the folder 'shelf', the root of its specs"),
    "itself": ("agents/tool.yaml", "bench.yaml",
               "4:10: references go in a circle: specs/bench.yaml -> specs/bench.yaml"),
    "twice": ("agents/tool.yaml", "agents/tool.yaml, {use: agents/tool.yaml, with: {version: '2'}}",
              "4:34: two agents have the id 'tool': the other is specs/agents/tool.yaml"),
    "number": ("agents/tool.yaml", "7", "4:10: 'agents[0]' must be text: put it in quotes"),
    "list": ("agents/tool.yaml", "[x]", "4:10: 'agents[0]' must be text or a mapping, not a list"),
    "unknown key": ("agents/tool.yaml", "{use: agents/tool.yaml, wiht: {}}",
                    "4:34: unknown key 'wiht', did you mean 'with'?"),
    "bad override": ("agents/tool.yaml", "{use: agents/tool.yaml, with: {idd: x}}",
                     "4:41: unknown key 'idd', did you mean 'id'?"),
    "no limits": ("limits: {agent: {wall: 2m}, grade: {wall: 90s}}\n", "", "1:1: missing key 'limits'"),
    "no wall": ("wall: 2m", "idle: 2m", "7:17: missing key 'wall'"),
    "negative repeats": ("passing:", "repeats: -1\npassing:", "9:10: 'repeats' must be at least 1"),
    "fractional repeats": ("passing:", "repeats: 1.5\npassing:", "9:10: 'repeats' must be an integer, not a number"),
    "text repeats": ("passing:", "repeats: '3'\npassing:", "9:10: 'repeats' must be an integer, not text"),
    "old boolean": ("passing:", "repeats: on\npassing:", "9:10: 'repeats' must be an integer, not text"),
}  # fmt: skip


def problems(shelf, name="specs/bad.yaml"):
    """The problems of one file, as people see them."""
    found, wrong = validate([shelf.path(name)])
    assert wrong or found
    return [str(problem) for problem in wrong]


@pytest.mark.parametrize("name", BAD_YAML)
def test_bad_yaml(shelf, name):
    content, expected = BAD_YAML[name]
    shelf.write("specs/bad.yaml", content)
    assert problems(shelf) == [f"specs/bad.yaml:{expected}"]


@pytest.mark.parametrize("name", BAD_SPECS)
def test_bad_spec(shelf, name):
    content, expected = BAD_SPECS[name]
    shelf.write("specs/bad.yaml", content)
    assert problems(shelf) == [f"specs/bad.yaml:{line}" for line in expected]


@pytest.mark.parametrize("name", BAD_REFERENCES)
def test_bad_benchmark(shelf, name):
    old, new, expected = BAD_REFERENCES[name]
    shelf.edit("specs/bench.yaml", old, new)
    assert problems(shelf, "specs/bench.yaml") == [f"specs/bench.yaml:{expected}"]


def test_what_yaml_1_1_would_change_is_text_and_bom_and_crlf_are_fine(shelf):
    text = "\ufeff" + NOP + "title: 12:30\ntags: [on, yes, off, 1_000, 0b1]\n"
    shelf.write("specs/good.yaml", text.replace("\n", "\r\n"))
    found, wrong = validate([shelf.path("specs/good.yaml")])
    assert wrong == []
    assert found[0].model.title == "12:30"
    assert found[0].model.tags == ("on", "yes", "off", "1_000", "0b1")


def test_a_longer_circle_is_shown_whole(shelf):
    shelf.edit("specs/projects/tables.yaml", "../platforms/python.yaml", "other.yaml")
    shelf.write(
        "specs/projects/other.yaml",
        shelf.path("specs/projects/tables.yaml").read_text().replace("other.yaml", "tables.yaml"),
    )
    assert problems(shelf, "specs/projects/tables.yaml") == [
        "specs/projects/other.yaml:4:11: references go in a circle: specs/projects/tables.yaml -> specs/projects/other.yaml -> specs/projects/tables.yaml",
        "specs/projects/tables.yaml:4:11: 'other.yaml' is a 'project', but a 'platform' is needed here",
    ]


def test_a_link_must_not_leave_the_root(shelf, tmp_path):
    (tmp_path / "secret").write_text("x")
    shelf.path("specs/way-out").symlink_to(tmp_path / "secret")
    shelf.write("specs/bad.yaml", SCRIPT + "- patch: way-out\n")
    assert problems(shelf) == [
        "specs/bad.yaml:6:10: 'patch': 'way-out' leaves the folder 'shelf', the root of its specs"
    ]


def test_a_link_to_itself_is_no_file(shelf):
    shelf.path("specs/loop").symlink_to("loop")
    shelf.write("specs/bad.yaml", SCRIPT + "- patch: loop\n")
    assert problems(shelf) == ["specs/bad.yaml:6:10: 'patch': no such file: 'loop'"]


def test_a_folder_that_links_to_itself_is_no_circle_without_end(shelf):
    shelf.path("specs/more").symlink_to(".")
    shelf.edit("specs/bench.yaml", "agents/tool.yaml", "more/more/agents/tool.yaml")
    assert problems(shelf, "specs/bench.yaml") == []


def test_a_huge_file_is_refused_unread(shelf):
    path = shelf.write("specs/bad.yaml", "")
    os.truncate(path, 1024**3)
    assert problems(shelf) == ["specs/bad.yaml:1:1: the file is larger than 10 MiB"]


def test_devices_pipes_and_folders_are_refused(shelf):
    os.mkfifo(shelf.path("specs/pipe.yaml"))
    shelf.path("specs/folder.yaml").mkdir()
    shelf.path("specs/zero.yaml").symlink_to("/dev/zero")
    assert problems(shelf, "specs/pipe.yaml") == ["specs/pipe.yaml:1:1: this is not a regular file"]
    assert problems(shelf, "specs/folder.yaml") == ["specs/folder.yaml:1:1: this is a folder, not a file"]
    assert problems(shelf, "specs/zero.yaml") == ["/dev/zero:1:1: this is not a regular file"]


def test_what_may_not_be_read(shelf, somebody):
    shelf.write("specs/secret.yaml", NOP).chmod(0)
    shelf.write("specs/secret/tool.yaml", NOP)
    shelf.write(
        "specs/bad.yaml", COMMAND + "run: {script: x}\nfiles: [{path: '${home}/x', source: secret.yaml}]\n"
    )
    shelf.edit("specs/bench.yaml", "agents/tool.yaml", "secret/tool.yaml")
    shelf.path("specs/secret").chmod(0)
    with somebody():
        told = [problems(shelf, f"specs/{name}.yaml") for name in ("secret", "bad", "bench")]
    shelf.path("specs/secret").chmod(0o700)
    assert told == [
        ["specs/secret.yaml:1:1: the file cannot be read: permission denied"],
        ["specs/bad.yaml:6:37: 'source': 'secret.yaml' cannot be read: permission denied"],
        ["specs/bench.yaml:4:10: 'secret/tool.yaml' cannot be read: permission denied"],
    ]


def test_a_file_that_is_not_there(shelf):
    assert problems(shelf, "specs/none.yaml") == ["specs/none.yaml:1:1: no such file"]


def test_a_source_must_be_pinned(shelf):
    for source in (
        "git: https://example.org/x.git",
        "pypi: x==1",
        "path: x, archive: y",
        f"sha256: {'0a' * 32}",
    ):
        shelf.edit("specs/projects/tables.yaml", "path: ../../fixtures/tables", source)
        assert any(
            "expected exactly one of: path; git and commit; archive and sha256; pypi and sha256" in line
            for line in problems(shelf, "specs/projects/tables.yaml")
        )
        shelf.edit("specs/projects/tables.yaml", source, "path: ../../fixtures/tables")


def test_local_repositories_and_archives_stay_inside_the_root(shelf):
    commit = f"git: ../../../other.git, commit: {'a' * 40}"
    shelf.edit("specs/projects/tables.yaml", "path: ../../fixtures/tables", commit)
    assert problems(shelf, "specs/projects/tables.yaml") == [
        "specs/projects/tables.yaml:5:15: 'git': '../../../other.git' leaves the folder 'shelf', the root of its specs"
    ]
    for url in ("https://example.org/other.git", "git@example.org:other.git", "ssh://example.org/other.git"):
        shelf.edit("specs/projects/tables.yaml", commit, f"git: '{url}', commit: {'a' * 40}")
        assert problems(shelf, "specs/projects/tables.yaml") == []
        shelf.edit("specs/projects/tables.yaml", f"git: '{url}', commit: {'a' * 40}", commit)


def test_path_patterns_must_match_something(shelf):
    shelf.edit("specs/projects/tables.yaml", "src/**", "'#x', '!y', '\\', ok")
    assert problems(shelf, "specs/projects/tables.yaml") == [
        "specs/projects/tables.yaml:7:18: 'source[0]': this path pattern matches nothing: '#x'",
        "specs/projects/tables.yaml:7:24: 'source[1]' must be a path pattern such as src/**/*.py",
        "specs/projects/tables.yaml:7:30: 'source[2]': not a path pattern: Invalid git pattern: '\\\\'",
    ]


def test_prompts_are_checked_in_their_own_file(shelf):
    shelf.write("specs/prompts/detect.md", "Hello.\n\nIt is {{ truth.frameworks }} in {{ stgae }}.\n")
    shelf.write("specs/prompts/setup.md", "{% if %}")
    assert problems(shelf, "specs/bench.yaml") == [
        "specs/prompts/detect.md:3:1: unknown variable 'stgae', did you mean 'stage'?",
        "specs/prompts/detect.md:3:1: unknown variable 'truth' (a template here may use: answer_file, case_id, stage)",
        "specs/prompts/setup.md:1:1: not a valid template: Expected an expression, got 'end of statement block'",
    ]


def test_every_error_of_every_file_comes_in_one_pass(shelf):
    shelf.edit("specs/agents/tool.yaml", 'version: "1.0"', "version: 1.0")
    shelf.edit("specs/platforms/python.yaml", "language: python", "language: pyhton")
    shelf.edit("specs/bench.yaml", "passing", "pasing")
    assert problems(shelf, "specs/bench.yaml") == [
        "specs/agents/tool.yaml:4:10: 'version' must be text: put it in quotes",
        "specs/bench.yaml:1:1: missing key 'passing'",
        "specs/bench.yaml:9:1: unknown key 'pasing', did you mean 'passing'?",
        "specs/platforms/python.yaml:4:11: 'language' must be one of: c, javascript, python, did you mean 'python'?",
    ]


def test_many_problems_are_cut_and_quick(shelf):
    shelf.write("specs/bad.yaml", NOP + "".join(f"key{i}: x\n" for i in range(100_000)))
    assert len(problems(shelf)) == 101
    assert problems(shelf)[-1] == "specs/bad.yaml:105:1: and more; only the first 100 problems are shown"


def test_an_error_reads_like_its_lines(shelf):
    shelf.write("specs/bad.yaml", NOP + "zzz: 1\n")
    error = SpecError(validate([shelf.path("specs/bad.yaml")])[1])
    assert str(error) == "specs/bad.yaml:5:1: unknown key 'zzz'"
