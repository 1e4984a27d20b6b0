"""Dead letters in bulk at the command line: counted first, confirmed, then done as a batch that is watched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import JsonValue

from cli.client.answers import DeadLetter, read
from cli.client.batch_answers import Batch, Selection
from cli.client.client import Api, ask
from cli.client.letter import LETTERS
from cli.client.request import given
from cli.confirm import confirm
from cli.errors import UserError
from cli.formats import counted as counted_of
from cli.live.batch import attend
from cli.moment import moment_of
from cli.screen.render import print_fields, print_json, print_line, print_note
from cli.tables import selection


@dataclass(frozen=True, slots=True)
class Filter:
    """Which dead letters a verb means. `ids` may be their jobs'."""

    everything: bool = False
    error_type: str | None = None
    provider: str | None = None
    since: str | None = None
    ids: tuple[str, ...] = ()

    @property
    def has_conditions(self) -> bool:
        """Whether anything but ids says which are meant."""
        return self.everything or any((self.error_type, self.provider, self.since))

    def request(self) -> dict[str, JsonValue]:
        """Return what is sent, with the ids of dead letters alone. Raises UserError for a time that is none."""
        if self.ids:
            return {"ids": ask(lambda api: _letters(api, self.ids), print_note)}
        fields = given(
            {
                "errorType": self.error_type,
                "provider": self.provider,
                "since": moment_of(self.since, datetime.now(UTC)),
            }
        )
        return fields | ({"all": True} if self.everything else {})


@dataclass(frozen=True, slots=True)
class Manner:
    """How a bulk verb goes about it."""

    dry_run: bool
    yes: bool
    wait: bool
    as_json: bool


def only_one(which: Filter) -> str | None:
    """Return the one id that is named; None where many are meant. Raises UserError for neither, and for both."""
    if bool(which.ids) == which.has_conditions:
        message = "Dead letters are named, or meant by a filter: one of both."
        raise UserError(message, "Filters are --all, --error-type, --provider and --since.")
    return which.ids[0] if len(which.ids) == 1 else None


def do_many(path: str, verb: str, body: dict[str, JsonValue], manner: Manner) -> None:
    """Count what is meant, ask, and do it as a batch. `verb` is the word of the question: Retry, Discard."""
    counted = ask(lambda api: api.post(path, body | {"dryRun": True}), print_note)
    if manner.dry_run:
        _show(counted, verb, as_json=manner.as_json)
        return
    total = read(Selection, counted)
    left_out = selection.left_out(total)
    if not total.count:
        print_line("No dead letters are taken." if left_out else "No dead letters are meant by this.")
        for line in left_out:
            print_line(f"Left out: {line}")
        return
    for line in left_out if manner.yes else ():
        print_note(f"Left out: {line}")
    if not manner.yes:
        _show(counted, verb, as_json=False)
        confirm(f"{verb} {counted_of(total.count, 'dead letter')}?", "Nothing is done")

    async def begin(api: Api) -> str:
        batch = read(Batch, await api.post(path, body))
        print_note(f"{batch.id} begins. Attach again with: pagewright batches watch {batch.id}")
        return batch.id

    if manner.wait:
        attend(begin, as_json=manner.as_json)
        return
    answer = ask(lambda api: api.post(path, body), print_note)
    if manner.as_json:
        print_json(answer)
        return
    print_line(f"Watch it with: pagewright batches watch {read(Batch, answer).id}")


def _show(counted: JsonValue, verb: str, *, as_json: bool) -> None:
    if as_json:
        print_json(counted)
    else:
        print_fields(selection.fields(read(Selection, counted), retries=verb == "Retry"))


async def _letters(api: Api, names: Sequence[str]) -> list[JsonValue]:
    """Return the ids of dead letters, of which some are named by their jobs'."""
    return [name if name.startswith("dlq_") else await _letter(api, name) for name in dict.fromkeys(names)]


async def _letter(api: Api, job: str) -> JsonValue:
    return read(DeadLetter, await api.get(f"{LETTERS}/{job}")).dlq_job_id
