"""A program that fails in the way its first argument names, from its second decision on."""

import json
import os
import sys
import time

how = sys.argv[1]
count = 0
if how == "banner":
    print("ready", flush=True)
if how == "gone":
    sys.exit(3)
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "game":
        count = 0
    if message["type"] != "decide":
        if message["type"] == "bye" and how != "stubborn":
            break
        continue
    count = (message["memory"] or 0) + 1
    answer = {"id": message["id"], "orders": [{"action": "move"}], "memory": count}
    if count >= 2:
        if how == "hang":
            time.sleep(60)
        elif how == "crash":
            os._exit(1)
        elif how == "half":
            sys.stdout.write('{"id":')
            sys.stdout.flush()
            os._exit(0)
        elif how == "malformed":
            answer["ordres"] = []
        elif how == "binary":
            sys.stdout.buffer.write(b"\xff\xfe\x00\n")
            sys.stdout.flush()
            continue
        elif how == "flood":
            while True:
                print("more than was asked", flush=True)
        elif how == "stale":
            answer["id"] -= 1
        elif how == "long":
            sys.stdout.write("x" * (3 << 20))
            sys.stdout.flush()
            continue
        elif how == "heavy":
            answer["memory"] = "x" * (65 << 10)
        elif how == "illegal":
            answer["orders"] = [{"action": "move"}, {"action": "move"}]
        elif how == "unknown":
            answer["orders"] = [{"action": "invade"}]
    print(json.dumps(answer), flush=True)
if how == "stubborn":
    time.sleep(60)
