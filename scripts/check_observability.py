"""The part of check-observability that needs more than a shell: see there."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALERTS = ROOT / "infrastructure/prometheus/alerts.yml"
DASHBOARD = ROOT / "infrastructure/grafana/caja.json"
RUNBOOK = ROOT / "docs/operations.md"
ADMIN = "an-admin-token-for-tests-only"
LEASE_SECONDS = 3
# For each thing that is waited for. Far more than it takes, on a machine that does much else.
PATIENCE = 90
# Nothing here is to be asked by way of a proxy.
OPEN = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def say(text):
    print(f"check-observability: {text}", flush=True)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def eventually(what, attempt):
    """What `attempt` gives once it gives something."""
    until = time.monotonic() + PATIENCE
    while True:
        found = attempt()
        if found:
            return found
        if time.monotonic() > until:
            sys.exit(f"check-observability: never in {PATIENCE} s: {what}")
        time.sleep(0.5)


class Processes:
    """All that was started, and ends with this."""

    def __init__(self, folder):
        self.folder = folder
        self.running = []

    def start(self, name, command, environment=None, **pipes):
        log = open(self.folder / f"{name}.log", "w")
        settings = {"stdout": log, "stderr": log, "stdin": subprocess.DEVNULL, **pipes}
        started = subprocess.Popen(
            command, env={**os.environ, **(environment or {})}, cwd=ROOT, **settings
        )
        self.running.append((name, started))
        return started

    def stop(self):
        for _, process in reversed(self.running):
            if process.stdin:
                process.stdin.close()
            elif process.poll() is None:
                process.terminate()
        for _, process in self.running:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()

    def logs(self):
        for name, _ in self.running:
            text = (self.folder / f"{name}.log").read_text()
            print(f"== the end of {name}.log\n{text[-2000:]}", file=sys.stderr)


class PostgreSQL:
    """Obeys as scripts/postgres-for-tests says."""

    def __init__(self, processes):
        script = ROOT / "scripts/postgres-for-tests"
        pipe = subprocess.PIPE
        self.keeper = processes.start(
            "postgres", [script, "--no-fsync"], stdin=pipe, stdout=pipe, text=True
        )
        self.url = self.keeper.stdout.readline().strip()
        if not self.url:
            sys.exit("check-observability: there is no PostgreSQL")

    def order(self, word):
        self.keeper.stdin.write(word + "\n")
        self.keeper.stdin.flush()
        answer = self.keeper.stdout.readline().strip()
        if answer == "failed":
            sys.exit(f"check-observability: PostgreSQL does not {word}")


class Server:
    """A Caja server, and somebody who uses it."""

    def __init__(self, processes, name, arguments, **settings):
        self.name = name
        self.port = free_port()
        self.watched = f"127.0.0.1:{settings.pop('metrics_port', self.port)}"
        environment = {
            "CAJA_LISTEN": f"127.0.0.1:{self.port}",
            "CAJA_DATA_DIR": str(processes.folder / name),
            "CAJA_ADMIN_TOKEN": ADMIN,
            "DATABASE_URL": "",
            "CAJA_LOG_FORMAT": "json",
            **settings,
        }
        self.process = processes.start(name, [os.environ["CAJA_BIN"], *arguments], environment)
        eventually(f"{name} is ready", lambda: self.ask("GET", "/health/ready")[0] == 200)

    def ask(self, method, path, body=None, token=ADMIN, headers=None):
        """Status and body of an answer; 0 where there is none."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}", **(headers or {})},
        )
        if body is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with OPEN(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read()
        except (OSError, ValueError):
            return 0, b""

    def made(self, path, body):
        status, answer = self.ask("POST", path, body)
        if status not in (200, 201):
            sys.exit(f"check-observability: {path} at {self.name}: {status} {answer.decode()}")
        return json.loads(answer) if answer else {}


class Event:
    """A session with a poll and a participant, at one server; used through another, too."""

    def __init__(self, owner, others):
        self.servers = [owner, *others]
        self.is_over = threading.Event()
        api = "/api/v1/sessions"
        session = owner.made(api, {"name": "An event that is watched"})["id"]
        self.path = f"{api}/{session}"
        owner.made(f"{self.path}/open", {})
        config = {"kind": "choice", "options": [{"label": "yes"}, {"label": "no"}]}
        poll = {"type": "poll", "title": "Now", "config": config}
        self.poll = owner.made(f"{self.path}/activities", poll)["id"]
        owner.made(f"{self.path}/activities/{self.poll}/activate", {})
        joined = owner.made(f"{self.path}/participants", {"nickname": "Ana"})
        self.token = joined["participant_token"]
        self.threads = [
            threading.Thread(target=self.take_part, args=(server,), daemon=True)
            for server in self.servers
        ]
        for thread in self.threads:
            thread.start()

    def take_part(self, server):
        turn = 0
        while not self.is_over.wait(0.4):
            turn += 1
            known = {"If-None-Match": "*"} if turn % 4 else {}
            server.ask("GET", f"{self.path}/state", token=self.token, headers=known)
            answer = {"choices": ["ab"[turn % 2]]}
            path = f"{self.path}/activities/{self.poll}/response"
            server.ask("PUT", path, answer, token=self.token)

    def end(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join(30)


class Prometheus:
    """Watches the servers by the rules of the repository, which it applies sooner."""

    def __init__(self, processes, targets):
        folder = processes.folder / "prometheus"
        folder.mkdir()
        # Nobody waits here for what an operator would rather wait for.
        rules = re.sub(r"(?m)^( +for:) .*$", r"\1 2s", ALERTS.read_text())
        (folder / "alerts.yml").write_text(rules)
        listed = json.dumps(targets)
        (folder / "prometheus.yml").write_text(
            "global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }\n"
            "rule_files: [alerts.yml]\n"
            "scrape_configs:\n"
            f"  - {{ job_name: caja, static_configs: [{{ targets: {listed} }}] }}\n"
        )
        self.url = f"http://127.0.0.1:{free_port()}"
        processes.start(
            "prometheus",
            [
                os.environ["CAJA_PROMETHEUS"],
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/data",
                f"--web.listen-address={self.url.removeprefix('http://')}",
            ],
        )
        up = f"sum(up) == {len(targets)}"
        eventually("Prometheus reaches all servers", lambda: self.is_ready() and self.query(up))

    def is_ready(self):
        try:
            with OPEN(f"{self.url}/-/ready", timeout=5):
                return True
        except OSError:
            return False

    def get(self, path):
        try:
            with OPEN(f"{self.url}/api/v1/{path}", timeout=20) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as answer:
            sys.exit(f"check-observability: {path}: {answer.read().decode()}")

    def query(self, expression):
        """The values that it has: none, or not a number, is no data."""
        found = self.get("query?" + urllib.parse.urlencode({"query": expression}))
        if found["resultType"] == "scalar":
            return [found["result"][1]]
        return [it["value"][1] for it in found["result"] if it["value"][1] != "NaN"]

    def firing(self):
        alerts = self.get("alerts")["alerts"]
        return {it["labels"]["alertname"] for it in alerts if it["state"] == "firing"}

    def rules(self):
        return [rule for group in self.get("rules")["groups"] for rule in group["rules"]]


def operands(expression):
    """What an alert compares: `a / b > 2 and c > 1` has data as `a / b` and `c` have."""
    inner = re.fullmatch(r"\s*absent\((.*)\)\s*", expression, re.S)
    if inner:
        return [inner[1]]
    depth, quoted, parts, part = 0, False, [], ""
    for token in re.findall(r'[<>=!]=|[<>]|\b(?:and|or|unless)\b|"|.', expression, re.S):
        if token == '"':
            quoted = not quoted
        if not quoted:
            depth += (token in "({[") - (token in ")}]")
        if depth == 0 and not quoted and re.fullmatch(r"[<>=!]=|[<>]|and|or|unless", token):
            parts.append(part)
            part = ""
        else:
            part += token
    parts = [part.strip() for part in [*parts, part]]
    return [part for part in parts if not re.fullmatch(r"[-+.\de]+", part)]


def queries_of_dashboard():
    dashboard = json.loads(DASHBOARD.read_text())
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield f"panel {panel['title']!r}", target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            values = re.fullmatch(r"label_values\((.*), \w+\)", variable["query"]["query"])
            yield f"variable {variable['name']!r}", values[1]
    for annotation in dashboard["annotations"]["list"]:
        for operand in operands(annotation["expr"]):
            yield f"annotation {annotation['name']!r}", operand


def filled_in(expression):
    return expression.replace("$__rate_interval", "1m").replace("$instance", ".*")


def check_data(prometheus):
    """Fails where a query of an alert or of the dashboard finds nothing."""
    alerts = [
        (f"alert {rule['name']}", operand)
        for rule in prometheus.rules()
        for operand in operands(rule["query"])
    ]
    wanted = [*alerts, *((where, filled_in(query)) for where, query in queries_of_dashboard())]

    def without_data():
        return [(where, query) for where, query in wanted if not prometheus.query(query)]

    until = time.monotonic() + PATIENCE
    while missing := without_data():
        if time.monotonic() > until:
            for where, query in missing:
                say(f"no data: {where}: {query}")
            sys.exit(1)
        time.sleep(1)
    broken = [rule["name"] for rule in prometheus.rules() if rule["health"] != "ok"]
    if broken:
        sys.exit(f"check-observability: rules that can't be evaluated: {broken}")
    say(f"{len(wanted)} queries of {len(prometheus.rules())} alerts and the dashboard find data")


def check_runbook(prometheus):
    """Each alert's link leads to a section."""
    if not RUNBOOK.exists():
        say(f"{RUNBOOK.relative_to(ROOT)} is not there: links are not checked")
        return
    headings = re.findall(r"(?m)^#+ (.*)$", RUNBOOK.read_text())
    anchors = {re.sub(r"[^\w\- ]", "", it.lower()).strip().replace(" ", "-") for it in headings}
    anchors |= set(re.findall(r'<a (?:id|name)="([^"]+)"', RUNBOOK.read_text()))
    for rule in prometheus.rules():
        page, anchor = rule["annotations"]["runbook"].split("#")
        if ROOT / page != RUNBOOK or anchor not in anchors:
            sys.exit(f"check-observability: {rule['name']}: no section {page}#{anchor}")
    say("each alert has a section in the runbook")


def check_names(servers):
    """Prometheus' own opinion on names, types and help texts."""
    for server in servers:
        with OPEN(f"http://{server.watched}/metrics", timeout=20) as answer:
            text = answer.read()
        checked = subprocess.run(
            [os.environ["CAJA_PROMTOOL"], "check", "metrics"], input=text, capture_output=True
        )
        complaints = checked.stdout + checked.stderr
        if checked.returncode or complaints:
            sys.exit(f"check-observability: {server.name}: {complaints.decode()}")
    say("promtool has no complaint about the metrics")


def wait_for_alerts(prometheus, names):
    began = time.monotonic()
    eventually(f"{names} fire", lambda: names <= prometheus.firing())
    say(f"{', '.join(sorted(names))} after {time.monotonic() - began:.0f} s")


def run(processes):
    postgres = PostgreSQL(processes)

    def node(name, arguments):
        port = free_port()
        return Server(
            processes,
            name,
            arguments,
            DATABASE_URL=postgres.url,
            CAJA_NODE_URL=f"http://127.0.0.1:{port}",
            CAJA_NODE_LISTEN=f"127.0.0.1:{port}",
            CAJA_LEASE_SECONDS=str(LEASE_SECONDS),
        )

    one = node("one", ["demo", "--participants", "30"])
    two = node("two", ["serve"])
    metrics_port = free_port()
    alone = Server(
        processes,
        "alone",
        ["serve"],
        metrics_port=metrics_port,
        CAJA_METRICS_LISTEN=f"127.0.0.1:{metrics_port}",
    )
    servers = [one, two, alone]
    prometheus = Prometheus(processes, [server.watched for server in servers])
    events = [Event(one, [two]), Event(alone, [])]
    say("three servers are watched: two nodes on PostgreSQL, one alone on SQLite")
    calm = {"CajaDown", "CajaNotWatched", "CajaStoreUnreachable", "CajaNodeWithoutLease"}
    time.sleep(5)
    if calm & prometheus.firing():
        sys.exit(f"check-observability: without a reason: {calm & prometheus.firing()}")

    say("PostgreSQL stops")
    postgres.order("stop")
    # The only poll that needs the store: somebody has to be looked up.
    status, _ = one.ask("GET", f"{events[0].path}/state", token="a-token-that-nobody-knows")
    if status != 503:
        sys.exit(f"check-observability: a poll that can't be answered: {status}")
    wait_for_alerts(prometheus, {"CajaStoreUnreachable", "CajaNodeWithoutLease", "CajaErrors"})
    postgres.order("start")
    over = {"CajaStoreUnreachable", "CajaNodeWithoutLease"}
    eventually("the alerts end", lambda: not over & prometheus.firing())
    say("PostgreSQL is back, and the store's alerts have ended")

    check_data(prometheus)
    check_runbook(prometheus)
    check_names(servers)

    say("a node is killed")
    two.process.send_signal(signal.SIGKILL)
    wait_for_alerts(prometheus, {"CajaDown"})
    for event in events:
        event.end()


def main():
    with tempfile.TemporaryDirectory(prefix="caja-observability.") as folder:
        processes = Processes(Path(folder))
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            run(processes)
        except SystemExit as end:
            if end.code:
                processes.logs()
            raise
        finally:
            processes.stop()
    say("what operators see is as it should be")


if __name__ == "__main__":
    main()
