"""py-libp2p behind the command contract of the interop tests; see ../README.md."""

import argparse
import json
import logging
import os
import signal
import sys

import trio

from commands import Commands
from node import KEY_TYPES, SECURITY, run_node
from protocols import serve_all, serve_echo
from pubsub import add_options, check_options, run_pubsub


def parse_options():
    parser = argparse.ArgumentParser(prog="peer", allow_abbrev=False)
    parser.add_argument("--listen", action="extend", nargs="+", default=[])
    parser.add_argument("--security", type=names, default=["noise", "tls"])
    parser.add_argument("--early-muxer", choices=["on", "off"], default="on")
    parser.add_argument("--key-type", choices=[*KEY_TYPES], default="ed25519")
    parser.add_argument("--protocols", type=names, default=[])
    add_options(parser)
    options = parser.parse_args()
    check_options(parser, options)
    for name in options.security:
        if name not in SECURITY:
            parser.error(f"--security {name}")
    return options


def names(text):
    return [name for name in text.split(",") if name]


def answer(**fields):
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


async def serve(commands, line):
    command_id = None
    try:
        command = json.loads(line)
        command_id = command.pop("id")
        answer(id=command_id, ok=True, **await commands.run(command))
    except Exception as failure:
        answer(id=command_id, ok=False, error=describe(failure))


def describe(failure):
    """The message with those of its causes: py-libp2p often says only the outermost."""
    texts = []
    while failure is not None and len(texts) < 8:
        if isinstance(failure, BaseExceptionGroup):
            texts.append("; ".join(describe(inner) for inner in failure.exceptions))
        else:
            texts.append(str(failure) or type(failure).__name__)
        failure = failure.__cause__
    text = ": ".join(texts)
    unsupported = text.find("unsupported: ")
    return text[unsupported:] if unsupported > 0 else text


async def end_on_sigterm():
    with trio.open_signal_receiver(signal.SIGTERM) as signals:
        async for _ in signals:
            os._exit(0)


async def main():
    options = parse_options()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(end_on_sigterm)
        async with run_node(options, options.listen) as host, run_pubsub(host, options) as pubsub:
            serve_all(host)
            for protocol in options.protocols:
                serve_echo(host, protocol)
            commands = Commands(host, options, nursery, pubsub)
            answer(peer=str(host.get_id()), addrs=[str(address) for address in host.get_addrs()])
            while line := await trio.to_thread.run_sync(sys.stdin.buffer.readline):
                if line.strip():
                    await serve(commands, line)
            # Closing every connection in good order takes py-libp2p up to 100 ms each; nobody waits for it.
            sys.stdout.flush()
            os._exit(0)


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=os.environ.get("PEER_LOG", "WARNING"))
    try:
        trio.run(main)
    except Exception as failure:
        answer(ok=False, error=describe(failure))
        logging.exception("the peer ends")
        os._exit(1)
