#!/usr/bin/env python3
"""Does an export of receipts hold, without the platform? Needs nothing but Python 3.9 or newer.

    python3 verify_receipts.py EXPORT [--secrets FILE] [--json]

EXPORT comes from `manage.py export_receipts`. Checked are: the chain of every thread, that each unit's pushes are numbered
without a gap, that each push is the text its record names, that each receipt is the one its record names and speaks of this
push, and the receiver's signature: Ed25519 with the public key in the receipt; HMAC with the shared secret where FILE (a JSON
object: unit → secret) has it. Then it counts the decisions by these receipts alone. Ends with 1 where anything does not fit.
"""

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import sys
from collections import defaultdict
from datetime import datetime, timedelta, timezone

GENESIS = "0" * 64
SHANGHAI = timezone(timedelta(hours=8))

# ---------------------------------------------------------------- Ed25519, RFC 8032 section 5.1, checking only

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def _x_of(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def _point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x = _x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def _plus(one, two):
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number, point):
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _plus(found, point)
        point, number = _plus(point, point), number >> 1
    return found


_BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (_x_of(_BASE_Y, 0), _BASE_Y, 1, _x_of(_BASE_Y, 0) * _BASE_Y % P)


def ed25519_holds(public, text, signature):
    """Whether `signature` (64 bytes) of `text` was made with the private half of `public` (32 bytes)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + text).digest(), "little") % L
    left, right = _times(s, BASE), _plus(r, _times(k, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# ---------------------------------------------------------------- the export


def canonical(data):
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def signature_holds(receipt, body_sha256, secret):
    """True or False; None where there is no signature, or no key here to check it with."""
    version, _, given = (receipt.get("signature") or "").partition(",")
    if not receipt.get("key") or version not in ("v1", "v1a"):
        return None
    parts = ("receipt/1", receipt["id"], receipt["receipt"], receipt.get("received_at", ""), body_sha256)
    text = "\n".join(parts).encode()
    try:
        signature = base64.b64decode(given, validate=True)
        if version == "v1a":
            return ed25519_holds(base64.b64decode(receipt["key"], validate=True), text, signature)
        if not secret or hashlib.sha256(secret.encode()).hexdigest()[:16] != receipt["key"]:
            return None
        raw = base64.b64decode(secret[6:] if secret.startswith("whsec_") else secret)
        return hmac.compare_digest(signature, hmac.new(raw, text, "sha256").digest())
    except (binascii.Error, ValueError):
        return False


def day_of(moment):
    return datetime.fromisoformat(moment).astimezone(SHANGHAI).date().isoformat()


def delivered_on(push, sent, first):
    """When a push first arrived: in an inbox when it went out, at a system with its first receipt; None if it did not."""
    if sent is None or first is None:
        return None
    if (push["receipt"] or {}).get("receipt") == "opened":
        return day_of(sent["at"])
    return first["data"].get("delivered_on") or day_of(first["at"])


def read(path):
    kinds = defaultdict(list)
    with open(path, encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            kinds[entry["type"]].append(entry)
    return kinds


def verify(kinds, secrets):
    """(counts, findings): decisions by state, and every thing that does not fit, in words."""
    findings, (header,) = [], kinds["header"]
    if header["format"] != "receipts/1":
        return {}, ["不认识的格式 " + header["format"]]
    sent, confirmed, first, heads = {}, {}, {}, {}
    for record in kinds["record"]:
        where, body = "{} 第 {} 条".format(record["case"], record["sequence"]), json.loads(record["body"])
        expected = heads.get(record["case"], (0, GENESIS))
        digest = hashlib.sha256(("1\n{}\n{}".format(record["previous"], record["body"])).encode()).hexdigest()
        if (record["sequence"] - 1, record["previous"]) != expected or digest != record["digest"]:
            findings.append(where + "：留痕链断开或被改动")
        if body["sequence"] != record["sequence"]:
            findings.append(where + "：序号与正文不符")
        heads[record["case"]] = (record["sequence"], record["digest"])
        if body["action"] == "PUSHED":
            sent[body["push_id"]] = body
        elif body["action"] == "CONFIRMED":
            confirmed[body["push_id"]] = body
            first.setdefault(body["push_id"], body)
    numbers, standing, arrived, due, broken = defaultdict(list), defaultdict(list), defaultdict(list), {}, set()
    signed = {"v1a": 0, "v1": 0, "unsigned": 0, "unchecked": 0}
    for push in kinds["push"]:
        numbers[push["unit"]].append(push["sequence"])
        place, told = (push["case"], push["event"]), sent.get(push["id"])
        received_on, trouble = None, ""
        if told is None or told["data"]["body_sha256"] != push["body_sha256"]:
            trouble = "送出的内容与留痕不符"
        elif told["unit"] != push["unit"] or told["data"]["unit_sequence"] != push["sequence"]:
            trouble = "单位或序号与留痕不符"
        elif push["receipt"] and push["id"] in confirmed:
            receipt, record = push["receipt"], confirmed[push["id"]]
            holds = signature_holds(receipt, push["body_sha256"], secrets.get(push["unit"], ""))
            if receipt.get("id") != push["id"]:
                trouble = "回执说的是另一条推送"
            elif record["data"]["receipt_sha256"] != hashlib.sha256(canonical(receipt).encode()).hexdigest():
                trouble = "回执与留痕不符"
            elif holds is False:
                trouble = "回执签名不符"
            else:
                kind = "unchecked" if holds is None and receipt.get("key") else "unsigned"
                signed[receipt["signature"].partition(",")[0] if holds else kind] += 1
                received_on = day_of(record["at"])
        if trouble:
            findings.append("{} 推送 {}：{}".format(push["case"], push["id"], trouble))
        if push["subject"] == "DECISION" and not push["copy"] and push["state"] != "REPLACED":
            standing[place].append(received_on)
            due[place] = max(due.get(place, ""), push.get("due_on") or "")
            if trouble:
                broken.add(place)
        if push["subject"] == "DECISION" and not push["copy"] and not push.get("replaces"):
            arrived[place].append(delivered_on(push, told, first.get(push["id"])))
    for unit, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            findings.append(f"{unit}：单位内序号有缺口或重复")
    counts = {"decided": 0, "received": 0, "received_late": 0, "late": 0, "not_yet": 0, "broken": 0}
    for decision in kinds["decision"]:
        place = decision["case"], decision["event"]
        found = standing.get(place, [])
        counts["decided"] += 1
        if place in broken:
            counts["broken"] += 1
        elif found and all(found):
            counts["received"] += 1
            counts["received_late"] += not all(day and day <= decision["due_on"] for day in arrived[place])
        else:
            counts["late" if (due.get(place) or decision["due_on"]) < header["on"] else "not_yet"] += 1
    return {**counts, "signatures": signed}, findings


def main():
    parser = argparse.ArgumentParser(description="核验推送回执导出件；只用标准库。")
    parser.add_argument("export")
    parser.add_argument("--secrets", help="JSON 文件：监管单位代码 → 共享密钥")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    secrets = {}
    if asked.secrets:
        with open(asked.secrets, encoding="utf-8") as file:
            secrets = json.load(file)
    counts, findings = verify(read(asked.export), secrets)
    if asked.json:
        print(json.dumps({**counts, "findings": findings}, ensure_ascii=False))
    else:
        for finding in findings:
            print(finding)
        print(
            "{decided} 件决定中 {received} 件有回执可证（其中 {received_late} 件晚于时限），逾期未达 {late} 件，"
            "未到期 {not_yet} 件，与留痕不符 {broken} 件。".format(**counts)
        )
    return 1 if findings or counts.get("late") else 0


if __name__ == "__main__":
    sys.exit(main())
