"""Peer programs as processes: started, asked, measured from outside, and stopped."""
import json
import os
import select
import signal
import subprocess
import time

ANSWER_SECONDS = 180
STOP_SECONDS = 10
TCP = "/ip4/127.0.0.1/tcp/0"
QUIC = "/ip4/127.0.0.1/udp/0/quic-v1"
STACKS = {  # where to listen, and with what to be started: QUIC brings its own security and muxer
    "noise": (TCP, ("--security", "noise")),
    "tls": (TCP, ("--security", "tls")),
    "quic-v1": (QUIC, ()),
}
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


class PeerFailure(Exception):
    """A peer ended, said nothing in time, or answered that a command failed."""


class Peer:
    """A program that follows the contract of interop-tests/peers/README.md."""

    def __init__(self, program, stack, listens, log, environment):
        address, arguments = STACKS[stack]
        command = [str(program), *arguments]
        if listens:
            command += ["--listen", address]
        self._log = open(log, "ab")
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log,
                                         bufsize=0, env=environment)
        self._unread = b""
        self._next_id = 0
        try:
            hello = self._read()
        except BaseException:
            self.stop()
            raise
        self.id, self.addrs = hello["peer"], hello["addrs"]

    @property
    def pid(self):
        return self._process.pid

    def ask(self, command, **fields):
        """The answer to a command; raises PeerFailure when it is not ok."""
        self._next_id += 1
        line = json.dumps({"id": self._next_id, "command": command, **fields})
        try:
            self._process.stdin.write(line.encode() + b"\n")
        except OSError as gone:
            raise PeerFailure(f"{command}: {gone}") from gone
        answer = self._read()
        if answer.get("id") != self._next_id:
            raise PeerFailure(f"{command}: the answer has id {answer.get('id')}, not {self._next_id}")
        if not answer["ok"]:
            raise PeerFailure(f"{command}: {answer['error']}")
        return answer

    def _read(self):
        deadline = time.monotonic() + ANSWER_SECONDS
        while b"\n" not in self._unread:
            ready, _, _ = select.select([self._process.stdout], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise PeerFailure(f"no answer within {ANSWER_SECONDS} s")
            chunk = os.read(self._process.stdout.fileno(), 1 << 16)
            if not chunk:
                raise PeerFailure("the program has ended")
            self._unread += chunk
        line, self._unread = self._unread.split(b"\n", 1)
        return json.loads(line)

    def cpu_seconds(self):
        """User and system time of all threads so far, in steps of 10 ms."""
        with open(f"/proc/{self.pid}/stat") as stat:
            # The name in parentheses may hold blanks; utime and stime are the 12th and 13th field after it.
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS

    def resident_bytes(self):
        with open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) << 10
        raise PeerFailure("the program has ended")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def stop(self):
        """Closes stdin and waits; then SIGTERM, then SIGKILL."""
        self._process.stdin.close()
        for signal_number in (None, signal.SIGTERM, signal.SIGKILL):
            if signal_number is not None:
                self._process.send_signal(signal_number)
            try:
                self._process.wait(STOP_SECONDS)
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.stdout.close()
        self._log.close()


class Fleet:
    """One dialer and one listener of each implementation and stack, started when first asked for and then kept, so that a
    virtual machine stays warm over the rounds."""

    def __init__(self, programs, logs):
        self._programs = programs
        self._logs = logs
        self._environment = {**os.environ, "PEERFLOW_BUILT": "1"}
        self._peers = {}
        self._extra = []

    def peer(self, implementation, stack, role):
        key = implementation, stack, role
        if key not in self._peers:
            self._peers[key] = self._start(*key)
        return self._peers[key]

    def fresh(self, implementation, stack, role):
        """A process of its own, which the caller stops by `drop`."""
        peer = self._start(implementation, stack, role)
        self._extra.append(peer)
        return peer

    def _start(self, implementation, stack, role):
        log = self._logs / f"{implementation}-{stack}-{role}.log"
        return Peer(self._programs[implementation], stack, role == "listener", log, self._environment)

    def drop(self, *peers):
        """Stops peers, for example after a failure: the next round starts new ones."""
        for peer in peers:
            self._peers = {key: kept for key, kept in self._peers.items() if kept is not peer}
            self._extra = [kept for kept in self._extra if kept is not peer]
            peer.stop()

    def stop(self):
        self.drop(*self._peers.values(), *self._extra)
