"""Run a command in a network namespace without any way out, and count the packets that want to leave.

Used as `unshare --map-root-user --net python sniff.py COMMAND...`: everything that is not for this machine
is routed to the loopback device, where a packet socket sees it (packet(7)). At the end a datagram and a
connection to an address outside show that it does. Prints a JSON object.
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
NAMES = 53
"""The port of name servers."""
ALL_PROTOCOLS, SOL_PACKET, PACKET_STATISTICS = 3, 263, 6


def main() -> None:
    for words in ("link set lo up", "route add default dev lo"):
        subprocess.run(["ip", *words.split()], check=True)
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
    """Do what a command must not do."""
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
    if packet[0] >> 4 != 4:  # There is no route for others, so they are not sent at all.
        return None
    port = int.from_bytes(packet[(packet[0] & 15) * 4 :][2:4], "big")
    inside = packet[16] == 127 and port != NAMES
    protocol = {6: "tcp", 17: "udp"}.get(packet[9], str(packet[9]))
    return None if inside else f"{socket.inet_ntoa(packet[16:20])} {protocol} {port}"


main()
