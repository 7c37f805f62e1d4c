"""Plays events against a server in a container, and recounts what it acknowledged.

    check_container.py event FILE     plays a poll from its set-up to its results, and notes them
    check_container.py load FILE      has people join and answer until the server is gone, and notes
                                      what was acknowledged; makes FILE.begun once they are at it
    check_container.py recount FILE…  compares what a server has with what was noted

The server is at $CAJA_URL, its administrator's token in $CAJA_ADMIN_TOKEN.
"""

import http.client
import json
import os
import re
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

HOST = urlsplit(os.environ["CAJA_URL"]).netloc
ADMIN = os.environ["CAJA_ADMIN_TOKEN"]
# Above the 25 s for which a poll may be held.
TIMEOUT_S = 30
# What the event's people choose, one after the other; the first three chose something else before.
CHOICES = "bbabaabbbbac"
CROWDS = 8
POLLERS = 20
# Keeps all crowds together well below the places in a session for as long as the load may last.
PAUSE_S = 0.01
# Of each crowd, before the server is told to leave.
BEGUN = 40
LOAD_LIMIT_S = 120
# A poll that waits for longer than this is held.
HELD_S = 0.5
# What a request ends with when its server has gone, before or after it did what it was asked.
GONE = (http.client.HTTPException, OSError)


class Unexpected(Exception):
    pass


class Client:
    """A connection that is kept, as a browser does."""

    def __init__(self, token=None):
        self.connection = http.client.HTTPConnection(HOST, timeout=TIMEOUT_S)
        self.token = token

    def send(self, method, path, body=None, token=None):
        headers = {"Content-Type": "application/json"}
        if token or self.token:
            headers["Authorization"] = f"Bearer {token or self.token}"
        content = None if body is None else json.dumps(body)
        try:
            self.connection.request(method, path, content, headers)
            response = self.connection.getresponse()
            return response.status, response.read().decode()
        except GONE:
            # The next request makes a new one.
            self.connection.close()
            raise

    def api(self, method, path, body=None, token=None):
        status, text = self.send(method, f"/api/v1{path}", body, token)
        if status not in (200, 201):
            raise Unexpected(f"{method} {path}: {status} {text}")
        return json.loads(text)


def check(is_so, what):
    if not is_so:
        raise Unexpected(what)


def open_poll(admin, name):
    session = admin.api("POST", "/sessions", {"name": name})["id"]
    poll = admin.api("POST", f"/sessions/{session}/activities", {
        "type": "poll",
        "title": "Where should the next offsite be?",
        "config": {
            "kind": "choice",
            # Answers are compared by who gave them.
            "anonymous": False,
            "options": [{"label": label} for label in ("By the sea", "In the mountains", "In town")],
        },
    })["id"]
    opened = admin.api("POST", f"/sessions/{session}/open")
    return session, poll, opened["code"]


def answer(client, session, poll, choice, token):
    path = f"/sessions/{session}/activities/{poll}/response"
    return client.api("PUT", path, {"choices": [choice]}, token)


def pages_are_there(anybody, code):
    for path in ("/", f"/j/{code}", "/admin"):
        status, page = anybody.send("GET", path)
        scripts = re.findall(r'src="([^"]*assets/[^"]*\.js)"', page)
        check(status == 200 and scripts, f"{path} is no page of the build: {status} {page[:200]}")
        script = "/" + scripts[0].lstrip("./")
        check(anybody.send("GET", script)[0] == 200, f"{path} names {script}, which is not there")


def event(note):
    admin, anybody = Client(ADMIN), Client()
    session, poll, code = open_poll(admin, "All hands")
    pages_are_there(anybody, code)
    check(anybody.api("GET", f"/join/{code}")["session_id"] == session, "the code leads elsewhere")

    people = [
        anybody.api("POST", f"/sessions/{session}/participants", {"nickname": f"Person {n}"})
        for n in range(len(CHOICES))
    ]
    tokens = [person["participant_token"] for person in people]
    admin.api("POST", f"/sessions/{session}/activities/{poll}/activate")
    for token in tokens[:3]:
        answer(anybody, session, poll, "c", token)
    for choice, token in zip(CHOICES, tokens):
        answer(anybody, session, poll, choice, token)

    state = f"/sessions/{session}/state"
    check(anybody.api("GET", state, token=tokens[0])["results"] is None, "results before the reveal")
    admin.api("POST", f"/sessions/{session}/activities/{poll}/control", {"action": "reveal"})
    results = results_of(anybody, session, tokens[0])
    check(results == {"responses": len(CHOICES), "counts": dict(Counter(CHOICES))}, f"results: {results}")
    print(f"an event: {len(people)} people, {len(CHOICES)} answers, results {results['counts']}")
    note.write_text(json.dumps({
        "session": session,
        "poll": poll,
        "joined": {person["participant_id"]: person["participant_token"] for person in people},
        "acknowledged": {p["participant_id"]: choice for p, choice in zip(people, CHOICES)},
        "unanswered": {},
        "unanswered_joins": 0,
    }))


def results_of(client, session, token):
    """Frames are published some milliseconds after the command was acknowledged."""
    results = None
    for _ in range(50):
        results = client.api("GET", f"/sessions/{session}/state", token=token)["results"]
        if results is not None:
            break
        time.sleep(0.1)
    return results


class Crowd(threading.Thread):
    """People who join one after the other, answer, and change their minds."""

    def __init__(self, number, session, poll):
        super().__init__()
        self.number, self.session, self.poll = number, session, poll
        self.joined, self.acknowledged, self.unanswered = {}, {}, {}
        self.unanswered_joins = 0
        self.done = 0
        self.failure = None

    def run(self):
        client = Client()
        until = time.monotonic() + LOAD_LIMIT_S
        while time.monotonic() < until:
            try:
                self.step(client)
            except ConnectionRefusedError:
                return
            except GONE:
                pass
            except Unexpected as failure:
                # A server that leaves may say so; nothing else is all right.
                if ": 503 " not in str(failure):
                    self.failure = failure
                    return
            time.sleep(PAUSE_S)
        self.failure = Unexpected("the server was not stopped")

    def step(self, client):
        if self.done % 3 == 0:
            self.join_in(client)
        elif self.joined:
            people = list(self.joined)
            # The newest gives a first answer, and somebody from before another one.
            person = people[-1] if self.done % 3 == 1 else people[self.done % len(people)]
            self.give(client, person, "abc"[self.done % 7 % 3])
        self.done += 1

    def join_in(self, client):
        self.unanswered_joins += 1
        nickname = f"Crowd {self.number} {self.done}"
        path = f"/sessions/{self.session}/participants"
        try:
            person = client.api("POST", path, {"nickname": nickname})
        except ConnectionRefusedError:
            self.unanswered_joins -= 1
            raise
        self.unanswered_joins -= 1
        self.joined[person["participant_id"]] = person["participant_token"]

    def give(self, client, person, choice):
        self.unanswered.setdefault(person, []).append(choice)
        try:
            answer(client, self.session, self.poll, choice, self.joined[person])
        except ConnectionRefusedError:
            self.unanswered[person].pop()
            raise
        # What came before on the same connection has been replaced.
        del self.unanswered[person]
        self.acknowledged[person] = choice


class Poller(threading.Thread):
    """Somebody who is told when something is new: a request that is held."""

    def __init__(self, session, token):
        super().__init__()
        self.session, self.token, self.version = session, token, 0
        self.answered = self.cut = 0

    def run(self):
        client = Client(self.token)
        while True:
            path = f"/api/v1/sessions/{self.session}/state?since={self.version}&wait=25"
            began = time.monotonic()
            try:
                status, text = client.send("GET", path)
            except ConnectionRefusedError:
                return
            except GONE:
                # A request may also meet a connection that is just being closed.
                self.cut += time.monotonic() - began > HELD_S
                continue
            self.answered += status in (200, 304)
            if status == 200:
                self.version = json.loads(text)["version"]


def load(note):
    admin = Client(ADMIN)
    session, poll, _ = open_poll(admin, "Crowds")
    admin.api("POST", f"/sessions/{session}/activities/{poll}/activate")
    # Nothing happens in this one: its polls are held when the server is told to leave.
    quiet, _, _ = open_poll(admin, "Quiet")
    # One request of each person is held.
    tokens = [
        admin.api("POST", f"/sessions/{quiet}/participants", {"nickname": f"Quiet {n}"})["participant_token"]
        for n in range(POLLERS)
    ]

    crowds = [Crowd(number, session, poll) for number in range(CROWDS)]
    pollers = [Poller(quiet, token) for token in tokens]
    began = time.monotonic()
    for thread in (*crowds, *pollers):
        thread.start()
    while any(crowd.is_alive() and crowd.done < BEGUN for crowd in crowds):
        time.sleep(0.05)
    Path(f"{note}.begun").touch()
    for thread in (*crowds, *pollers):
        thread.join()
    for crowd in crowds:
        if crowd.failure:
            raise crowd.failure

    def merged(name):
        return {key: value for crowd in crowds for key, value in getattr(crowd, name).items()}

    noted = {name: merged(name) for name in ("joined", "acknowledged", "unanswered")}
    noted["unanswered_joins"] = sum(crowd.unanswered_joins for crowd in crowds)
    note.write_text(json.dumps({"session": session, "poll": poll, **noted}))
    lasted = time.monotonic() - began
    print(
        f"load until the server was gone: {sum(crowd.done for crowd in crowds)} requests in "
        f"{lasted:.1f} s; {len(noted['joined'])} joins and answers of {len(noted['acknowledged'])} "
        f"people acknowledged; {noted['unanswered_joins']} joins and "
        f"{sum(map(len, noted['unanswered'].values()))} answers without a reply"
    )
    cut = sum(poller.cut for poller in pollers)
    print(f"held polls: {sum(poller.answered for poller in pollers)} answered, {cut} cut off")
    check(cut == 0, "polls that were held when the server left got no answer")


def recount(note):
    noted = json.loads(note.read_text())
    admin = Client(ADMIN)
    session = noted["session"]

    present, cursor = set(), ""
    while cursor is not None:
        query = f"?limit=200{f'&cursor={cursor}' if cursor else ''}"
        page = admin.api("GET", f"/sessions/{session}/participants{query}")
        present |= {person["participant_id"] for person in page["items"]}
        cursor = page["next_cursor"]
    missing = noted["joined"].keys() - present
    check(not missing, f"{len(missing)} people who had joined are not there")
    more = len(present) - len(noted["joined"])
    check(more <= noted["unanswered_joins"], f"{more} people are there who never joined")

    rows = admin.api("GET", f"/sessions/{session}/export?format=json")
    given = {row["participant_id"]: row["response"]["choices"][0] for row in rows}
    check(len(given) == len(rows), "somebody's answer is there twice")
    for person in given.keys() | noted["acknowledged"].keys():
        acknowledged = noted["acknowledged"].get(person)
        possible = [acknowledged, *noted["unanswered"].get(person, [])]
        found = given.get(person)
        check(found in possible, f"{person} has {found}, and was told {acknowledged}")

    # The same from the state that everybody sees.
    path = f"/sessions/{session}/activities/{noted['poll']}"
    status, text = admin.send("POST", f"/api/v1{path}/control", {"action": "reveal"})
    check(status in (200, 409), f"reveal: {status} {text}")
    results = results_of(admin, session, next(iter(noted["joined"].values())))
    shown = {choice: count for choice, count in results["counts"].items() if count}
    check(results["responses"] == len(rows), f"{results} of {len(rows)} answers")
    check(shown == dict(Counter(given.values())), f"{results} of {Counter(given.values())}")
    print(
        f"recounted: {len(noted['joined'])} of {len(noted['joined'])} people and "
        f"{len(noted['acknowledged'])} of {len(noted['acknowledged'])} acknowledged answers are "
        f"there; beyond them {more} people and {len(rows) - len(noted['acknowledged'])} answers "
        f"whose reply was lost; results {shown}"
    )


def main():
    command, *notes = sys.argv[1:]
    does = {"event": event, "load": load, "recount": recount}[command]
    try:
        for note in notes:
            does(Path(note))
    except (Unexpected, *GONE) as failure:
        sys.exit(f"{command}: {failure or type(failure).__name__}")


main()
