"""导入 and 导出 on a list of the management pages: upload, look at every cell that would change, confirm.

What was uploaded waits in the cache, under the person and its own digest, until it is confirmed or an hour has passed.
"""

from __future__ import annotations

import hashlib
from typing import ClassVar
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminFileFieldWidget

from approvals.audit.management_record import record
from approvals.audit.models import ManagementRecord
from approvals.organisations.models import User
from approvals.organisations.sheets.reading import SheetUnreadable, read
from approvals.organisations.sheets.resource import SheetResource, Tried
from approvals.organisations.sheets.writing import workbook

KEPT_SECONDS = 3600
SHOWN_CHANGES = 200
SHOWN_MISTAKES = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    file = forms.FileField(label="文件", widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}))


class SheetAdmin:
    """Beside a ModelAdmin: `resource_class` says what the table is."""

    resource_class: ClassVar[type[SheetResource]]
    actions_list = ["import_sheet", "export_sheet"]

    def has_import_sheet_permission(self, request: HttpRequest) -> bool:
        """Whoever may add or change rows here; the resource says which ones."""
        label = self.opts.app_label  # type: ignore[attr-defined]
        name = self.opts.model_name  # type: ignore[attr-defined]
        return bool(request.user.has_perm(f"{label}.change_{name}") and request.user.has_perm(f"{label}.add_{name}"))

    def has_export_sheet_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))  # type: ignore[attr-defined]

    @action(description="导出 Excel", url_path="export", permissions=["export_sheet"], icon="download")
    def export_sheet(self, request: HttpRequest) -> HttpResponse:
        """The rows of the list as it is filtered, as a workbook; on record."""
        resource = self.resource_class(user=request.user)
        try:
            listed = self.get_changelist_instance(request).queryset  # type: ignore[attr-defined]
        except IncorrectLookupParameters:
            messages.error(request, "筛选条件没有意义，没有导出；从清单重新筛选再导出。")
            label, name = self.opts.app_label, self.opts.model_name  # type: ignore[attr-defined]
            return redirect(f"admin:{label}_{name}_changelist")
        rows = list(resource.rows().filter(pk__in=listed.order_by().values("pk")))
        with transaction.atomic():
            User.objects.select_for_update().get(pk=request.user.pk)
            record(
                user=request.user.pk,
                act=ManagementRecord.Act.EXPORT,
                subject=resource.title,
                data={"rows": len(rows)},
                at=timezone.now(),
            )
        answer = HttpResponse(workbook(resource.sheets(rows)), content_type=XLSX)
        name = quote(f"{resource.title}{timezone.localdate():%Y%m%d}.xlsx")
        answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        return answer

    @action(description="导入 Excel", url_path="import", permissions=["import_sheet"], icon="upload")
    def import_sheet(self, request: HttpRequest) -> HttpResponse:
        """Upload and look, or confirm what was looked at."""
        if not self.has_import_sheet_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "confirm" in request.POST:
            return self._confirmed(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        tried, unreadable, token = None, "", ""
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                if upload.size > most_bytes():
                    raise SheetUnreadable(
                        f"文件有 {upload.size / 2**20:.1f} MB，最多 {settings.IMPORT_MAX_MB} MB；请拆成几个文件。"
                    )
                content = upload.read()
                tried = self._tried(request, upload.name, content, write=False)
            except SheetUnreadable as refused:
                unreadable = refused.detail
            else:
                if tried.changes and not tried.mistakes:
                    token = hashlib.sha256(content).hexdigest()
                    cache.set(place_of(request, self.resource_class, token), (upload.name, content), KEPT_SECONDS)
        return self._page(request, form, tried, unreadable, token)

    def _confirmed(self, request: HttpRequest) -> HttpResponse:
        token = str(request.POST.get("confirm", ""))[:64]
        place = place_of(request, self.resource_class, token)
        kept = cache.get(place)
        if kept is None:
            return self._page(request, UploadForm(), None, "刚才的文件已过时，请重新上传。", "")
        name, content = kept
        tried = self._tried(request, name, content, write=True)
        if tried.mistakes:
            return self._page(request, UploadForm(), tried, "", "")
        cache.delete(place)
        said = f"已导入：新增 {tried.count('新增')} 行，修改 {tried.count('修改')} 行，{tried.unchanged} 行不变。"
        messages.success(request, said)
        opts = self.opts  # type: ignore[attr-defined]
        return redirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"))

    def _tried(self, request: HttpRequest, name: str, content: bytes, *, write: bool) -> Tried:
        resource = self.resource_class(user=request.user)
        sheets = read(name=name, content=content, most_bytes=most_bytes(), most_rows=settings.IMPORT_MAX_ROWS)
        with transaction.atomic():
            tried = resource.bring(sheets, write=write)
            if write and not tried.mistakes:
                User.objects.select_for_update().get(pk=request.user.pk)  # one after the other on this person's chain
                record(
                    user=request.user.pk,
                    act=ManagementRecord.Act.IMPORT,
                    subject=resource.title,
                    data={
                        "file": hashlib.sha256(content).hexdigest(),
                        "added": tried.count("新增"),
                        "changed": tried.count("修改"),
                        "unchanged": tried.unchanged,
                        "rows": [[one.kind, one.key, [list(cell) for cell in one.values]] for one in tried.changes],
                    },
                    at=timezone.now(),
                )
        return tried

    def _page(
        self, request: HttpRequest, form: UploadForm, tried: Tried | None, unreadable: str, token: str
    ) -> HttpResponse:
        resource = self.resource_class(user=request.user)
        context = (
            self.admin_site.each_context(request)
            | {  # type: ignore[attr-defined]
                "title": f"导入{resource.title}",
                "opts": self.opts,  # type: ignore[attr-defined]
                "form": form,
                "media": self.media + form.media,  # type: ignore[attr-defined]
                "tried": tried,
                "changes": tried.changes[:SHOWN_CHANGES] if tried else (),
                "mistakes": tried.mistakes[:SHOWN_MISTAKES] if tried else (),
                "added": tried.count("新增") if tried else 0,
                "changed": tried.count("修改") if tried else 0,
                "unreadable": unreadable,
                "token": token,
                "headings": [one.column_name for one in resource.get_import_fields()],
                "parts": [one.title for one in resource.parts],
                "most_mb": settings.IMPORT_MAX_MB,
            }
        )
        wrong = bool(unreadable or (tried and tried.mistakes))
        return TemplateResponse(request, "management/import.html", context, status=422 if wrong else 200)


def most_bytes() -> int:
    return int(settings.IMPORT_MAX_MB) * 2**20


def place_of(request: HttpRequest, resource: type[SheetResource], token: str) -> str:
    return f"sheet:{request.user.pk}:{resource.__name__}:{token}"
