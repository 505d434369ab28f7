"""How does a stored file lie encrypted on the disk and still open at any place? Chunks under AES-256-GCM, each sealed alone.

`AFE1`, eight bytes that name the key, sixteen of salt; then chunks of 64 KiB, each with its tag. The file's own key comes by
HKDF from `FILE_KEY` and the salt; a chunk's nonce is its number and whether it is the last, so that chunks cannot be
exchanged, left out or cut off. `FILE_KEY` may hold several keys separated by commas: the first encrypts, all decrypt.
"""

from __future__ import annotations

import hashlib
import io
import os
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"AFE1"
CHUNK, TAG, SALT, NAME = 64 * 1024, 16, 16, 8
HEAD = len(MAGIC) + NAME + SALT


class Unreadable(OSError):
    """The key is not here, or the file is not what was encrypted."""


def name_of(key: str) -> bytes:
    return hashlib.sha256(b"name:" + key.encode()).digest()[:NAME]


def _cipher(key: str, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), 32, salt, b"stored-file").derive(key.encode()))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def encrypt(source: IO[bytes], target: IO[bytes], *, key: str) -> None:
    """Copy `source` from its beginning into `target`, encrypted, a chunk in memory at a time."""
    salt = os.urandom(SALT)
    cipher = _cipher(key, salt)
    target.write(MAGIC + name_of(key) + salt)
    source.seek(0)
    chunk, number = source.read(CHUNK), 0
    while True:
        following = source.read(CHUNK)
        target.write(cipher.encrypt(_nonce(number, not following), chunk, None))
        if not following:
            return
        chunk, number = following, number + 1


class Decrypted(io.RawIOBase):
    """An encrypted file as its plain content, seekable. Raises Unreadable."""

    def __init__(self, file: IO[bytes], keys: list[str]) -> None:
        self.file = file
        head = file.read(HEAD)
        named = {name_of(key): key for key in keys}
        key = named.get(head[len(MAGIC) : len(MAGIC) + NAME])
        if key is None:
            raise Unreadable("FILE_KEY 里没有这份文件的密钥")
        self.cipher = _cipher(key, head[-SALT:])
        body = file.seek(0, 2) - HEAD
        self.chunks = max(1, -(-body // (CHUNK + TAG)))
        self.length = body - self.chunks * TAG
        self.at = 0
        self.kept: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = max(0, {0: 0, 1: self.at, 2: self.length}[whence] + offset)
        return self.at

    def readinto(self, buffer: Any) -> int:
        if self.at >= self.length:
            return 0
        number, begin = divmod(self.at, CHUNK)
        piece = self._chunk(number)[begin : begin + len(buffer)]
        buffer[: len(piece)] = piece
        self.at += len(piece)
        return len(piece)

    def _chunk(self, number: int) -> bytes:
        if self.kept[0] != number:
            self.file.seek(HEAD + number * (CHUNK + TAG))
            try:
                nonce = _nonce(number, number == self.chunks - 1)
                self.kept = (number, self.cipher.decrypt(nonce, self.file.read(CHUNK + TAG), None))
            except InvalidTag:
                raise Unreadable("文件在磁盘上被改动过，解不开") from None
        return self.kept[1]

    def close(self) -> None:
        self.file.close()
        super().close()
