"""A seat for a language model behind any server that speaks OpenAI's chat completions: Ollama, vLLM, llama.cpp.

``python -m marchland.llm --model NAME --base-url http://127.0.0.1:11434/v1`` is a program for the family ``External``:

.. code-block:: sh

    marchland run scenarios/deterrence.ron --strategy \\
      'defender=External(command: "python -m marchland.llm --model NAME --base-url URL --transcript said.jsonl")'

The model is told what its seat sees, as text, with the legal orders and a JSON schema of the answer. What it wants to
remember comes back to it as ``memory``; nothing else is kept. An answer that cannot be used, a server that is slow or
refuses, a budget that is spent: after the retries the decision is lost, and the engine's rules for forfeits hold.

Every prompt and answer is a line of the transcript. ``--replay said.jsonl`` answers from there and asks no server, so
that a game with a model is reproducible after the fact. ``python -m marchland.llm --report said.jsonl`` tells orders by
seat, how often announced orders were given, tokens and lost decisions.

No claim about a real model's play follows from any of this without a real model.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
import http.client
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

__all__ = ["Seat", "main", "report"]

#: Seconds left of a deadline for reading, checking and answering.
MARGIN = 0.5
#: Moves of bargaining, which do not count among the orders of a month.
_MOVES = ("offer", "accept", "reject", "break")
#: Characters of notes that a model may keep.
NOTES = 4_000


#: What an answer that cannot be used may raise, whatever it holds.
_UNUSABLE = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, http.client.HTTPException)
#: The longest answer that is read, in bytes.
_LONGEST = 1 << 20


def _read(response: http.client.HTTPResponse, until: float) -> bytes:
    """A body, within a time in all: a server that sends a byte of it now and then keeps nobody waiting.

    Of an answer's head, which is read before, each piece has that time: a seat whose server trickles it forfeits by the
    engine's own deadline.
    """
    parts: list[bytes] = []
    length = 0
    while length < _LONGEST:
        left = until - time.monotonic()
        if left <= 0.0:
            raise TimeoutError("timed out")
        part = response.read1(1 << 16)
        if not part:
            break
        parts.append(part)
        length += len(part)
    return b"".join(parts)


class Lost(Exception):
    """The decision cannot be taken; why."""


def describe(game: dict[str, Any], question: dict[str, Any]) -> str:
    """What a seat sees, as text: its briefing, its payoff, what it can read, what it may do."""
    known = {one["path"]: one for one in game["indicators"]}
    lines = [
        f"You play {game['seat']} in the scenario {game['scenario']}, month {question['turn']} of {game['horizon']}.",
        game["briefing"],
        "",
        "You gain by:",
    ]
    for term in game["payoff"]["terms"]:
        meaning = known.get(term["indicator"], {}).get("meaning", "")
        end = ", counted at the end" if term["at_end"] else ""
        lines.append(f"- {term['indicator']} × {term['weight']:g}{end}: {meaning}")
    lines += ["", "You see (value, ± one standard deviation, age in months; ? is belief):"]
    wanted = {term["indicator"] for term in game["payoff"]["terms"]}
    seats = [game["seat"], *(player["id"] for player in game["players"])]
    for path, seen in question["observation"].items():
        if path in wanted or path.split(".")[0] in seats or len(question["observation"]) <= 60:
            doubt = f" ± {seen['sd']:.3g}" if seen["sd"] else ""
            age = "?" if seen["age"] is None else str(seen["age"])
            lines.append(f"- {path} = {seen['value']:.4g}{doubt} ({known[path]['unit']}, age {age})")
    if question["stage"] == "orders":
        lines += ["", f"You may give at most {game['orders_per_turn']} of these orders, within your budget "
                  f"{json.dumps(question['budget'])}:"]  # fmt: skip
        meanings = {one["id"]: one["meaning"] for one in game["actions"]}
        for one in question["legal"]:
            cost = f", costs {json.dumps(one['cost'])}" if any(one["cost"].values()) else ""
            lines.append(f"- {one['action']} {one['option']}: {meanings.get(one['action'], '')}{cost}")
        lines.append("- or no order at all")
        stand = {one["id"]: one for one in question.get("deals", [])}
        for deal in game.get("deals", []):
            now = stand.get(deal["id"], {})
            worth = "" if now.get("worth") is None else f", worth {now['worth']:+.3g} to you, {now['outside']:+.3g} without"
            names = [term["title"] for term in deal["terms"]]
            lines.append(
                f"Deal {deal['id']} ({deal['title']}): {now.get('status')}, terms {names} on the table "
                f"{now.get('table')}, agreed {now.get('agreed')}{worth}"
            )
    else:
        lines += ["", "Vote yes, no or abstain on:"]
        lines += [f"- {one['motion']} (worth {one['stake']:+.3g} to you if it passes)" for one in question["tabled"]]
    return "\n".join(lines)


def schema(game: dict[str, Any], question: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of an answer: the legal orders are its words."""
    orders = [f"{one['action']} {one['option']}" for one in question["legal"]]
    actions = sorted({f"{own['id']} {option}" for own in game["actions"] for option in own["options"]})
    text = {"type": "string", "maxLength": NOTES}
    properties: dict[str, Any] = {"reason": text, "notes": text}
    if question["stage"] == "orders":
        item: dict[str, Any] = {"type": "string", "enum": orders} if orders else {"type": "string", "maxLength": 0}
        most = game["orders_per_turn"] + len(game.get("deals", []))
        properties["orders"] = {"type": "array", "items": item, "maxItems": most}
        properties["announce"] = {"type": "array", "items": {"type": "string", "enum": actions}}
    else:
        votes = {one["motion"]: {"enum": ["yes", "no", "abstain"]} for one in question["tabled"]}
        properties["votes"] = {"type": "object", "properties": votes, "additionalProperties": False}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


class Seat:
    """One seat: a server, a persona, budgets, a transcript."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.game: dict[str, Any] = {}
        self.persona = Path(options.persona).read_text(encoding="utf-8") if options.persona else ""
        self.transcript: int | None = None
        #: What answers cost that could not be used: tokens of the decision in hand.
        self.spent = 0
        #: What lost decisions cost, by game: the engine keeps the memory of decisions alone.
        self.unpaid: Counter[Any] = Counter()
        if options.transcript:
            self.transcript = os.open(options.transcript, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.replayed: dict[str, dict[str, Any]] = {}
        for path in options.replay or []:
            for line in read(path):
                if "answer" in line:
                    self.replayed[line["key"]] = line

    def decide(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer to a question of the engine.

        Raises:
            Lost: there is none; the transcript says why.
        """
        memory = question["memory"] or {"notes": "", "tokens": 0}
        prompt = describe(self.game, question)
        messages = [
            {"role": "system", "content": self.persona or "You decide for a public office in a hypothetical exercise."},
            {
                "role": "user",
                "content": f"{prompt}\n\nYour own notes from before:\n{memory['notes'] or '(none)'}\n\n"
                "Answer with one JSON object: `orders` (or `votes`), `announce` (orders that you tell the others you will "
                "give next month), `reason`, and `notes` for yourself.",
            },
        ]
        key = hashlib.sha256(
            json.dumps([self.game.get("game"), question["turn"], question["round"], question["stage"], messages]).encode()
        ).hexdigest()
        record: dict[str, Any] = {
            "key": key,
            "game": self.game.get("game"),
            "scenario": self.game.get("scenario"),
            "seat": self.game.get("seat"),
            "turn": question["turn"],
            "stage": question["stage"],
            "messages": messages,
        }
        try:
            if self.options.replay:
                line = self.replayed.get(key)
                if line is None:
                    raise Lost("the transcript holds no answer to this prompt")
                text, tokens = line["answer"], line["tokens"]
            else:
                text, tokens = self.ask(messages, question, memory["tokens"] + self.unpaid[self.game.get("game")])
            record |= {"answer": text, "tokens": tokens}
            answer = self.understood(json.loads(text), question)
        except (Lost, *_UNUSABLE) as error:
            record["lost"] = str(error) or type(error).__name__
            record.setdefault("tokens", self.spent)
            self.unpaid[self.game.get("game")] += self.spent
            self.write(record)
            raise Lost(record["lost"]) from error
        record["orders"] = answer["orders"]
        record["announce"] = answer.pop("announce")
        self.write(record)
        notes = answer.pop("notes")
        return {**answer, "id": question["id"], "memory": {"notes": notes, "tokens": memory["tokens"] + tokens}}

    def ask(self, messages: list[dict[str, str]], question: dict[str, Any], spent: int) -> tuple[str, int]:
        """Ask the server, again where it fails, within the budgets of time and tokens."""
        options = self.options
        self.spent = 0
        until = time.monotonic() + min(options.time_budget, question["deadline_seconds"] - MARGIN)
        if spent >= options.token_budget:
            raise Lost(f"the budget of {options.token_budget} tokens is spent")
        body = {
            "model": options.model,
            "messages": messages,
            "temperature": options.temperature,
            # The engine's number for this decision, so that a server that honours seeds repeats itself.
            "seed": question["seed"] % 2**31,
            "max_tokens": min(options.max_tokens, options.token_budget - spent),
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "decision", "strict": True, "schema": schema(self.game, question)},
            },
        }
        headers = {"Content-Type": "application/json"}
        if os.environ.get(options.api_key_variable):
            headers["Authorization"] = f"Bearer {os.environ[options.api_key_variable]}"
        address = options.base_url.rstrip("/") + "/chat/completions"
        why = "there was no time to ask"
        for _ in range(1 + options.retries):
            left = until - time.monotonic()
            if left <= 0.0:
                break
            if spent + self.spent >= options.token_budget:
                why = f"the budget of {options.token_budget} tokens is spent"
                break
            body["max_tokens"] = min(options.max_tokens, options.token_budget - spent - self.spent)
            request = urllib.request.Request(address, json.dumps(body).encode(), headers)
            try:
                with urllib.request.urlopen(request, timeout=left) as response:
                    said = json.loads(_read(response, until))
                self.spent += int((said.get("usage") or {}).get("total_tokens") or 0)
                text = said["choices"][0]["message"]["content"]
                if not isinstance(text, str):
                    raise ValueError("the server sent no text")
                self.understood(json.loads(text), question)
                return text, self.spent
            except (urllib.error.URLError, OSError, *_UNUSABLE) as error:
                why = f"{type(error).__name__}: {error}"
        raise Lost(why)

    def understood(self, said: Any, question: dict[str, Any]) -> dict[str, Any]:
        """An answer in the engine's words.

        Raises:
            ValueError: it has not the shape of the schema.
        """
        if not isinstance(said, dict):
            raise ValueError("the answer is no JSON object")
        orders, ballots = [], []
        legal = {f"{one['action']} {one['option']}": one for one in question["legal"]}
        if question["stage"] == "orders":
            for order in said["orders"]:
                if order not in legal:
                    raise ValueError(f"`{order}` is no legal order")
                orders.append({"action": legal[order]["action"], "option": legal[order]["option"]})
            bargaining = {deal.get(move) for deal in self.game.get("deals", []) for move in _MOVES}
            if sum(order["action"] not in bargaining for order in orders) > self.game["orders_per_turn"]:
                raise ValueError("more orders than a month holds")
        else:
            tabled = {one["motion"] for one in question["tabled"]}
            for motion, vote in said["votes"].items():
                if motion not in tabled or vote not in ("yes", "no", "abstain"):
                    raise ValueError(f"`{motion}: {vote}` is no vote on what stands tabled")
                ballots.append({"motion": motion, "vote": vote})
        return {
            "orders": orders,
            "ballots": ballots,
            "note": str(said.get("reason", ""))[:NOTES],
            "notes": str(said.get("notes", ""))[:NOTES],
            "announce": [str(order) for order in said.get("announce", [])],
        }

    def write(self, record: dict[str, Any]) -> None:
        """Append a line to the transcript."""
        if self.transcript is not None:
            # One write at the end of the file: seats of one transcript do not mix their lines.
            os.write(self.transcript, (json.dumps(record) + "\n").encode())

    def serve(self, lines: Iterator[str], out: TextIO) -> None:
        """Answer the engine's lines until it says goodbye."""
        for line in lines:
            message = json.loads(line)
            if message["type"] == "game":
                self.game = message
            elif message["type"] == "decide":
                try:
                    answer = self.decide(message)
                except Lost as error:
                    # A key that the protocol does not know: the engine counts the decision as lost.
                    answer = {"id": message["id"], "lost": str(error)}
                out.write(json.dumps(answer) + "\n")
                out.flush()
            elif message["type"] == "bye":
                return


def read(path: str | os.PathLike[str]) -> Iterator[dict[str, Any]]:
    """The lines of a transcript."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def report(paths: list[str]) -> dict[str, Any]:
    """What transcripts hold, by seat: decisions, lost ones, tokens, orders, and the share of announced orders that were
    given in the month after, with its interval by games (Wilson's, 95 %, which takes announcements as independent).
    """
    seats: dict[str, Any] = {}
    announced: dict[tuple[Any, ...], list[str]] = {}
    for path in paths:
        for line in read(path):
            seat = seats.setdefault(
                line["seat"],
                {"decisions": 0, "lost": 0, "tokens": 0, "orders": Counter(), "announced": 0, "kept": 0},
            )
            seat["decisions"] += 1
            seat["tokens"] += line.get("tokens", 0)
            if "lost" in line:
                seat["lost"] += 1
                continue
            if line["stage"] != "orders":
                continue
            given = [f"{one['action']} {one['option']}" for one in line["orders"]]
            seat["orders"].update(given)
            place = (path, line["game"], line["seat"])
            before = announced.get((*place, line["turn"] - 1), [])
            seat["announced"] += len(before)
            seat["kept"] += sum(order in given for order in before)
            announced[(*place, line["turn"])] = line["announce"]
    for seat in seats.values():
        seat["orders"] = dict(seat["orders"].most_common())
        seat["agreement"], seat["agreement_interval"] = _share(seat["kept"], seat["announced"])
        seat["lost_share"], seat["lost_interval"] = _share(seat["lost"], seat["decisions"])
    return {"seats": seats}


def _share(count: int, of: int) -> tuple[float | None, tuple[float, float] | None]:
    if of == 0:
        return None, None
    z, share = 1.959963984540054, count / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z / (1 + z * z / of) * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    return share, (max(0.0, middle - reach), min(1.0, middle + reach))


def main(words: list[str] | None = None) -> int:
    """The program: a seat, or with ``--report`` a report."""
    parser = argparse.ArgumentParser(prog="python -m marchland.llm", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--model", help="the model's name on the server")
    parser.add_argument("--base-url", help="the server, up to and with /v1")
    parser.add_argument("--api-key-variable", default="MARCHLAND_LLM_KEY", help="environment variable with the key")
    parser.add_argument("--temperature", type=float, default=0.0)
    parser.add_argument("--persona", help="a file with the system prompt")
    parser.add_argument("--max-tokens", type=int, default=1_000, help="of one answer")
    parser.add_argument("--token-budget", type=int, default=1_000_000, help="of a game, prompts included")
    parser.add_argument("--time-budget", type=float, default=3_600.0, help="seconds of one decision")
    parser.add_argument("--retries", type=int, default=1, help="further questions where an answer cannot be used")
    parser.add_argument("--transcript", help="a file to which prompts and answers are appended")
    parser.add_argument("--replay", action="append", help="answer from a transcript and ask no server")
    parser.add_argument("--report", nargs="+", metavar="TRANSCRIPT", help="tell what transcripts hold, as JSON")
    options = parser.parse_args(words)
    if options.report:
        print(json.dumps(report(options.report), indent=2))
        return 0
    if not options.replay and not (options.model and options.base_url):
        parser.error("name --model and --base-url, or --replay")
    Seat(options).serve(iter(sys.stdin.readline, ""), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
