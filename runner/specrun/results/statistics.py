"""The statistics of a run. Each is None where nothing counts: what was not measured is never 0."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from specrun.results.model import Rate

Z95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""

Estimate = Callable[[int, int, int], float | None]
"""A chance from the number of trials of a case, how many of them passed, and k."""

DECIMALS = 6
"""How many decimals a computed number keeps. This is the only place where numbers of results are rounded."""


def rounded(value: float) -> float:
    """Round to the decimals that results keep; -0.0 becomes 0.0."""
    return round(value, DECIMALS) + 0.0


def rate(passed: int, counted: int, independent: int | None = None) -> Rate:
    """Make the share `passed` of `counted` with its Wilson 95 % score interval.

    `independent` is how many of the trials are worth counting for the interval: repetitions of one case tell
    little of other cases, so for those it is the number of cases. All of them unless it is given.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927), pages 209 to 212.
    """
    if counted == 0:
        return Rate(passed=0, counted=0, value=None, low=None, high=None)
    share = passed / counted
    size = independent or counted
    scale = 1 + Z95**2 / size
    centre = (share + Z95**2 / (2 * size)) / scale
    margin = Z95 / scale * math.sqrt(share * (1 - share) / size + Z95**2 / (4 * size**2))
    return Rate(
        passed=passed,
        counted=counted,
        value=rounded(share),
        low=0.0 if passed == 0 else rounded(centre - margin),
        high=1.0 if passed == counted else rounded(centre + margin),
    )


def pass_at_k(tried: int, passed: int, k: int) -> float | None:
    """Estimate the chance that at least one of `k` trials of a case passes, without bias.

    1 - C(tried - passed, k) / C(tried, k), from M. Chen et al., "Evaluating large language models trained
    on code" (2021), section 2.1. None with fewer than `k` trials.
    """
    if tried < k or k < 1:
        return None
    return 1 - math.comb(tried - passed, k) / math.comb(tried, k)


def pass_hat_k(tried: int, passed: int, k: int) -> float | None:
    """Estimate the chance that `k` trials of a case all pass: C(passed, k) / C(tried, k).

    From S. Yao et al., "tau-bench" (2024), section 3. None with fewer than `k` trials.
    """
    if tried < k or k < 1:
        return None
    return math.comb(passed, k) / math.comb(tried, k)


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of the values that are there, rounded. It does not depend on their order."""
    known = [value for value in values if value is not None]
    return rounded(math.fsum(known) / len(known)) if known else None


def variance(values: Sequence[float]) -> float | None:
    """Return the unbiased sample variance (divided by n - 1). None with fewer than two values."""
    if len(values) < 2:
        return None
    middle = math.fsum(values) / len(values)
    return math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1)
