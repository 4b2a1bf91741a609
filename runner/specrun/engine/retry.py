"""Trying again when the machine fails. An agent that fails is never tried again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

ATTEMPTS = 3
LONGEST_WAIT = 5.0
"""Seconds; the first wait is a fifth of a second, and each doubles."""

Value = TypeVar("Value")


async def with_retries(call: Callable[[], Awaitable[Value]], failed: Callable[[int, OSError], None]) -> Value:
    """What `call` gives. On OSError it is called again, up to three times in all; then that error is raised.

    `failed` hears of each failure with its number, from 1.
    """
    try:
        # Nearly always the only try, and a retrying object would cost more than a trivial trial.
        return await call()
    except OSError as error:
        failed(1, error)
    return await _again(call, failed)


async def _again(call: Callable[[], Awaitable[Value]], failed: Callable[[int, OSError], None]) -> Value:
    from tenacity import (
        AsyncRetrying,
        RetryCallState,
        retry_if_exception_type,
        stop_after_attempt,
        wait_exponential,
    )

    def after(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, OSError):
            failed(state.attempt_number + 1, error)

    retrying = AsyncRetrying(
        stop=stop_after_attempt(ATTEMPTS - 1),
        wait=wait_exponential(multiplier=0.2, max=LONGEST_WAIT),
        retry=retry_if_exception_type(OSError),
        after=after,
        reraise=True,
    )

    async def attempt() -> Value:
        return await call()

    # The library asks whether it is given a coroutine function, which a lambda never is.
    return await retrying(attempt)
