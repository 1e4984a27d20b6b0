"""E-mail and web addresses in running text and in links, in one spelling each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

_LATIN: Final = r"A-Za-z0-9\u00c0-\u024f"
_SPELLED_AT: Final = re.compile(r" ?[\[({] ?(?:at|ät|@|arroba) ?[\])}] ?", re.IGNORECASE)
_SPELLED_DOT: Final = re.compile(r" ?[\[({] ?(?:dot|punkt|point|punto|\.) ?[\])}] ?", re.IGNORECASE)
_EMAIL: Final = re.compile(
    rf"(?:(?<![{_LATIN}.+_%-])[{_LATIN}.+_%-]++|(?<=[^\W\d_]))@"
    rf"(?:[{_LATIN}-]+(?:\.[{_LATIN}-]+)*\.[A-Za-z]{{2,}}|[\w-]+(?:\.[\w-]+)+)"
)
_URL: Final = re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,15}:[/\\]{2}[^\s<>\"`]+")
_DOMAIN: Final = re.compile(rf"(?<![{_LATIN}_.@-])[{_LATIN}.-]++")
_AFTER_HOST: Final = re.compile(r"(?:[/?#:][!-~]*)?")
_ASCII_URL: Final = re.compile(r"[A-Za-z]+://(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?=[^A-Za-z0-9.-])[!-~]*")
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_CLOSING: Final = ".,;:!?)]}'\u2019\u201c\u201d\u00bb\u3002\u3001\uff09\u300d*_"
_SAFE_IN_PATH: Final = "/:@!$&'()*+,;=~-._"
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_TOP_LEVEL: Final = """
com org net edu gov int info biz name pro mobi io ai co app dev page site online shop store blog cloud tech live club
agency studio design digital media news events world group team email link click xyz top web art bio cafe bar pub
restaurant pizza hotel museum music band clinic dental doctor health law legal school academy foundation ngo ong church
fm tv me cc gg ly eu de at ch li uk ie fr nl lu es pt it pl cz sk hu ro bg gr dk fi se us ca mx br ar cl pe uy au nz jp
cn tw hk kr sg th vn my id ph ae sa qa kw bh om jo lb eg ma tn dz il tr ru ua kz za ng ke gh berlin hamburg koeln bayern
wien tirol swiss london paris tokyo osaka nyc amsterdam example zip
"""
"""Endings that make a name with dots a web address. Those that are rather file names (py, rs, md) are left out."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An address spelled at `[start, end)` of a folded text, and its keys: one of them must be known."""

    spelled: str
    keys: tuple[str, ...]
    start: int
    end: int


def spell_addresses(folded: str) -> str:
    """Return folded text with `name [at] example [dot] org` written as the address it is."""
    return _SPELLED_DOT.sub(".", _SPELLED_AT.sub("@", folded))


def find_emails(folded: str) -> tuple[Mention, ...]:
    """Return the e-mail addresses of a folded text; the key is the address in lower case."""
    return tuple(
        Mention(match[0], (match[0].casefold(),), match.start(), match.end()) for match in _EMAIL.finditer(folded)
    )


def find_urls(folded: str) -> tuple[Mention, ...]:
    """Return the web addresses of a folded text without e-mail addresses: URLs, and bare domains like `example.org`."""
    urls = [_url_mention(match) for match in _URL.finditer(folded)]
    rest = masked(folded, urls)
    return (*urls, *_find_domains(rest))


def url_key(url: str) -> str | None:
    """Return the one spelling of an http(s) URL, without its scheme; None when it is no safe web address.

    Case of the host, default port, final slash and percent-encoding make no difference. User names, backslashes,
    blanks, control characters and hosts that are no plain names are refused.
    """
    if not url.isprintable() or any(character in ' \\<>"`' or character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
        host = _host(parts)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or host is None or "@" in parts.netloc:
        return None
    place = host if port in {None, _DEFAULT_PORTS[parts.scheme]} else f"{host}:{port}"
    query = f"?{_encoded(parts.query)}" if parts.query else ""
    fragment = f"#{_encoded(parts.fragment)}" if parts.fragment else ""
    return place + _encoded(parts.path).rstrip("/") + query + fragment


def host_of(key: str) -> str:
    """Return the host of a URL key, without `www.`."""
    return re.split(r"[/?#:]", key, maxsplit=1)[0].removeprefix("www.")


def masked(text: str, mentions: Sequence[Mention]) -> str:
    """Return `text`, as long as it was, with the mentions blanked out by line ends."""
    pieces: list[str] = []
    position = 0
    for mention in sorted(mentions, key=lambda mention: mention.start):
        start = max(position, mention.start)
        pieces += (text[position:start], "\n" * (mention.end - start))
        position = max(position, mention.end)
    return "".join((*pieces, text[position:]))


def _host(parts: SplitResult) -> str | None:
    host = (parts.hostname or "").removesuffix(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return host if _HOST.fullmatch(host) and ".." not in host else None


def _encoded(part: str) -> str:
    return quote(unquote(part), safe=_SAFE_IN_PATH)


def _url_mention(match: re.Match[str]) -> Mention:
    spelled = match[0].rstrip(_CLOSING)
    ascii_part = _ASCII_URL.match(spelled)
    spellings = (spelled,) if ascii_part is None else (spelled, ascii_part[0].rstrip(_CLOSING))
    keys = tuple(dict.fromkeys(key for key in map(url_key, spellings) if key is not None))
    return Mention(spelled, keys, match.start(), match.start() + len(spelled))


def _find_domains(folded: str) -> Iterator[Mention]:
    endings = frozenset(_TOP_LEVEL.split())
    position = 0
    for match in _DOMAIN.finditer(folded):
        host = match[0].strip(".-")
        if match.start() < position or not _is_domain(host, endings):
            continue
        start = match.start() + match[0].index(host)
        rest = _AFTER_HOST.match(folded, match.end()) if match[0].endswith(host) else None
        spelled = (host + (rest[0] if rest else "")).rstrip(_CLOSING)
        position = start + len(spelled)
        key = url_key(f"https://{spelled}")
        yield Mention(spelled, () if key is None else (key,), start, position)


def _is_domain(host: str, endings: frozenset[str]) -> bool:
    name, _, ending = host.rpartition(".")
    if not all(name.split(".")) or ending.casefold() not in endings:
        return False
    return ending.islower() or (ending.isupper() and ending != "NET")  # ASP.NET is no address
