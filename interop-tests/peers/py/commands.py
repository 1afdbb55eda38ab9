"""The commands of the contract over one host of py-libp2p."""

import hashlib
import os
import random
import resource
import time

import trio
from libp2p.identity.identify.pb.identify_pb2 import Identify
from libp2p.identity.identify_push.identify_push import push_identify_to_peers
from libp2p.network.stream.exceptions import StreamReset
from libp2p.peer.id import ID
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.peer.peerstore import PeerStoreError
from libp2p.utils.varint import decode_varint_with_size
from multiaddr import Multiaddr

import pubsub
from node import run_node
from perf import run_perf
from protocols import ECHO, IDENTIFY, PING, RESET, SINK, SLOW, serve_echo
from streams import CHUNK_BYTES, chunks, read_all, read_exactly
from timing import percentiles, summary, timed

OPEN_SECONDS = 10
STREAM_SECONDS = 30
SLOW_SECONDS = 3
SLOW_CHUNK_BYTES = 4_096
PING_STREAM_SECONDS = 5
NAMES = {
    "connect", "disconnect", "ping", "identify", "known", "handle", "echo", "streams", "open", "halfclose", "reset",
    "sendreset", "slow", "perf", "dials", "idle", "usage",
}  # fmt: skip


class Commands:
    """Each method takes the fields of its command and returns the results. nursery runs what outlives a command, and pubsub
    the commands of the service, where there is one."""

    def __init__(self, host, options, nursery, pubsub):
        self.host = host
        self.options = options
        self.nursery = nursery
        self.pubsub = pubsub
        self.held = []

    async def run(self, command):
        name = command.pop("command")
        if name in pubsub.NAMES:
            if self.pubsub is None:
                raise ValueError("unsupported: started without --pubsub")
            return await self.pubsub.run(name, command, self)
        if name not in NAMES:
            raise ValueError(f"unsupported: unknown command {name}")
        return await getattr(self, name)(**command)

    async def connect(self, addr):
        connection = await self.dial(addr)
        return {
            "peer": str(connection.muxed_conn.peer_id),
            "security": connection.get_negotiated_security_protocol(),
            "muxer": connection.get_negotiated_muxer_protocol(),
            "early": False,
        }

    async def disconnect(self, peer):
        await self.host.disconnect(ID.from_string(peer))
        return {}

    async def ping(self, addr, count):
        """Opens a new stream every few seconds: some responders end one ten seconds after its start."""
        peer = await self.dial_peer(addr)
        micros = []
        stream, opened = None, 0
        while len(micros) < count:
            if stream is None or time.perf_counter() - opened > PING_STREAM_SECONDS:
                if stream is not None:
                    await stream.close()
                stream, opened = await self.open_stream(peer, PING), time.perf_counter()
            payload = random.randbytes(32)
            begin = time.perf_counter()
            await stream.write(payload)
            with trio.fail_after(STREAM_SECONDS):
                answer = await read_exactly(stream, 32)
            micros.append((time.perf_counter() - begin) * 1e6)
            if answer != payload:
                raise ValueError("the ping answer differs from what was sent")
        if stream is not None:
            await stream.close()
        return {"count": len(micros), **percentiles(micros)}

    async def identify(self, addr):
        peer = await self.dial_peer(addr)
        stream = await self.open_stream(peer, IDENTIFY)
        with trio.fail_after(STREAM_SECONDS):
            data = b"".join([chunk async for chunk in chunks(stream)])
        await stream.close()
        remote = Identify()
        while data:
            length, prefix = decode_varint_with_size(data)
            if prefix == 0 or prefix + length > len(data):
                raise ValueError(f"identify message of {length} bytes in {len(data)}")
            remote.MergeFromString(data[prefix : prefix + length])
            data = data[prefix + length :]
        return {
            "peer": str(peer),
            "agentVersion": remote.agent_version,
            "protocolVersion": remote.protocol_version,
            "protocols": list(remote.protocols),
            "listenAddrs": [str(Multiaddr(address)) for address in remote.listen_addrs],
            "observedAddr": str(Multiaddr(remote.observed_addr)) if remote.observed_addr else None,
        }

    async def known(self, peer):
        store, peer_id = self.host.get_peerstore(), ID.from_string(peer)
        return {
            "protocols": sorted(unless_unknown(store.get_protocols, peer_id)),
            "listenAddrs": [str(address) for address in unless_unknown(store.addrs, peer_id)],
        }

    async def handle(self, protocol):
        """py-libp2p pushes only what it is told to push."""
        serve_echo(self.host, protocol)
        self.nursery.start_soon(push_identify_to_peers, self.host)
        return {}

    async def echo(self, addr, bytes):
        stream = await self.open_stream(await self.dial_peer(addr), ECHO)
        sent, received = hashlib.sha256(), hashlib.sha256()

        async def write():
            for chunk in pseudo_random(bytes):
                sent.update(chunk)
                await stream.write(chunk)
            await stream.close_write()

        received_bytes = 0
        async with trio.open_nursery() as nursery:
            nursery.start_soon(write)
            async for chunk in chunks(stream):
                received.update(chunk)
                received_bytes += len(chunk)
        await stream.close()
        return {"bytes": received_bytes, "sha256Sent": sent.hexdigest(), "sha256Received": received.hexdigest()}

    async def streams(self, addr, count, concurrency=1):
        peer = await self.dial_peer(addr)
        begin = time.perf_counter()
        micros = await timed(count, concurrency, lambda: self.round_trip(peer))
        return summary(micros, time.perf_counter() - begin)

    async def open(self, addr, protocol, streams):
        """Opens as many as it can: failure tells why there are not more."""
        peer = await self.dial_peer(addr)
        for opened in range(streams):
            try:
                stream = await self.open_stream(peer, protocol)
                await stream.write(b"\0")
            except Exception as failure:
                cause = failure.__cause__ or failure
                return {"opened": opened, "failure": str(cause) or type(cause).__name__}
            self.held.append(stream)
        return {"opened": streams}

    async def halfclose(self, addr, bytes):
        stream = await self.open_stream(await self.dial_peer(addr), SINK)
        with trio.fail_after(STREAM_SECONDS):
            for chunk in pseudo_random(bytes):
                await stream.write(chunk)
            await stream.close_write()
            answer = b"".join([chunk async for chunk in chunks(stream)])
        await stream.close()
        return {"answer": answer.decode().strip()}

    async def reset(self, addr):
        stream = await self.open_stream(await self.dial_peer(addr), RESET)
        await stream.write(b"\0")
        try:
            with trio.fail_after(STREAM_SECONDS):
                await read_all(stream)
        except StreamReset:
            return {"reset": True}
        return {"reset": False}

    async def sendreset(self, addr):
        stream = await self.open_stream(await self.dial_peer(addr), ECHO)
        await stream.write(random.randbytes(1024))
        with trio.fail_after(STREAM_SECONDS):
            await read_exactly(stream, 1)
        await stream.reset()
        return {}

    async def slow(self, addr, bytes):
        """Writes in small chunks, because of the last one it is not known how much was written."""
        stream = await self.open_stream(await self.dial_peer(addr), SLOW)
        written = 0
        with trio.move_on_after(SLOW_SECONDS):
            for chunk in pseudo_random(bytes, SLOW_CHUNK_BYTES):
                await stream.write(chunk)
                written += len(chunk)
        await stream.reset()
        return {"written": written}

    async def perf(self, addr, **amounts):
        peer = await self.dial_peer(addr)
        return await run_perf(lambda protocol: self.open_stream(peer, protocol), **amounts)

    async def dials(self, addr, count):
        """Ends the connection there is, because py-libp2p opens streams on a connection of its own choice."""
        peer = info_from_p2p_addr(Multiaddr(addr)).peer_id
        await self.host.disconnect(peer)

        async def once():
            await self.dial(addr)
            await self.round_trip(peer)
            await self.host.disconnect(peer)

        begin = time.perf_counter()
        micros = await timed(count, 1, once)
        return summary(micros, time.perf_counter() - begin)

    async def idle(self, addr, count):
        async def one():
            await self.nursery.start(self.keep_idle, addr)

        await timed(count, 8, one)
        return {"opened": count}

    async def usage(self):
        used = resource.getrusage(resource.RUSAGE_SELF)
        with open("/proc/self/statm") as statm:
            pages = int(statm.read().split()[1])
        return {
            "rssBytes": pages * resource.getpagesize(),
            "cpuSeconds": used.ru_utime + used.ru_stime,
            "openFiles": len(os.listdir("/proc/self/fd")),
        }

    async def keep_idle(self, addr, task_status=trio.TASK_STATUS_IGNORED):
        async with run_node(self.options, []) as host:
            await dial(host, addr)
            task_status.started()
            await trio.sleep_forever()

    async def round_trip(self, peer):
        """One short echo: what streams and dials measure."""
        stream = await self.open_stream(peer, ECHO)
        payload = random.randbytes(32)
        await stream.write(payload)
        with trio.fail_after(STREAM_SECONDS):
            answer = await read_exactly(stream, 32)
        if answer != payload:
            raise ValueError("the echo differs from what was sent")
        await stream.close()

    async def open_stream(self, peer, protocol):
        with trio.move_on_after(OPEN_SECONDS):
            return await self.host.new_stream(peer, [protocol])
        raise TimeoutError(f"no stream on {protocol} within {OPEN_SECONDS} s")

    async def dial_peer(self, addr):
        return (await self.dial(addr)).muxed_conn.peer_id

    async def dial(self, addr):
        return await dial(self.host, addr)


async def dial(host, addr):
    """A connection to that peer: the one there is, or a new one.

    host.connect() would do the same 250 ms later: py-libp2p always waits that long for a second address."""
    peer = info_from_p2p_addr(Multiaddr(addr))
    for connection in host.get_network().get_connections(peer.peer_id):
        if not connection.is_closed:
            return connection
    host.get_peerstore().add_addrs(peer.peer_id, peer.addrs, 3600)
    with trio.fail_after(STREAM_SECONDS):
        return await host.get_network().dial_addr(peer.addrs[0], peer.peer_id)


def unless_unknown(query, peer_id):
    try:
        return query(peer_id)
    except PeerStoreError:
        return []


def pseudo_random(count, chunk_bytes=CHUNK_BYTES):
    """count bytes in chunks, the same every time."""
    source = random.Random(1)
    for offset in range(0, count, chunk_bytes):
        yield source.randbytes(min(chunk_bytes, count - offset))
