from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from specrun.spec.values import Duration, Size
from specrun.workspaces.processes import belonging
from specrun.workspaces.toolchain.virtualenv import base_interpreter

PYTHON = str(base_interpreter())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    """A pipe with a name: reading its end waits until every process that writes to it is gone."""
    path = tmp_path / "fifo"
    os.mkfifo(path)
    return path


def test_output_exit_code_and_stdin(run) -> None:
    step = run("cat; echo error >&2; exit 3", stdin=b"input\n")
    assert (step.ending, step.exit_code, step.stdout, step.stderr) == ("exited", 3, "input\n", "error\n")
    assert (step.stdout_bytes, step.stderr_bytes, step.survivors) == (6, 6, False)


def test_stdin_is_empty_unless_given_and_can_be_opened_by_name(run) -> None:
    assert run("cat").stdout == ""
    assert run("cat /dev/stdin", stdin=b"again").stdout == "again"


def test_large_stdin_that_nobody_reads(run) -> None:
    assert run("exit 0", stdin=b"x" * 10_000_000).ok


@pytest.mark.parametrize(("name", "number"), [("KILL", 9), ("SEGV", 11), ("TERM", 15), ("ABRT", 6)])
def test_a_signal_is_not_an_exit_code(run, name: str, number: int) -> None:
    step = run(f"kill -{name} $$")
    assert (step.ending, step.exit_code, step.signal) == ("signalled", None, number)
    step = run(f"exit {128 + number}")
    assert (step.ending, step.exit_code, step.signal) == ("exited", 128 + number, None)


@pytest.mark.parametrize("program", ["no-such-program", "./missing", "src", "./src", "/etc/passwd"])
def test_no_such_program(run, delivered, program: str) -> None:
    step = run((program,), delivered=delivered)
    assert (step.ending, step.exit_code) == ("not_started", None)


def test_a_program_that_exits_127_was_started(run) -> None:
    assert run("exit 127").exit_code == 127


def test_a_program_of_the_project_is_found(run, delivered) -> None:
    assert run(("./run.sh",), delivered=delivered).stdout == "run\n"


def test_arguments_never_meet_a_shell(run) -> None:
    words = ("$HOME", "a b", "*", "`id`", "'", '"', "\n", "--", "-n")
    step = run((PYTHON, "-c", "import sys; print(sys.argv[1:])", *words))
    assert step.stdout == f"{list(words)}\n"


def test_wall_limit(run) -> None:
    for wall in ("500ms", "5s", "50s"):  # On a busy machine a program may need a while to begin.
        step = run("echo begun; sleep infinity", limits={"wall": Duration(wall)})
        if step.stdout:
            break
    assert (step.ending, step.exit_code, step.signal, step.stdout) == ("wall_limit", None, None, "begun\n")


def test_idle_limit(run) -> None:
    step = run("sleep infinity", limits={"idle": Duration("300ms")})
    assert (step.ending, step.survivors) == ("idle_limit", False)


def test_a_program_that_ignores_signals_and_stops_itself_is_killed(run) -> None:
    step = run("trap '' TERM INT HUP XCPU; kill -STOP $$", limits={"wall": Duration("500ms")})
    assert step.ending == "wall_limit"


@pytest.mark.parametrize("text", ["while :; do :; done", "bash -c 'while :; do :; done'"])
def test_cpu_limit(run, text: str) -> None:
    step = run(text, limits={"cpu": Duration("1s")})
    assert (step.ending, step.exit_code) == ("cpu_limit", None)


def test_memory_limit(run) -> None:
    hungry = (PYTHON, "-c", "x = bytearray(2**30)")
    assert run(hungry).ok
    step = run(hungry, limits={"memory": Size("512MiB")})
    assert (step.ok, "MemoryError" in step.stderr) == (False, True)


def test_file_size_limit(inside, command, enforce) -> None:
    async def work(workspace) -> int:
        limits = {"file_size": Size("64KiB")}
        step = await workspace.run(command("head -c 1M /dev/zero > file", limits=limits))
        assert not step.ok
        return (workspace.project / "file").stat().st_size

    assert inside(work, enforce=enforce) == 64 * 1024


def test_no_core_dumps(inside, command, enforce) -> None:
    async def work(workspace) -> list[str]:
        await workspace.run(command("kill -SEGV $$"))
        return names(workspace.project)

    assert inside(work, enforce=enforce) == []


def test_a_flood_is_drained_and_cut(run) -> None:
    step = run("head -c 100M /dev/zero | tr '\\0' x; echo end", limits={"output": Size("1KiB")})
    size = 100 * 1024**2 + 4
    assert (step.ok, step.stdout_bytes) == (True, size)
    assert step.stdout.startswith("x" * 512 + f"\n[... {size - 1024} bytes cut ...]\n")
    assert step.stdout.endswith("xend\n")


def test_both_pipes_flood_at_once(run) -> None:
    step = run("head -c 5M /dev/zero & head -c 5M /dev/zero >&2; wait")
    assert (step.ok, step.stdout_bytes, step.stderr_bytes) == (True, 5 * 1024**2, 5 * 1024**2)


def test_a_program_that_closes_its_output_is_waited_for(run) -> None:
    step = run("exec >&- 2>&-; sleep 0.1; exit 7")
    assert (step.ending, step.exit_code) == ("exited", 7)


def test_a_short_tail_is_no_survivor(run) -> None:
    step = run("echo text > >(cat)")
    assert (step.survivors, step.stdout) == (False, "text\n")


ESCAPES = {
    "background": "sleep infinity &",
    "new session": "setsid sleep infinity &",
    "double fork": "(setsid bash -c 'sleep infinity & exec sleep infinity' &) &",
    "ignores signals": "setsid bash -c 'trap \"\" TERM HUP INT; sleep infinity & wait' &",
    "holds the pipes after a mebibyte": "head -c 1M /dev/zero; (setsid sleep infinity &) &",
    "two hundred": "for n in {1..200}; do setsid sleep infinity & done",
    "keeps starting others": "setsid bash -c 'while :; do setsid sleep 0.01 & sleep 0.01; done' &",
}


@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES.keys())
def test_what_stays_behind_is_found_and_killed(inside, command, enforce, escape: str) -> None:
    async def work(workspace) -> None:
        step = await workspace.run(command(f"{escape}\nexit 5"))
        assert (step.ending, step.exit_code, step.survivors) == ("exited", 5, True)
        assert belonging(workspace.home.parent.parent.name) == []
        assert (await workspace.run(command("echo next"))).stdout == "next\n"

    inside(work, enforce=enforce)


def test_a_limit_kills_the_whole_tree(inside, command, enforce) -> None:
    async def work(workspace) -> None:
        text = "setsid sleep infinity & (setsid sleep infinity &) & sleep infinity"
        step = await workspace.run(command(text, limits={"wall": Duration("500ms")}))
        assert step.ending == "wall_limit"
        assert belonging(workspace.home.parent.parent.name) == []

    inside(work, enforce=enforce)


def test_cancelling_kills_the_whole_tree(inside, command, enforce, fifo: Path, base: Path) -> None:
    async def work(workspace) -> bytes:
        text = f"exec 9> {fifo}; echo up >&9; setsid sleep infinity & sleep infinity"
        step = asyncio.create_task(workspace.run(command(text, writable=(fifo.parent,))))
        with await asyncio.to_thread(open, fifo, "rb") as reader:
            assert await asyncio.to_thread(reader.readline) == b"up\n"
            step.cancel()
            with pytest.raises(asyncio.CancelledError):
                await step
            return await asyncio.to_thread(reader.read)

    assert inside(work, enforce=enforce) == b""
    assert list(base.iterdir()) == []


def test_leaving_kills_what_a_cancelled_test_left(inside, command, enforce, fifo: Path) -> None:
    async def work(workspace):
        held = f"exec 9> {fifo}; echo up >&9; sleep infinity"
        step = asyncio.create_task(workspace.run(command(held, writable=(fifo.parent,))))
        reader = await asyncio.to_thread(open, fifo, "rb")
        assert await asyncio.to_thread(reader.readline) == b"up\n"
        return step, reader

    step, reader = inside(work, enforce=enforce)
    with reader:
        assert reader.read() == b""
    assert step.cancelled() or step.result().ending == "signalled"
