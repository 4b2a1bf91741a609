"""The same files give the same bytes: in any folder, zone, locale, with any number of workers."""

from __future__ import annotations

import shutil
from copy import copy
from pathlib import Path

import pytest

from example_bench import Bench


def reports(root: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((root / "reports/hello").iterdir())}


def run(bench, *args: str, **env: str) -> None:
    process = bench.start("specs/hello.yaml", "--offline", "-q", *args, **env)
    _, err = process.communicate()
    assert process.returncode == 0, err


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Bench:
    """The whole example, run where the user and the home have names of their own."""
    bench = Bench(tmp_path_factory.mktemp("first") / "bench")
    named = {"USER": "a-user-name", "HOME": "/a-home-folder"}
    run(bench, "--jobs", "1", TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1", **named)
    return bench


def test_folder_zone_locale_and_jobs_do_not_show(first, tmp_path):
    elsewhere = tmp_path / "an other folder" / "ünïcode"
    shutil.copytree(first.root, elsewhere, ignore=shutil.ignore_patterns(".specrun", "reports"))
    other = copy(first)
    other.root = elsewhere
    run(other, "--jobs", "4", TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="2", HOME=str(tmp_path))
    assert reports(elsewhere) == reports(first.root)


def test_nothing_of_this_machine_is_in_a_report(first):
    for name, content in reports(first.root).items():
        for secret in (str(first.root), "a-user-name", "a-home-folder", "/tmp/"):
            assert secret.encode() not in content, f"{secret} is in {name}"


@pytest.mark.parametrize("name", ["results.json", "results.md", "findings.md", "pass-rate.svg"])
def test_check_finds_a_changed_report(quick, name):
    quick.run("specs/hello.yaml", "--offline", "-q")
    assert quick.run("specs/hello.yaml", "--offline", "--check").code == 0
    quick.edit(f"reports/hello/{name}", "guess", "guessed")
    before = reports(quick.root)
    ran = quick.run("specs/hello.yaml", "--offline", "--check")
    assert ran.code == 1
    assert "+++" in ran.out
    assert "hello: the committed report is not what the files give" in ran.err
    assert reports(quick.root) == before, "--check writes nothing"


def test_check_finds_a_changed_spec_and_a_missing_report(quick):
    assert quick.run("specs/hello.yaml", "--offline", "--check").code == 1
    quick.run("specs/hello.yaml", "--offline", "-q")
    quick.edit("specs/hello.yaml", "seed: 1", "seed: 2")
    assert quick.run("specs/hello.yaml", "--offline", "--check").code == 1


def test_check_names_what_it_cannot_check_and_compares_the_rest(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    quick.edit(
        "specs/platforms/python-pytest.yaml", "python: [pytest, coverage]", "python: [no-such-distribution]"
    )
    spec_changed = quick.run("specs/hello.yaml", "--offline", "--check")
    assert "not checked, unavailable here: guess/greeter/1" in spec_changed.err
    assert spec_changed.code == 1, "the digest of the spec is not the committed one"


def test_report_renders_again_from_committed_results_alone(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    first = reports(quick.root)
    assert quick.run("report", "reports", "--check").code == 0
    (quick.root / "reports/hello/results.md").write_text("something else", encoding="utf-8")
    assert quick.run("report", "reports/hello", "--check").code == 1
    assert quick.run("report", "reports/hello").code == 0
    assert reports(quick.root) == first


def test_check_finds_a_file_that_no_report_has(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    (quick.root / "reports/hello/extra.md").write_text("x", encoding="utf-8")
    ran = quick.run("specs/hello.yaml", "--offline", "--check")
    assert ran.code == 1
    assert "reports/hello/extra.md: no report has it" in ran.out
