"""Pages over HTTP: versions, publishing, taking away, revising and erasing."""

import hashlib
import io
import json
import zipfile

import httpx
import pytest

from domain.ids import OWNER_TENANT, JobId, PageId
from domain.page import PageDocument
from rendering.csp import style_hash
from tests.integration.api.installation import Installation
from tests.stored_texts import columns_with
from tests.vendors.behaviour import Act, Behaviour

SANDBOX = "sandbox:template"


async def test_a_page_shows_its_version_and_its_checks(installation: Installation) -> None:
    job = await installation.submit()
    before = await installation.get(f"/api/pages/{(await installation.get(f'/api/ai/jobs/{job}'))['pageId']}")
    assert (before["currentVersion"], before["slug"], before["openJob"]) == (None, None, job)
    async with installation.working():
        await installation.until_status(job, "completed")
    page = await installation.get(f"/api/pages/{before['id']}")
    assert (page["currentVersion"], page["publishedVersion"], page["openJob"]) == (1, None, None)
    assert page["slug"]
    assert page["checks"]
    assert all(check["passed"] for check in page["checks"] if check["kind"] != "advice")
    assert (await installation.get("/api/pages"))["pages"][0]["id"] == page["id"]


async def test_a_version_is_its_document_and_its_bytes(installation: Installation) -> None:
    async with installation.working():
        job = await installation.finished()
    path = f"/api/pages/{job['pageId']}"
    version = await installation.get(f"{path}/versions/1")
    document = PageDocument.model_validate(version["document"])
    assert len(document.sections) == 3
    html = await installation.http.get(f"{path}/html")
    assert html.headers["content-type"] == "text/html; charset=utf-8"
    assert hashlib.sha256(html.content).hexdigest() == version["sha256"]
    assert (await installation.http.get(f"{path}/html", params={"version": 1})).content == html.content
    assert (await installation.http.get(f"{path}/html", params={"version": 2})).status_code == 404
    assert (await installation.http.get(f"{path}/versions/2")).status_code == 404
    listed = (await installation.get(f"{path}/versions"))["versions"]
    assert [(entry["number"], entry["sha256"], entry["jobId"]) for entry in listed] == [
        (1, version["sha256"], job["id"])
    ]


async def test_an_export_holds_the_page_its_document_and_its_receipt(installation: Installation) -> None:
    async with installation.working():
        job = await installation.finished()
    path = f"/api/pages/{job['pageId']}"
    response = await installation.http.get(f"{path}/export.zip")
    assert response.headers["content-type"] == "application/zip"
    assert ".zip" in response.headers["content-disposition"]
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert archive.namelist() == ["index.html", "document.json", "receipt.json"]
    assert archive.read("index.html") == (await installation.http.get(f"{path}/html")).content
    assert json.loads(archive.read("document.json")) == (await installation.get(f"{path}/versions/1"))["document"]
    assert json.loads(archive.read("receipt.json")) == job["receipt"]
    assert (await installation.http.get(f"{path}/export.zip")).content == response.content


@pytest.mark.parametrize("what", ["html", "export.zip"])
async def test_a_page_without_a_version_says_so(installation: Installation, what: str) -> None:
    job = await installation.get(f"/api/ai/jobs/{await installation.submit()}")
    response = await installation.http.get(f"/api/pages/{job['pageId']}/{what}")
    assert (response.status_code, response.json()["code"]) == (409, "no_version")


async def test_a_page_is_there_for_anybody_once_it_is_published(installation: Installation) -> None:
    async with installation.working():
        job = await installation.finished()
    page = await installation.get(f"/api/pages/{job['pageId']}")
    async with httpx.AsyncClient(base_url=installation.http.base_url, trust_env=False) as visitor:
        assert (await visitor.get(f"/p/{page['slug']}")).status_code == 404
        published = await installation.post(f"/api/pages/{page['id']}/publish", {}, key="k")
        assert published.json()["data"]["publishedVersion"] == 1
        assert (await installation.post(f"/api/pages/{page['id']}/publish", {}, key="k")).json() == published.json()
        visit = await visitor.get(published.json()["data"]["links"]["published"])
        assert visit.status_code == 200
        html = (await installation.http.get(f"/api/pages/{page['id']}/html")).content
        assert visit.content == html
        policy = visit.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; img-src 'self'; style-src 'sha256-")
        assert f"'sha256-{style_hash(visit.text)}'" in policy
        assert visit.headers["x-content-type-options"] == "nosniff"
        assert visit.headers["cache-control"] == "public, no-cache"
        etag = visit.headers["etag"]
        assert etag == f'"{hashlib.sha256(html).hexdigest()}"'
        head = await visitor.head(f"/p/{page['slug']}")
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", etag)
        for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            unchanged = await visitor.get(f"/p/{page['slug']}", headers={"If-None-Match": known})
            assert (unchanged.status_code, unchanged.content) == (304, b"")
            assert unchanged.headers["etag"] == etag
        changed = await visitor.get(f"/p/{page['slug']}", headers={"If-None-Match": '"other"'})
        assert changed.status_code == 200


async def test_slugs_are_numbered_on_a_clash(installation: Installation) -> None:
    async with installation.working():
        first, second = await installation.finished(), await installation.finished()
    slugs = [(await installation.get(f"/api/pages/{job['pageId']}"))["slug"] for job in (first, second)]
    assert slugs[1] == f"{slugs[0]}-2"


async def test_publishing_what_there_is_not_is_refused(installation: Installation) -> None:
    job = await installation.submit()
    page = (await installation.get(f"/api/ai/jobs/{job}"))["pageId"]
    response = await installation.post(f"/api/pages/{page}/publish")
    assert (response.status_code, response.json()["code"]) == (409, "no_version")
    async with installation.working():
        await installation.until_status(job, "completed")
    response = await installation.post(f"/api/pages/{page}/publish", {"version": 2})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "version")


@pytest.mark.parametrize("section", [1, "features-1"])
async def test_a_revision_writes_one_section_anew(installation: Installation, section: int | str) -> None:
    async with installation.working():
        first = await installation.finished()
        path = f"/api/pages/{first['pageId']}"
        request = {
            "section": section,
            "instruction": 'Change the heading to "Fresh every day"',
            "baseVersion": 1,
            "route": [SANDBOX],
        }
        response = await installation.post(f"{path}/revise", request, key="k")
        assert response.status_code == 202
        assert response.json()["data"]["kind"] == "revise"
        job = await installation.until_status(response.json()["data"]["id"], "completed")
        assert (await installation.post(f"{path}/revise", request, key="k")).json() == response.json()
    assert (job["version"], [call["step"] for call in job["calls"]]) == (2, ["section:1"])
    old, new = [(await installation.get(f"{path}/versions/{number}"))["document"] for number in (1, 2)]
    assert [old["sections"][index] == new["sections"][index] for index in range(3)] == [True, False, True]
    page = await installation.get(path)
    assert (page["currentVersion"], page["openJob"]) == (2, None)


async def test_published_bytes_stay_while_the_page_goes_on(installation: Installation) -> None:
    async with installation.working():
        first = await installation.finished()
        path = f"/api/pages/{first['pageId']}"
        page = (await installation.post(f"{path}/publish")).json()["data"]
        before = await installation.http.get(f"/p/{page['slug']}")
        request = {
            "section": 1,
            "instruction": 'Change the heading to "Fresh every day"',
            "baseVersion": 1,
            "route": [SANDBOX],
        }
        job = (await installation.post(f"{path}/revise", request)).json()["data"]
        await installation.until_status(job["id"], "completed")
    assert (await installation.http.get(f"/p/{page['slug']}")).content == before.content
    await installation.post(f"{path}/publish", {"version": 2})
    assert (await installation.http.get(f"/p/{page['slug']}")).content != before.content


async def test_stored_bytes_are_served_whatever_this_code_would_make_of_the_document(
    installation: Installation,
) -> None:
    async with installation.working():
        job = await installation.finished(route=[SANDBOX])
    earlier = "<!doctype html><title>Bread</title><style>p{color:#111}</style><p>As an earlier release drew it."
    async with installation.database.write() as uow:
        version = await uow.pages.version(OWNER_TENANT, PageId(job["pageId"]), 1)
        assert version is not None
        version.html, version.sha256 = earlier, hashlib.sha256(earlier.encode()).hexdigest()
    path = f"/api/pages/{job['pageId']}"
    page = (await installation.post(f"{path}/publish")).json()["data"]
    visit = await installation.http.get(f"/p/{page['slug']}")
    assert visit.text == earlier
    assert visit.headers["etag"] == f'"{version.sha256}"'
    assert f"'sha256-{style_hash(earlier)}'" in visit.headers["content-security-policy"]
    assert (await installation.http.get(f"{path}/html")).text == earlier
    archive = zipfile.ZipFile(io.BytesIO((await installation.http.get(f"{path}/export.zip")).content))
    assert archive.read("index.html").decode() == earlier


async def test_a_revision_of_what_is_not_current_is_refused(installation: Installation) -> None:
    async with installation.working():
        page = (await installation.finished())["pageId"]
        old = await installation.post(
            f"/api/pages/{page}/revise", {"section": 1, "instruction": "Shorter.", "baseVersion": 2}
        )
        assert (old.status_code, old.json()["code"]) == (409, "version_conflict")
        assert "version 1" in old.json()["detail"]
        installation.vendor.next("section:features-1", Act(behaviour=Behaviour.HANG))
        request = {"section": 1, "instruction": "Shorter.", "baseVersion": 1}
        running = (await installation.post(f"/api/pages/{page}/revise", request)).json()["data"]["id"]
        busy = await installation.post(f"/api/pages/{page}/revise", request)
        assert (busy.status_code, busy.json()["code"]) == (409, "page_busy")
        assert running in busy.json()["detail"]
        await installation.post(f"/api/ai/jobs/{running}/cancel")
        await installation.until_status(running, "cancelled")
        again = await installation.post(f"/api/ai/jobs/{running}/retry")
        assert again.status_code == 202
        await installation.until_status(running, "completed")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"section": 3}, "section"),
        ({"section": -1}, "section"),
        ({"section": "nowhere"}, "section"),
        ({"section": True}, "section"),
        ({"section": None}, "section"),
        ({"instruction": " "}, "instruction"),
        ({"instruction": "a" * 2001}, "instruction"),
        ({"baseVersion": 0}, "baseVersion"),
        ({"baseversion": 1}, "baseversion"),
        ({"model": "openai:gpt-2"}, "model"),
    ],
)
async def test_a_revision_that_cannot_be_taken_names_the_field(
    installation: Installation, change: dict[str, object], field: str
) -> None:
    async with installation.working():
        page = (await installation.finished(route=[SANDBOX]))["pageId"]
    request = {"section": 1, "instruction": "Shorter.", "baseVersion": 1} | change
    if isinstance(change.get("section"), int) and change["section"] == 3:
        request["section"] = 99
    response = await installation.post(f"/api/pages/{page}/revise", request)
    assert response.status_code == 422, response.text
    assert field in {error["field"] for error in response.json()["errors"]}
    assert (await installation.get(f"/api/pages/{page}"))["openJob"] is None


async def test_an_erased_page_leaves_its_money_and_not_a_word(installation: Installation) -> None:
    async with installation.working():
        job = await installation.finished()
        installation.vendor.always("section:features-1", Act(behaviour=Behaviour.REFUSAL))
        request = {"section": 1, "instruction": "Praise Harbour Bakery.", "baseVersion": 1}
        path = f"/api/pages/{job['pageId']}"
        failed = (await installation.post(f"{path}/revise", request, key="k")).json()["data"]["id"]
        await installation.until_status(failed, "failed")
        page = (await installation.post(f"{path}/publish")).json()["data"]
        assert (await installation.http.delete(path)).status_code == 204
    assert (await installation.http.delete(path)).status_code == 404
    assert (await installation.http.get(path)).status_code == 404
    assert (await installation.http.get(f"/p/{page['slug']}")).status_code == 404
    kept = await installation.get(f"/api/ai/jobs/{job['id']}")
    assert kept["receipt"]["costUsd"] == job["receipt"]["costUsd"] > 0
    assert (await installation.get(f"/api/ai/dlq/{failed}"))["status"] == "discarded"
    assert await columns_with(installation.database, "Harbour") == []


@pytest.mark.slow
async def test_an_erased_page_leaves_no_workflow_behind(installation: Installation) -> None:
    async with installation.working():
        installation.vendor.always("section:features-1", Act(behaviour=Behaviour.REFUSAL))
        failed = await installation.until_status(await installation.submit(), "failed")
        workflows = [failed["id"], failed["deadLetterId"]]
        assert not await _no_history(installation, workflows)
        assert (await installation.http.delete(f"/api/pages/{failed['pageId']}")).status_code == 204
    # Temporal's server takes about half a minute over the history of a workflow that is closed.
    await installation.until(lambda: _no_history(installation, workflows), seconds=100)


async def test_a_page_with_an_open_job_is_not_erased(installation: Installation) -> None:
    job = await installation.submit()
    page = (await installation.get(f"/api/ai/jobs/{job}"))["pageId"]
    response = await installation.http.delete(f"/api/pages/{page}")
    assert (response.status_code, response.json()["code"]) == (409, "page_busy")
    assert job in response.json()["detail"]


async def test_an_erasure_that_was_cut_off_is_finished_when_it_is_sent_again(installation: Installation) -> None:
    async with installation.working():
        job = await installation.finished(route=[SANDBOX])
    async with installation.database.write() as uow:
        assert await uow.pages.claim(PageId(job["pageId"]), JobId("erasure"))
    revise = {"section": 1, "instruction": "Shorter.", "baseVersion": 1}
    assert (await installation.post(f"/api/pages/{job['pageId']}/revise", revise)).status_code == 409
    assert (await installation.http.delete(f"/api/pages/{job['pageId']}")).status_code == 204
    async with installation.database.read() as uow:
        assert await uow.pages.get(OWNER_TENANT, PageId(job["pageId"])) is None


async def _no_history(installation: Installation, workflows: list[str]) -> bool:
    for workflow in workflows:
        async for _ in installation.client.list_workflows(f'WorkflowId = "{workflow}"'):
            return False
    return True
