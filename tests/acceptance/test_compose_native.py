"""What the Compose file runs in containers, run on this machine: it makes a page, and everything is watched."""

import re
import signal
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx
import pytest

from embedded.production import production_programs
from tests.acceptance.compose_stack import ComposeStack
from tests.acceptance.stack import until
from tests.compose_file import build_parser, project
from tests.programs import ROOT, run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.requires("go", "temporal-server", "postgres", "prometheus", "alertmanager"),
]

GUIDE = (ROOT / "docs" / "deployment.md").read_text()
EXECUTED = re.findall(r"^docker compose exec (?:-T )?(\w+) (.+)$", GUIDE, re.MULTILINE)
"""Commands of the guide inside a container, by service."""
RESTORE = re.search(r"^(gunzip .+) \| docker compose exec -T postgres (.+)$", GUIDE, re.MULTILINE)
WORKERS = 2
SCRAPES = 60
"""Seconds in which Prometheus asks everybody at least twice."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, temporal_binary: Path) -> Iterator[ComposeStack]:
    folder = tmp_path_factory.mktemp("compose")
    stack = ComposeStack(project(build_parser(folder)), folder, temporal_binary, WORKERS)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def api(stack: ComposeStack) -> httpx.Client:
    token = stack.secret("pagewright_token")
    return httpx.Client(
        base_url=stack.url("3000"), headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=20
    )


def asked(stack: ComposeStack, port: str, path: str, **query: str) -> dict[str, Any]:
    answer = httpx.get(f"{stack.url(port)}{path}", params=query, trust_env=False, timeout=20)
    assert answer.status_code == HTTPStatus.OK, answer.text
    return answer.json()


def insist(http: httpx.Client, path: str, body: dict[str, Any]) -> httpx.Response:
    """Send a request again as long as it is told to: a Temporal that has just begun may not answer in time."""
    headers = {"Idempotency-Key": str(uuid4())}
    deadline = monotonic() + SCRAPES
    while "retry-after" in (answer := http.post(path, json=body, headers=headers)).headers and monotonic() < deadline:
        sleep(float(answer.headers["retry-after"]))
    return answer


def made_page(stack: ComposeStack) -> dict[str, Any]:
    """Submit the bakery's brief and return its job once it has ended."""
    brief = (ROOT / "examples" / "briefs" / "bakery.md").read_text()
    with api(stack) as http:
        submitted = insist(http, "/api/ai/jobs", {"brief": brief})
        assert submitted.status_code == HTTPStatus.ACCEPTED, submitted.text
        path = f"/api/ai/jobs/{submitted.json()['data']['id']}"

        def job() -> dict[str, Any]:
            return http.get(path).json()["data"]

        until(lambda: job()["status"] in {"completed", "failed"}, 120, lambda: f"{job()}\n{stack.story('worker')}")
        return job()


def test_everything_is_ready_and_makes_a_page(stack: ComposeStack) -> None:
    ready = asked(stack, "3000", "/readyz")
    assert {part["name"] for part in ready["parts"]} >= {"database", "temporal", "queue pages"}

    job = made_page(stack)

    assert job["status"] == "completed", job
    with api(stack) as http:
        html = http.get(f"/api/pages/{job['pageId']}/export.zip")
    assert html.status_code == HTTPStatus.OK
    count = stack.sql("pagewright", "pagewright", "SELECT count(*) FROM jobs", stack.secret("pagewright_db_password"))
    assert int(count.stdout) >= 1


def test_prometheus_reaches_everything(stack: ComposeStack) -> None:
    def targets() -> list[tuple[str, str]]:
        found = asked(stack, "9090", "/api/v1/targets")["data"]["activeTargets"]
        return sorted((target["labels"]["job"], target["health"]) for target in found)

    jobs = ("alertmanager", "api", "prometheus", "temporal", *("worker",) * WORKERS)
    until(lambda: targets() == [(job, "up") for job in jobs], SCRAPES, lambda: str(targets()))
    found = asked(stack, "9090", "/api/v1/alertmanagers")["data"]["activeAlertmanagers"]
    assert [manager["url"] for manager in found] == [f"{stack.url('9093')}/api/v2/alerts"]


def test_what_everything_counts_arrives(stack: ComposeStack) -> None:
    assert made_page(stack)["status"] == "completed"
    for query in (
        'max(ai_jobs_total{status="success"}) > 0',
        "count(temporal_worker_task_slots_available) > 0",
        "count(service_requests{service_name='frontend'}) > 0",
    ):
        until(
            lambda query=query: asked(stack, "9090", "/api/v1/query", query=query)["data"]["result"] != [],
            SCRAPES,
            lambda query=query: f"no answer to {query}",
        )


def test_the_rules_and_the_watchdog_are_there(stack: ComposeStack) -> None:
    def alerts() -> list[dict[str, Any]]:
        return httpx.get(f"{stack.url('9093')}/api/v2/alerts", trust_env=False).json()

    rules = asked(stack, "9090", "/api/v1/rules")["data"]["groups"]
    assert all(rule["health"] != "err" for group in rules for rule in group["rules"])
    until(
        lambda: [alert["labels"]["alertname"] for alert in alerts()] == ["Watchdog"],
        SCRAPES * 2,
        lambda: str(alerts()),
    )


def test_the_web_ui_shows_workflows(stack: ComposeStack) -> None:
    job = made_page(stack)
    found = asked(stack, "8080", "/api/v1/namespaces/default/workflows", query=f"WorkflowId = '{job['id']}'")
    assert [execution["execution"]["workflowId"] for execution in found["executions"]] == [job["id"]]
    namespace = asked(stack, "8080", "/api/v1/namespaces/default")
    assert namespace["config"]["workflowExecutionRetentionTtl"] == "2592000s"


@pytest.mark.parametrize("job", ["temporal-schema", "temporal-namespace", "migrate", "prometheus-config"])
def test_a_job_that_runs_again_changes_nothing(job: str, stack: ComposeStack) -> None:
    again = stack.run_job(job)
    assert again.returncode == 0, again.stderr
    assert made_page(stack)["status"] == "completed"


def test_temporal_knows_every_name_of_its_dynamic_configuration() -> None:
    programs = production_programs()
    assert programs is not None
    configuration = ROOT / "ops" / "compose" / "temporal-dynamic-config.yaml"
    checked = run(programs / "temporal-server", "validate-dynamic-config", configuration)
    assert (checked.returncode, checked.stdout) == (0, f"{configuration}\n")


@pytest.mark.parametrize(("role", "foreign"), [("pagewright", "temporal"), ("temporal", "pagewright")])
def test_who_stores_here_reaches_no_other_database(role: str, foreign: str, stack: ComposeStack) -> None:
    password = stack.secret(f"{role}_db_password")
    assert stack.sql(role, role, "SELECT 1", password).stdout == "1\n"
    assert "permission denied" in stack.sql(role, foreign, "SELECT 1", password).stderr
    assert "password authentication failed" in stack.sql(role, role, "SELECT 1", "guessed").stderr


@pytest.mark.parametrize(("service", "command"), EXECUTED, ids=[command for _, command in EXECUTED])
def test_what_the_guide_runs_in_a_container_works(
    service: str, command: str, stack: ComposeStack, tmp_path: Path
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    ended = stack.execute(service, command, tmp_path)
    assert ended.returncode == 0, ended.stderr


def test_a_backup_is_restored_as_the_guide_says(stack: ComposeStack, tmp_path: Path) -> None:
    made_page(stack)
    (dump,) = [command for service, command in EXECUTED if service == "postgres"]
    assert stack.execute("postgres", dump, tmp_path).returncode == 0
    assert RESTORE is not None
    count, password = "SELECT count(*) FROM calls", stack.secret("pagewright_db_password")

    with stack.new_postgres() as port:
        unpack, restore = RESTORE.groups()
        restored = stack.execute("postgres", f"export PGPORT={port}; {unpack} | {restore}", tmp_path)
        copy = stack.sql("pagewright", "pagewright", count, password, port)

    assert restored.returncode == 0, restored.stderr
    assert int(copy.stdout) > 0
    assert copy.stdout == stack.sql("pagewright", "pagewright", count, password).stdout


@pytest.mark.parametrize(("name", "grace"), [("worker-2", 30), ("api", 15)])
def test_a_container_that_is_stopped_ends_in_its_time(name: str, grace: int, stack: ComposeStack) -> None:
    code, seconds = stack.end(name)
    assert code in {0, -signal.SIGTERM}, stack.story(name)
    assert seconds < grace
