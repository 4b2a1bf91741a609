"""The tools over the Model Context Protocol, for agents that run live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import msgspec

from specrun.artifacts.page import Limits, Page
from specrun.artifacts.store import ArtifactStore
from specrun.artifacts.tools import View, call, definitions

if TYPE_CHECKING:
    from pathlib import Path

    from mcp.server.lowlevel import Server

_SCHEME = "artifact:///"

PAGE_KEY = "specrun/page"
"""The key of a result's `_meta` under which programs find the page: everything but its text."""


class MissingSdkError(Exception):
    """The Python SDK of the protocol is not installed. The message says how to install it."""


def serve(root: Path, thread: str, limits: Limits | None = None) -> None:
    """Serve the artifacts of one thread over standard input and output, until the input ends.

    Raises MissingSdkError.
    """
    try:
        import anyio
        from mcp.server.stdio import stdio_server
    except ImportError:
        raise MissingSdkError("serving needs the Python SDK of MCP: pip install 'specrun[mcp]'") from None

    server = _server(View(ArtifactStore(root), thread, limits or Limits()))

    async def run() -> None:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(run)


def _server(view: View) -> Server[Any]:
    from mcp.server.lowlevel import Server

    from specrun import __version__

    return Server(
        "specrun-artifacts",
        version=__version__,
        instructions="Long outputs are stored as artifacts. Look into them with grep, tail and read.",
        **_tools(view),
        **_resources(view),
    )


def _tools(view: View) -> dict[str, Any]:
    """What the server does when it is asked for its tools, or to use one."""
    import mcp_types as types

    async def list_tools(_: object, __: object) -> types.ListToolsResult:
        read_only = types.ToolAnnotations(read_only_hint=True, open_world_hint=False)
        tools = [
            types.Tool(
                name=tool["name"],
                description=tool["description"],
                input_schema=tool["inputSchema"],
                annotations=read_only,
            )
            for tool in definitions()
        ]
        return types.ListToolsResult(tools=tools)

    async def call_tool(_: object, params: types.CallToolRequestParams) -> types.CallToolResult:
        page = await _answer(view, params.name, params.arguments or {})
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=page.text)],
            is_error=page.refused,
            _meta={PAGE_KEY: _facts(page)},
        )

    return {"on_list_tools": list_tools, "on_call_tool": call_tool}


def _resources(view: View) -> dict[str, Any]:
    """What the server does when it is asked for its artifacts, or for one."""
    import anyio.to_thread
    import mcp_types as types
    from mcp import MCPError

    async def list_resources(_: object, __: object) -> types.ListResourcesResult:
        resources = [
            types.Resource(
                uri=_SCHEME + quote(artifact.id),
                name=artifact.label or artifact.id,
                description=f"{artifact.kind}, {artifact.lines} lines; reading it gives the first page",
                mime_type="text/plain",
                size=artifact.bytes,
            )
            for artifact in await anyio.to_thread.run_sync(view.store.list, view.thread)
        ]
        return types.ListResourcesResult(resources=resources)

    async def read_resource(_: object, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        page = await _answer(view, "read", {"artifact": unquote(params.uri.removeprefix(_SCHEME))})
        if page.refused:
            raise MCPError(types.INVALID_PARAMS, page.text, {"uri": params.uri})
        text = types.TextResourceContents(uri=params.uri, mime_type="text/plain", text=page.text)
        return types.ReadResourceResult(contents=[text])

    return {"on_list_resources": list_resources, "on_read_resource": read_resource}


async def _answer(view: View, tool: str, args: dict[str, Any]) -> Page:
    import anyio.to_thread

    return await anyio.to_thread.run_sync(_called, view, tool, args)


def _called(view: View, tool: str, args: dict[str, Any]) -> Page:
    try:
        return call(view, tool, args)
    except OSError as error:
        text = f"[error: {tool}: the store cannot be read: {error.strerror}]"
        return Page(tool=tool, artifact="", text=text, refused=True)


def _facts(page: Page) -> dict[str, Any]:
    """A page for programs. Its text stands in the result itself."""
    facts: dict[str, Any] = msgspec.to_builtins(page)
    del facts["text"]
    return facts
