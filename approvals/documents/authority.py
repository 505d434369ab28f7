"""Who certifies our simulated seals? A local certificate authority, made at set-up; its key never leaves its folder.

Every certificate says 模拟 in its name. A real seal comes from the provincial seal service (GB/T 38540), by `SEAL_SERVICE`.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from approvals.errors import Refused

NAME = "市县联动审批平台模拟签章根证书"
CA_YEARS, SEAL_YEARS = 20, 5
DAY = timedelta(days=1)


class NoAuthority(Refused):
    code = "no-authority"
    status = 503
    title = "还没有签章根证书"


def folder() -> Path:
    return Path(settings.SEAL_CA_DIR)


def common_name(name: str) -> str:
    """A name as a certificate holds it: at most 64 octets of UTF-8, cut between characters, and always marked 模拟."""
    mark = "（模拟）"
    return name.encode()[: 64 - len(mark.encode())].decode(errors="ignore") + mark


def make(*, at: datetime) -> bool:
    """Make the root key and certificate unless they are there; whether they were made."""
    if (folder() / "ca.pem").exists():
        return False
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    _put("ca.key", _pem(ec.generate_private_key(ec.SECP256R1())), secret=True)
    key = serialization.load_pem_private_key((folder() / "ca.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    builder = _builder(name, name, key.public_key(), at, CA_YEARS).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    certificate = builder.add_extension(_usage(ca=True), critical=True).sign(key, hashes.SHA256())
    return _put("ca.pem", certificate.public_bytes(serialization.Encoding.PEM))


def root() -> bytes:
    """The root certificate as PEM. Raises NoAuthority."""
    try:
        return (folder() / "ca.pem").read_bytes()
    except FileNotFoundError:
        raise NoAuthority("请系统管理员执行 manage.py make_ca，再重试。") from None


def certified(code: str, name: str, *, at: datetime) -> bytes:
    """Key and certificate of a seal as PEM, made on first use and again when the certificate has run out.

    Raises NoAuthority. Two workers at once end with one pair: whoever links its file first wins.
    """
    issuer = x509.load_pem_x509_certificate(root())
    stem = "".join(char if char.isalnum() or char in "-_" else "_" for char in code)
    for turn in range(100):
        pair = folder() / f"{stem}.{turn}.pair"
        if not pair.exists():
            _issue(pair.name, name, issuer, at)
        text = pair.read_bytes()
        certificate = x509.load_pem_x509_certificate(text)
        if certificate.not_valid_after_utc > at and certificate.issuer == issuer.subject:
            return text
    raise NoAuthority("签章证书目录已满，请系统管理员清理。")


def _issue(file: str, name: str, issuer: x509.Certificate, at: datetime) -> None:
    try:
        signer = serialization.load_pem_private_key((folder() / "ca.key").read_bytes(), None)
    except FileNotFoundError:
        raise NoAuthority("签章根证书的私钥不在本机；请系统管理员恢复密钥目录。") from None
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "模拟印章，不具法律效力"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"{name[:60]}（模拟）"),  # whole, as the name is not
            x509.NameAttribute(NameOID.COMMON_NAME, common_name(name)),
        ]
    )
    certificate = (
        _builder(subject, issuer.subject, key.public_key(), at, SEAL_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(ca=False), critical=True)
        .sign(signer, hashes.SHA256())  # type: ignore[arg-type]
    )
    _put(file, _pem(key) + certificate.public_bytes(serialization.Encoding.PEM), secret=True)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime, years: int
) -> x509.CertificateBuilder:
    at = at.astimezone(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - DAY)
        .not_valid_after(at + years * 365 * DAY)
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _put(name: str, content: bytes, *, secret: bool = False) -> bool:
    """Write a file whole or not at all, and never over another's; whether it is ours."""
    path = folder() / name
    draft = path.with_name(f"{name}.{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
