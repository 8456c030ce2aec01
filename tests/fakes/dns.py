"""A DNS server with a mind of its own: real UDP and TCP sockets, records that a test sets.

with FakeDns() as dns:
    dns.put("_x.shop.example", "token")
    settings.DNS_SERVERS = [dns.address]

It answers as a recursive resolver does: aliases with what they lead to, in one answer.
"""

import socketserver
import struct
import threading
from collections.abc import Callable
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

TTL = 60


class FakeDns:
    """Records by name, all TXT but for the aliases; `asked` has what was asked, and over what."""

    def __init__(self) -> None:
        self._texts: dict[str, list[list[str]]] = {}
        self._aliases: dict[str, str] = {}
        self._moods: dict[str, Mood] = {}
        self.asked: list[tuple[str, str]] = []
        self._done = threading.Event()
        self._tcp = _TcpServer(("127.0.0.1", 0), _over_tcp(self))
        self._udp = _Server(self._tcp.server_address, _over_udp(self))

    @property
    def address(self) -> str:
        """`address:port`, for UDP and TCP alike."""
        host, port = self._udp.server_address[:2]
        return f"{host}:{port}"

    def put(self, name: str, *records: str | list[str]) -> None:
        """The TXT records at `name` from now on, each a text or the strings that make it up."""
        self._texts[name] = [[one] if isinstance(one, str) else one for one in records]

    def alias(self, name: str, target: str) -> None:
        """A CNAME."""
        self._aliases[name] = target

    def remove(self, name: str) -> None:
        """There is no such name any more."""
        self._texts.pop(name, None)
        self._aliases.pop(name, None)

    def treat(self, name: str, mood: "Mood | None") -> None:
        """Answer questions for `name` in another way; None for as usual."""
        if mood is None:
            self._moods.pop(name, None)
        else:
            self._moods[name] = mood

    def __enter__(self) -> "FakeDns":
        for server in (self._udp, self._tcp):
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for server in (self._udp, self._tcp):
            server.shutdown()
            server.server_close()

    def reply(self, wire: bytes, over: str) -> bytes | None:
        """The answer to one question; None for silence."""
        query = dns.message.from_wire(wire)
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        self.asked.append((over, name))
        answer = dns.message.make_response(query, recursion_available=True)
        mood = self._moods.get(name)
        if mood is not None and not mood(self, answer, over):
            return None
        if answer.rcode() == dns.rcode.NOERROR and not answer.flags & dns.flags.TC:
            self._fill(answer, name)
        return answer.to_wire()

    def wait(self, seconds: float) -> None:
        """Take one's time, unless the test is over."""
        self._done.wait(seconds)

    def _fill(self, answer: dns.message.Message, name: str) -> None:
        for _ in range(8):
            if name not in self._aliases:
                break
            owner = dns.name.from_text(name)
            name = self._aliases[name]
            answer.answer.append(dns.rrset.from_text(owner, TTL, "IN", "CNAME", f"{name}."))
        if name not in self._texts:
            answer.set_rcode(dns.rcode.NXDOMAIN)
            return
        records = [" ".join(f'"{part}"' for part in parts) for parts in self._texts[name]]
        if records:
            owner = dns.name.from_text(name)
            answer.answer.append(dns.rrset.from_text(owner, TTL, "IN", "TXT", *records))


type Mood = Callable[[FakeDns, dns.message.Message, str], bool]
"""Changes an answer before it is filled, given the transport; False keeps silent."""


def silent(server: FakeDns, answer: dns.message.Message, over: str) -> bool:
    """No answer ever."""
    return False


def failing(server: FakeDns, answer: dns.message.Message, over: str) -> bool:
    """SERVFAIL: the servers of the domain do not answer, or their signatures are wrong."""
    answer.set_rcode(dns.rcode.SERVFAIL)
    return True


def refusing(server: FakeDns, answer: dns.message.Message, over: str) -> bool:
    """REFUSED: not for you."""
    answer.set_rcode(dns.rcode.REFUSED)
    return True


def slow(server: FakeDns, answer: dns.message.Message, over: str) -> bool:
    """Right, but late."""
    server.wait(0.2)
    return True


def cut_short(server: FakeDns, answer: dns.message.Message, over: str) -> bool:
    """By UDP only that it does not fit; all of it by TCP."""
    if over == "udp":
        answer.flags |= dns.flags.TC
    return True


class _Server(socketserver.ThreadingUDPServer):
    daemon_threads = True


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True


def _over_udp(server: FakeDns) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, socket = self.request
            reply = server.reply(wire, "udp")
            if reply is not None:
                socket.sendto(reply, self.client_address)

    return Handler


def _over_tcp(server: FakeDns) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        request: Any

        def handle(self) -> None:
            (length,) = struct.unpack("!H", self.rfile.read(2))
            reply = server.reply(self.rfile.read(length), "tcp")
            if reply is not None:
                self.wfile.write(struct.pack("!H", len(reply)) + reply)

    return Handler
