from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from specrun.workspaces.environment import EPOCH
from specrun.workspaces.toolchain.virtualenv import base_interpreter

PYTHON = str(base_interpreter())


def test_only_the_scrubbed_environment_is_seen(run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "SSH_AUTH_SOCK", "PYTHONPATH", "GIT_DIR", "LD_LIBRARY_PATH", "BASH_ENV"):
        monkeypatch.setenv(name, "secret")
    step = run(("env", "-0"), options={"env": {"FROM_SPEC": "1"}}, env={"FROM_STEP": "2"})
    seen = dict(line.split("=", 1) for line in step.stdout.split("\0") if line)
    assert "secret" not in step.stdout
    assert set(seen) - {"PWD", "SHLVL", "_"} == {
        *("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE"),
        *("SOURCE_DATE_EPOCH", "GIT_CONFIG_NOSYSTEM", "GIT_TERMINAL_PROMPT", "GIT_CEILING_DIRECTORIES"),
        *("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE"),
        *("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_COMMITTER_DATE"),
        *("SPECRUN_WORKSPACE", "FROM_SPEC", "FROM_STEP"),
    }
    assert (seen["TZ"], seen["LC_ALL"], seen["PYTHONHASHSEED"]) == ("UTC", "C.UTF-8", "0")
    assert seen["SOURCE_DATE_EPOCH"] == str(EPOCH)


def test_a_step_may_not_take_the_marker_off(run) -> None:
    step = run("echo $SPECRUN_WORKSPACE", env={"SPECRUN_WORKSPACE": "other"})
    assert step.stdout.startswith("specrun-")


def test_loader_variables_reach_the_command_alone(run, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.so")
    step = run(("sh", "-c", "echo $LD_LIBRARY_PATH"), env={"LD_LIBRARY_PATH": "a b", "LD_PRELOAD": missing})
    assert step.stdout == "a b\n"
    # The loader complains in the command. Were it loaded by what starts the command, it would do so twice.
    assert step.stderr.count("missing.so") == 1


def test_extra_folders_stand_first_in_path(run, tmp_path: Path) -> None:
    tool = tmp_path / "bin" / "git"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho mine\n")
    tool.chmod(0o755)
    assert run(("git",), options={"path": [tool.parent]}).stdout == "mine\n"


def test_a_tool_of_the_workspace_never_starts_the_command(run, tmp_path: Path) -> None:
    for name in ("sh", "nsenter", "unshare"):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f"#!/bin/bash\necho taken over > {tmp_path}/taken\n")
        tool.chmod(0o755)
    assert run(("/bin/echo", "fine"), options={"path": [tmp_path / "bin"]}).stdout == "fine\n"
    assert not (tmp_path / "taken").exists()


def test_commands_start_in_the_project_with_own_home_and_tmp(run, delivered) -> None:
    step = run('cat src/data/numbers.txt; touch "$HOME/a" "$TMPDIR/b"; umask', delivered=delivered)
    assert (step.ok, step.stdout) == (True, "1\n2\n3\n0022\n")


def test_leaving_removes_the_workspace_whatever_is_in_it(
    inside, command, delivered, base: Path, enforce
) -> None:
    async def work(workspace) -> None:
        await workspace.run(
            command('mkdir -p a/b; echo x > a/b/c; chmod 000 a/b a; chmod 500 .; ln -s / "$HOME/root"')
        )
        assert len(list(base.iterdir())) == 1

    inside(work, delivered, enforce=enforce)
    assert list(base.iterdir()) == []


def test_an_exception_removes_the_workspace(inside, base: Path, enforce) -> None:
    async def work(workspace) -> None:
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        inside(work, enforce=enforce)
    assert list(base.iterdir()) == []


def test_workspaces_do_not_share_changes(inside, command, delivered) -> None:
    async def spoil(workspace) -> None:
        await workspace.run(command("echo spoiled > src/app.py; rm -rf .git"))

    async def look(workspace) -> bytes:
        return workspace.read("src/app.py", 100)

    inside(spoil, delivered)
    assert inside(look, delivered) == b"print('app')\n"


def test_commands_at_the_same_time_take_turns(inside, command, enforce) -> None:
    async def work(workspace) -> list[str]:
        steps = await asyncio.gather(*(workspace.run(command(f"echo {n}")) for n in range(5)))
        return [step.stdout for step in steps]

    assert inside(work, enforce=enforce) == [f"{n}\n" for n in range(5)]


def test_the_contract_is_kept(inside, delivered) -> None:
    async def work(workspace) -> None:
        workspace.write("new/file.txt", b"text")
        assert workspace.read("new/file.txt", 10) == b"text"
        workspace.remove("new/file.txt")
        assert workspace.read("new/file.txt", 10) is None
        assert workspace.home.is_dir()
        assert not workspace.home.is_relative_to(workspace.project)

    inside(work, delivered)


def test_equipment_adds_tools_of_the_workspace(inside, command) -> None:
    from specrun.workspaces.toolchain import Equipment

    def equip(folder: Path) -> Equipment:
        folder.mkdir()
        (folder / "hello").symlink_to(PYTHON)
        return Equipment((folder,), {"GREETING": "hi"})

    async def work(workspace) -> str:
        return (await workspace.run(command("hello -c \"import os; print(os.environ['GREETING'])\""))).stdout

    assert inside(work, equip=equip) == "hi\n"


def test_the_base_folder_may_be_a_link(inside, base: Path, tmp_path: Path, monkeypatch, command) -> None:
    (tmp_path / "linked").symlink_to(base)
    monkeypatch.setenv("SPECRUN_TMP", str(tmp_path / "linked"))

    async def work(workspace) -> str:
        await workspace.run(command("echo found > here"))
        return workspace.project.joinpath("here").read_text()

    assert inside(work) == "found\n"
