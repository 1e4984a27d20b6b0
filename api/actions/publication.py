"""Publishing: one version of a page is shown to anybody under the page's slug."""

from api.guards.audit import Audit
from api.guards.auth import Caller
from api.problem import conflict, invalid_field, not_found
from api.services import Services
from domain.ids import PageId
from storage.page import PageRow


async def publish(services: Services, caller: Caller, name: PageId, version: int | None, audit: Audit) -> PageRow:
    """Publish a version, the current one without a number. Raises ProblemError 404, 409 or 422."""
    async with services.database.write() as uow:
        page = await uow.pages.get(caller.tenant, name)
        if page is None:
            raise not_found("page", name)
        number = version or page.current_version
        if number is None:
            raise conflict("no_version", f"{name} has no version yet; its job is {page.open_job}")
        if await uow.pages.version(caller.tenant, name, number) is None:
            raise invalid_field("version", f"{name} has no version {number}", "unknown_version")
        audit.change(before={"publishedVersion": page.published_version}, after={"publishedVersion": number})
        audit.record_within(uow)
        page.published_version = number
        page.published_at = page.updated_at = services.clock()
        return page
