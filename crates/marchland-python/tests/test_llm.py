"""A seat for a language model, against a small server that speaks the protocol."""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import marchland
from marchland import llm


class Server:
    """Answers by a function of the request's number and body."""

    def __init__(self, answer) -> None:
        self.requests: list[dict] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append(body)
                status, content = answer(len(outer.requests), body)
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass

            def log_message(self, *_) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def said(**answer) -> tuple[int, dict]:
    content = json.dumps({"reason": "so", "notes": "n", "announce": [], **answer})
    return 200, {"choices": [{"message": {"content": content}}], "usage": {"total_tokens": 100}}


def good(number: int, body: dict) -> tuple[int, dict]:
    allowed = body["response_format"]["json_schema"]["schema"]["properties"]["orders"]["items"].get("enum", [])
    return said(orders=allowed[:1], announce=allowed[:1], notes=f"asked {number} times")


@pytest.fixture
def serve():
    servers: list[Server] = []

    def start(answer) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def play(scenario: marchland.Scenario, words: str, **how) -> marchland.PlayedGame:
    command = f"{sys.executable} -m marchland.llm {words}"
    return scenario.run(seed=2, strategies={"defender": f"External(command: {json.dumps(command)})"}, **how)


def test_a_model_plays_and_its_game_is_replayed_without_it(deterrence, serve, tmp_path: Path) -> None:
    server = serve(good)
    transcript = tmp_path / "said.jsonl"
    game = play(deterrence, f"--model m --base-url {server.url} --transcript {transcript}")
    assert game.outcome["forfeits"]["defender"] == 0
    turns = deterrence.horizon
    assert (game.orders.query("player == 'defender'")["action"] == "resist").sum() == turns
    first, second = server.requests[0], server.requests[1]
    prompt = first["messages"][1]["content"]
    assert "You play defender" in prompt and "resist do" in prompt and "challenge_order do" not in prompt
    assert "asked 1 times" in second["messages"][1]["content"]
    assert first["temperature"] == 0.0 and first["seed"] != second["seed"]
    asked = len(server.requests)
    again = play(deterrence, f"--replay {transcript}")
    assert len(server.requests) == asked
    assert again.orders.equals(game.orders)
    found = llm.report([str(transcript)])["seats"]["defender"]
    assert found["orders"] == {"resist do": turns}
    assert (found["decisions"], found["lost"]) == (turns, 0)
    assert found["announced"] == found["kept"] == turns - 1
    low, high = found["agreement_interval"]
    # Wilson's interval where every one of n agrees: n / (n + z²) to 1.
    assert low == pytest.approx((turns - 1) / (turns - 1 + 1.959964**2), abs=1e-6) and high == 1.0
    assert found["tokens"] == 100 * turns


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda n, b: (200, b"garbage"), "JSONDecodeError"),
        (lambda n, b: (503, {"error": "busy"}), "HTTPError"),
        (lambda n, b: said(orders=["challenge_order do"]), "no legal order"),
        (lambda n, b: (200, {"choices": [{"message": {"content": None, "refusal": "I will not"}}]}), "no text"),
        (lambda n, b: said(orders=["resist do"] * 9), "more orders than a month holds"),
        (lambda n, b: (200, b" " * (2 << 20)), "JSONDecodeError"),
        (lambda n, b: (200, []), "AttributeError"),
        (lambda n, b: (200, {"choices": None, "usage": None}), "TypeError"),
        (lambda n, b: (200, b"[" * 200_000), "RecursionError|JSONDecodeError"),
        (lambda n, b: said(orders=None), "TypeError"),
    ],
    ids=[
        "garbage", "busy", "illegal", "refusing", "too many", "over-long", "a list", "no choices", "nested", "no orders"
    ],  # fmt: skip
)
def test_what_cannot_be_used_is_lost_by_the_engines_rules(deterrence, serve, tmp_path, answer, why: str) -> None:
    server = serve(answer)
    transcript = tmp_path / "said.jsonl"
    game = play(deterrence, f"--model m --base-url {server.url} --transcript {transcript} --retries 1", turns=2)
    assert game.outcome["forfeits"]["defender"] == 2
    assert len(server.requests) == 4
    assert all(re.search(why, line["lost"]) for line in llm.read(transcript))
    assert llm.report([str(transcript)])["seats"]["defender"]["lost_share"] == 1.0


def test_a_retry_may_mend_it(deterrence, serve) -> None:
    server = serve(lambda n, b: (200, b"garbage") if n % 2 == 1 else good(n, b))
    game = play(deterrence, f"--model m --base-url {server.url}", turns=2)
    assert game.outcome["forfeits"]["defender"] == 0


def test_a_slow_server_and_a_spent_budget_lose_the_decision(deterrence, serve, tmp_path: Path) -> None:
    def slow(number: int, body: dict):
        time.sleep(0.6)
        return good(number, body)

    transcript = tmp_path / "slow.jsonl"
    game = play(
        deterrence,
        f"--model m --base-url {serve(slow).url} --time-budget 0.2 --retries 0 --transcript {transcript}",
        turns=1,
    )
    assert game.outcome["forfeits"]["defender"] == 1
    assert "timed out" in next(iter(llm.read(transcript)))["lost"]
    transcript = tmp_path / "spent.jsonl"
    game = play(
        deterrence, f"--model m --base-url {serve(good).url} --token-budget 250 --transcript {transcript}", turns=5
    )
    assert game.outcome["forfeits"]["defender"] == 2
    assert "budget of 250 tokens" in list(llm.read(transcript))[-1]["lost"]


def test_servers_that_count_no_tokens_are_played_with(deterrence, serve) -> None:
    def uncounted(number: int, body: dict):
        status, content = good(number, body)
        return status, {**content, "usage": None}

    game = play(deterrence, f"--model m --base-url {serve(uncounted).url}", turns=2)
    assert game.outcome["forfeits"]["defender"] == 0


def test_a_server_that_drips_keeps_nobody_waiting(deterrence, serve, tmp_path: Path) -> None:
    """Every byte comes in time, and all of them never: the time of a decision is that of the whole answer."""
    options = llm.argparse.Namespace(
        persona=None, transcript=None, replay=None, model="m", temperature=0.0, max_tokens=10, token_budget=100,
        time_budget=0.5, retries=0, api_key_variable="NONE_SUCH", base_url="",
    )  # fmt: skip

    class Drip:
        def read1(self, _: int) -> bytes:
            time.sleep(0.05)
            return b" "

    before = time.monotonic()
    with pytest.raises(TimeoutError):
        llm._read(Drip(), before + options.time_budget)
    assert time.monotonic() - before < 5


def test_answers_that_cannot_be_used_are_paid_for(deterrence, serve, tmp_path: Path) -> None:
    transcript = tmp_path / "paid.jsonl"
    server = serve(lambda n, b: said(orders=["nonsense"]))
    play(deterrence, f"--model m --base-url {server.url} --transcript {transcript} --retries 5 --token-budget 250", turns=1)
    line = next(iter(llm.read(transcript)))
    assert len(server.requests) == 3 and line["tokens"] == 300
    assert "budget of 250 tokens" in line["lost"]
