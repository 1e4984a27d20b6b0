"""What a retry of a dead letter costs, when it failed before its outline was written."""

from typing import Any

from tests.integration.api.installation import OPENAI, Installation
from tests.vendors.behaviour import Act, Behaviour

SANDBOX = "sandbox:template"


async def letter_of(installation: Installation, job: str) -> dict[str, Any]:
    await installation.until_status(job, "failed")
    return await installation.get(f"/api/ai/dlq/{job}")


async def test_a_round_that_failed_at_its_first_request_is_estimated_as_its_job_was(installation: Installation) -> None:
    installation.vendor.always("outline", Act(behaviour=Behaviour.UNAUTHORIZED))
    async with installation.working():
        name = await installation.submit()
        letter = await letter_of(installation, name)
        job = await installation.get(f"/api/ai/jobs/{name}")
    assert letter["plannedSections"] is None
    assert letter["retryEstimateUsd"] == job["estimate"]["highUsd"] > 0
    statistics = await installation.get("/api/ai/dlq/stats")
    assert (statistics["retryEstimateUsd"], statistics["unknownEstimates"]) == (letter["retryEstimateUsd"], 0)
    counted = await installation.post("/api/ai/dlq/retry", {"all": True, "force": True, "dryRun": True})
    total = counted.json()["data"]
    assert (total["retryEstimateUsd"], total["withoutEstimate"]) == (letter["retryEstimateUsd"], 0)


async def test_a_cap_below_the_first_request_is_told_which_one_is_enough(installation: Installation) -> None:
    async with installation.working():
        name = await installation.submit(maxCostUsd=0.000001)
        letter = await letter_of(installation, name)
        assert (letter["errorType"], letter["attempts"]) == ("COST_LIMIT", 0)
        assert letter["retryCapUsd"] == letter["retryEstimateUsd"] > 0
        again = await installation.post(f"/api/ai/dlq/{name}/retry", {"maxCostUsd": letter["retryCapUsd"]})
        assert again.status_code == 202, again.text
        await installation.until_status(name, "completed")


async def test_a_sandbox_costs_nothing_again_and_another_route_is_estimated_anew(installation: Installation) -> None:
    always = {"errorRates": {"VALIDATION_ERROR": 1}}
    installation.vendor.always("outline", Act(behaviour=Behaviour.UNAUTHORIZED))
    async with installation.working():
        name = await installation.submit(route=[SANDBOX], sandbox=always)
        assert (await letter_of(installation, name))["retryEstimateUsd"] == 0
        moved = await installation.post(f"/api/ai/dlq/{name}/retry", {"route": [OPENAI]})
        assert moved.status_code == 202, moved.text

        async def failed_again() -> bool:
            letter = await installation.get(f"/api/ai/dlq/{name}")
            return letter["round"] == 2

        await installation.until(failed_again)
        assert (await installation.get(f"/api/ai/dlq/{name}"))["retryEstimateUsd"] > 0
