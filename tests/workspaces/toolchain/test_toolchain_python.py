import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from specrun.spec.models.common import Tools
from specrun.workspaces.toolchain import Provision, Unavailable, provide

SUITE = "import calc\n\n\ndef test_add():\n    assert calc.add(1, 2) == 3\n"


@pytest.fixture
def provision(shared_cache: Path) -> Provision:
    found = provide(Tools(python=("pytest", "coverage")), shared_cache)
    assert isinstance(found, Provision)
    return found


@pytest.fixture
def equipment(provision: Provision, tmp_path: Path):
    return provision.equip(tmp_path / "env")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "calc.py").write_text("def add(a, b):\n    return a + b\n")
    (tmp_path / "test_calc.py").write_text(SUITE)
    return tmp_path


def test_distributions_come_with_all_they_depend_on(provision: Provision) -> None:
    versions = provision.toolchain.versions
    assert list(versions) == sorted(versions)
    assert {"pytest", "coverage", "pluggy", "iniconfig", "packaging"} <= versions.keys()
    assert versions["pytest"] == version("pytest")
    assert "pip" not in versions
    assert "hypothesis" not in versions, "extras are ignored"
    assert "colorama" not in versions, "markers are honoured"


@pytest.mark.parametrize("command", [("python", "-m", "pytest"), ("python3", "-m", "pytest"), ("pytest",)])
def test_pytest_runs(equipment, project: Path, run_in, command: tuple[str, ...]) -> None:
    done = run_in(equipment, *command, "-q", "-p", "no:cacheprovider")
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.parametrize("command", [("python", "-m", "coverage"), ("coverage",)])
def test_coverage_measures(equipment, project: Path, run_in, command: tuple[str, ...]) -> None:
    done = run_in(equipment, *command, "run", "--include=calc.py", "-m", "pytest", "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "calc.py       2      0   100%" in run_in(equipment, *command, "report").stdout


def test_the_start_up_hooks_of_distributions_work(equipment, project: Path, run_in) -> None:
    """coverage measures child processes through a .pth file of its own."""
    (project / ".coveragerc").write_text("[run]\nparallel = true\npatch = subprocess\ninclude = calc.py\n")
    (project / "parent.py").write_text(
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', 'import calc; calc.add(1, 2)'], check=True)\n"
    )
    done = run_in(equipment, "coverage", "run", "parent.py")
    assert done.returncode == 0, done.stdout + done.stderr
    run_in(equipment, "coverage", "combine")
    assert "100%" in run_in(equipment, "coverage", "report").stdout


def test_nothing_else_of_specruns_installation_is_seen(equipment, run_in) -> None:
    done = run_in(equipment, "python", "-c", "import specrun")
    assert "ModuleNotFoundError" in done.stderr


def test_it_is_a_virtual_environment_of_specruns_python(equipment, tmp_path: Path, run_in) -> None:
    program = "import sys, sysconfig; print(sys.prefix, sys.version_info[:3], sysconfig.get_path('purelib'))"
    done = run_in(equipment, "python", "-c", program)
    packages = f"{tmp_path}/env/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    assert done.stdout.strip() == f"{tmp_path}/env {tuple(sys.version_info[:3])} {packages}"
    assert equipment.env["VIRTUAL_ENV"] == f"{tmp_path}/env"


def test_the_toolchain_is_built_once_and_never_written_to(
    provision: Provision, shared_cache: Path, tmp_path: Path, project: Path, run_in
) -> None:
    def state() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in provision.toolchain.folder.rglob("*")}

    before = state()
    assert provide(Tools(python=("coverage", "pytest")), shared_cache) == provision
    assert run_in(provision.equip(tmp_path / "env"), "pytest", "-q").returncode == 0
    assert state() == before
    assert {path.suffix for path in before} >= {".py", ".pyc"}, "compiled once, for all workspaces"
    assert not (provision.toolchain.folder / "site-packages" / "pip").exists()


def test_a_distribution_that_is_not_here_makes_it_unavailable(shared_cache: Path) -> None:
    found = provide(Tools(python=("pytest", "no-such-package")), shared_cache)
    assert found == Unavailable(
        "needs the Python package no-such-package beside specrun: pip install no-such-package"
    )


def test_a_distribution_without_a_list_of_files_makes_it_unavailable(
    shared_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "odd-1.dist-info").mkdir()
    (tmp_path / "odd-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = provide(Tools(python=("odd",)), shared_cache)
    assert isinstance(found, Unavailable)
    assert "needs the Python package odd beside specrun, installed by pip" in found.reason


def test_without_any_distribution_there_is_still_python(shared_cache: Path, tmp_path: Path, run_in) -> None:
    found = provide(Tools(), shared_cache)
    assert isinstance(found, Provision)
    equipment = found.equip(tmp_path / "env")
    assert run_in(equipment, "python", "-c", "print('here')").stdout == "here\n"
    assert run_in(equipment, "python", "-c", "import pytest").returncode == 1
