#!/usr/bin/env python3
"""Plays a seat over the table's interface: the first legal order of every month, then submit.

    client.py LINK            a link of a seat, as `marchland serve` prints it

Needs nothing but Python. The interface describes itself at /api/openapi.json.
"""
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid


class Table:
    def __init__(self, link):
        parts = urllib.parse.urlsplit(link)
        self.root, self.token = f"{parts.scheme}://{parts.netloc}", "none"
        joined = self.ask("/api/join", {"secret": link, "name": "client.py"})
        self.token, self.path = joined["token"], joined["path"]

    def open(self, path, body=None):
        heads = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        return urllib.request.urlopen(urllib.request.Request(self.root + path, data, heads), timeout=60)

    def ask(self, path, body=None):
        try:
            return json.load(self.open(path, body))
        except urllib.error.HTTPError as error:  # a refusal says why
            return json.load(error)

    def act(self, verb, **fields):
        """Does one thing, once: the same key until the table has answered."""
        body = {"do": verb, "key": uuid.uuid4().hex, **fields}
        for wait in (0.2, 0.5, 1, 2, 4):
            try:
                return self.ask(self.path, body)
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(wait)
        raise SystemExit("the table does not answer")

    def events(self):
        """Yields whenever the view stands elsewhere; the first time at once."""
        for line in self.open(self.path + "/events"):
            if line.startswith(b"data: "):
                yield json.loads(line[6:])


table = Table(sys.argv[1])
for _ in table.events():
    view = table.ask(table.path)["view"]
    if view["over"]:
        break
    if view["submitted"] or not view["in_office"]:
        continue
    for action in view["actions"]:
        legal = [option for option in action["options"] if option["refusal"] is None]
        if legal and view["moment"]["stage"] == "orders" and not view["draft"]:
            order = action["action"] if len(action["options"]) == 1 else f"{action['action']} {legal[0]['option']}"
            print(view["date"], order, table.act("order", order=order)["text"])
            break
    table.act("submit")
print("The game is over.")
