"""Where may a request of ours go? Resolved once, judged by address, and connected to exactly that address.

What resolves to a private or loopback address is refused unless the endpoint was allowed to; link-local, multicast and
reserved addresses are refused always: no receiver lives there, but the credentials of a cloud machine do.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

SHARED = IPv4Network("100.64.0.0/10")
RESERVED = IPv4Network("240.0.0.0/4")
NAT64 = IPv6Network("64:ff9b::/96")
PORTS = {"http": 80, "https": 443}


class ForbiddenAddressError(Exception):
    """The address may not be called; trying again changes nothing."""


class UnknownHostError(Exception):
    """The host name does not resolve just now."""


@dataclass(frozen=True)
class Target:
    """Where a connection goes: the address it is made to, and the name that certificate and Host header must show."""

    scheme: str
    host: str
    port: int
    path: str
    address: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def locate(url: str, *, allow_private: bool) -> Target:
    """The target of an endpoint's URL; looks the name up. Raises ForbiddenAddressError, UnknownHostError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ForbiddenAddressError(str(error)) from error
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None or parts.password is not None:
        raise ForbiddenAddressError("只允许不带账号的 http 或 https 地址")
    port = port or PORTS[parts.scheme]
    try:
        host = parts.hostname.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ForbiddenAddressError(f"{parts.hostname} 不是主机名") from error
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except socket.gaierror as error:
        raise UnknownHostError(host) from error
    addresses = [str(place[4][0]).partition("%")[0] for place in found]
    refused = [address for address in addresses if not may_call(address, allow_private=allow_private)]
    if refused or not addresses:
        # One bad address among several is enough: whoever controls the name chooses which one is used.
        raise ForbiddenAddressError(f"{host} 指向不允许的地址")
    path = parts.path or "/"
    return Target(parts.scheme, host, port, f"{path}?{parts.query}" if parts.query else path, addresses[0])


def may_call(address: str, *, allow_private: bool) -> bool:
    """Whether a literal IP address may be connected to."""
    place = _inner(ip_address(address))
    if place.is_link_local or place.is_multicast or place.is_unspecified or place in RESERVED:
        return False
    if place.is_global:
        return True
    return allow_private and (place.is_private or place.is_loopback or place in SHARED)


def _inner(place: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one only wraps: mapped, 6to4, Teredo, NAT64."""
    if isinstance(place, IPv4Address):
        return place
    if place.ipv4_mapped:
        return place.ipv4_mapped
    if place.sixtofour:
        return place.sixtofour
    if place.teredo:
        return place.teredo[1]
    return IPv4Address(int(place) & 0xFFFFFFFF) if place in NAT64 else place
