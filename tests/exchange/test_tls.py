"""Is the other side who it says? The certificate is checked on the name, the connection goes to the judged address."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from approvals.exchange import wire
from approvals.exchange.delivery import deliver
from tests.exchange.conftest import endpoint_to, write
from tests.exchange.test_guard import answering

pytestmark = pytest.mark.django_db


def certified(folder, *, name: str, days: int):
    """A certificate for `name` that is its own authority, valid until `days` from now (or ago)."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}-{days}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def behind_tls(sink, pem) -> int:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    sink.socket = context.wrap_socket(sink.socket, server_side=True, do_handshake_on_connect=False)
    return sink.server_address[1]


@pytest.fixture
def trusting(settings):
    """Trust the authority in this file, as an intranet does its own."""

    def trust(pem) -> None:
        settings.EXCHANGE_CA_FILE = str(pem)
        wire._tls.cache_clear()

    yield trust
    wire._tls.cache_clear()


@pytest.mark.parametrize(
    ("name", "days", "outcome"),
    [
        pytest.param("unit.test", 30, ("CONFIRMED", ""), id="the right name"),
        pytest.param("other.test", 30, ("WAITING", "证书或加密握手失败"), id="another name"),
        pytest.param("unit.test", -1, ("WAITING", "证书或加密握手失败"), id="expired"),
    ],
)
def test_a_certificate_must_bear_the_name_and_be_valid(
    receiver, clock, quick, tmp_path, trusting, monkeypatch, name, days, outcome
):
    pem = certified(tmp_path, name=name, days=days)
    trusting(pem)
    port = behind_tls(receiver(), pem)
    answering(monkeypatch, **{"unit.test": ["127.0.0.1"]})
    message = write(endpoint_to(f"https://unit.test:{port}/"), at=clock())
    deliver(clock=clock)
    message.refresh_from_db()
    assert (message.state, message.last_error) == outcome


def test_an_unknown_authority_is_not_believed(receiver, clock, quick, tmp_path, monkeypatch):
    port = behind_tls(receiver(), certified(tmp_path, name="unit.test", days=30))
    answering(monkeypatch, **{"unit.test": ["127.0.0.1"]})
    message = write(endpoint_to(f"https://unit.test:{port}/"), at=clock())
    deliver(clock=clock)
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("WAITING", "证书或加密握手失败")
