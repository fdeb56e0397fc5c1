#!/usr/bin/env python3
"""Asks a served table for everything that its reference lists, in thousands of right and wrong ways: no answer is a 5xx.

    python3 -m pip install schemathesis
    fuzz.py PROGRAM SCENARIO [EXAMPLES [PHASES]]    40 examples of each operation unless given; the tool's phases
                                                    examples,coverage,fuzzing unless given (half an hour in all; fuzzing
                                                    alone takes some minutes)

Runs once as each role, seats first and the chair last, since a chair may send others away. Loopback only; a new game in a
folder that is taken away. 507 and 503 count as failures here: the disk has room and nobody else asks. Ends with 1 where an
answer breaks the rule, and prints it.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

program, scenario = (os.path.abspath(path) for path in sys.argv[1:3])
examples = sys.argv[3] if len(sys.argv) > 3 else "40"
phases = sys.argv[4] if len(sys.argv) > 4 else "examples,coverage,fuzzing"
tool = pathlib.Path(sys.executable).with_name("schemathesis")


def ask(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Authorization": "Bearer none", "Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=30))


def stands(root, token, path):
    """Whether the server still lives, and its answer to a view."""
    request = urllib.request.Request(root + path, headers={"Authorization": f"Bearer {token}"})
    try:
        return urllib.request.urlopen(request, timeout=30).status
    except urllib.error.HTTPError as error:
        return error.code


def fuzzed(root, role, token, seats, folder):
    """Runs the tool as a role; its exit code."""
    reference = ask(root + "/api/openapi.json")
    part = f"/api/{role}" if role in ("chair", "screen", "observer") else "/api/seat/{seat}"
    own = part.replace("/api", "", 1)
    # Streams never end; the door is fuzzed once, as a stranger.
    wanted = lambda path: not path.endswith("/events") and (
        path == part or path.startswith(part + "/") or path == own or path.startswith(own + "/"))
    if role == "stranger":
        wanted = lambda path: not path.endswith("/events")
    reference["paths"] = {path: item for path, item in reference["paths"].items() if wanted(path)}
    for path, item in reference["paths"].items():
        for parameter in item.get("parameters", []):
            if parameter["name"] == "seat":
                # Its own; a name that is drawn would never be a seat's.
                parameter["schema"] = {"type": "string", "enum": [role] if role in seats else seats + ["nobody"]}
            elif parameter["name"] == "name" and "export" in path:
                names = ["review.html", "review.md", "happened.csv", "review.csv", "review.json", "history.md", "log.json"]
                parameter["schema"] = {"anyOf": [{"type": "string", "enum": names}, {"type": "string"}]}
    file = folder / f"{role}.json"
    file.write_text(json.dumps(reference))
    command = [
        str(tool), "run", str(file), "--url", root, "--checks", "not_a_server_error", "--max-examples", examples,
        "--phases", phases, "--rate-limit", "14/s", "--request-timeout", "180", "--seed", "20101129",
        "--continue-on-failure", "--suppress-health-check", "all", "--no-color", "--warnings", "off",
    ]
    if token:
        command += ["--header", f"Authorization: Bearer {token}"]
    print(f"== as {role}: {len(reference['paths'])} paths", flush=True)
    return subprocess.run(command, cwd=folder).returncode


with tempfile.TemporaryDirectory() as place:
    folder = pathlib.Path(place)
    server = subprocess.Popen(
        [program, "serve", scenario, "--people", "2", "--file", "fuzz.march", "--bind", "127.0.0.1:0"],
        cwd=folder, stdout=subprocess.PIPE, text=True)
    links = {}
    for line in server.stdout:
        found = re.match(r"^ {2}(\S+) +(http\S+)$", line)
        if found:
            links[found[1]] = found[2]
        if "Ctrl-C" in line:
            break
    root = links["chair"].split("/join/")[0]
    seats = [role for role in links if role not in ("chair", "projector", "observer")]
    failed = 0
    try:
        tokens = {role: ask(root + "/api/join", {"secret": link})["token"] for role, link in links.items()}
        # What the chair may allow is open to be asked for.
        request = urllib.request.Request(
            root + "/api/chair", json.dumps({"do": "odds", "allow": "yes"}).encode(),
            {"Authorization": f"Bearer {tokens['chair']}", "Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=30)
        for role in [*seats, "observer", "projector", "stranger", "chair"]:
            name = "screen" if role == "projector" else role
            failed += fuzzed(root, name, tokens.get(role), seats, folder) != 0
            time.sleep(2)
            if server.poll() is not None:
                raise SystemExit(f"the server ended with {server.returncode} while {role} asked")
        if stands(root, tokens["chair"], "/api/chair") != 200:
            failed += 1
            print("the chair is no longer answered")
    finally:
        server.kill()
        server.wait()
print("no answer was a 5xx" if not failed else f"{failed} roles were answered with what they should not be")
sys.exit(1 if failed else 0)
