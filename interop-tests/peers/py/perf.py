"""The client of /perf/1.0.0: py-libp2p has one of its own, but without several streams and without a time limit."""

import time

import trio

from protocols import PERF
from streams import read_all, write_zeroes

ENDLESS = 1 << 62
PIECE_BYTES = 4 << 20


async def run_perf(open_stream, upload=None, download=None, seconds=None, streams=1):
    """First all streams upload, then all download, each phase timed by itself. upload and download are bytes per
    stream; with seconds each phase lasts about that long."""
    if seconds is None:
        up = lambda: upload_one(open_stream, upload or 0, lambda: False)
        down = lambda: download_bytes(open_stream, download or 0)
    else:
        up = lambda: upload_one(open_stream, ENDLESS, expires_in(seconds))
        down = lambda: download_until(open_stream, expires_in(seconds))
    upload_bytes, upload_seconds = await phase(streams if upload != 0 else 0, up)
    download_bytes_, download_seconds = await phase(streams if download != 0 else 0, down)
    return {
        "uploadBytes": upload_bytes,
        "uploadSeconds": upload_seconds,
        "downloadBytes": download_bytes_,
        "downloadSeconds": download_seconds,
    }


async def phase(streams, run):
    counts = []

    async def one():
        counts.append(await run())

    begin = time.perf_counter()
    async with trio.open_nursery() as nursery:
        for _ in range(streams):
            nursery.start_soon(one)
    return sum(counts), time.perf_counter() - begin


def expires_in(seconds):
    deadline = time.perf_counter() + seconds
    return lambda: time.perf_counter() >= deadline


async def upload_one(open_stream, count, expired):
    """Ends when the remote has taken everything, which it shows by closing its side."""
    stream = await open_stream(PERF)
    await stream.write(bytes(8))
    sent = await write_zeroes(stream, count, expired)
    await stream.close_write()
    await read_all(stream)
    await stream.close()
    return sent


async def download_bytes(open_stream, count):
    stream = await open_stream(PERF)
    await stream.write(count.to_bytes(8))
    await stream.close_write()
    received = await read_all(stream)
    await stream.close()
    if received != count:
        raise ValueError(f"asked for {count} bytes, got {received}")
    return received


async def download_until(open_stream, expired):
    """Asks for one piece after another: py-libp2p 0.8.1 often ends the connection when it resets a busy stream."""
    received = 0
    while not expired():
        received += await download_bytes(open_stream, PIECE_BYTES)
    return received
