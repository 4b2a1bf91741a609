"""Run a command in a network namespace without any way out, and count the packets that want to leave.

Used as `unshare --map-root-user --net python sniff.py COMMAND...`: everything that is not for this machine is
routed to the loopback device, where a packet socket sees it (packet(7)). At the end a datagram and a connection
to an address outside show that it does. Prints a JSON object, and what the command said.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import subprocess
import sys
from threading import Thread

OUTSIDE = "192.0.2.1"
"""An address that is nobody's (RFC 5737)."""
END = b"the command has ended"
ALL_PROTOCOLS, SOL_PACKET, PACKET_STATISTICS = 3, 263, 6


def main() -> None:
    for words in (("link", "set", "lo", "up"), *(("-" + v, "route", "add", "default", "dev", "lo") for v in "46")):
        subprocess.run(["ip", *words], check=True)
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ALL_PROTOCOLS)) as watcher:
        watcher.bind(("lo", ALL_PROTOCOLS))
        watcher.settimeout(300)
        seen: list[str] = []
        thread = Thread(target=watch, args=(watcher, seen))
        thread.start()
        done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
        leave()
        thread.join()
        lost = struct.unpack("II", watcher.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]
    end = seen.index("end")
    print(
        json.dumps(
            {
                "code": done.returncode,
                "said": done.stdout + done.stderr,
                "before": seen[:end],
                "after": seen[end + 1 :],
                "lost": lost,
            }
        )
    )


def leave() -> None:
    """Do what a command must not do: the datagram first, then the connection, and the same again by name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        datagram.sendto(END, (OUTSIDE, 9))
    with socket.socket() as connection, contextlib.suppress(OSError):
        connection.settimeout(0)
        connection.connect((OUTSIDE, 80))


def watch(watcher: socket.socket, seen: list[str]) -> None:
    """Write down where packets want to go that leave the machine, until the connection at the end."""
    while not (seen and seen[-1] == f"{OUTSIDE} tcp 80"):
        packet = watcher.recv(2048)
        if END in packet and "end" not in seen:
            seen.append("end")
        elif (place := destination(packet)) is not None and END not in packet:
            seen.append(place)


def destination(packet: bytes) -> str | None:
    """The address, protocol and port outside, or a name server wherever it is; None for all else."""
    if packet[0] >> 4 == 4:
        address, protocol, rest = packet[16:20], packet[9], packet[(packet[0] & 15) * 4 :]
        inside, shown = address[0] == 127, socket.inet_ntoa(address)
    else:
        address, protocol, rest = packet[24:40], packet[6], packet[40:]
        inside, shown = address == bytes(15) + b"\1", socket.inet_ntop(socket.AF_INET6, address)
    port = int.from_bytes(rest[2:4], "big")
    name = {6: "tcp", 17: "udp", 58: "icmp6"}.get(protocol, str(protocol))
    return None if inside and port != 53 else f"{shown} {name} {port}"


main()
