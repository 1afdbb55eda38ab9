"""The figures: what is asked of which peers, and which samples come out of it."""
import dataclasses
import itertools
import time
import typing

from .peers import STACKS, PeerFailure

KIBIBYTE = 1 << 10
MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30
IMPLEMENTATIONS = ("ours", "go", "rust")
LIKE_PAIRS = tuple((name, name) for name in IMPLEMENTATIONS)
MIXED_PAIRS = (("ours", "go"), ("go", "ours"), ("ours", "rust"), ("rust", "ours"))
TRANSPORTS = ("noise", "quic-v1")  # for what the stack protocol does not change
STREAM_COUNTS = (1, 8)
CONCURRENCIES = (1, 64)
DIRECTIONS = (("up", "upload", "download"), ("down", "download", "upload"))  # with what is asked for, and what is not
SIDES = ("dialer", "listener")
PERCENTILES = ("p50", "p99")
HEAP_PARTS = {"used": "heapUsedBytes", "committed": "heapCommittedBytes", "direct": "directBytes"}
MORE, LESS = "more", "less"


@dataclasses.dataclass(frozen=True)
class Effort:
    """How long or how often each thing is done."""
    seconds: float
    warmup_seconds: float
    dials: int
    first_dials: int
    pings: int
    streams: int
    idle: tuple  # ascending numbers of connections
    idle_warmup_dials: int
    settle_seconds: float


FULL = Effort(seconds=1.5, warmup_seconds=0.25, dials=400, first_dials=200, pings=2000, streams=4000, idle=(1000, 5000),
              idle_warmup_dials=500, settle_seconds=3)
# A process has to run for some 10 ms of a transfer, the tick of the clock, to show a positive CPU figure.
SMOKE = Effort(seconds=0.25, warmup_seconds=0, dials=10, first_dials=10, pings=50, streams=100, idle=(100, 300), idle_warmup_dials=20,
               settle_seconds=0.3)


@dataclasses.dataclass(frozen=True)
class Sample:
    round: int
    figure: str
    dialer: str
    listener: str
    value: float


@dataclasses.dataclass(frozen=True)
class Block:
    """Figures that one dialer and one listener bring together."""
    name: str
    stack: str
    figures: tuple
    measure: typing.Callable  # of dialer and listener; yields (figure, value)
    unable: tuple = ()  # the implementations that cannot be its listener


def unit_of(figure):
    """(unit, whether more or less is better)"""
    return {
        "throughput": ("MiB/s", MORE),
        "cpu": ("CPU-s/GiB", LESS),
        "dials": ("dials/s", MORE),
        "ping": ("us", LESS),
        "streams": ("streams/s", MORE),
        "memory": ("KiB/connection", LESS),
        "heap": ("MiB", LESS),
    }[figure.split("/", 1)[0]]


def throughput(effort, stack, streams):
    name = f"{stack}/{streams}"

    def measure(dialer, listener):
        for direction, word, other in DIRECTIONS:
            skipped = {other: 0}
            if effort.warmup_seconds:
                dialer.ask("perf", addr=listener.addrs[0], seconds=effort.warmup_seconds, streams=streams, **skipped)
            before = dialer.cpu_seconds(), listener.cpu_seconds()
            answer = dialer.ask("perf", addr=listener.addrs[0], seconds=effort.seconds, streams=streams, **skipped)
            after = dialer.cpu_seconds(), listener.cpu_seconds()
            size = answer[word + "Bytes"]
            if not size:
                raise PeerFailure(f"perf moved nothing {direction}")
            yield f"throughput/{name}/{direction}", size / MEBIBYTE / answer[word + "Seconds"]
            for number, side in enumerate(SIDES):
                yield f"cpu/{name}/{direction}/{side}", (after[number] - before[number]) * GIBIBYTE / size

    found = [(f"throughput/{name}/{direction}", *(f"cpu/{name}/{direction}/{side}" for side in SIDES))
             for direction, _, _ in DIRECTIONS]
    return Block(f"throughput/{name}", stack, tuple(itertools.chain(*found)), measure)


def dials(effort, stack):
    name = f"dials/{stack}"

    def measure(dialer, listener):
        yield name, dialer.ask("dials", addr=listener.addrs[0], count=effort.dials)["perSecond"]
    return Block(name, stack, (name,), measure)


def ping(effort, stack):
    name = f"ping/{stack}"

    def measure(dialer, listener):
        answer = dialer.ask("ping", addr=listener.addrs[0], count=effort.pings)
        for percentile in PERCENTILES:
            yield f"{name}/{percentile}", answer[percentile + "Micros"]
    # rust-libp2p answers the first ping of a QUIC stream and hangs on the second.
    unable = ("rust",) if stack == "quic-v1" else ()
    return Block(name, stack, tuple(f"{name}/{percentile}" for percentile in PERCENTILES), measure, unable)


def streams(effort, stack, concurrency):
    name = f"streams/{stack}/{concurrency}"

    def measure(dialer, listener):
        answer = dialer.ask("streams", addr=listener.addrs[0], count=effort.streams, concurrency=concurrency)
        yield name, answer["perSecond"]
    return Block(name, stack, (name,), measure)


def pair_blocks(effort):
    """All that is measured between a dialer and a listener."""
    for stack in STACKS:
        for count in STREAM_COUNTS:
            yield throughput(effort, stack, count)
        yield dials(effort, stack)
    for stack in TRANSPORTS:
        yield ping(effort, stack)
        for concurrency in CONCURRENCIES:
            yield streams(effort, stack, concurrency)


def until_steady(rate, again):
    """Repeats something until its rate, over three times, has not risen by a twentieth any more."""
    best, stale = 0, 0
    for _ in range(again):
        now = rate()
        stale = 0 if now > best * 1.05 else stale + 1
        best = max(best, now)
        if stale == 3:
            return


def warm_up(fleet, stack):
    """Brings our virtual machines to their steady state; the other implementations need no such thing. Of all that is
    measured, dials take the longest: each runs nearly all there is of the code, and does so once."""
    dialer, listener = fleet.peer("ours", stack, "dialer"), fleet.peer("ours", stack, "listener")
    addr = listener.addrs[0]
    for count in STREAM_COUNTS:
        dialer.ask("perf", addr=addr, seconds=2, streams=count)
    dialer.ask("ping", addr=addr, count=2000)
    for concurrency in CONCURRENCIES:
        dialer.ask("streams", addr=addr, count=5000, concurrency=concurrency)
    until_steady(lambda: dialer.ask("dials", addr=addr, count=1000)["perSecond"], again=15)
    dialer.ask("disconnect", peer=listener.id)


def first_dials_figure(stack):
    return f"dials/{stack}/first"


def first_dials(fleet, implementation, stack, effort):
    """Yields (figure, value): the rate of the first dials between two processes that have just been started."""
    listener = fleet.fresh(implementation, stack, "listener")
    dialer = fleet.fresh(implementation, stack, "dialer")
    try:
        answer = dialer.ask("dials", addr=listener.addrs[0], count=effort.first_dials)
        yield first_dials_figure(stack), answer["perSecond"]
    finally:
        fleet.drop(dialer, listener)


def memory_name(kind, stack, count):
    return f"{kind}/{count}" if stack == "noise" else f"{kind}/{stack}/{count}"


def memory_figures(implementation, stack, effort):
    """The figures that `idle_memory` brings, in its order."""
    for count in effort.idle:
        yield memory_name("memory", stack, count)
        if implementation == "ours":
            yield from (f"{memory_name('heap', stack, count)}/{part}" for part in HEAP_PARTS)
    if implementation == "ours":
        yield f"{memory_name('heap', stack, effort.idle[-1])}/live"


def idle_memory(fleet, implementation, stack, effort):
    """Yields (figure, value): the growth of a listener's resident memory per inbound connection, in KiB, over what it was
    after some dials that were closed again. The connections come from as many identities of a go dialer and are identified.
    Beside it, in MiB, what the virtual machine of ours holds in all; last what of its heap is alive."""
    listener = fleet.fresh(implementation, stack, "listener")
    dialer = fleet.fresh("go", stack, "dialer")
    try:
        addr = listener.addrs[0]
        dialer.ask("dials", addr=addr, count=effort.idle_warmup_dials)
        time.sleep(effort.settle_seconds)
        base_bytes = listener.resident_bytes()
        opened = 0
        for count in effort.idle:
            answer = dialer.ask("idle", addr=addr, count=count - opened)
            if answer["opened"] != count - opened:
                raise PeerFailure(f"{answer['opened']} of {count - opened} idle connections: {answer.get('failure')}")
            opened = count
            time.sleep(effort.settle_seconds)
            kept = dialer.ask("idle", addr=addr, count=0)["kept"]
            if kept < count:
                raise PeerFailure(f"the listener keeps {kept} of {count} idle connections")
            yield memory_name("memory", stack, count), (listener.resident_bytes() - base_bytes) / KIBIBYTE / count
            if implementation == "ours":
                usage = listener.ask("usage")
                for part, field in HEAP_PARTS.items():
                    yield f"{memory_name('heap', stack, count)}/{part}", usage[field] / MEBIBYTE
        if implementation == "ours":
            yield f"{memory_name('heap', stack, opened)}/live", listener.ask("usage", collect=True)["heapUsedBytes"] / MEBIBYTE
    finally:
        fleet.drop(dialer, listener)
