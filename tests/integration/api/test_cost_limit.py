"""The cap of a job, from its submit to the retry with a higher one."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.brief import Brief
from domain.money import NANO, NanoUsd, usd
from domain.task import OutlineTask
from providers.catalogue import Catalogue
from providers.limits import max_tokens
from providers.model import ModelRequest
from settings import Settings
from storage.spend import INSTALLATION
from tests.integration.api.installation import BRIEF, OPENAI, Installation
from tests.integration.api.terminal import at_terminal


def outline_bound(settings: Settings) -> NanoUsd:
    """Return the most the outline of BRIEF can cost: a longer section's bound passes it."""
    task = OutlineTask(brief=Brief.model_validate(BRIEF), language="en")
    bound = Catalogue(settings).get(OPENAI).upper_bound(ModelRequest(task, max_tokens(task)))
    assert bound is not None
    return bound


async def test_a_job_stops_before_the_call_that_could_pass_its_cap_and_goes_on_with_a_higher_one(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    cap = usd(outline_bound(installation.settings)) + Decimal("0.00001")
    async with installation.working():
        name = await installation.submit(maxCostUsd=float(cap))
        failed = await installation.until_status(name, "failed")
        assert failed["errorType"] == "COST_LIMIT"
        assert 0 < failed["costUsd"] <= cap
        asked = [entry.tag for entry in installation.vendor.ledger.entries]
        assert asked.count("outline") == 1
        assert "section:text-2" not in asked
        assert len(failed["calls"]) == len(asked)

        letter = await installation.get(f"/api/ai/dlq/{name}")
        assert (letter["canRetry"], letter["retryNeeds"]) == (False, "higher_cap")
        assert letter["retryCapUsd"] > cap

        with at_terminal(installation, monkeypatch) as pagewright:
            viewed = await pagewright("dlq", "view", name)
        assert f"--max-cost {letter['retryCapUsd']:.6f}" in viewed.stdout, viewed.output

        again = await installation.post(f"/api/ai/jobs/{name}/retry", {})
        assert (again.status_code, again.json()["code"]) == (409, "not_retryable")
        lower = await installation.post(f"/api/ai/jobs/{name}/retry", {"maxCostUsd": float(cap) / 2})
        assert lower.status_code == 409

        higher = await installation.post(f"/api/ai/jobs/{name}/retry", {"maxCostUsd": letter["retryCapUsd"]})
        assert higher.status_code == 202, higher.text
        done = await installation.until_status(name, "completed")
    assert done["maxCostUsd"] == letter["retryCapUsd"]
    assert done["costUsd"] <= done["maxCostUsd"]
    tags = [entry.tag for entry in installation.vendor.ledger.entries]
    assert sorted(tags) == sorted({*tags}), "a step that was paid for was asked again"


async def test_a_day_that_is_used_up_needs_the_next_one_and_no_higher_cap(installation: Installation) -> None:
    async with installation.database.write() as uow:
        day = await uow.spend.lock(INSTALLATION, datetime.now(UTC).date())
        day.cost = 1_000 * NANO
    async with installation.working():
        name = await installation.submit()
        failed = await installation.until_status(name, "failed")
    assert failed["errorType"] == "COST_LIMIT"
    letter = await installation.get(f"/api/ai/dlq/{name}")
    assert (letter["retryNeeds"], letter["retryCapUsd"]) == ("next_day", None)
    told = f"{letter['message']} {failed['errorMessage']}"
    assert "the installation's cap for today is reached; it begins anew at" in told
    assert "1000" not in told, "what other tenants spent is theirs"
    assert f"{usd(NanoUsd(int(20 * NANO)))}" not in told
