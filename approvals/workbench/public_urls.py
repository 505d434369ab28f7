"""Which addresses answer without login, and where do the complaints and the help pages stand?"""

from django.urls import path

from approvals.workbench import views_complaints, views_help, views_public, views_public_delivery

urlpatterns = [
    path("public/", views_public.items, name="public-items"),
    path("public/items/<str:code>/", views_public.guide, name="public-guide"),
    path("public/progress/", views_public.progress, name="public-progress"),
    path("public/progress/licence/", views_public.progress_paper, name="public-progress-licence"),
    path("public/progress/confirm/", views_public_delivery.confirm, name="public-confirm"),
    path("public/progress/papers/<int:pk>/", views_public_delivery.paper, name="public-paper"),
    path("public/decisions/", views_public.decisions, name="public-decisions"),
    path("public/complaint/", views_public.complaint, name="public-complaint"),
    path("public/complaint/<uuid:key>/", views_public.complaint_filed, name="public-complaint-filed"),
    path("complaints/", views_complaints.complaints, name="complaints"),
    path("complaints/<str:number>/", views_complaints.complaint, name="complaint"),
    path("help/", views_help.index, name="help"),
    path("help/<slug:role>/", views_help.role, name="help-role"),
]
