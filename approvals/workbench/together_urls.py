"""Which addresses answer about inspection plans, their public page, consultations and joint visits?"""

from django.urls import path

from approvals.workbench import views_gatherings as gatherings
from approvals.workbench import views_inspections as inspections
from approvals.workbench import views_public_inspections as public

urlpatterns = [
    path("together/", inspections.desk, name="together"),
    path("inspections/", inspections.plans, name="inspection-plans"),
    path("inspections/new/", inspections.write, name="inspection-plan-new"),
    path("inspections/officers/", inspections.officers, name="inspection-officers"),
    path("inspections/drawn/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/drawn/<int:pk>/<slug:act>/", inspections.inspection, name="inspection-record"),
    path("inspections/<int:pk>/", inspections.plan, name="inspection-plan"),
    path("inspections/<int:pk>/edit/", inspections.write, name="inspection-plan-edit"),
    path("inspections/<int:pk>/published.json", inspections.published_plan, name="inspection-plan-json"),
    path("inspections/<int:pk>/<slug:act>/", inspections.act, name="inspection-plan-act"),
    path("gatherings/", gatherings.listed, name="gatherings"),
    path("gatherings/new/", gatherings.new, name="gathering-new"),
    path("gatherings/<int:pk>/", gatherings.one, name="gathering"),
    path("gatherings/<int:pk>/<slug:act>/", gatherings.act, name="gathering-act"),
    path("gatherings/<int:pk>/files/<int:file>/", gatherings.file, name="gathering-file"),
    path("public/inspections/", public.plans, name="public-inspections"),
    path("public/inspections/<int:pk>/", public.plan, name="public-inspection"),
    path("public/inspections/<int:pk>/published.json", public.published, name="public-inspection-json"),
]
