"""Lets schemathesis reach what is deep: real sessions, people and activities for its requests.

Schemathesis invents ids that nobody has. Here they are replaced by those of a *stage*: a session
with an activity of each type, a participant and a runner. Ids that are wrong on purpose, and those
that a request before got from the server, are left alone. Once a request has destroyed part of the
stage, the next request gets a new one.
"""

import json
import os
import urllib.request
import uuid

import schemathesis
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation

URL = os.environ["CAJA_URL"] + "/api/v1"
ADMIN = os.environ["CAJA_ADMIN_TOKEN"]
ROLE = os.environ["CAJA_ROLE"]

CONFIGS = {
    "poll": {"kind": "choice", "options": [{"label": "By the sea"}, {"label": "Up a hill"}]},
    "poker": {"stories": [{"title": "Log in"}, {"title": "Log out"}]},
    "quiz": {
        "countdown_s": 0,
        "questions": [
            {"kind": "true_false", "prompt": "Is it?", "correct": ["true"]},
            {"kind": "numeric", "prompt": "How many?", "correct": {"value": 42}},
        ],
    },
    "wordcloud": {"prompt": "In a word?"},
}


def ask(method, path, body=None, token=None):
    """The answer of the server to a request that succeeds."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as response:
        text = response.read()
    return json.loads(text) if text else None


class Stage:
    """An open session with everything in it, and the credentials of those who are there."""

    count = 0

    def __init__(self):
        Stage.count += 1
        session = ask("POST", "/sessions", {"name": f"Stage {Stage.count}"}, ADMIN)
        self.id = session["id"]
        self.code = session["code"]
        path = f"/sessions/{self.id}"
        ask("POST", f"{path}/open", {}, ADMIN)
        self.activities = [
            ask(
                "POST",
                f"{path}/activities",
                {"type": kind, "title": kind, "config": config},
                ADMIN,
            )["id"]
            for kind, config in CONFIGS.items()
        ]
        # One after the other runs, each for as long as a stage lives.
        self.active = self.activities[Stage.count % len(self.activities)]
        ask("POST", f"{path}/activities/{self.active}/activate", {}, ADMIN)
        runner = ask("POST", f"{path}/runner-tokens", {}, ADMIN)
        self.token_id = runner["token_id"]
        person = {"nickname": "Marisol", "client_id": str(uuid.uuid4())}
        joined = ask("POST", f"{path}/participants", person)
        self.participant = joined["participant_id"]
        self.item = ask("GET", f"{path}/moderation", token=ADMIN)["items"][0]["item_id"]
        self.tokens = {
            "admin": ADMIN,
            "runner": runner["runner_token"],
            "participant": joined["participant_token"],
        }

    def ids(self, operation):
        """What stands for the names in braces."""
        is_for_active = operation in {"activities_control", "answers_put", "answers_withdraw"}
        index = Calls.count % len(self.activities)
        return {
            "id": self.id,
            "aid": self.active if is_for_active else self.activities[index],
            "pid": self.participant,
            "token_id": self.token_id,
            "item_id": self.item,
            "code": self.code,
        }


class Calls:
    """The requests so far."""

    count = 0
    stage = Stage()
    # Every token that a stage of this run had.
    tokens = {stage.tokens[ROLE]}
    is_spent = False
    # What the server called its things.
    known = set()


def is_right(case, location):
    """Whether this part of a request is not wrong on purpose."""
    part = case.meta and case.meta.components.get(location)
    return not part or part.mode == GenerationMode.POSITIVE


@schemathesis.hook
def before_call(context, case, kwargs):
    Calls.count += 1
    if Calls.is_spent:
        Calls.stage = Stage()
        Calls.tokens.add(Calls.stage.tokens[ROLE])
        Calls.is_spent = False
    operation = case.operation.definition.raw.get("operationId", "")
    if case.path_parameters and is_right(case, ParameterLocation.PATH):
        for name, real in Calls.stage.ids(operation).items():
            if name in case.path_parameters and case.path_parameters[name] not in Calls.known:
                case.path_parameters[name] = real
    if operation == "activities_reorder" and is_right(case, ParameterLocation.BODY):
        case.body = {"ids": Calls.stage.activities[::-1]}
    # A stage's tokens die with it. Requests without credentials, or with wrong ones, stay so.
    bearer = (case.headers or {}).get("Authorization", "")
    if bearer.removeprefix("Bearer ") in Calls.tokens:
        case.headers["Authorization"] = f"Bearer {Calls.stage.tokens[ROLE]}"


@schemathesis.hook
def filter_body(context, body):
    """No text with space around it: the limits hold for what is kept, which is without."""
    return not has_space_around(body)


def has_space_around(value):
    if isinstance(value, str):
        return value != value.strip()
    if isinstance(value, dict):
        return any(map(has_space_around, value.values()))
    return isinstance(value, list) and any(map(has_space_around, value))


@schemathesis.hook
def after_call(context, case, response):
    if not 200 <= response.status_code < 300:
        return
    is_end = case.method.upper() == "DELETE" or case.path.endswith(("/complete", "/open"))
    if is_end:
        Calls.is_spent = True
    if case.method.upper() == "POST" and response.headers.get("content-type"):
        note(response)


def note(response):
    try:
        body = json.loads(response.content)
    except ValueError:
        return
    if isinstance(body, dict):
        Calls.known.update(body[key] for key in ("id", "participant_id", "token_id", "item_id") if key in body)


@schemathesis.auth()
class Bearer:
    def get(self, case, context):
        return Calls.stage.tokens[ROLE]

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.deserializer("image/png")
def read_png(context, response):
    if not response.content.startswith(b"\x89PNG\r\n"):
        raise ValueError("not a PNG")
    return "a picture"
