"""证照核验: is this licence real, and does it still stand? Number and code, both on its face; the QR brings them along.

An unknown number and a wrong code are answered alike, and neither more than so often. Persons are masked, numbers of
identity never shown.
"""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from approvals.cases.licencepaper import papers_of
from approvals.documents.voiding import ending_of
from approvals.licences.models import Licence
from approvals.organisations.masks import party as masked_party
from approvals.workbench.public.forms import plain
from approvals.workbench.public.limits import TooManyTries, client_address, give_back, spend
from approvals.workbench.views_public import page, public

NO_CODE = "·" * 10  # compared with where there is no such licence, so that both answers take the same way


class LicenceForm(forms.Form):
    number = forms.CharField(label="证照编号", max_length=120, error_messages={"required": "填写证照编号。"})
    code = forms.CharField(label="核验码", max_length=40, error_messages={"required": "填写核验码。"})

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).strip()

    def clean_code(self) -> str:
        return plain(self.cleaned_data["code"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public
def verify(request: HttpRequest) -> HttpResponse:
    """Ask with number and code (typed, or brought by the QR); what the register says today."""
    brought = request.GET if "code" in request.GET else None
    if request.method != "POST" and brought is None:
        return page(request, "licence_ask", {"form": LicenceForm(initial={"number": request.GET.get("number", "")})})
    form = LicenceForm(request.POST if request.method == "POST" else brought)
    if not form.is_valid():
        return page(request, "licence_ask", {"form": form}, status=422)
    number, address = form.cleaned_data["number"], client_address(request)
    minutes = settings.PROGRESS_TRIES_MINUTES
    detail = f"试错太多次，没有查询。{minutes} 分钟后再查，或打窗口电话。"
    try:
        spend("licence-address", address, most=settings.PROGRESS_TRIES_PER_ADDRESS, minutes=minutes, detail=detail)
    except TooManyTries as refusal:
        return page(request, "licence_ask", {"form": form, "refusal": refusal}, status=refusal.status)
    found = Licence.objects.select_related("organ", "type").filter(number=number).first()
    if not constant_time_compare(found.verify_code if found else NO_CODE, form.cleaned_data["code"]) or found is None:
        return page(request, "licence_ask", {"form": form, "unknown": True}, status=404)
    give_back("licence-address", address)
    today = timezone.localdate()
    holders = [masked_party(one.name, one.kind) for one in found.holders.order_by("position")]
    context = {
        "one": found,
        "status": found.status_on(today),
        "good": found.standing.in_force(today),
        "holders": holders,
        "papers": [(one, ending_of(one, on=today)) for one in papers_of(found.pk) if one.file_id],
    }
    return page(request, "licence", context)
