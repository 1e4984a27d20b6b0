"""`pagewright token`: who else may speak to the API. Acts on this machine's database and secrets, with no API up."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeVar

import typer

from api.guards.issuer import Issuer, Minted, Wish
from api.guards.machine import Operator
from api.guards.signing_key import SigningKeyFile, SigningKeys, SigningKeysError, signing_keys_path
from cli import options
from cli.configuration import load_settings
from cli.confirm import confirm
from cli.errors import UserError
from cli.live.again import Watch, show_once_or_again
from cli.period import parse_period
from cli.screen.render import print_fields, print_json, print_line, print_note, print_table
from cli.tables.token import keys_as_json, keys_fields, token_as_json, token_table
from domain.access import EVERY_SCOPE, Scope
from domain.ids import TokenId, tenant_id, user_id
from embedded.schema import current_database
from storage.token import TokenRow

T = TypeVar("T")

_EVERY: Final = "all"
_LONGEST: Final = timedelta(days=3650)
_SCOPES: Final = ", ".join(Scope)

_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(_app, name="token", help="Mint, list and revoke tokens; rotate the secret that signs them.")


def _scopes(text: str) -> str:
    """Check scopes that are separated by commas or spaces."""
    names = text.replace(",", " ").split()
    unknown = [name for name in names if name != _EVERY and name not in set(Scope)]
    if not names or unknown:
        message = f"{' '.join(unknown) or 'nothing'} is no scope; take {_EVERY}, or some of: {_SCOPES}."
        raise typer.BadParameter(message)
    return text


def _checked(check: Callable[[str], str]) -> Callable[[str | None], str | None]:
    """Return what Typer asks of an option: the error of `check` is told with the option's name."""

    def checked(text: str | None) -> str | None:
        try:
            return None if text is None else check(text)
        except ValueError as error:
            message = f"{error}."
            raise typer.BadParameter(message) from None

    return checked


def _lifetime(text: str) -> str:
    if not timedelta(0) < parse_period(text) <= _LONGEST:
        message = f"{text!r} is not between one second and ten years."
        raise typer.BadParameter(message)
    return text


def _optional_period(text: str | None) -> str | None:
    if text is not None:
        parse_period(text)
    return text


@_app.command()
def mint(  # one parameter an option
    scopes: Annotated[
        str,
        typer.Option(
            metavar="SCOPES", help=f"What it may do, separated by commas: {_SCOPES}; or all.", callback=_scopes
        ),
    ],
    tenant: Annotated[str, typer.Option(help="Whose pages and money.", callback=_checked(tenant_id))] = "owner",
    user: Annotated[str, typer.Option(help="Who of the tenant uses it.", callback=_checked(user_id))] = "owner",
    expires: Annotated[
        str, typer.Option(metavar="PERIOD", help="How long it is valid, for example 12h or 90d.", callback=_lifetime)
    ] = "90d",
    name: Annotated[str, typer.Option(help="What it is for.", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Make a token and print it, once: it is kept nowhere.

    Use it as PAGEWRIGHT_TOKEN, or as Authorization: Bearer.
    """
    wanted = frozenset(scopes.replace(",", " ").split())
    wish = Wish(
        tenant=tenant_id(tenant),
        user=user_id(user),
        scopes=EVERY_SCOPE if _EVERY in wanted else frozenset(map(Scope, wanted)),
        valid_for=parse_period(expires),
        name=name,
    )
    now = datetime.now(UTC)
    minted = _issue(lambda issuer: issuer.mint(wish, now))
    if as_json:
        print_json({**token_as_json(minted.row, "valid"), "token": minted.token})
    else:
        _tell(minted)


@_app.command("list")
def list_tokens(
    tenant: Annotated[
        str | None, typer.Option(help="Only this tenant's.", show_default=False, callback=_checked(tenant_id))
    ] = None,
    limit: options.Limit = 50,
    watch: Watch = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """List tokens of all tenants, the newest first, and whether they are still taken."""

    def show() -> None:
        now = datetime.now(UTC)

        async def listed(issuer: Issuer) -> list[tuple[TokenRow, str]]:
            async with issuer.database.read() as uow:
                rows = await uow.tokens.newest(None if tenant is None else tenant_id(tenant), limit=limit)
            keys = issuer.keys.read()
            return [(row, _status(row, keys, now)) for row in rows]

        found = _issue(listed)
        if as_json:
            print_json({"tokens": [token_as_json(row, status) for row, status in found]})
        else:
            print_table(token_table(found, now))

    show_once_or_again(show, watch=watch)


@_app.command()
def revoke(
    token: Annotated[str, typer.Argument(metavar="ID", help="A token's id, tok_...", show_default=False)],
    yes: options.Yes = False,
) -> None:
    """End a token for ever. Every API process refuses it from its next request on."""
    if not yes:
        confirm(f"Revoke {token}? What uses it is refused from now on.", f"{token} is not revoked")
    row = _issue(lambda issuer: issuer.revoke(TokenId(token), datetime.now(UTC)))
    if row is None:
        message = f"There is no token {token}."
        raise UserError(message, "`pagewright token list` shows which there are; it takes an id, not the token itself.")
    print_line(f"{row.id} of {row.user} ({row.tenant}) is revoked.")


@_app.command()
def rotate_secret(
    keep: Annotated[
        str | None,
        typer.Option(
            metavar="PERIOD",
            help="How long tokens of the old secret are taken; without it, until --drop-old.",
            show_default=False,
            callback=_optional_period,
        ),
    ] = None,
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="Make no new secret, and refuse tokens of every one but the newest.")
    ] = False,
    yes: options.Yes = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Let a new secret sign tokens; those of the old one stay valid for --keep, or until --drop-old.

    Every API process takes it up at once.
    """
    if drop_old and keep is not None:
        message = "--keep and --drop-old contradict each other."
        raise UserError(message, "Rotate with --keep, or drop the old secrets later with --drop-old.")
    period = None if keep is None else parse_period(keep)
    now = datetime.now(UTC)
    if not yes and (drop_old or period == timedelta(0)):
        _ask(now, drop_old=drop_old)

    async def rotated(issuer: Issuer) -> SigningKeys:
        return await (issuer.drop_old(now) if drop_old else issuer.rotate(now, period))

    keys = _issue(rotated)
    if as_json:
        print_json(keys_as_json(keys, now))
    else:
        print_fields(keys_fields(keys, now))


def _ask(now: datetime, *, drop_old: bool) -> None:
    """Ask before tokens end that somebody still uses."""

    async def ending(issuer: Issuer) -> int:
        keys = issuer.keys.read()
        signer = keys.signer(now)
        ended = frozenset(key.kid for key in keys.keys if not (drop_old and key is signer))
        return await issuer.signed_with(ended, now)

    count = _issue(ending)
    confirm(f"Refuse the {count} valid tokens of the old secrets from now on?", "No secret is dropped")


def _issue(work: Callable[[Issuer], Awaitable[T]]) -> T:
    """Do work on this machine's tokens. Raises UserError, or StackError for a database that cannot be used."""
    settings = load_settings()
    if settings.speaks_elsewhere:
        print_note(
            "Tokens are those of this machine's database; PAGEWRIGHT_URL is not asked. Run it where the API runs."
        )

    async def done() -> T:
        async with current_database(settings) as database:
            keys = SigningKeyFile(signing_keys_path(settings))
            return await work(Issuer(settings, database, keys, Operator.here()))

    try:
        return asyncio.run(done())
    except SigningKeysError as error:
        message = f"The secrets that sign tokens cannot be used: {error}."
        raise UserError(message, "PAGEWRIGHT_SIGNING_KEYS_FILE and PAGEWRIGHT_DATA_DIR say where they lie.") from error


def _status(row: TokenRow, keys: SigningKeys, now: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if not row.is_valid(now):
        return "expired"
    return "valid" if keys.named(row.key_id, now) is not None else "retired"


def _tell(minted: Minted) -> None:
    """Print the token alone on stdout, for `$(...)`, and what it is beside it."""
    row = minted.row
    print_note(f"{row.id} for {row.user} ({row.tenant}), valid until {row.expires_at:%Y-%m-%d %H:%M} UTC.")
    print_note("This is the only time it is shown:")
    print_line(minted.token)
