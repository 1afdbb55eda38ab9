"""Times of repeated operations."""

import math
import time

import trio


async def timed(count, concurrency, task):
    """Runs task count times, at most concurrency at once; returns each run's microseconds. Raises the first failure."""
    micros = []
    remaining = iter(range(count))

    async def work():
        for _ in remaining:
            begin = time.perf_counter()
            await task()
            micros.append((time.perf_counter() - begin) * 1e6)

    async with trio.open_nursery() as nursery:
        for _ in range(min(count, concurrency)):
            nursery.start_soon(work)
    return micros


def summary(micros, seconds):
    count = len(micros)
    rate = count / seconds if seconds > 0 else 0
    return {"count": count, "seconds": seconds, "perSecond": rate, **percentiles(micros)}


def percentiles(micros):
    ordered = sorted(micros) or [0]

    def at(fraction):
        return round(ordered[max(0, math.ceil(fraction * len(ordered)) - 1)])

    return {"p50Micros": at(0.5), "p99Micros": at(0.99)}
