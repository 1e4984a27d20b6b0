"""Minted tokens against running APIs: what they let do, and that they end at once in every one."""

import asyncio
import base64
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from unittest.mock import patch

import httpx
import jwt
import pytest

from api.guards.bearer import Grant, signed
from api.guards.issuer import Issuer
from api.guards.signing_key import SigningKeyFile, SigningKeysError
from domain.access import EVERY_SCOPE, Scope
from domain.ids import OWNER_TENANT, TenantId, TokenId, UserId
from settings import Settings
from storage.audit import AuditFilter
from storage.database import Database
from tests.integration.api.conftest import name_temporal
from tests.integration.api.installation import Installation, serving, speaking
from tests.integration.api.tokens import issuer_of, minted

READER = frozenset({Scope.JOBS_READ})


@pytest.fixture
def issuer(settings: Settings, database: Database) -> Issuer:
    return issuer_of(settings, database)


@pytest.fixture
async def apis(
    settings: Settings, database: Database, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[tuple[httpx.AsyncClient, ...]]:
    """Speak to two API processes' worth of apps of one installation, with no token."""
    assert database.is_sqlite
    name_temporal(monkeypatch, nobody)
    async with AsyncExitStack() as stack:
        urls = [(await stack.enter_async_context(serving(settings)))[0] for _ in range(2)]
        yield tuple([await stack.enter_async_context(speaking(url, "none")) for url in urls])


async def told(http: httpx.AsyncClient, token: str, path: str = "/auth/me") -> httpx.Response:
    return await http.get(path, headers={"Authorization": f"Bearer {token}"})


async def refusals(apis: tuple[httpx.AsyncClient, ...], token: str) -> set[str]:
    """Return why each API refuses a token."""
    answers = [await told(http, token) for http in apis]
    for answer in answers:
        assert answer.status_code == 401
        assert answer.json()["code"] == "invalid_token"
        assert answer.headers["www-authenticate"].startswith('Bearer realm="pagewright", error="invalid_token"')
    return {answer.json()["detail"].removeprefix("this token is not taken: ") for answer in answers}


async def test_a_token_is_told_whose_it_is_and_what_it_may(apis: tuple[httpx.AsyncClient, ...], issuer: Issuer) -> None:
    made = await minted(issuer, scopes=frozenset({Scope.USAGE_READ, Scope.JOBS_READ}))
    for http in apis:
        assert (await told(http, made.token)).json() == {
            "data": {
                "tenant": "harbour",
                "user": "ann",
                "scopes": ["jobs.read", "usage.read"],
                "tokenId": made.row.id,
                "expiresAt": made.row.expires_at.isoformat().replace("+00:00", "Z"),
            }
        }
        assert (await told(http, made.token, "/api/ai/jobs")).status_code == 200
        assert (await told(http, made.token, "/api/pages")).status_code == 403


async def test_the_owner_s_token_has_every_scope_and_no_end(settings: Settings, apis: tuple[httpx.AsyncClient]) -> None:
    assert settings.token is not None
    answer = (await told(apis[0], settings.token.get_secret_value())).json()["data"]
    assert answer == {
        "tenant": "owner",
        "user": "owner",
        "scopes": sorted(EVERY_SCOPE),
        "tokenId": None,
        "expiresAt": None,
    }


async def test_a_revocation_holds_at_once_in_every_process_and_for_ever(
    apis: tuple[httpx.AsyncClient, ...], issuer: Issuer
) -> None:
    made, other = await minted(issuer), await minted(issuer)
    for http in apis:
        assert (await told(http, made.token)).status_code == 200
    revoked = await issuer.revoke(TokenId(made.row.id), datetime.now(UTC))
    assert revoked is not None
    assert await refusals(apis, made.token) == {"it was revoked"}
    again = await issuer.revoke(TokenId(made.row.id), datetime.now(UTC) + timedelta(hours=1))
    assert again is not None
    assert again.revoked_at == revoked.revoked_at
    key = issuer.keys.read().keys[0]
    now = datetime.now(UTC)
    reused = Grant(TokenId(made.row.id), TenantId("harbour"), UserId("ann"), READER, now, made.row.expires_at)
    assert await refusals(apis, signed(reused, key, issuer.settings)) == {"it was revoked"}
    assert (await told(apis[0], other.token)).status_code == 200
    assert await issuer.revoke(TokenId("tok_unheard-of"), now) is None


async def test_minting_and_revoking_leave_an_audit_record_each(issuer: Issuer) -> None:
    made = await minted(issuer)
    name = TokenId(made.row.id)
    for _ in range(2):
        await issuer.revoke(name, datetime.now(UTC))
    async with issuer.database.read() as uow:
        wanted = AuditFilter(target=name)
        revoked, mint = await uow.audit.newest(TenantId(made.row.tenant), wanted, before=None, limit=10)
    assert (mint.method, mint.route) == ("CLI", "pagewright token mint")
    assert (mint.after or {})["scopes"] == list(made.row.scopes)
    assert (revoked.route, revoked.before, revoked.after) == (
        "pagewright token revoke", {"revoked": False}, {"revoked": True},
    )  # fmt: skip
    assert {(one.user, one.address) for one in (mint, revoked)} == {
        ("ops@host.example", "command line of host.example")
    }
    assert made.token not in mint.model_dump_json()


async def test_a_rotation_leaves_a_record_of_which_secret_signs_and_none_when_it_cannot_be_made(issuer: Issuer) -> None:
    now = datetime.now(UTC)
    first = await issuer.rotate(now, None)
    second = await issuer.rotate(now + timedelta(seconds=1), None)
    await issuer.drop_old(now + timedelta(seconds=2))
    kids = [keys.keys[0].kid for keys in (first, second)]
    with (
        patch.object(SigningKeyFile, "write", side_effect=OSError("the disk is full")),
        pytest.raises(SigningKeysError),
    ):
        await issuer.rotate(now + timedelta(seconds=3), None)
    async with issuer.database.read() as uow:
        told = await uow.audit.newest(
            OWNER_TENANT, AuditFilter(route="pagewright token rotate-secret"), before=None, limit=9
        )
    assert [((one.before or {})["signs"], (one.after or {})["signs"]) for one in reversed(told)] == [
        (None, kids[0]), (kids[0], kids[1]), (kids[1], kids[1]),
    ]  # fmt: skip
    assert [set(cast("Any", one.after)["validUntil"]) for one in told] == [{kids[1]}, set(kids), {kids[0]}]
    assert {one.user for one in told} == {"ops@host.example"}
    written = " ".join(one.model_dump_json() for one in told)
    assert not [
        key for key in second.keys if base64.urlsafe_b64encode(key.secret.get_secret_value()).decode() in written
    ]


async def test_a_token_that_expired_is_refused(apis: tuple[httpx.AsyncClient, ...], issuer: Issuer) -> None:
    made = await minted(issuer, at=datetime.now(UTC) - timedelta(hours=2))
    assert await refusals(apis, made.token) == {"it has expired"}


@pytest.mark.parametrize(
    "changes",
    [
        {"jti": "tok_unheard-of"},
        {"tenant": "owner"},
        {"sub": "bob"},
        {"scope": "jobs.read pages.read"},
        {"exp": 4_000_000_000},
    ],
)
async def test_a_secret_alone_makes_no_token(
    apis: tuple[httpx.AsyncClient, ...], issuer: Issuer, changes: dict[str, str | int]
) -> None:
    made = await minted(issuer, scopes=READER)
    key = issuer.keys.read().keys[0]
    secret = key.secret.get_secret_value()
    claims = jwt.decode(made.token, secret, algorithms=["HS256"], audience="pagewright")
    forged = jwt.encode(claims | changes, secret, "HS256", headers={"kid": key.kid})
    assert await refusals(apis, forged) == {"it was not minted here"}


async def test_a_rotation_holds_at_once_in_every_process(apis: tuple[httpx.AsyncClient, ...], issuer: Issuer) -> None:
    before = await minted(issuer)
    for http in apis:
        assert (await told(http, before.token)).status_code == 200
    await issuer.rotate(datetime.now(UTC), None)
    after = await minted(issuer)
    assert after.row.key_id != before.row.key_id
    for http in apis:
        assert (await told(http, before.token)).status_code == 200
        assert (await told(http, after.token)).status_code == 200
    await issuer.drop_old(datetime.now(UTC))
    assert await refusals(apis, before.token) == {"the key that signed it is not known here, or was retired"}
    for http in apis:
        assert (await told(http, after.token)).status_code == 200
    await issuer.rotate(datetime.now(UTC), timedelta(0))
    assert await refusals(apis, after.token) == {"the key that signed it is not known here, or was retired"}


async def test_without_secrets_that_can_be_read_the_owner_alone_is_let_in(
    settings: Settings, apis: tuple[httpx.AsyncClient, ...], issuer: Issuer
) -> None:
    assert settings.token is not None
    made = await minted(issuer)
    issuer.keys.path.write_text("not what it was")
    for http in apis:
        answer = await told(http, made.token)
        assert (answer.status_code, answer.json()["code"]) == (503, "signing_keys_unavailable")
        assert "signing-keys" not in answer.text
        assert int(answer.headers["retry-after"]) > 0
        assert (await told(http, settings.token.get_secret_value())).status_code == 200


async def test_a_database_that_is_away_lets_no_minted_token_in(
    apis: tuple[httpx.AsyncClient, ...], issuer: Issuer, database: Database
) -> None:
    made = await minted(issuer)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE tokens RENAME TO tokens_away")
    answer = await told(apis[0], made.token)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")


async def test_the_first_tokens_that_are_minted_at_once_share_their_secret(settings: Settings, issuer: Issuer) -> None:
    others = [issuer_of(settings, issuer.database) for _ in range(4)]
    made = await asyncio.gather(*(minted(each) for each in others))
    assert len({each.row.key_id for each in made}) == 1


async def test_one_tenant_s_idempotency_key_is_not_another_s(installation: Installation) -> None:
    issuer = issuer_of(installation.settings, installation.database)
    jobs: list[str] = []
    for tenant in ("harbour", "orchard"):
        async with speaking(str(installation.http.base_url), (await minted(issuer, tenant)).token) as http:
            for _ in range(2):
                headers = {"Idempotency-Key": "one"}
                answer = await http.post("/api/ai/jobs", json={"brief": "Bread from Example Bay."}, headers=headers)
                assert answer.status_code == 202, answer.text
                jobs.append(answer.json()["data"]["id"])
    first, again, others, others_again = jobs
    assert (first, others) == (again, others_again)
    assert first != others


async def test_a_page_of_another_tenant_than_the_owner_is_made_paid_by_it_and_seen_by_all_once_published(
    installation: Installation,
) -> None:
    issuer = issuer_of(installation.settings, installation.database)
    token = (await minted(issuer, "acme")).token
    url = str(installation.http.base_url)
    async with speaking(url, token) as http, httpx.AsyncClient(base_url=url, trust_env=False) as anybody:
        acme = Installation(
            installation.settings, installation.database, installation.client, installation.vendor, http
        )
        async with acme.working():
            job = await acme.finished()
        page = await acme.get(f"/api/pages/{job['pageId']}")
        assert (await anybody.get(f"/p/{page['slug']}")).status_code == 404
        assert (await acme.post(f"/api/pages/{page['id']}/publish")).status_code == 200
        assert (await anybody.get(f"/p/{page['slug']}")).status_code == 200
    async with installation.database.write() as uow:
        days = [await uow.spend.lock(TenantId(name), datetime.now(UTC).date()) for name in ("acme", "owner", "*")]
    paid, owners, all_of_it = (day.cost for day in days)
    assert paid == all_of_it > 0
    assert owners == 0


async def test_the_events_of_a_job_end_when_the_token_is_revoked(installation: Installation) -> None:
    issuer = issuer_of(installation.settings, installation.database)
    made = await minted(issuer)
    async with speaking(str(installation.http.base_url), made.token) as http:
        answer = await http.post("/api/ai/jobs", json={"brief": "Bread from Example Bay."})
        job = answer.json()["data"]["id"]
        async with asyncio.timeout(30), http.stream("GET", f"/api/ai/jobs/{job}/events") as stream:
            lines = stream.aiter_lines()
            assert await anext(lines)
            await issuer.revoke(TokenId(made.row.id), datetime.now(UTC))
            rest = [line async for line in lines]
        assert "event: end" not in rest
        assert (await http.get(f"/api/ai/jobs/{job}/events")).status_code == 401
