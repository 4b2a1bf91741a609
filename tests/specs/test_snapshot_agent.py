"""The snapshot agent, run as a process: what it writes holds, notices changes, and is the same every time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AGENTS = ROOT / "specs/agents"
PROJECTS = ROOT / "fixtures/projects"
TEST = "tests/test_it.py"


def start(project, source, *, seed="0", test=TEST):
    """Run the agent in a project; what it says."""
    environment = {**os.environ, "PYTHONPATH": str(AGENTS), "PYTHONHASHSEED": seed}
    command = [sys.executable, "-P", "-B", "-m", "snapshot", source, test]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def passes(project, runner=("unittest", "-q", TEST), *, path="."):
    """Whether the written tests pass, in a process with a hash seed that the agent never used."""
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-B", "-m", *runner]
    return not subprocess.run(
        command, cwd=project, env=environment, capture_output=True, check=False
    ).returncode


@pytest.fixture
def write(tmp_path):
    """Write a module and have tests generated; the text of the tests, empty if there are none."""

    def write(source, name="it.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source)
        start(tmp_path, name)
        file = tmp_path / TEST
        if not file.exists():
            return ""
        assert passes(tmp_path)
        return file.read_text()

    return write


def test_values_errors_and_the_state_of_objects_are_asserted(write):
    text = write(
        "class Full(Exception):\n    pass\n\n\n"
        "class Box:\n    def __init__(self, size=2):\n        self.size, self.items = size, []\n"
        "    def put(self, text):\n        if len(self.items) == self.size:\n"
        "            raise Full(f'no room for {text}')\n        self.items.append(text.upper())\n\n\n"
        "def double(number: int):\n    return number * 2\n"
    )
    assert "self.assertEqual(double(1), 2)" in text
    assert "the_box.put('a')\n        self.assertEqual(the_box.size, 2)" in text
    assert "self.assertEqual(the_box.items, ['A'])" in text
    assert "with self.assertRaises(Full) as caught:" in text
    assert "self.assertEqual(str(caught.exception), 'no room for a')" in text


def test_inputs_come_from_the_source(write):
    text = write(
        'import re\n\nROW = re.compile(r"(\\d+)-([a-z]+)$")\n\n\n'
        'def read(text):\n    """Read a row such as `x=y`."""\n    if "=" in text:\n        return "pair"\n'
        "    match = ROW.match(text)\n    return match and match[2]\n\n\n"
        'def mode(name):\n    if name in ("fast", "slow"):\n        return name.upper()\n    return None\n'
    )
    assert "self.assertEqual(read('1-a'), 'a')" in text
    assert "self.assertEqual(read('x=y'), 'pair')" in text
    assert "self.assertEqual(mode('fast'), 'FAST')" in text


def test_what_is_not_the_same_twice_is_not_asserted(write):
    text = write(
        "import random, time\n\n\ndef chance():\n    return random.random()\n\n\n"
        "def now():\n    return int(time.time()) // 1000\n\n\n"
        "def order():\n    return list({'a', 'b', 'c', 'd', 'e'})\n\n\n"
        "def bag():\n    return {'b', 'a'}\n"
    )
    for name, kind in [("chance", "float"), ("now", "int"), ("order", "list")]:
        assert f"self.assertEqual(type({name}()).__name__, '{kind}')" in text
    assert "self.assertEqual(bag(), {'a', 'b'})" in text


def test_calls_that_hang_crash_or_leave_files_are_left_out(write, tmp_path):
    text = write(
        "import os, sys\n\n\ndef loops(number):\n    while True:\n        try:\n            number += 1\n"
        "        except Exception:\n            pass\n\n\n"
        "def native():\n    return sum(range(10**12))\n\n\n"
        "def crashes():\n    os.abort()\n\n\ndef leaves():\n    sys.exit(3)\n\n\n"
        "def hungry():\n    return len('x' * 10**12)\n\n\n"
        "def litters(name):\n    open(name, 'w').close()\n    return 1\n\n\n"
        "def shouts(text):\n    print(text * 100_000)\n    return len(text)\n"
    )
    assert set(re.findall(r"def test_(\w+)_\d", text)) == {"shouts"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["it.py", "tests"]


@pytest.mark.parametrize(
    "source", ["X = 1\n", "def _private():\n    return 1\n", "def broken(:\n", "raise SystemExit(5)\n"]
)
def test_nothing_is_written_where_nothing_can_be_called(write, source):
    assert write(source) == ""


def test_an_old_test_file_stays(tmp_path):
    (tmp_path / "it.py").write_text("def one():\n    return 1\n")
    (tmp_path / "it_test.py").write_text("old\n")
    assert "it_snapshot_test.py" in start(tmp_path, "it.py", test="it_test.py")
    assert (tmp_path / "it_test.py").read_text() == "old\n"


def test_modules_are_found_in_packages_below_src(write, tmp_path):
    (tmp_path / "src/pack/deep").mkdir(parents=True)
    for folder in ("pack", "pack/deep"):
        (tmp_path / "src" / folder / "__init__.py").touch()
    (tmp_path / "src/pack/deep/it.py").write_text(
        "from ..near import two\ndef one():\n    return two() - 1\n"
    )
    (tmp_path / "src/pack/near.py").write_text("def two():\n    return 2\n")
    start(tmp_path, "src/pack/deep/it.py")
    assert "from pack.deep.it import one\n" in (tmp_path / TEST).read_text()
    assert passes(tmp_path, path="src")


@pytest.mark.parametrize(
    ("name", "source", "old", "new"),
    [
        ("inikit", "inikit/model.py", "len(self._entries)", "len(self._entries) + 1"),
        ("slotbook", "src/slotbook/interval.py", "minutes % 60", "minutes % 61"),
        ("mdgrid", "mdgrid/table.py", "max(3, ", "max(4, "),
    ],
)
def test_on_a_project_the_tests_pass_anywhere_and_notice_a_change(tmp_path, name, source, old, new):
    project = tmp_path / name
    shutil.copytree(PROJECTS / name, project)
    said = start(project, source)
    first = (project / TEST).read_bytes()
    (project / TEST).unlink()
    assert start(project, source, seed="5") == said
    assert (project / TEST).read_bytes() == first
    path = f".{os.pathsep}src"
    assert passes(project, path=path)
    assert passes(project, ("pytest", "-q", "-p", "no:cacheprovider", TEST), path=path)
    text = (project / source).read_text()
    assert old in text
    (project / source).write_text(text.replace(old, new, 1))
    assert not passes(project, path=path)
