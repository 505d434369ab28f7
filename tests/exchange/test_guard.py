"""Where may we be sent? Public addresses, and an intranet only where an administrator said so."""

from __future__ import annotations

import socket

import pytest

from approvals.exchange.delivery import deliver
from approvals.exchange.guard import ForbiddenAddressError, UnknownHostError, locate, may_call
from tests.exchange.conftest import endpoint_to, write

INNER = ["10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "100.64.1.1", "::1", "fd00::1", "::ffff:10.0.0.1"]
NEVER = [
    "0.0.0.0",
    "169.254.169.254",
    "fe80::1",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "::",
    "ff02::1",
    "::ffff:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "2002:a9fe:a9fe::",
]


@pytest.mark.parametrize("address", ["223.5.5.5", "2400:3200::1"])
def test_a_public_address_may_be_called(address):
    assert may_call(address, allow_private=False)


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_only_where_it_was_allowed(address):
    assert not may_call(address, allow_private=False)
    assert may_call(address, allow_private=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_never_whatever_was_allowed(address):
    assert not may_call(address, allow_private=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "http://user:pass@223.5.5.5/",
        "ftp://223.5.5.5/",
        "file:///etc/passwd",
        "http:///",
        "http://223.5.5.5:99999/",
        "//223.5.5.5/",
    ],
)
def test_every_way_of_writing_an_inner_or_foreign_address_is_refused(url):
    with pytest.raises(ForbiddenAddressError):
        locate(url, allow_private=False)


def answering(monkeypatch, **names: list[str]) -> list[str]:
    """Let these names resolve so; the list of names asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host, port, *args, **kwargs):
        if host not in names:
            return real(host, port, *args, **kwargs)
        asked.append(host)
        if not names[host]:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in names[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_one_inner_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    answering(monkeypatch, unit=["223.5.5.5", "10.0.0.1"])
    with pytest.raises(ForbiddenAddressError):
        locate("http://unit/", allow_private=False)


def test_a_name_that_does_not_resolve_just_now_is_another_matter(monkeypatch):
    answering(monkeypatch, unit=[])
    with pytest.raises(UnknownHostError):
        locate("http://unit/", allow_private=False)


@pytest.mark.django_db
def test_a_refused_address_makes_dead_letters_and_no_connection(receiver, clock):
    sink = receiver()
    message = write(endpoint_to(sink.url, allow_private=False), at=clock())
    deliver(clock=clock)
    message.refresh_from_db()
    assert (message.state, message.last_error, sink.requests) == ("DEAD", "地址不允许", 0)


@pytest.mark.django_db
def test_a_name_is_looked_up_once_and_the_address_that_was_judged_is_the_one_connected_to(
    receiver, clock, settings, monkeypatch
):
    settings.EXCHANGE_LANES = 1
    sink = receiver()
    asked = answering(monkeypatch, unit=["127.0.0.1"])
    endpoint = endpoint_to(f"http://unit:{sink.server_address[1]}/in?box=1")
    for _ in range(3):
        write(endpoint, at=clock())
    assert deliver(clock=clock) == 3
    assert asked == ["unit"]


def test_a_chinese_host_name_is_asked_for_in_its_ascii_form(monkeypatch):
    asked = answering(monkeypatch, **{"xn--dgt113dvmd.cn": ["223.5.5.5"]})
    assert locate("https://监管局.cn/in", allow_private=False).host_header == "xn--dgt113dvmd.cn"
    assert asked == ["xn--dgt113dvmd.cn"]


@pytest.mark.django_db
def test_an_unknown_name_is_tried_again_later(clock, monkeypatch):
    answering(monkeypatch, unit=[])
    message = write(endpoint_to("http://unit/"), at=clock())
    deliver(clock=clock)
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("WAITING", "域名解析失败")
