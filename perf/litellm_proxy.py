"""litellm's proxy as a peer: installed once, into a cache folder of its own, and put before a provider."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = "1.106.2"
KEY = "sk-perf-0123456789"
START_SECONDS = 120.0

CONFIG = """
model_list:
- model_name: fake
  litellm_params: {model: openai/fake, api_base: URL/v1, api_key: none}
"""


class NotThereError(Exception):
    """It cannot be had here. The message is one line."""


def installed() -> Path:
    """The program, which is installed if need be. Raises NotThereError."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "specrun" / "perf" / f"litellm-{VERSION}"
    program = folder / "bin" / "litellm"
    if program.exists():
        return program
    print(f"installing litellm {VERSION} into {folder}", flush=True)
    for command in (
        [sys.executable, "-m", "venv", folder],
        [folder / "bin" / "python", "-m", "pip", "install", "--quiet", f"litellm[proxy]=={VERSION}"],
    ):
        ran = subprocess.run(command, capture_output=True, text=True)
        if ran.returncode != 0:
            said = ran.stderr.strip().splitlines() or ["no word why"]
            raise NotThereError(f"litellm {VERSION} cannot be installed: {said[-1]}")
    return program


@contextmanager
def litellm(provider: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The proxy before a provider: its process and its URL, once it is alive. Raises NotThereError."""
    program = installed()
    (folder / "litellm.yaml").write_text(CONFIG.replace("URL", provider))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    argv = [program, "--config", "litellm.yaml", "--host", "127.0.0.1", "--port", str(port)]
    env = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MASTER_KEY": KEY}
    with (folder / "litellm.log").open("wb") as log:
        process = subprocess.Popen(argv, cwd=folder, env=env, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_alive(process, f"{url}/health/liveliness")
        yield process, url
    finally:
        process.terminate()
        process.wait()


def _wait_until_alive(process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise NotThereError("litellm's proxy does not start")
