"""The figures: what is asked of which peers, and which samples come out of it."""
import dataclasses
import time

from .peers import PeerFailure

MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30
IMPLEMENTATIONS = ("ours", "go", "rust")
LIKE_PAIRS = tuple((name, name) for name in IMPLEMENTATIONS)
MIXED_PAIRS = (("ours", "go"), ("go", "ours"), ("ours", "rust"), ("rust", "ours"))
SECURITIES = ("noise", "tls")
STREAM_COUNTS = (1, 8)
CONCURRENCIES = (1, 64)
MORE, LESS = "more", "less"


@dataclasses.dataclass(frozen=True)
class Effort:
    """How long or how often each thing is done."""
    seconds: float
    warmup_seconds: float
    dials: int
    pings: int
    streams: int
    idle: tuple  # ascending numbers of connections
    idle_warmup_dials: int
    settle_seconds: float


FULL = Effort(seconds=3, warmup_seconds=1, dials=200, pings=2000, streams=4000, idle=(1000, 5000), idle_warmup_dials=500,
              settle_seconds=3)
SMOKE = Effort(seconds=0.2, warmup_seconds=0, dials=10, pings=50, streams=100, idle=(100, 300), idle_warmup_dials=20,
               settle_seconds=0.3)


@dataclasses.dataclass(frozen=True)
class Sample:
    round: int
    figure: str
    dialer: str
    listener: str
    value: float


def unit_of(figure):
    """(unit, whether more or less is better)"""
    return {
        "throughput": ("MiB/s", MORE),
        "cpu": ("CPU-s/GiB", LESS),
        "dials": ("dials/s", MORE),
        "ping": ("us", LESS),
        "streams": ("streams/s", MORE),
        "memory": ("KiB/connection", LESS),
    }[figure.split("/", 1)[0]]


def throughput(effort, security, streams):
    def measure(dialer, listener):
        for direction, other in (("up", "download"), ("down", "upload")):
            skipped = {other: 0}
            if effort.warmup_seconds:
                dialer.ask("perf", addr=listener.addrs[0], seconds=effort.warmup_seconds, streams=streams, **skipped)
            before = dialer.cpu_seconds(), listener.cpu_seconds()
            answer = dialer.ask("perf", addr=listener.addrs[0], seconds=effort.seconds, streams=streams, **skipped)
            after = dialer.cpu_seconds(), listener.cpu_seconds()
            word = "upload" if direction == "up" else "download"
            size = answer[word + "Bytes"]
            if not size:
                raise PeerFailure(f"perf moved nothing {direction}")
            yield f"throughput/{security}/{streams}/{direction}", size / MEBIBYTE / answer[word + "Seconds"]
            for number, side in enumerate(("dialer", "listener")):
                yield f"cpu/{security}/{streams}/{direction}/{side}", (after[number] - before[number]) * GIBIBYTE / size
    return measure


def dials(effort, security):
    def measure(dialer, listener):
        yield f"dials/{security}", dialer.ask("dials", addr=listener.addrs[0], count=effort.dials)["perSecond"]
    return measure


def ping(effort, security):
    def measure(dialer, listener):
        answer = dialer.ask("ping", addr=listener.addrs[0], count=effort.pings)
        yield f"ping/{security}/p50", answer["p50Micros"]
        yield f"ping/{security}/p99", answer["p99Micros"]
    return measure


def streams(effort, security, concurrency):
    def measure(dialer, listener):
        answer = dialer.ask("streams", addr=listener.addrs[0], count=effort.streams, concurrency=concurrency)
        yield f"streams/{security}/{concurrency}", answer["perSecond"]
    return measure


def pair_blocks(effort):
    """(name, security, measure) of all that is measured between a dialer and a listener."""
    for security in SECURITIES:
        for count in STREAM_COUNTS:
            yield f"throughput/{security}/{count}", security, throughput(effort, security, count)
        yield f"dials/{security}", security, dials(effort, security)
    yield "ping/noise", "noise", ping(effort, "noise")
    for concurrency in CONCURRENCIES:
        yield f"streams/noise/{concurrency}", "noise", streams(effort, "noise", concurrency)


def warm_up(fleet, security):
    """Brings our virtual machines to their steady state; the other implementations need no such thing."""
    dialer, listener = fleet.peer("ours", security, "dialer"), fleet.peer("ours", security, "listener")
    addr = listener.addrs[0]
    for count in STREAM_COUNTS:
        dialer.ask("perf", addr=addr, seconds=2, streams=count)
    dialer.ask("ping", addr=addr, count=2000)
    for concurrency in CONCURRENCIES:
        dialer.ask("streams", addr=addr, count=5000, concurrency=concurrency)
    dialer.ask("dials", addr=addr, count=400)
    dialer.ask("disconnect", peer=listener.id)


def idle_memory(fleet, implementation, effort):
    """Yields (figure, KiB): the growth of a listener's resident memory per inbound connection, over what it was after some
    dials that were closed again. The connections come from as many identities of a go dialer and are identified."""
    listener = fleet.fresh(implementation, "noise", "listener")
    dialer = fleet.fresh("go", "noise", "dialer")
    try:
        addr = listener.addrs[0]
        dialer.ask("dials", addr=addr, count=effort.idle_warmup_dials)
        time.sleep(effort.settle_seconds)
        base_bytes, base_files = listener.resident_bytes(), listener.open_files()
        opened = 0
        for count in effort.idle:
            answer = dialer.ask("idle", addr=addr, count=count - opened)
            if answer["opened"] != count - opened:
                raise PeerFailure(f"{answer['opened']} of {count - opened} idle connections: {answer.get('failure')}")
            opened = count
            time.sleep(effort.settle_seconds)
            kept = listener.open_files() - base_files
            if kept < count:
                raise PeerFailure(f"the listener keeps {kept} of {count} idle connections")
            yield f"memory/{count}", (listener.resident_bytes() - base_bytes) / 1024 / count
    finally:
        fleet.drop(dialer, listener)
