"""How long until the next try? Exponential with jitter, in seconds; pure, the random number is passed in."""

from __future__ import annotations

from datetime import timedelta


def pause(failures: int, *, base: float, cap: float, chance: float) -> timedelta:
    """The wait after the `failures`-th failure in a row (1, 2, …): between half and all of base·2^(n-1), at most `cap`.

    `chance` is in [0, 1); spreading the tries keeps many senders from returning to a recovered receiver in one instant.
    """
    full = min(cap, base * 2 ** min(failures - 1, 40))
    return timedelta(seconds=full * (0.5 + chance / 2))
