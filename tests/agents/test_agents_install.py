"""Installing agents: by one at a time, from nothing, with the user's package settings and nothing else."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import zipfile
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from agent_place import TASK, agent_spec, make_site

from specrun.agents.base import AgentSpec
from specrun.agents.install import ensure_installed, install_apart, is_installed
from specrun.agents.package_settings import is_setting, package_settings
from specrun.agents.values import install_folder
from specrun.workspaces.base import Command, Step, as_seen
from specrun.workspaces.site import Site

SETTINGS = {
    "PIP_INDEX_URL": "https://packages.example/simple",
    "PIP_NO_INDEX": "1",
    "npm_config_registry": "https://packages.example/npm",
    "NPM_CONFIG_STRICT_SSL": "true",
    "HTTPS_PROXY": "http://proxy.example:3128",
    "no_proxy": "localhost",
}
OTHERS = {
    "OPENAI_API_KEY": "planted-secret",
    "ANTHROPIC_AUTH_TOKEN": "planted-secret",
    "GITHUB_TOKEN": "planted-secret",
    "PYTHONPATH": "planted-secret",
    "XPIP_TOKEN": "planted-secret",
    "MY_HTTPS_PROXY": "planted-secret",
    "PIP_TARGET": "planted-place",
    "PIP_CACHE_DIR": "planted-place",
    "npm_config_cache": "planted-place",
    "npm_config_prefix": "planted-place",
    "NPM_CONFIG_PREFIX": "planted-place",
}


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of whoever runs the tests."""
    for name in filter(is_setting, list(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.setenv("SPECRUN_TMP", str(tmp_path / "base"))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path, tmp_path / "cache")


def install(agent: AgentSpec, site: Site) -> Step | None:
    async def run() -> Step | None:
        async with site.open("install", {}) as workspace:
            return await ensure_installed(agent, TASK, workspace)

    return asyncio.run(run())


def tool(cache: Path, script: str, *, network: bool = True, offline: bool = False) -> AgentSpec:
    return agent_spec(cache, install={"script": script, "network": network}, offline=offline)


def told(agent: AgentSpec) -> dict[str, str]:
    """The environment that the script wrote down."""
    text = Path(install_folder(agent), "env").read_text(encoding="utf-8")
    return dict(line.split("=", 1) for line in text.splitlines())


WRITE_DOWN = 'env > "${agent.dir}/env"'


def test_package_managers_get_their_settings_and_nothing_else_gets_in(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**SETTINGS, **OTHERS}.items():
        monkeypatch.setenv(name, value)
    agent = tool(tmp_path, WRITE_DOWN)
    assert install(agent, site) is None
    env = told(agent)
    assert SETTINGS.items() <= env.items()
    assert not [name for name, value in env.items() if "planted" in value]
    assert not OTHERS.keys() & env.keys()


@pytest.mark.parametrize(("network", "offline"), [(False, False), (True, True)])
def test_without_the_network_there_are_no_settings(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch, network: bool, offline: bool
) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    agent = tool(tmp_path, WRITE_DOWN, network=network, offline=offline)
    assert install(agent, site) is None
    env = told(agent)
    assert env["PIP_NO_INDEX"] == env["PIP_FIND_LINKS"] == ""
    assert not (SETTINGS.keys() - {"PIP_NO_INDEX"}) & env.keys()


def test_files_that_settings_name_can_be_read_inside(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust = tmp_path / "trust store"
    (trust / "certs").mkdir(parents=True)
    (trust / "certs" / "one.pem").write_text("one\n")
    (trust / "ca.pem").write_text("all\n")
    (tmp_path / "ca.pem").symlink_to(trust / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", f"/nonexistent:{trust / 'certs'}")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"{(trust / 'certs').as_uri()} https://packages.example")
    read = 'cat "$SSL_CERT_FILE" "$${SSL_CERT_DIR#*:}/one.pem" > "${agent.dir}/read"'
    agent = tool(tmp_path, f'{read}\n! echo spoiled > "$SSL_CERT_FILE"\n{WRITE_DOWN}')
    failed = install(agent, site)
    assert failed is None, failed
    assert Path(install_folder(agent), "read").read_text() == "all\none\n"
    assert (trust / "ca.pem").read_text() == "all\n"
    index = f"{(trust / 'certs').as_uri()} https://packages.example"
    assert told(agent)["PIP_EXTRA_INDEX_URL"] == index


def test_a_setting_shows_no_folder_that_it_does_not_name_as_a_source(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    environment = {
        "npm_config_init_module": str(tmp_path),
        "PIP_CERT": str(tmp_path),
        "PIP_CONFIG_FILE": str(tmp_path / "file"),
        "PIP_FIND_LINKS": "relative",
        "PIP_INDEX_URL": "file://elsewhere/" + str(tmp_path),
    }
    with package_settings(environment) as settings:
        (copies,) = settings.readonly
        (copied,) = copies.glob("*/*")
        assert copied.read_text() == "x"
        assert settings.env == {**environment, "PIP_CONFIG_FILE": str(copied)}
    assert not copies.exists()


def publish(folder: Path) -> None:
    """A wheel with one module."""
    folder.mkdir()
    files = {
        "tiny.py": "NAME = 'tiny'\n",
        "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files["tiny-1.0.dist-info/RECORD"] = "".join(f"{path},,\n" for path in files)
    with zipfile.ZipFile(folder / "tiny-1.0-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


def test_pip_installs_from_where_the_user_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pip", reason="there is no pip beside specrun")
    publish(tmp_path / "packages")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "packages"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    agent = tool(tmp_path, 'python3 -m pip install --quiet --target "${agent.dir}" tiny==1.0')
    failed = install(agent, make_site(tmp_path, tmp_path / "cache", "pip"))
    assert failed is None, failed
    assert Path(install_folder(agent), "tiny.py").is_file()


@pytest.fixture
def gated(tmp_path: Path) -> AgentSpec:
    """An agent whose installation goes on when something is written into its gate."""
    return tool(
        tmp_path,
        'mkfifo "${agent.dir}/gate"\ncat "${agent.dir}/gate"\necho once >> "${agent.dir}/installed"\n',
    )


def lock_of(agent: AgentSpec) -> Path:
    return Path(f"{install_folder(agent)}.lock")


async def at_the_gate(agent: AgentSpec) -> Path:
    """The gate, when the installation has come to it."""
    gate = Path(install_folder(agent), "gate")
    while not gate.exists():
        await asyncio.sleep(0)
    return gate


def test_one_at_a_time_installs_and_the_others_find_it_done(gated: AgentSpec, site: Site) -> None:
    async def one() -> Step | None:
        async with site.open("install", {}) as workspace:
            return await ensure_installed(gated, TASK, workspace)

    async def run() -> list[Step | None]:
        async with site.open("install", {}) as workspace:
            first = asyncio.create_task(one())
            gate = await at_the_gate(gated)
            second = asyncio.create_task(ensure_installed(gated, TASK, workspace))
            for _ in range(100):
                await asyncio.sleep(0)
            assert gate.exists()
            with lock_of(gated).open() as lock, pytest.raises(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            await asyncio.to_thread(gate.write_text, "go on\n")
            return await asyncio.gather(first, second)

    assert asyncio.run(run()) == [None, None]
    assert Path(install_folder(gated), "installed").read_text() == "once\n"
    with lock_of(gated).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_who_waits_can_be_cancelled_and_what_was_interrupted_is_made_again(
    gated: AgentSpec, site: Site
) -> None:
    async def run() -> None:
        async with site.open("install", {}) as workspace, site.open("install", {}) as other:
            first = asyncio.create_task(ensure_installed(gated, TASK, workspace))
            await at_the_gate(gated)
            second = asyncio.create_task(ensure_installed(gated, TASK, other))
            await asyncio.sleep(0)
            for task in (second, first):
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            assert not is_installed(gated)
            closed = Path(install_folder(gated), "closed")
            (closed / "inner").mkdir(parents=True)
            closed.chmod(0o500)
            Path(install_folder(gated), "gate").unlink()
            again = asyncio.create_task(ensure_installed(gated, TASK, workspace))
            await asyncio.to_thread((await at_the_gate(gated)).write_text, "go on\n")
            assert await again is None

    asyncio.run(run())
    assert is_installed(gated)
    left = {path.name for path in Path(install_folder(gated)).iterdir()}
    assert left == {".specrun-installed", "gate", "installed"}


def test_an_installation_leaves_nothing_in_the_home_of_a_trial(tmp_path: Path, site: Site) -> None:
    agent = tool(tmp_path, "echo > ~/left; echo > left")
    opened: list[Path] = []

    @asynccontextmanager
    async def open_workspace():
        async with site.open("work", {}) as workspace:
            opened.append(workspace.home)
            yield workspace

    async def run() -> str:
        assert await install_apart(agent, TASK, open_workspace) is None
        assert await install_apart(agent, TASK, open_workspace) is None
        async with open_workspace() as workspace:
            assert await install_apart(agent, TASK, open_workspace) is None
            argv = ("ls", str(as_seen(workspace).home), str(as_seen(workspace).project))
            return (await workspace.run(Command(name="look", argv=argv, limits=TASK.limits))).stdout

    assert "left" not in asyncio.run(run())
    assert len(opened) == 2
    assert is_installed(agent)


def test_an_installation_that_was_removed_is_made_again(tmp_path: Path, site: Site) -> None:
    agent = tool(tmp_path, 'echo > "${agent.dir}/tool"')
    assert install(agent, site) is None
    shutil.rmtree(install_folder(agent))
    assert install(agent, site) is None
    assert Path(install_folder(agent), "tool").exists()
