"""Hosts of py-libp2p whose own limits are lifted as far as they can be."""

from contextlib import asynccontextmanager

import ifaddr
from libp2p import new_host
from libp2p.crypto.ecc import create_new_key_pair as new_ecdsa_key
from libp2p.crypto.ed25519 import create_new_key_pair as new_ed25519_key
from libp2p.crypto.rsa import create_new_key_pair as new_rsa_key
from libp2p.crypto.secp256k1 import create_new_key_pair as new_secp256k1_key
from libp2p.crypto.x25519 import create_new_key_pair as new_x25519_key
from libp2p.custom_types import TProtocol
from libp2p.network.config import ConnectionConfig
from libp2p.rcmgr import ResourceLimits, ResourceManager
from libp2p.rcmgr.connection_limits import ConnectionLimits
from libp2p.security.noise.transport import PROTOCOL_ID as NOISE
from libp2p.security.noise.transport import Transport as NoiseTransport
from libp2p.security.tls.transport import PROTOCOL_ID as TLS
from libp2p.security.tls.transport import TLSTransport
from libp2p.stream_muxer.yamux.yamux import PROTOCOL_ID as YAMUX
from libp2p.stream_muxer.yamux.yamux import Yamux
from libp2p.transport.quic.config import QUICTransportConfig
from libp2p.transport.quic.transport import QUICTransport
from libp2p.transport.tcp.tcp import TCP
from multiaddr import Multiaddr

MANY = 1_000_000
GIBIBYTE = 1 << 30

KEY_TYPES = {
    "ed25519": new_ed25519_key,
    "secp256k1": new_secp256k1_key,
    "ecdsa": lambda: new_ecdsa_key("P-256"),
    "rsa": lambda: new_rsa_key(2048),
}

SECURITY = {
    "noise": lambda key: (TProtocol(NOISE), NoiseTransport(key, noise_privkey=new_x25519_key().private_key)),
    "tls": lambda key: (TProtocol(TLS), TLSTransport(key)),
}


@asynccontextmanager
async def run_node(options, listen):
    """A running host. py-libp2p never takes its muxer from the handshake, so --early-muxer changes nothing."""
    key = KEY_TYPES[options.key_type]()
    resources = ResourceManager(
        limits=ResourceLimits(max_connections=MANY, max_memory_mb=MANY, max_streams=MANY),
        connection_limits=ConnectionLimits(),
        enable_rate_limiting=False,
        enable_memory_limits=False,
        enable_circuit_breaker=False,
        enable_graceful_degradation=False,
    )
    connections = ConnectionConfig(
        max_connections=MANY,
        high_watermark=MANY,
        min_connections=0,
        low_watermark=0,
        max_connections_per_peer=MANY,
    )
    quic = QUICTransportConfig(
        max_concurrent_streams=MANY,
        MAX_CONCURRENT_STREAMS=MANY,
        MAX_INCOMING_STREAMS=MANY,
        MAX_OUTGOING_STREAMS=MANY,
        NEGOTIATION_SEMAPHORE_LIMIT=MANY,
        STREAM_PROCESSING_CONCURRENCY=MANY,
        # py-libp2p grants credit for what nobody has read yet, and drops what does not fit.
        MAX_STREAM_RECEIVE_BUFFER=GIBIBYTE,
        STREAM_MEMORY_LIMIT_PER_STREAM=GIBIBYTE,
        STREAM_MEMORY_LIMIT_PER_CONNECTION=GIBIBYTE,
    )
    host = new_host(
        key_pair=key,
        sec_opt=dict(SECURITY[name](key) for name in options.security),
        muxer_opt={TProtocol(YAMUX): Yamux},
        transports=[TCP(), QUICTransport(key.private_key, quic)],
        connection_config=connections,
        resource_manager=resources,
        addrs_factory=reachable,
    )
    async with host.run([Multiaddr(address) for address in listen]):
        yield host


def reachable(addresses):
    """The addresses with those of the interfaces for 0.0.0.0 and ::, which py-libp2p would tell as they are."""
    found = []
    for address in map(str, addresses):
        if address.startswith("/ip4/0.0.0.0/"):
            found += [address.replace("0.0.0.0", ip) for ip in interface_ips() if isinstance(ip, str)]
        elif address.startswith("/ip6/::/"):
            found += [address.replace("/::/", f"/{ip[0]}/") for ip in interface_ips() if isinstance(ip, tuple)]
        else:
            found.append(address)
    return [Multiaddr(address) for address in found]


def interface_ips():
    """IPv4 addresses as text, IPv6 addresses as tuples that begin with the text."""
    return [ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips]
