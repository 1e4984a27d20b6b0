"""What an operator sees of the machine's parts: health, logs, access, encryption, workers, copies."""

import json
import re
import tarfile
from pathlib import Path
from typing import Final

from tests.acceptance.answers.queues import PROVIDERS, held
from tests.acceptance.answers.reading import AUTH, Answers, data_of, ids_in, quiet, says, soon
from tests.acceptance.mixed_jobs import MixedJobs
from tests.acceptance.shell import Ran
from tests.acceptance.vendor import MODEL

_MINT: Final = 'pagewright token mint --scopes all --user operator --expires 12h --name "on call"'


def health(ran: Ran, _: MixedJobs) -> None:
    assert json.loads(ran.output)["status"] == "ok"


def ready(ran: Ran, _: MixedJobs) -> None:
    found = json.loads(ran.output)
    assert found["status"] == "ready"
    parts = {part["name"] for part in found["parts"]}
    assert parts == {"database", "temporal", "queue pages", *(f"queue llm-{provider}" for provider in PROVIDERS)}


def who(ran: Ran, _: MixedJobs) -> None:
    found = data_of(ran)
    assert (found["tenant"], found["user"]) == ("owner", "operator")
    assert {"admin", "queue.write", "dlq.write"} <= set(found["scopes"])
    assert found["expiresAt"]


def minted(ran: Ran, _: MixedJobs) -> None:
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", ran.output)


def tokens(ran: Ran, _: MixedJobs) -> None:
    assert {"operator", "weekly", "report"} <= set(ran.output.split())
    assert re.search(r"\bvalid\b", ran.output)


def secrets(ran: Ran, _: MixedJobs) -> None:
    assert ran.output.count("signs from now on") == 1
    assert re.search(r"its tokens are taken until \d{4}-", ran.output)


def only_the_new_secret(ran: Ran, _: MixedJobs) -> None:
    (line,) = ran.output.splitlines()
    assert line.endswith("signs from now on")


def models(ran: Ran, _: MixedJobs) -> None:
    assert {model["name"] for model in data_of(ran)["models"]} == {MODEL, "sandbox:template"}


def changes(ran: Ran, _: MixedJobs) -> None:
    assert re.search(r"\b(POST|PUT|DELETE) /api/", ran.output)
    assert "owner" in ran.output


def changes_of_queues(ran: Ran, _: MixedJobs) -> None:
    routes = set(re.findall(r"\b(?:POST|PUT|DELETE) (/api/\S+)", ran.output))
    assert routes
    assert all(route.startswith("/api/ai/queue") for route in routes)


def deletions(ran: Ran, _: MixedJobs) -> None:
    assert set(re.findall(r"\b(POST|PUT|PATCH|DELETE) /api/", ran.output)) == {"DELETE"}
    assert ids_in(ran.output, "job")


def changes_by_http(ran: Ran, _: MixedJobs) -> None:
    records = data_of(ran)["records"]
    assert len(records) == 50
    assert all(record.keys() >= {"at", "user", "address", "route", "target", "before", "after"} for record in records)


def encryption_keys(ran: Ran, jobs: MixedJobs) -> None:
    assert len(ran.output.splitlines()) == 2
    assert jobs.stack.directory.root.joinpath("encryption.keys").exists()


def log_lines(ran: Ran, _: MixedJobs) -> None:
    assert ran.output.strip()


def more_workers(ran: Ran, jobs: MixedJobs) -> None:
    assert not ran.output
    soon(jobs, lambda: {queue["pollers"] for queue in jobs.stack.get("/api/ai/queue")["queues"]} == {3})


def ready_and_held(ran: Ran, jobs: MixedJobs) -> None:
    assert json.loads(ran.output.splitlines()[-1])["status"] == "ready"
    assert held(jobs) == PROVIDERS  # paused before everything was stopped


def stopped(_: Ran, jobs: MixedJobs) -> None:
    assert not jobs.stack.directory.is_locked()


def copied(ran: Ran, _: MixedJobs) -> None:
    wanted = {"pagewright.db", "temporal.db", "owner.token", "signing-keys.json", "encryption.keys"}
    assert {Path(name).name for name in ran.output.split()} >= wanted
    copy = ran.folder / "pagewright-backup.tar.gz"
    assert copy.stat().st_mode & 0o077 == 0
    with tarfile.open(copy) as archive:
        assert {Path(name).name for name in archive.getnames()} >= wanted


ANSWERS: Final[Answers] = {
    "export PAGEWRIGHT_URL=http://127.0.0.1:3000": quiet,
    f"export JWT_TOKEN=$({_MINT})": quiet,
    f'{AUTH}/auth/me"': who,
    'curl "$PAGEWRIGHT_URL/api/health"': health,
    'curl "$PAGEWRIGHT_URL/readyz"': ready,
    'curl "$PAGEWRIGHT_URL/metrics"': says(r"^process_resident_memory_bytes \d"),
    f'{AUTH}/api/models"': models,
    "pagewright doctor": says(r"Everything needed works\."),
    'pagewright doctor | grep "Vendor keys"': says("set for openai"),
    # access
    "pagewright token mint --tenant acme --user reports --scopes jobs.read,usage.read --expires 30d "
    '--name "weekly report"': minted,
    "pagewright token list": tokens,
    "pagewright token revoke TOKEN_ID --yes": says(r"^tok_\w+ of reports \(acme\) is revoked\.$"),
    "pagewright token rotate-secret --keep 12h": secrets,
    "pagewright token rotate-secret --keep 7d": secrets,
    "pagewright token rotate-secret --drop-old --yes": only_the_new_secret,
    "pagewright audit list --limit 20": changes,
    "pagewright audit list --limit 100": changes,
    "pagewright audit list --route /api/ai/queue": changes_of_queues,
    "pagewright audit list --user owner --method DELETE": deletions,
    f'{AUTH}/api/audit?limit=50"': changes_by_http,
    "pagewright encryption rotate": says(r"^Key \S+ is the newest in .*encryption\.keys\."),
    "pagewright encryption list": encryption_keys,
    # the machine
    "tail --lines 50 .data/logs/worker.log": log_lines,
    "tail --lines 50 .data/logs/temporal.log": log_lines,
    """grep '"level": "error"' .data/logs/worker.log || echo "no errors\"""": log_lines,
    "free --human": says(r"^Mem:"),
    "df --human-readable .data": says(r"\d+%"),
    "du --summarize --human-readable .data": says(r"^\d\S*[KMG]\s"),
    "uptime": says(r"load average: \d"),
    # more workers
    "TEMPORAL_ADDRESS=127.0.0.1:7233 nohup pagewright worker --processes 2 --ready-file workers.ready "
    "> workers.log 2>&1 & echo $! > workers.pid": quiet,
    "until [ -e workers.ready ]; do sleep 1; done": more_workers,
    'kill "$(cat workers.pid)"': quiet,
    # database, stopping and starting, copies
    "pagewright db check": says(r"^The database's schema is current\.$"),
    "pagewright db upgrade": says(r"^The database is at revision \w+\.$"),
    'kill "$(cat .data/stack.pid)"': quiet,
    "while [ -e .data/stack.pid ]; do sleep 1; done": stopped,
    "(umask 077 && tar --create --gzip --file pagewright-backup.tar.gz .data)": quiet,
    "tar --list --gzip --file pagewright-backup.tar.gz": copied,
    "nohup pagewright up > up.log 2>&1 &": quiet,
    'until curl --fail --silent "$PAGEWRIGHT_URL/readyz"; do sleep 1; done': ready_and_held,
}
