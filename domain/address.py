"""Addresses that servers listen on, and how they are reached."""

from ipaddress import IPv4Address, ip_address


def reachable(bound: str) -> str:
    """Return the host part of a URL under which this machine reaches what is bound to a name or an address."""
    try:
        address = ip_address(bound)
    except ValueError:
        return bound
    if isinstance(address, IPv4Address):
        return "127.0.0.1" if address.is_unspecified else str(address)
    return "[::1]" if address.is_unspecified else f"[{address}]"
