"""How does a file come in, and who may read it again? By its case alone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.serializers.callers import Uploaded, UploadRequest
from approvals.api.views.base import ApiView
from approvals.cases.access import HANDLERS, NotPermitted
from approvals.cases.models import File
from approvals.cases.queries import find
from approvals.documents.actions import FileTooLarge, store
from approvals.documents.queries import open_file
from approvals.errors import Invalid

AROUND_A_FILE = 64 * 1024  # bytes of multipart around the content


class FilesView(ApiView):
    parser_classes = [MultiPartParser]
    throttle_scope = "upload"
    largest_body = settings.MAX_FILE_BYTES + AROUND_A_FILE

    def refuse_body(self) -> None:
        limit = settings.MAX_FILE_BYTES // 1024 // 1024
        raise FileTooLarge(
            f"文件超过 {limit} MB；压缩、降低扫描分辨率或分成几个文件再上传。", limit=settings.MAX_FILE_BYTES
        )

    @extend_schema(
        operation_id="upload",
        summary="上传文件",
        tags=["文件"],
        request={"multipart/form-data": UploadRequest},
        responses={201: Uploaded},
    )
    def post(self, request: Request) -> Response:
        """存下一个文件，答它的摘要；登记材料时把摘要放进 `files`。类型按内容辨认，与扩展名不符的不收。"""
        if self.actor.role not in HANDLERS:
            raise NotPermitted("上传材料由办件岗位进行。")
        file = request.FILES.get("file")
        if file is None:
            raise Invalid({"file": ["用 multipart/form-data 的 file 字段上传一个文件。"]})
        stored = store(file=file, name=file.name, by=self.actor)
        facts = {"digest": stored.digest, "name": file.name, "size": stored.size, "content_type": stored.content_type}
        return Response(facts, status=201)


class Whatever(BaseContentNegotiation):
    """The file is what it is, whatever the client accepts."""

    def select_parser(self, request: Request, parsers: list[Any]) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class CaseFileView(ApiView):
    content_negotiation_class = Whatever

    @extend_schema(
        operation_id="case_file",
        summary="下载材料文件",
        tags=["文件"],
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, description="原件")},
    )
    def get(self, request: Request, number: str, digest: str) -> FileResponse:
        """这个办件的一个文件。看不到办件，也就看不到它的文件。"""
        case = find(number=number, actor=self.actor)
        file = (
            File.objects.filter(material__case=case, stored__digest=digest)
            .select_related("stored")
            .order_by("-pk")
            .first()
        )
        if file is None:
            raise exceptions.NotFound("这个办件没有这份文件；看“申请材料”列出的文件。")
        return sent(file)


def sent(file: File) -> FileResponse:
    """The content as a download that no browser will run."""
    answer = FileResponse(open_file(file.stored), as_attachment=True, filename=named(file))
    answer["Content-Type"] = file.stored.content_type
    answer["Content-Security-Policy"] = "sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def named(file: File) -> str:
    """The file's name with the extension of its content."""
    ending = f".{file.stored.extension}"
    return file.name if file.name.lower().endswith(ending) else f"{file.name}{ending}"
