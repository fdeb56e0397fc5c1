"""A player for Marchland in Python, standard library only.

Run it as --strategy 'russia=External("python3 bot.py")'. It gives one legal order, drawn by the
decision's seed, in every second decision, and counts its decisions in its memory.
"""

import json
import random
import sys


def decide(message):
    memory = message["memory"] or {"decisions": 0}
    orders = []
    if message["stage"] == "orders" and memory["decisions"] % 2 == 0 and message["legal"]:
        # The same seed, the same draw: a program must not remember anything but its memory.
        drawn = random.Random(message["seed"]).choice(message["legal"])
        orders.append({"action": drawn["action"], "option": drawn["option"]})
    return {
        "id": message["id"],
        "orders": orders,
        "memory": {"decisions": memory["decisions"] + 1},
        "note": f"decision {memory['decisions'] + 1}",
    }


for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "decide":
        print(json.dumps(decide(message)), flush=True)
    elif message["type"] == "bye":
        break
