#!/usr/bin/env python3
"""Clients that send a request's head at one byte a second, and never its end.

    half-open.py PORT COUNT PID

PID is the server's process. Says "open" when all are, and at the end one line of JSON:

    memory_bytes   the server's resident memory of each, one second after all were open
    cut            how many the server has closed
    life_s_max     the longest time from connecting to the server's close
    timeouts       how many of them got the status 408 first
"""

import json
import os
import resource
import selectors
import socket
import sys
import time

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"x" * 1_000
SLICES = 100
PATIENCE_S = 60


def resident_bytes(pid):
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main():
    port, count, pid = (int(text) for text in sys.argv[1:4])
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    selector = selectors.DefaultSelector()
    before = resident_bytes(pid)
    clients, opened = [], []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", port))
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(client, selectors.EVENT_READ, len(clients))
        clients.append(client)
        opened.append(time.monotonic())
    print("open", flush=True)
    begin = time.monotonic()
    lives, timeouts, memory, step = [], 0, None, 0
    while len(lives) < count and time.monotonic() < begin + PATIENCE_S:
        due = begin + step / SLICES
        now = time.monotonic()
        if now >= due:
            if memory is None and now >= begin + 1:
                memory = (resident_bytes(pid) - before) / count
            for index in range(step % SLICES, count, SLICES):
                if clients[index] is not None:
                    try:
                        clients[index].send(HEAD[step // SLICES:step // SLICES + 1])
                    except OSError:
                        pass
            step += 1
        for key, _ in selector.select(max(0, due - now)):
            client = key.fileobj
            try:
                data = client.recv(4_096)
            except ConnectionError:
                data = b""
            timeouts += data.startswith(b"HTTP/1.1 408 ")
            if not data:
                selector.unregister(client)
                client.close()
                clients[key.data] = None
                lives.append(time.monotonic() - opened[key.data])
    figures = {
        "ok": len(lives) == count, "memory_bytes": round(memory or 0, 1), "cut": len(lives),
        "life_s_max": round(max(lives, default=-1), 2), "timeouts": timeouts}
    print(json.dumps(figures, separators=(",", ":")), flush=True)


main()
