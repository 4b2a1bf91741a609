"""The same files give the same bytes: in any folder, zone, locale, with any number of workers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


def reports(root: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((root / "reports/hello").iterdir())}


def run(bench, *args: str, **env: str) -> None:
    process = bench.start("specs/hello.yaml", "--offline", "-q", *args, **env)
    _, err = process.communicate()
    assert process.returncode == 0, err


def test_folder_zone_locale_and_jobs_do_not_show(bench, tmp_path):
    run(bench, "--jobs", "1", TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    first = reports(bench.root)
    elsewhere = tmp_path / "an other folder" / "ünïcode"
    shutil.copytree(bench.root, elsewhere, ignore=shutil.ignore_patterns(".specrun", "reports"))
    bench.root = elsewhere
    run(bench, "--jobs", "4", TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="2", HOME=str(tmp_path))
    assert reports(elsewhere) == first


def test_nothing_of_this_machine_is_in_a_report(bench):
    run(bench, USER="a-user-name", HOME="/a-home-folder")
    for name, content in reports(bench.root).items():
        for secret in (str(bench.root), "a-user-name", "a-home-folder", "/tmp/"):
            assert secret.encode() not in content, f"{secret} is in {name}"


@pytest.mark.parametrize("name", ["results.json", "results.md", "findings.md", "pass-rate.svg"])
def test_check_finds_a_changed_report(bench, name):
    bench.run("specs/hello.yaml", "--offline", "-q")
    assert bench.run("specs/hello.yaml", "--offline", "--check").code == 0
    bench.edit(f"reports/hello/{name}", "guess", "guessed")
    before = reports(bench.root)
    ran = bench.run("specs/hello.yaml", "--offline", "--check")
    assert ran.code == 1
    assert "+++" in ran.out
    assert "hello: the committed report is not what the files give" in ran.err
    assert reports(bench.root) == before, "--check writes nothing"


def test_check_finds_a_changed_spec_and_a_missing_report(bench):
    assert bench.run("specs/hello.yaml", "--offline", "--check").code == 1
    bench.run("specs/hello.yaml", "--offline", "-q")
    bench.edit("specs/hello.yaml", "seed: 1", "seed: 2")
    assert bench.run("specs/hello.yaml", "--offline", "--check").code == 1


def test_check_names_what_it_cannot_check_and_compares_the_rest(bench):
    bench.run("specs/hello.yaml", "--offline", "-q")
    bench.edit(
        "specs/platforms/python-pytest.yaml", "python: [pytest, coverage]", "python: [no-such-distribution]"
    )
    spec_changed = bench.run("specs/hello.yaml", "--offline", "--check")
    assert "not checked, unavailable here: guess/greeter/1" in spec_changed.err
    assert spec_changed.code == 1, "the digest of the spec is not the committed one"


def test_report_renders_again_from_committed_results_alone(bench):
    bench.run("specs/hello.yaml", "--offline", "-q")
    first = reports(bench.root)
    assert bench.run("report", "reports", "--check").code == 0
    (bench.root / "reports/hello/results.md").write_text("something else", encoding="utf-8")
    assert bench.run("report", "reports/hello", "--check").code == 1
    assert bench.run("report", "reports/hello").code == 0
    assert reports(bench.root) == first


def test_check_finds_a_file_that_no_report_has(bench):
    bench.run("specs/hello.yaml", "--offline", "-q")
    (bench.root / "reports/hello/extra.md").write_text("x", encoding="utf-8")
    ran = bench.run("specs/hello.yaml", "--offline", "--check")
    assert ran.code == 1
    assert "reports/hello/extra.md: no report has it" in ran.out
