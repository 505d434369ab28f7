"""Which addresses does the API have? Version 1; what is not listed is answered as a problem, too."""

from django.urls import URLPattern, URLResolver, include, path, re_path, register_converter

from approvals.api.views import (
    acts,
    callers,
    cases,
    catalogue,
    delivery,
    docs,
    files,
    licences,
    loop,
    policies,
    proposals,
    pushes,
    receiptbars,
    records,
)
from approvals.api.views.guidance import addresses as guidance_addresses
from approvals.api.views.oversight import addresses as oversight_addresses
from approvals.api.views.together import addresses as together_addresses


class NumberConverter:
    """A case number, in the form and case in which it is stored."""

    regex = "[0-9A-Za-z]{1,24}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


class CodeConverter(NumberConverter):
    regex = "[0-9A-Za-z-]{1,20}"

    def to_python(self, value: str) -> str:
        return value


class DigestConverter(NumberConverter):
    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value


class KeyConverter(NumberConverter):
    """A row's key, within what every engine can hold."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:  # type: ignore[override]
        return int(value)


register_converter(NumberConverter, "number")
register_converter(KeyConverter, "key")
register_converter(CodeConverter, "code")
register_converter(DigestConverter, "digest")

app_name = "api"
v1: list[URLPattern | URLResolver] = [
    path("", docs.BrowseView.as_view(), name="browse"),
    path("schema/", docs.SchemaView.as_view(), name="schema"),
    path("token/", callers.TokenView.as_view()),
    path("me", callers.MeView.as_view()),
    path("items", catalogue.ItemsView.as_view()),
    path("items/<code:code>", catalogue.ItemView.as_view()),
    path("jurisdiction", catalogue.JurisdictionView.as_view()),
    path("cases", cases.CasesView.as_view()),
    path("cases:batch", acts.BatchView.as_view()),
    path("cases/<number:number>", cases.CaseView.as_view()),
    path("cases/<number:number>/actions", acts.OffersView.as_view()),
    *acts.addresses(),
    path("cases/<number:number>/events", records.EventsView.as_view()),
    path("cases/<number:number>/why", records.WhyView.as_view()),
    path("cases/<number:number>/materials", records.MaterialsView.as_view()),
    path("cases/<number:number>/delivery", delivery.DeliveryView.as_view()),
    path("cases/<number:number>/originals", delivery.OriginalsView.as_view()),
    path("cases/<number:number>/files/<digest:digest>", files.CaseFileView.as_view()),
    path("files", files.FilesView.as_view()),
    path("events", records.FeedView.as_view()),
    *loop.addresses(),
    *policies.addresses(),
    *proposals.addresses(),
    *receiptbars.addresses(),
    path("licences", licences.LicencesView.as_view()),
    path("licences/<key:licence>", licences.LicenceView.as_view()),
    path("licences/<key:licence>/proceedings", licences.ProceedingsView.as_view()),
    path("pushes", pushes.PushesView.as_view()),
    path("pushes/<uuid:push>", pushes.PushView.as_view()),
    path("pushes/<uuid:push>/open", pushes.OpenView.as_view()),
    path("pushes/<uuid:push>/claim", pushes.ClaimView.as_view()),
    *pushes.feedback_addresses(),
    path("pushes/<uuid:push>/files/<digest:digest>", pushes.PushFileView.as_view()),
    *oversight_addresses(),
    *together_addresses(),
    *guidance_addresses(),
    path("orphans", pushes.OrphansView.as_view()),
    path("orphans/<key:orphan>/assign", pushes.AssignView.as_view()),
]
urlpatterns = [path("v1/", include(v1)), re_path(r"", docs.NothingHereView.as_view())]
