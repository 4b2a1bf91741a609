import platform
import zlib
from pathlib import Path

import pytest

from specrun.spec.models.common import ToolCheck, Tools
from specrun.spec.values import Regex
from specrun.workspaces.toolchain import Provision, Unavailable, provide


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put a shell script of this name on PATH, in a folder that is not one of the system's."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def write(name: str, script: str) -> Path:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
        return folder / name

    return write


def check(*words: str, matches: str | None = None) -> Tools:
    return Tools(commands=(ToolCheck(run=words, matches=None if matches is None else Regex(matches)),))


def test_a_program_is_linked_into_the_workspace(program, shared_cache: Path, tmp_path: Path, run_in) -> None:
    program("tool-linked", "echo v2.1; echo more")
    found = provide(check("tool-linked", "--version", matches="^v2"), shared_cache)
    assert isinstance(found, Provision)
    assert found.components["command:tool-linked --version"] == "v2.1"
    equipment = found.equip(tmp_path / "env")
    assert run_in(equipment, "tool-linked").stdout == "v2.1\nmore\n"


def test_a_program_of_the_system_is_left_where_it_is(shared_cache: Path, tmp_path: Path) -> None:
    found = provide(check("sh", "-c", "echo here"), shared_cache)
    assert isinstance(found, Provision)
    found.equip(tmp_path / "env")
    assert not (tmp_path / "env" / "bin" / "sh").is_symlink()


def test_python_means_the_python_of_the_workspace(
    program, shared_cache: Path, tmp_path: Path, run_in
) -> None:
    program("python3", "echo Python 2.7")
    version = platform.python_version()
    found = provide(check("python3", "--version", matches=f"^Python {version}"), shared_cache)
    assert isinstance(found, Provision)
    assert run_in(found.equip(tmp_path / "env"), "python3", "--version").stdout.strip() == f"Python {version}"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo v16.1", "needs tool{0}: `tool{0} --version` gave v16.1, wanted ^v2"),
        ("", "needs tool{0}: `tool{0} --version` gave nothing, wanted ^v2"),
        ("echo v2; echo broken >&2; exit 3", "needs tool{0}: `tool{0} --version` ended with code 3: v2"),
        ("kill -9 $$", "needs tool{0}: `tool{0} --version` ended with code -9: nothing"),
        (
            r"printf '\033[1m%0100d' 1",
            "needs tool{0}: `tool{0} --version` gave ?[1m" + "0" * 76 + "..., wanted ^v2",
        ),
    ],
)
def test_the_wrong_program_makes_it_unavailable(
    program, shared_cache: Path, script: str, reason: str
) -> None:
    # Checks are remembered for the whole process: every case needs a name of its own.
    number = zlib.crc32(script.encode())
    program(f"tool{number}", script)
    found = provide(check(f"tool{number}", "--version", matches="^v2"), shared_cache)
    assert found == Unavailable(reason.format(number))


def test_a_file_that_is_no_program_makes_it_unavailable(program, shared_cache: Path) -> None:
    program("tool-text", "").write_bytes(b"\0\1\2")
    found = provide(check("tool-text"), shared_cache)
    assert found == Unavailable("needs tool-text: `tool-text` failed: Exec format error")


def test_a_missing_program_makes_it_unavailable(shared_cache: Path) -> None:
    found = provide(check("no-such-tool", "--version"), shared_cache)
    assert found == Unavailable("needs no-such-tool: there is no such program on this machine")


def test_the_users_environment_does_not_reach_the_check(
    program, shared_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "secret")
    program("tool-env", 'test -z "$SECRET_TOKEN" && test -d "$HOME" && test "$PWD" = "$HOME" && echo clean')
    assert isinstance(provide(check("tool-env", matches="^clean$"), shared_cache), Provision)


def test_a_check_runs_once_in_a_process(program, shared_cache: Path, tmp_path: Path) -> None:
    program("tool-once", f"echo x >> {tmp_path}/runs")
    for _ in range(3):
        assert isinstance(provide(check("tool-once"), shared_cache), Provision)
    assert (tmp_path / "runs").read_text() == "x\n"


def test_every_reason_is_told(shared_cache: Path) -> None:
    tools = Tools(
        python=("no-such-package",),
        commands=(ToolCheck(run=("no-such-tool",)),),
        wheels=("no-such-wheel==1.0",),
    )
    found = provide(tools, shared_cache)
    assert isinstance(found, Unavailable)
    assert [reason.partition(":")[0] for reason in found.reason.split("; ")] == [
        "needs the Python package no-such-package beside specrun",
        "needs no-such-tool",
        "needs wheels that are not in the cache",
    ]
