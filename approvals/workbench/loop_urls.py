"""Which addresses answer around pushes: objections, the delivery ledger, receivers, the bench of the rules?"""

from django.urls import path

from approvals.workbench import views_bench, views_endpoints, views_ledger, views_objections

urlpatterns = [
    path("supervision/objections/", views_objections.objections, name="objections"),
    path("supervision/objections/<uuid:push>/", views_objections.answer, name="objection-answer"),
    path("supervision/<uuid:push>/objection/", views_objections.object_to, name="object"),
    path("supervision/<uuid:push>/close/", views_objections.close, name="push-close"),
    path("supervision/ledger/", views_ledger.ledger, name="delivery-ledger"),
    path("supervision/bench/", views_bench.bench, name="push-bench"),
    path("endpoints/", views_endpoints.endpoints, name="endpoints"),
    path("endpoints/<slug:code>/", views_endpoints.operate, name="endpoint-operate"),
]
