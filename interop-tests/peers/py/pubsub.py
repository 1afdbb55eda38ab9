"""The pubsub commands of the contract over py-libp2p, and the service they use."""

import base64
import hashlib
import random
import time
from collections import deque
from contextlib import asynccontextmanager
from math import inf

import trio
from libp2p.peer.id import ID
from libp2p.peer.peerinfo import PeerInfo
from libp2p.pubsub import floodsub, gossipsub
from libp2p.pubsub.pb.rpc_pb2 import Message
from libp2p.pubsub.pubsub import Pubsub
from libp2p.pubsub.score import ScoreParams, TopicScoreParams
from libp2p.tools.anyio_service import background_trio_service
from multiaddr import Multiaddr

from timing import percentiles

# The newest messages of a topic are kept, so many bytes of them.
QUEUE_BYTES = 256 << 20
TIME_BYTES = 8
COUNTER_BYTES = 8
MANY = 1_000_000
FLOOD_TICK_SECONDS = 0.001
# py-libp2p drops what does not fit into its queue for a peer, which holds 16 messages.
BACKLOG = 8
BACKLOG_TICK_SECONDS = 0.001
BACKLOG_SECONDS = 1
# py-libp2p has later ones too, which no other implementation has.
MESHSUB = [
    gossipsub.PROTOCOL_ID_V13, gossipsub.PROTOCOL_ID_V12, gossipsub.PROTOCOL_ID_V11, gossipsub.PROTOCOL_ID,
]  # fmt: skip
NAMES = {
    "subscribe", "unsubscribe", "publish", "received", "pubsub", "verdict", "explicit", "scores", "flood", "latency",
}  # fmt: skip


def add_options(parser):
    parser.add_argument("--pubsub", choices=["gossipsub", "floodsub"])
    parser.add_argument("--pubsub-signing", choices=["strict-sign", "strict-no-sign"], default="strict-sign")
    parser.add_argument("--pubsub-id", choices=["default", "sha256"], default="default")
    parser.add_argument("--pubsub-heartbeat", type=int, default=1000)
    parser.add_argument("--pubsub-mesh", type=degrees, default=(6, 4, 12))
    parser.add_argument("--pubsub-max-bytes", type=int, default=4 << 20)
    parser.add_argument("--pubsub-px", choices=["on", "off"], default="off")
    # py-libp2p has no such choice.
    parser.add_argument("--pubsub-flood", choices=["on", "off"], default="on")
    parser.add_argument("--pubsub-scores", choices=["on", "off"], default="on")


def check_options(parser, options):
    if options.pubsub_signing == "strict-no-sign" and options.pubsub_id != "sha256":
        parser.error("--pubsub-signing strict-no-sign needs --pubsub-id sha256")


def degrees(text):
    degree, low, high = map(int, text.split(","))
    return degree, low, high


@asynccontextmanager
async def run_pubsub(host, options):
    """The commands of a running service; None without --pubsub."""
    if options.pubsub is None:
        yield None
        return
    router = floodsub.FloodSub([floodsub.PROTOCOL_ID]) if options.pubsub == "floodsub" else new_gossipsub(options)
    pubsub = Pubsub(
        host,
        router,
        strict_signing=options.pubsub_signing == "strict-sign",
        msg_id_constructor=id_of_data if options.pubsub_id == "sha256" else id_of_source,
        max_inbound_rpc_size=options.pubsub_max_bytes,
        max_subscriptions_per_peer=MANY,
    )
    async with background_trio_service(pubsub):
        if options.pubsub == "gossipsub":
            async with background_trio_service(router):
                await pubsub.wait_until_ready()
                yield PubsubCommands(pubsub, router, options)
        else:
            await pubsub.wait_until_ready()
            yield PubsubCommands(pubsub, router, options)


def new_gossipsub(options):
    """Without what py-libp2p adds to the specification."""
    degree, low, high = options.pubsub_mesh
    heartbeat_seconds = options.pubsub_heartbeat / 1000
    invalid = TopicScoreParams(weight=1.0, cap=inf, decay=0.3)
    router = gossipsub.GossipSub(
        protocols=MESHSUB,
        degree=degree,
        degree_low=low,
        degree_high=high,
        heartbeat_initial_delay=heartbeat_seconds,
        heartbeat_interval=heartbeat_seconds,
        do_px=options.pubsub_px == "on",
        score_params=ScoreParams(p4_invalid_messages=invalid) if options.pubsub_scores == "on" else None,
        adaptive_gossip_enabled=False,
        spam_protection_enabled=False,
        eclipse_protection_enabled=False,
    )
    if options.pubsub_signing == "strict-no-sign":
        router.equivocation_detection = Forgetful()
    return router


class Forgetful(dict):
    """py-libp2p takes messages of one author and sequence number for a forgery, also those that have neither."""

    def __setitem__(self, key, value):
        pass


def id_of_source(message):
    return message.from_id + message.seqno


def id_of_data(message):
    return hashlib.sha256(message.data).digest()


class Topic:
    """What arrived on a topic, and what happens to it. changed is set anew with every arrival."""

    def __init__(self):
        self.messages = deque()
        self.bytes = 0
        self.trips = None  # microseconds of each message, which is not queued, once the topic is measured
        self.accepted = True
        self.changed = trio.Event()
        self.ended = None  # ends the task that reads the subscription

    def add(self, message):
        if self.trips is not None:
            if len(message.data) >= TIME_BYTES:
                sent = int.from_bytes(message.data[:TIME_BYTES])
                self.trips.append(max(0, micros_since_epoch() - sent))
            return
        self.messages.append(message)
        self.bytes += len(message.data)
        while self.bytes > QUEUE_BYTES:
            self.take()
        self.changed.set()
        self.changed = trio.Event()

    def take(self):
        message = self.messages.popleft()
        self.bytes -= len(message.data)
        return message


class PubsubCommands:
    """Each method takes the fields of its command and returns the results. host must have a nursery for the readers."""

    def __init__(self, pubsub, router, options):
        self.pubsub_service = pubsub
        self.router = router
        self.options = options
        self.own = pubsub.my_id.to_bytes()
        self.published = set()  # ids of what we published unsigned, which nothing else tells from what arrives
        self.topics = {}

    async def run(self, name, command, commands):
        if name == "subscribe":
            return await self.subscribe(commands.nursery, **command)
        if name == "explicit":
            return await self.explicit(commands, **command)
        return await getattr(self, name)(**command)

    async def subscribe(self, nursery, topic):
        state = self.topic(topic)
        if state.ended is None:
            self.pubsub_service.set_topic_validator(topic, lambda forwarder, message: state.accepted, False)
            subscription = await self.pubsub_service.subscribe(topic)
            state.ended = trio.CancelScope()
            nursery.start_soon(self.read, state, subscription)
        return {}

    async def read(self, state, subscription):
        with state.ended:
            while True:
                message = await subscription.get()
                if message.from_id != self.own and not self.is_own_unsigned(message):
                    state.add(message)

    def is_own_unsigned(self, message):
        if message.from_id:
            return False
        message_id = id_of_data(message)
        if message_id in self.published:
            self.published.remove(message_id)
            return True
        return False

    async def unsubscribe(self, topic):
        state = self.topic(topic)
        if state.ended is not None:
            state.ended.cancel()
            state.ended = None
            await self.pubsub_service.unsubscribe(topic)
        return {}

    async def publish(self, topic, data, count=1):
        data = base64.b64decode(data)
        ids = []
        for number in range(count):
            message = data + number.to_bytes(4) if count > 1 else data
            message_id = await self.publish_one(topic, message)
            if message_id is not None:
                ids.append(message_id.hex())
        return {"ids": ids}

    async def room_for_one(self):
        with trio.move_on_after(BACKLOG_SECONDS):
            while any(len(queue) >= BACKLOG for queue in self.pubsub_service.peer_queues.values()):
                await trio.sleep(BACKLOG_TICK_SECONDS)

    async def publish_one(self, topic, data):
        """The id where it is known. Without strict signing py-libp2p itself would name the author of unsigned messages,
        which no strict peer takes: what it publishes then is made here."""
        await self.room_for_one()
        if self.options.pubsub_signing == "strict-sign":
            await self.pubsub_service.publish(topic, data)
            return hashlib.sha256(data).digest() if self.options.pubsub_id == "sha256" else None
        message = Message(data=data, topicIDs=[topic])
        message_id = id_of_data(message)
        if self.topic(topic).ended is not None:
            self.published.add(message_id)
        await self.pubsub_service.push_msg(self.pubsub_service.my_id, message)
        return message_id

    async def received(self, topic, count, seconds):
        state = self.topic(topic)
        with trio.move_on_after(seconds):
            while len(state.messages) < count:
                await state.changed.wait()
        taken = [state.take() for _ in range(min(count, len(state.messages)))]
        return {"messages": [self.told(message) for message in taken]}

    def told(self, message):
        return {
            "from": str(ID(message.from_id)) if message.from_id else None,
            "data": base64.b64encode(message.data).decode(),
            "seqno": message.seqno.hex() if message.seqno else None,
            "id": self.pubsub_service.get_message_id(message).hex(),
        }

    async def pubsub(self, topic):
        return {
            "subscribers": [str(peer) for peer in self.pubsub_service.peer_topics.get(topic, ())],
            "mesh": [str(peer) for peer in self.router.mesh.get(topic, ())],
            "protocols": {str(peer): protocol for peer, protocol in self.router.peer_protocol.items()},
        }

    async def verdict(self, topic, verdict):
        if verdict not in ("accept", "reject"):
            raise ValueError(f"unsupported: py-libp2p knows no {verdict}, only accept and reject")
        self.topic(topic).accepted = verdict == "accept"
        return {}

    async def explicit(self, commands, addr):
        if self.options.pubsub == "floodsub":
            raise ValueError("unsupported: floodsub has no explicit peers")
        peer = await commands.dial_peer(addr)
        self.router.direct_peers[peer] = PeerInfo(peer, [Multiaddr(addr)])
        return {}

    async def scores(self):
        scorer = getattr(self.router, "scorer", None)
        if scorer is None or self.options.pubsub_scores == "off":
            raise ValueError("unsupported: started with --pubsub-scores off, or floodsub")
        topics = list(self.topics)
        return {"scores": {str(peer): scorer.score(peer, topics) for peer in self.pubsub_service.peers}}

    async def flood(self, topic, bytes, perSecond, seconds):
        """Publishes at an even pace, and what it is late with at once."""
        template = random.Random().randbytes(max(bytes, TIME_BYTES))
        begin = time.perf_counter()
        tried = published = 0
        failure = None
        while True:
            elapsed = time.perf_counter() - begin
            if tried >= int(min(elapsed, seconds) * perSecond):
                if elapsed >= seconds:
                    break
                await trio.sleep(FLOOD_TICK_SECONDS)
                continue
            if elapsed > 2 * seconds:
                failure = failure or "took twice the time"
                break
            message = micros_since_epoch().to_bytes(TIME_BYTES)
            if len(template) >= TIME_BYTES + COUNTER_BYTES:
                message += tried.to_bytes(COUNTER_BYTES)
            tried += 1
            try:
                await self.publish_one(topic, message + template[len(message) :])
                published += 1
            except Exception as problem:
                failure = failure or str(problem) or type(problem).__name__
        return {"published": published, **({"failure": failure} if failure else {})}

    async def latency(self, topic):
        """The first call begins to measure."""
        state = self.topic(topic)
        trips, state.trips = state.trips or [], []
        return {"delivered": len(trips), **percentiles(trips)}

    def topic(self, name):
        return self.topics.setdefault(name, Topic())


def micros_since_epoch():
    return time.time_ns() // 1000
