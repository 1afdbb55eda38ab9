#!/usr/bin/env python3
"""Writes cases.json: the inputs that both generators read. Everything follows from fixed texts.

Needs the package "cryptography".
"""
import hashlib
import json
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FRAMES = [0, 1, 15, 16, 17, 63, 64, 65, 255, 256, 1000, 4096, 65519]


def secret(text):
    return hashlib.sha256(text.encode()).digest()


def raw(public):
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def field(number, value):
    assert len(value) < 1 << 14
    size = len(value)
    length = bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])
    return bytes([number << 3 | 2]) + length + value


def libp2p_payload(identity, static, muxers):
    """identity_key, identity_sig, extensions.stream_muxers."""
    key = Ed25519PrivateKey.from_private_bytes(identity)
    static_public = raw(X25519PrivateKey.from_private_bytes(static).public_key())
    protobuf_key = bytes([8, 1]) + field(2, raw(key.public_key()))
    payload = field(1, protobuf_key)
    payload += field(2, key.sign(b"noise-libp2p-static-key:" + static_public))
    if muxers:
        payload += field(4, b"".join(field(2, m.encode()) for m in muxers))
    return payload


def case(name, prologue, payloads, muxers=()):
    keys = {k: secret(name + " " + k) for k in ("init_static", "init_ephemeral", "resp_static", "resp_ephemeral")}
    if payloads == "libp2p":
        second = libp2p_payload(secret(name + " resp identity"), keys["resp_static"], muxers)
        third = libp2p_payload(secret(name + " init identity"), keys["init_static"], muxers)
    else:
        second, third = payloads
    frames = []
    for i, size in enumerate(FRAMES):
        frames.append({"from": "initiator" if i % 3 != 1 else "responder", "bytes": size})
    return {
        "name": name,
        "prologue": prologue.hex(),
        **{k: v.hex() for k, v in keys.items()},
        "payload2": second.hex(),
        "payload3": third.hex(),
        "frames": frames,
    }


def main():
    webrtc = b"libp2p-webrtc-noise:" + bytes([0x12, 0x20]) + secret("a") + bytes([0x12, 0x20]) + secret("b")
    cases = [
        case("empty payloads", b"", (b"", b"")),
        case("libp2p payloads", b"", "libp2p"),
        case("libp2p payloads with muxers", b"", "libp2p", ("/yamux/1.0.0", "/mplex/6.7.0")),
        case("prologue", webrtc, "libp2p", ("/yamux/1.0.0",)),
        case("prologue and empty payloads", b"x", (b"", b"")),
        case("long payloads", b"", (secret("2") * 64, secret("3") * 100)),
    ]
    json.dump(cases, open(sys.argv[1], "w"), indent=1)
    open(sys.argv[1], "a").write("\n")


main()
