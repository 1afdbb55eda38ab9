"""The protocols that the contract wants served beside identify and ping, which every host of py-libp2p has."""

import logging

from libp2p.custom_types import TProtocol

from streams import chunks, read_all, read_exactly, write_zeroes

ECHO = TProtocol("/echo/1.0.0")
PERF = TProtocol("/perf/1.0.0")
PING = TProtocol("/ipfs/ping/1.0.0")
IDENTIFY = TProtocol("/ipfs/id/1.0.0")
SINK = TProtocol("/interop/sink/1.0.0")
SLOW = TProtocol("/interop/slow/1.0.0")
RESET = TProtocol("/interop/reset/1.0.0")


def serve_all(host):
    for protocol, handler in ((ECHO, echo), (PERF, perf), (SINK, sink), (SLOW, slow), (RESET, reset)):
        serve(host, protocol, handler)


def serve_echo(host, protocol):
    serve(host, TProtocol(protocol), echo)


def serve(host, protocol, handler):
    async def handle(stream):
        # What escapes a handler would end the whole host.
        try:
            await handler(stream)
        except Exception as failure:
            logging.info("%s: %r", protocol, failure)
            await stream.reset()

    host.set_stream_handler(protocol, handle)


async def echo(stream):
    async for chunk in chunks(stream):
        await stream.write(chunk)
    await stream.close()


async def sink(stream):
    await stream.write(b"%d\n" % await read_all(stream))
    await stream.close()


async def slow(stream):
    """Leaves the stream open: nothing more is read from it, and no window granted."""
    await read_exactly(stream, 1024)


async def reset(stream):
    await read_exactly(stream, 1)
    await stream.reset()


async def perf(stream):
    wanted = int.from_bytes(await read_exactly(stream, 8))
    await read_all(stream)
    await write_zeroes(stream, wanted)
    await stream.close()
