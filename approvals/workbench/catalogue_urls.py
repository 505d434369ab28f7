"""Which addresses answer for those who keep the list of items?"""

from django.urls import path

from approvals.workbench import (
    views_agreements,
    views_catalogue,
    views_catalogue_acts,
    views_catalogue_grants,
    views_catalogue_guides,
    views_catalogue_items,
    views_contacts,
    views_lawdocs,
)

urlpatterns = [
    path("catalogue/", views_catalogue.editions, name="catalogue"),
    path("catalogue/copy/", views_catalogue_acts.copy, name="catalogue-copy"),
    path("catalogue/to-do/", views_catalogue.to_do, name="catalogue-to-do"),
    path("catalogue/records/<str:code>/", views_catalogue.records, name="catalogue-records"),
    path("catalogue/editions/<str:code>/", views_catalogue.edition, name="catalogue-edition"),
    path("catalogue/editions/<str:code>/act/", views_catalogue_acts.act, name="catalogue-act"),
    path("catalogue/editions/<str:code>/diff/<str:other>/", views_catalogue.compare, name="catalogue-diff"),
    path("catalogue/editions/<str:code>/what-if/", views_catalogue.what_if, name="catalogue-what-if"),
    path("catalogue/editions/<str:code>/delegations/", views_catalogue_grants.grants, name="catalogue-grants"),
    path("catalogue/editions/<str:code>/add/", views_catalogue_items.add, name="catalogue-add"),
    path("catalogue/editions/<str:code>/items/<str:item>/", views_catalogue_items.item, name="catalogue-item"),
    path("catalogue/guides/<int:pk>/", views_catalogue_guides.guide, name="catalogue-guide"),
    path("catalogue/agreements/", views_agreements.agreements, name="catalogue-agreements"),
    path("catalogue/agreements/<int:pk>/", views_agreements.agreement, name="catalogue-agreement"),
    path("catalogue/agreements/<int:pk>/file/", views_agreements.agreement_file, name="catalogue-agreement-file"),
    path("catalogue/documents/", views_lawdocs.documents, name="catalogue-documents"),
    path("catalogue/documents/<int:pk>/", views_lawdocs.document, name="catalogue-document"),
    path("catalogue/documents/<int:pk>/file/", views_lawdocs.document_file, name="catalogue-document-file"),
    path("windows/", views_contacts.windows, name="windows"),
    path("windows/<str:code>/", views_contacts.window, name="window"),
]
