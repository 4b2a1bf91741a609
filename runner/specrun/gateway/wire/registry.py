"""Every wire protocol, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.gateway.wire import chat, messages, responses

if TYPE_CHECKING:
    from specrun.gateway.wire.base import ProtocolName, Wire

WIRES: dict[ProtocolName, Wire] = {wire.protocol: wire for wire in (chat.WIRE, responses.WIRE, messages.WIRE)}
