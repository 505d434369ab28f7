"""What does the OpenAPI document say beyond what the views say themselves? The problem every refusal is, and its codes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.plumbing import build_basic_type
from drf_spectacular.types import OpenApiTypes

from approvals.api.problems import MEDIA_TYPE, TITLES
from approvals.errors import Refused

HOW_TO = """\
接入系统以绑定的岗位查看和办理，权限与该岗位的人员相同；看不到的，一律答 404。

1. **令牌**：`POST /api/v1/token/`，客户端凭证方式，范围 `read` 查看、`act` 办理，半小时失效。以后每个请求带
   `Authorization: Bearer …`。人员登录后也可以用会话调用（写操作带 CSRF 令牌），有几个岗位的用 `X-Post` 头或 `post`
   参数选择，岗位编号见 `/api/v1/me`。
2. **收件**：先问 `/api/v1/jurisdiction` 能不能收，再 `POST /api/v1/cases`，带 `Idempotency-Key`；没有收到应答就原样重发，
   不会重复收件。文件先上传到 `/api/v1/files`，把摘要填进材料。
3. **办理**：`/api/v1/cases/{number}/actions` 列出现在能做什么、还缺什么；办理时把取办件得到的 `ETag` 放进 `If-Match`。
   别人刚办过答 412，什么也没有写入。
4. **跟进**：`/api/v1/events` 与 `/api/v1/pushes` 按序号接着取，不会漏也不会重。
5. **拒绝和错误**：一律 `application/problem+json`，按 `code` 分支，`detail` 说明怎么办。每个应答都有 `X-Request-ID`。
6. **日期与时限**：日期是北京时间的法律日期，天数是工作日。证件号码和手机号一律脱敏。小数按原样的文字保存。
"""
ALWAYS = ("400", "401", "403", "406", "429", "500")
PROBLEM = {"$ref": "#/components/schemas/Problem"}


def with_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the problem to every operation, under each status it may have."""
    result["info"]["description"] = HOW_TO
    result["components"]["schemas"]["Problem"] = described()
    content = {MEDIA_TYPE: {"schema": PROBLEM}}
    result["components"]["responses"] = {
        f"Problem{status}": {"description": meaning, "content": content} for status, meaning in MEANING.items()
    }
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for status in statuses(path, method, operation):
                operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    return result


MEANING = {
    "400": "请求的格式有误",
    "401": "没有令牌，或令牌无效",
    "403": "岗位或令牌范围不允许",
    "404": "没有，或对你不存在",
    "406": "不能按要求的格式应答",
    "409": "与现状冲突",
    "412": "版本不是最新",
    "413": "请求体太大",
    "415": "请求体的格式不受支持",
    "422": "内容有误或不全",
    "428": "缺少 If-Match",
    "429": "太频繁",
    "500": "系统内部错误",
    "503": "系统正忙",
}


def statuses(path: str, method: str, operation: dict[str, Any]) -> list[str]:
    found = list(ALWAYS)
    if "{" in path:
        found.append("404")
    if operation.get("parameters") or "requestBody" in operation:
        found.append("422")
    if method != "get":
        found += ["409", "413", "415", "503"]
    if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", [])):
        found += ["412", "428"]
    return sorted(found)


def described() -> dict[str, Any]:
    """The Problem component; its `code` lists every refusal of the platform."""
    text = build_basic_type(OpenApiTypes.STR)
    return {
        "type": "object",
        "description": "RFC 9457。按 code 分支处理；detail 是给人看的，说明怎么办。另有随 code 而异的成员。",
        "properties": {
            "type": text | {"examples": ["/problems/stale-version"]},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "instance": text,
            "code": text | {"examples": codes()},
            "request_id": text,
            "errors": {
                "type": "object",
                "description": "code 为 invalid 时：逐个字段的错误",
                "additionalProperties": {"type": "array", "items": text},
            },
            "blockers": {
                "type": "array",
                "description": "缺少必要内容时：逐项还缺什么",
                "items": {"$ref": "#/components/schemas/Blocker"},
            },
        },
        "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    }


def codes() -> list[str]:
    """Every stable code, sorted."""
    found, waiting = {code for code, _ in TITLES.values()}, [Refused]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        found.add(kind.code)
    return sorted(found - {Refused.code} | {"internal-error"})
