"""What a token must be like to be taken."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import jwt
import pytest

from api.guards.bearer import Grant, InvalidTokenError, SharedSecretVerifier, is_signed, signed
from api.guards.signing_key import SigningKey, SigningKeyFile, SigningKeys
from domain.access import Scope
from domain.ids import TenantId, TokenId, UserId
from settings import Settings

SETTINGS: Final = Settings()
_HOUR: Final = timedelta(hours=1)

Forge = Callable[..., str]


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeyFile:
    """Return a file with one secret."""
    file = SigningKeyFile(tmp_path / "signing-keys.json")
    file.write(SigningKeys().rotated(datetime.now(UTC), None))
    return file


@pytest.fixture
def key(keys: SigningKeyFile) -> SigningKey:
    return keys.read().keys[0]


@pytest.fixture
def verifier(keys: SigningKeyFile) -> SharedSecretVerifier:
    return SharedSecretVerifier(keys, SETTINGS, lambda: datetime.now(UTC))


@pytest.fixture
def forge(key: SigningKey) -> Forge:
    """Return what signs any claims, with whatever header."""

    def forged(
        claims: Mapping[str, Any] | None = None,
        without: str = "",
        algorithm: str = "HS256",
        headers: Mapping[str, Any] | None = None,
        secret: bytes | None = None,
    ) -> str:
        now = int(datetime.now(UTC).timestamp())
        usual = {"iss": "pagewright", "aud": "pagewright", "sub": "ann", "tenant": "harbour", "jti": "tok_1"}
        times = {"iat": now, "nbf": now, "exp": now + 3600}
        whole = {**usual, **times, "scope": "jobs.read", **(claims or {})}
        whole.pop(without, None)
        signs = "" if algorithm == "none" else secret or key.secret.get_secret_value()
        given = {"kid": key.kid} if headers is None else dict(headers)
        return jwt.encode(whole, signs, algorithm, headers=given)

    return forged


def seconds_from_now(seconds: float) -> int:
    return int(datetime.now(UTC).timestamp() + seconds)


def test_a_token_says_what_was_granted(verifier: SharedSecretVerifier, key: SigningKey) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    scopes = frozenset({Scope.JOBS_READ, Scope.ADMIN})
    grant = Grant(TokenId("tok_1"), TenantId("harbour"), UserId("ann"), scopes, now, now + _HOUR)
    token = signed(grant, key, SETTINGS)
    claims = verifier.verify(token)
    assert (claims.jti, claims.tenant, claims.sub, claims.scope) == ("tok_1", "harbour", "ann", scopes)
    assert claims.exp == now + _HOUR
    assert is_signed(token)
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "kid": key.kid, "typ": "JWT"}


def test_scopes_of_a_later_version_are_left_out(verifier: SharedSecretVerifier, forge: Forge) -> None:
    assert verifier.verify(forge({"scope": "jobs.read runs.cancel"})).scope == {Scope.JOBS_READ}
    assert verifier.verify(forge(without="scope")).scope == frozenset()


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "somebody"}, "issuer"),
        ({"aud": "somebody"}, "audience"),
        ({"aud": ["pagewright", "somebody"]}, "audience"),
        ({"tenant": "a" * 65}, "whose"),
        ({"tenant": "Harbour/../owner"}, "whose"),
        ({"tenant": "*"}, "whose"),
        ({"sub": ""}, "whose"),
        ({"exp": "soon"}, "malformed"),
        ({"exp": 1e300}, "whose"),
    ],
)
def test_a_token_with_wrong_claims_is_refused(
    verifier: SharedSecretVerifier, forge: Forge, claims: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidTokenError, match=reason):
        verifier.verify(forge(claims))


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf", "iss", "aud", "sub", "jti", "tenant"])
def test_a_token_without_a_claim_is_refused(verifier: SharedSecretVerifier, forge: Forge, claim: str) -> None:
    with pytest.raises(InvalidTokenError, match=r"claim|whose"):
        verifier.verify(forge(without=claim))


def test_times_hold_with_the_leeway_and_no_longer(verifier: SharedSecretVerifier, forge: Forge) -> None:
    assert verifier.verify(forge({"exp": seconds_from_now(-15)}))
    with pytest.raises(InvalidTokenError, match="expired"):
        verifier.verify(forge({"exp": seconds_from_now(-40)}))
    assert verifier.verify(forge({"nbf": seconds_from_now(15), "iat": seconds_from_now(15)}))
    with pytest.raises(InvalidTokenError, match="not valid yet"):
        verifier.verify(forge({"nbf": seconds_from_now(60)}))


@pytest.mark.parametrize("algorithm", ["none", "HS384", "HS512"])
def test_the_algorithm_is_ours_and_not_the_token_s(
    verifier: SharedSecretVerifier, forge: Forge, algorithm: str
) -> None:
    with pytest.raises(InvalidTokenError, match="not signed with HS256"):
        verifier.verify(forge(algorithm=algorithm, secret=b"s" * 64))


def test_an_unsigned_token_that_claims_our_algorithm_is_refused(verifier: SharedSecretVerifier, forge: Forge) -> None:
    head, body, _ = forge().split(".")
    with pytest.raises(InvalidTokenError, match="signature"):
        verifier.verify(f"{head}.{body}.")


def test_a_changed_claim_or_another_secret_is_refused(verifier: SharedSecretVerifier, forge: Forge) -> None:
    head, _, signature = forge().split(".")
    other = forge({"tenant": "owner"}).split(".")[1]
    for token in (f"{head}.{other}.{signature}", forge(secret=b"x" * 32)):
        with pytest.raises(InvalidTokenError, match="signature"):
            verifier.verify(token)


@pytest.mark.parametrize(
    ("headers", "reason"), [({}, "kid"), ({"kid": "key_of-nobody"}, "not known"), ({"kid": ""}, "not known")]
)
def test_the_key_is_named_and_known(
    verifier: SharedSecretVerifier, forge: Forge, headers: dict[str, str], reason: str
) -> None:
    with pytest.raises(InvalidTokenError, match=reason):
        verifier.verify(forge(headers=headers))


def test_a_retired_key_s_tokens_are_refused(verifier: SharedSecretVerifier, keys: SigningKeyFile, forge: Forge) -> None:
    token = forge()
    assert verifier.verify(token)
    keys.write(keys.read().rotated(datetime.now(UTC), timedelta(0)))
    with pytest.raises(InvalidTokenError, match="retired"):
        verifier.verify(token)


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", "tök.tök.tök", "e30.e30.e30", "eyJhbGciOjF9.e30.", "x" * 5000]
)
def test_what_is_no_token_is_refused(verifier: SharedSecretVerifier, text: str) -> None:
    with pytest.raises(InvalidTokenError):
        verifier.verify(text)


def test_an_owner_s_token_is_not_taken_for_a_signed_one() -> None:
    assert not is_signed("a long secret")
    assert not is_signed("q8X0b5.vD-2_x")
