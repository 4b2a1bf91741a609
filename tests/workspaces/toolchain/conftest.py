"""What the tests of tools share: a cache, wheels made by hand, and commands run as a workspace would."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from specrun.workspaces.toolchain import Equipment


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests, so that the toolchain is copied once."""
    return tmp_path_factory.mktemp("cache with blanks")


@pytest.fixture
def run_in(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(equipment: Equipment, *argv: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([*map(str, equipment.path), "/usr/bin", "/bin"])
        env = {"HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "PATH": path}
        return subprocess.run(
            argv, env=env | equipment.env, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
def wheel() -> Callable[[str, str], tuple[str, bytes]]:
    """Make a wheel with one module that has a VERSION, and give its file name and content."""

    def make(name: str, version: str) -> tuple[str, bytes]:
        info = f"{name}-{version}.dist-info"
        files = {
            f"{name}.py": f"VERSION = {version!r}\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{path},sha256={_digest(text)},{len(text)}\n" for path, text in files.items())
        files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
        return f"{name}-{version}-py3-none-any.whl", buffer.getvalue()

    return make


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
