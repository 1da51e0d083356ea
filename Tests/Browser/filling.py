"""Fills a room with messages as quickly as the server takes them, faster than anybody types."""

import http.client
import json
import threading
import uuid

from member import Member

THREADS = 6


def fill(one: Member, room: str, count: int, text: str = "Filling"):
    """Sends `text` 0 to `count` − 1, by REST and as one who is signed in; all but the last in about this order."""
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in one.context.cookies())
    head = {"Cookie": cookies, "Origin": one.url, "Content-Type": "application/json"}
    problems = []

    def send(numbers):
        connection = http.client.HTTPConnection(one.url.removeprefix("http://"))
        for n in numbers:
            body = json.dumps({"text": f"{text} {n}"})
            connection.request("PUT", f"/v1/rooms/{room}/messages/{uuid.uuid4()}", body, head)
            response = connection.getresponse()
            answer = response.read()
            if response.status != 201:
                problems.append(f"{response.status} {answer}")
                return
        connection.close()

    threads = [threading.Thread(target=send, args=(range(first, count - 1, THREADS),)) for first in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    send([count - 1])
    assert problems == []
