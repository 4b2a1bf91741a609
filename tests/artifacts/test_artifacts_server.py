"""The server, by a real client that starts a real process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Awaitable, Callable

import pytest

from specrun.artifacts.page import Page
from specrun.artifacts.tools import definitions

pytest.importorskip("mcp", reason="the Python SDK of MCP is not installed")

import anyio
from mcp import Client, MCPError, StdioServerParameters


@pytest.fixture
def talk(cli, store) -> Callable[..., None]:
    """Start a server for thread t1, and talk to it."""

    def talked(talking: Callable[[Client], Awaitable[None]]) -> None:
        store.root.mkdir(exist_ok=True)
        args = [*cli[1:], "serve", "--root", str(store.root), "--thread", "t1"]
        server = StdioServerParameters(command=cli[0], args=args)

        async def run() -> None:
            async with Client(server) as client:
                await talking(client)

        anyio.run(run)

    return talked


def test_the_tools_are_what_is_declared(talk):
    async def talking(client: Client) -> None:
        listed = (await client.list_tools()).tools
        told = [{"name": t.name, "description": t.description, "inputSchema": t.input_schema} for t in listed]
        assert told == definitions()
        assert all(tool.annotations.read_only_hint for tool in listed)

    talk(talking)


def test_pages_are_those_that_the_benchmark_sees(talk, put, ask):
    artifact = put(b"".join(b"line %d \xff\0\x1b\n" % number for number in range(1, 301)))
    calls = [("read", {}), ("read", {"start_line": 201}), ("tail", {"lines": 3}), ("grep", {"query": "9 "})]
    calls += [
        ("grep", {"query": "("}),
        ("grep", {"query": "(", "regex": True}),
        ("read", {"begin": 1}),
        ("cat", {}),
    ]

    async def talking(client: Client) -> None:
        for tool, args in calls:
            result = await client.call_tool(tool, {"artifact": artifact.id, **args})
            page: Page = ask(artifact, tool, **args)
            assert [part.text for part in result.content] == [page.text]
            assert result.is_error == page.refused
            facts = result.meta["specrun/page"]
            assert facts["lines"] == list(page.lines)
            assert facts["next"] == (page.next and {"tool": page.next.tool, "args": page.next.args})
            assert "text" not in facts

    talk(talking)


def test_another_thread_is_not_served(talk, store, capfd):
    other = store.create(b"secret", thread="t2", turn="u", kind="tool_output")

    async def talking(client: Client) -> None:
        result = await client.call_tool("read", {"artifact": other.id})
        assert result.is_error
        assert result.content[0].text == f"[error: read: no artifact '{other.id}' in this thread]"
        assert (await client.list_resources()).resources == []
        with pytest.raises(MCPError, match="in this thread") as refused:
            await client.read_resource(f"artifact:///{other.id}")
        assert refused.value.code == -32602

    talk(talking)
    assert "Traceback" not in capfd.readouterr().err


def test_artifacts_are_resources(talk, put, ask):
    first, second = put(b"a\n" * 300, label="log"), put(b"b")

    async def talking(client: Client) -> None:
        listed = (await client.list_resources()).resources
        assert [(each.name, each.size) for each in listed] == [("log", 600), (second.id, 1)]
        (content,) = (await client.read_resource(listed[0].uri)).contents
        assert content.text == ask(first, "read").text

    talk(talking)


def test_without_the_sdk_it_says_what_to_install(cli, tmp_path):
    code = "import sys; sys.modules['mcp'] = None; exec(sys.argv.pop(1))"
    argv = [sys.executable, "-c", code, cli[-1], "serve", "--root", tmp_path, "--thread", "t"]
    done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 2
    assert "pip install 'specrun[mcp]'" in done.stderr
    assert "Traceback" not in done.stderr
