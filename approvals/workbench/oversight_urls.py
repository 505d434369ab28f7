"""Which addresses answer about filings, draws, findings, cards, taking back and the figures of oversight?"""

from django.urls import path

from approvals.workbench import views_oversight as lists
from approvals.workbench import views_oversight_findings as findings
from approvals.workbench import views_oversight_metrics as metrics
from approvals.workbench import views_oversight_takeback as take_backs

urlpatterns = [
    path("oversight/", lists.desk, name="oversight"),
    path("oversight/filings/", lists.filings, name="oversight-filings"),
    path("oversight/filings/<int:pk>/read/", lists.acknowledge, name="oversight-read"),
    path("oversight/draws/", lists.draws, name="oversight-draws"),
    path("oversight/draws/<int:pk>/", lists.draw, name="oversight-draw"),
    path("oversight/draws/<int:pk>/published.json", lists.published_draw, name="oversight-draw-json"),
    path("oversight/samples/<int:pk>/pass/", lists.pass_sample, name="oversight-pass"),
    path("oversight/cards/", lists.cards, name="oversight-cards"),
    path("oversight/cards/<int:pk>/withdraw/", lists.withdraw, name="oversight-withdraw"),
    path("oversight/findings/", findings.listed, name="oversight-findings"),
    path("oversight/findings/new/", findings.new, name="oversight-new-finding"),
    path("oversight/findings/<int:pk>/", findings.one, name="oversight-finding"),
    path("oversight/findings/<int:pk>/attach/", findings.attach, name="oversight-finding-attach"),
    path("oversight/findings/<int:pk>/files/<int:file>/", findings.file, name="oversight-finding-file"),
    path("oversight/findings/<int:pk>/<str:act>/", findings.act, name="oversight-finding-act"),
    path("oversight/responsibilities/", findings.responsibilities, name="oversight-responsibilities"),
    path("oversight/responsibilities/<int:pk>/", findings.end, name="oversight-responsibility"),
    path("oversight/take-backs/", take_backs.listed, name="oversight-take-backs"),
    path("oversight/take-backs/new/", take_backs.new, name="oversight-new-take-back"),
    path("oversight/take-backs/<int:pk>/", take_backs.one, name="oversight-take-back"),
    path("oversight/take-backs/<int:pk>/<str:act>/", take_backs.act, name="oversight-take-back-act"),
    path("oversight/metrics/", metrics.metrics, name="oversight-metrics"),
    path("oversight/metrics/<str:key>/", metrics.behind, name="oversight-metric"),
]
