"""Telling conversations apart: an agent may hold several at once, and never says which is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.gateway.cassettes.keys import key_of, links_of

if TYPE_CHECKING:
    from specrun.gateway.cassettes.normaliser import Normaliser
    from specrun.gateway.wire.base import Ask, Reply


class Conversations:
    """Knows of a request which turn it goes on from. Turns are numbers that the owner gives."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._by_reply: dict[str, int] = {}
        """Where the provider keeps the conversation, by the id of its reply."""
        self._by_history: dict[str, int] = {}
        """By the digest of the key that a request with the turn at its end has."""
        self._by_root: dict[tuple[str, str], int] = {}
        """The last turn of those that began alike."""

    def before(self, ask: Ask) -> int | None:
        """The turn that a request goes on from. None: it begins a conversation.

        Where the agent has changed the history, it is the last turn of a conversation that began alike.
        """
        if ask.previous_id:
            return self._by_reply.get(ask.previous_id)
        key = key_of(ask, self._normaliser)
        if not key.chain:
            return None
        return self._by_history.get(key.digest, self._by_root.get((key.protocol, key.root)))

    def add(self, ask: Ask, reply: Reply, turn: int) -> None:
        """A turn: the reply to a request."""
        if reply.id:
            self._by_reply[reply.id] = turn
        if ask.previous_id:
            return
        key = key_of(ask, self._normaliser)
        chain = links_of((*ask.items, *reply.items), self._normaliser)
        self._by_history[msgspec.structs.replace(key, chain=chain).digest] = turn
        self._by_root[key.protocol, key.root] = turn
