"""Is a bundle of a case still what was packed? Needs Python's standard library alone: `python bundle_check.py FILE.zip`.

Checks each file against the list, the list against its own digest, each event against the one before it (SHA-256 over
"1\\n<previous>\\n<body>") and against the columns it repeats, words against their salted digest, and names what was changed.
The signature on `manifest.pdf`, which bears the list's digest, is checked by any PDF reader; here only what it covers is read.
Exit status 0: intact; 1: something was changed; 2: no bundle.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

SCHEMA = "case-bundle/1"
MANIFEST = "manifest.json"
SIGNED = "manifest.pdf"  # the manifest's digest on a page under the platform's signature
GENESIS = "0" * 64
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
MOST_BYTES = 2 * 1024**3  # of one unpacked file
MOST_JSON = 200 * 1024**2


class NoBundle(Exception):
    """The file cannot be read as a bundle at all."""


def check(path: str) -> dict[str, Any]:
    """What was found; raises NoBundle.

    `{"intact", "number", "digest", "head", "files", "events", "signed_page", "findings": [{"code", "where", "said"}]}`
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _checked(archive)
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as wrong:
        raise NoBundle(f"读不出这个数据包：{wrong}") from wrong


def _checked(archive: zipfile.ZipFile) -> dict[str, Any]:
    names = archive.namelist()
    if MANIFEST not in names:
        raise NoBundle("包里没有 manifest.json，不是办件数据包。")
    manifest, findings = _json(archive, MANIFEST), list[dict[str, str]]()
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise NoBundle(f"不认识的数据包格式；本程序认识 {SCHEMA}。")
    listed = {str(one["path"]): one for one in manifest.get("files", [])}
    if manifest.get("digest") != digest_of(manifest):
        findings.append(_finding("manifest-changed", MANIFEST, "清单与它自己的摘要不符。"))
    for name in sorted({name for name in names if names.count(name) > 1}):
        findings.append(_finding("file-twice", name, "包里有两份同名文件。"))
    if SIGNED in names and str(manifest.get("digest")).encode() not in _covered(_bytes(archive, SIGNED)):
        findings.append(_finding("signed-page-differs", SIGNED, "签名页上的清单摘要与清单不符。"))
    for name in sorted(set(names) - set(listed) - {MANIFEST, SIGNED}):
        findings.append(_finding("file-added", name, "清单里没有这份文件。"))
    for name, one in listed.items():
        if name not in names:
            findings.append(_finding("file-missing", name, "清单里有，包里没有。"))
            continue
        said = _differs(archive, name, one)
        if said:
            findings.append(_finding("file-changed", name, said))
    if "data.json" in names:
        findings += _rows(_json(archive, "data.json"), manifest.get("rows", {}))
    events = _json(archive, "events.json") if "events.json" in names else []
    findings += _chain(events if isinstance(events, list) else [], manifest)
    return {
        "intact": not findings,
        "number": manifest.get("number", ""),
        "digest": manifest.get("digest", ""),
        "head": manifest.get("head", ""),
        "files": len(listed),
        "events": len(events),
        "signed_page": SIGNED in names,
        "findings": findings,
    }


def digest_of(manifest: dict[str, Any]) -> str:
    """The digest of a manifest without its own line."""
    rest = {key: value for key, value in manifest.items() if key != "digest"}
    return hashlib.sha256(canonical(rest).encode()).hexdigest()


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _differs(archive: zipfile.ZipFile, name: str, one: dict[str, Any]) -> str:
    """What is wrong with a file of the bundle; empty if nothing."""
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as file:
            while chunk := file.read(1 << 20):
                size += len(chunk)
                if size > min(MOST_BYTES, int(one["size"])):
                    return f"比清单里的 {one['size']} 字节长。"
                digest.update(chunk)
    except (zipfile.BadZipFile, EOFError, ValueError) as wrong:
        return f"解不开：{wrong}"
    if size != one["size"]:
        return f"应为 {one['size']} 字节，实为 {size}。"
    return "" if digest.hexdigest() == one["sha256"] else "SHA-256 与清单不符。"


def _rows(data: Any, listed: dict[str, list[str]]) -> Iterator[dict[str, str]]:
    """Check each row of the data against its digest in the manifest, and that none came or went."""
    for table in sorted({*data, *listed}):
        rows, digests = data.get(table, []), listed.get(table, [])
        if len(rows) != len(digests):
            yield _finding("rows-differ", f"data.json {table}", f"应有 {len(digests)} 行，实有 {len(rows)} 行。")
        for number, (row, digest) in enumerate(zip(rows, digests), 1):  # noqa: B905 - the lengths were compared
            if row_digest(row) != digest:
                yield _finding("row-changed", f"data.json {table} 第 {number} 行", "内容与清单里的摘要不符。")


def row_digest(row: Any) -> str:
    return hashlib.sha256(canonical(row).encode()).hexdigest()


def _bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MOST_JSON:
        raise NoBundle(f"{name} 大得不像数据包。")
    return archive.read(name)


def _covered(page: bytes) -> bytes:
    """What the one signature of a page covers: all but the signature itself, into which anybody can write; else nothing."""
    ranges = BYTE_RANGE.findall(page)
    if len(ranges) != 1:
        return b""
    start, length, after, rest = (int(number) for number in ranges[0])
    if start != 0 or after < length or after + rest != len(page):
        return b""
    return page[:length] + b"\n" + page[after:]


def _json(archive: zipfile.ZipFile, name: str) -> Any:
    try:
        return json.loads(_bytes(archive, name).decode())
    except (ValueError, RecursionError) as wrong:
        raise NoBundle(f"{name} 不是 JSON。") from wrong


def _chain(events: list[dict[str, Any]], manifest: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Check the chain of events, link by link, and its end against the manifest."""
    previous = GENESIS
    for number, event in enumerate(events, 1):
        where = f"events.json 第 {event.get('sequence')} 条"
        if event.get("sequence") != number:
            yield _finding("event-missing", where, f"这里应是第 {number} 条。")
            return
        if event.get("previous") != previous:
            yield _finding("chain-broken", where, "与前一条接不上。")
        text = f"{event.get('format')}\n{event.get('previous')}\n{event.get('body')}"
        if hashlib.sha256(text.encode()).hexdigest() != event.get("digest"):
            yield _finding("event-changed", where, "规范文本与摘要不符。")
        yield from _columns(event, where)
        previous = str(event.get("digest"))
    if previous != manifest.get("head") or len(events) != manifest.get("events"):
        yield _finding("chain-cut", "events.json", "末条摘要或条数与清单所记不符。")


def _columns(event: dict[str, Any], where: str) -> Iterator[dict[str, str]]:
    try:
        body = json.loads(str(event.get("body")))
    except ValueError:
        yield _finding("event-changed", where, "规范文本不是 JSON。")
        return
    for name in ("sequence", "action", "at", "effective_on", "organ", "target"):
        if name in event and name in body and event[name] != body[name]:
            yield _finding("event-changed", where, f"{name} 与规范文本不符。")
    words = event.get("words")
    if words is not None:
        text = f"{event.get('format')}\n{words['salt']}\n{words['text']}"
        if hashlib.sha256(text.encode()).hexdigest() != body.get("text_digest"):
            yield _finding("words-changed", where, "文字与记录里的摘要不符。")


def _finding(code: str, where: str, said: str) -> dict[str, str]:
    return {"code": code, "where": where, "said": said}


def report(found: dict[str, Any]) -> str:
    """What was found, for people."""
    lines = [f"{one['where']}：{one['said']}（{one['code']}）" for one in found["findings"]]
    verdict = "完好" if found["intact"] else f"被改动，{len(lines)} 处"
    head = f"办件 {found['number']}：{verdict}。文件 {found['files']} 份，记录 {found['events']} 条，末条摘要 {found['head']}"
    return "\n".join([head, *lines])


def main(arguments: list[str]) -> int:
    paths = [one for one in arguments if one != "--json"]
    if len(paths) != 1:
        print("用法：python bundle_check.py FILE.zip [--json]", file=sys.stderr)
        return 2
    try:
        found = check(paths[0])
    except NoBundle as wrong:
        print(wrong, file=sys.stderr)
        return 2
    print(json.dumps(found, ensure_ascii=False, indent=1) if "--json" in arguments else report(found))
    return 0 if found["intact"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
