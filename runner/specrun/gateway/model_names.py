"""Which model a request is sent to: agents name models of their own, and some ask several."""

from __future__ import annotations

from typing import Any

import msgspec

from specrun.gateway.wire.loose import decode

_RAW = msgspec.json.Decoder(dict[str, msgspec.Raw])


class ModelNames(msgspec.Struct, frozen=True, kw_only=True):
    """From the names that a client uses to those of the provider."""

    names: dict[str, str] = {}
    default: str | None = None
    """The provider's name for every other model. None: they keep theirs."""

    def resolve(self, name: str) -> str:
        """The provider's name of a model."""
        return self.names.get(name, self.default or name)

    def listing(self) -> dict[str, Any]:
        """What a client is told that there is, in words that both OpenAI's and Anthropic's understand."""
        known = sorted({*self.names, *([self.default] if self.default else [])})
        ends = {"first_id": known[0], "last_id": known[-1]} if known else {"first_id": None, "last_id": None}
        return {"object": "list", "data": [described(name) for name in known], "has_more": False, **ends}


def described(name: str) -> dict[str, Any]:
    """One model."""
    return {
        "id": name,
        "object": "model",
        "type": "model",
        "display_name": name,
        "created": 0,
        "created_at": "1970-01-01T00:00:00Z",
        "owned_by": "specrun",
    }


def with_model(body: bytes, name: str) -> bytes:
    """A request for another model. Every other value keeps its bytes. Raises WireError for no JSON object."""
    said = decode(body, _RAW)
    said["model"] = msgspec.Raw(msgspec.json.encode(name))
    return msgspec.json.encode(said)
