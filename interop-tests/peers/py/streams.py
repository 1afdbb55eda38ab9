"""What every protocol here does with a py-libp2p stream."""

from libp2p.network.stream.exceptions import StreamEOF, StreamReset
from libp2p.transport.quic.exceptions import QUICStreamClosedError
from libp2p.transport.quic.stream import QUICStream

CHUNK_BYTES = 65_536


async def chunks(stream):
    """Yields what arrives until the remote closes its write side; raises StreamReset when the stream is reset.

    On Yamux py-libp2p 0.8.1 calls a reset that arrives during a read an end; the muxer's own flag tells. On QUIC it
    calls the end of a stream whose write side was closed before a reset, and a reset that comes together with a refusal
    to read an end; the cause and the stream's own state tell. And it may tell the end of a QUIC stream while the last
    bytes wait, which a further read brings."""
    while True:
        try:
            chunk = await stream.read(CHUNK_BYTES)
        except StreamEOF:
            chunk = b""
        except StreamReset as reset:
            if not isinstance(reset.__cause__, QUICStreamClosedError) or stream.muxed_stream.is_reset():
                raise
            chunk = b""
        if not chunk and isinstance(stream.muxed_stream, QUICStream):
            while left := await left_after_end(stream.muxed_stream):
                yield left
            if stream.muxed_stream.is_reset():
                raise StreamReset("the remote reset the stream")
            return
        if not chunk:
            if getattr(stream.muxed_stream, "reset_received", False):
                raise StreamReset("the remote reset the stream")
            return
        yield chunk


async def left_after_end(muxed_stream):
    """What a QUIC stream holds that has told its end. It says in several ways that it holds nothing."""
    try:
        return await muxed_stream.read(CHUNK_BYTES)
    except Exception:
        return b""


async def read_all(stream):
    """How many bytes come until the remote closes its write side."""
    total = 0
    async for chunk in chunks(stream):
        total += len(chunk)
    return total


async def read_exactly(stream, count):
    """The next count bytes; reads no further."""
    data = b""
    while len(data) < count:
        chunk = await stream.read(count - len(data))
        if not chunk:
            raise EOFError(f"the stream ended after {len(data)} of {count} bytes")
        data += chunk
    return data


async def write_zeroes(stream, count, expired=lambda: False):
    """Writes count bytes, or as many as it can before expired() is true; returns how many."""
    zeroes = bytes(CHUNK_BYTES)
    sent = 0
    while sent < count and not expired():
        chunk = zeroes[: min(CHUNK_BYTES, count - sent)]
        await stream.write(chunk)
        sent += len(chunk)
    return sent
