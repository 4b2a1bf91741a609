"""A request that a model is to answer, as the gateway has understood it."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from specrun.gateway.forecast import DEFAULT_OUTPUT
from specrun.gateway.model_names import ModelNames, with_model
from specrun.gateway.upstream import Call
from specrun.gateway.wire.embeddings import read_model
from specrun.gateway.wire.loose import check_depth
from specrun.gateway.wire.registry import WIRES
from specrun.gateway.wire.stream_usage import want_usage

if TYPE_CHECKING:
    from specrun.gateway.upstream import Headers, ModelRoute
    from specrun.gateway.wire.base import Ask


class Question:
    """Raises WireError when it is made of what is no request."""

    def __init__(
        self,
        route: ModelRoute,
        body: bytes,
        names: ModelNames,
        query: str = "",
        headers: Headers = (),
    ) -> None:
        check_depth(body)
        self.route = route
        self.body = body
        self.query = query
        self.headers = headers
        self.ask: Ask | None = None if route == "embeddings" else WIRES[route].read_ask(body)
        self.asked_model = self.ask.model if self.ask else read_model(body)
        self.model = names.resolve(self.asked_model)
        """As the provider is to be told."""

    @cached_property
    def digest(self) -> bytes:
        """Equal for equal requests: a retry is the same bytes."""
        return sha256(f"{self.route}\n".encode() + self.body).digest()

    @cached_property
    def characters(self) -> int:
        """The length of the request, with its tools and instructions."""
        return len(self.body.decode(errors="replace"))

    @property
    def most_output(self) -> int:
        """The tokens that the answer may have: as many as the request allows, or may be assumed."""
        if self.ask is None:
            return 0
        most = self.ask.max_output_tokens
        return (DEFAULT_OUTPUT if most is None else most) * self.ask.choices

    @property
    def hides_usage(self) -> bool:
        """Whether usage in the answer's stream is for the gateway alone."""
        return self.ask is not None and self.ask.stream and not self.ask.stream_usage

    @property
    def told(self) -> Ask | None:
        """What it is answered as: with usage, whether the client is shown it or not."""
        return self.ask and msgspec.structs.replace(self.ask, stream_usage=True)

    def call(self, seed: str) -> Call:
        """The request as it leaves: what is not ours to change keeps its bytes."""
        body = self.body
        if self.model != self.asked_model:
            body = with_model(body, self.model)
        if self.hides_usage:
            body, _ = want_usage(body)
        return Call(
            route=self.route, query=self.query, headers=self.headers, body=body, ask=self.told, seed=seed
        )
