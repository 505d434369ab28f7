"""Which addresses answer about what a person was told?"""

from django.urls import path

from approvals.workbench import views_notices

urlpatterns = [
    path("notices/", views_notices.notices, name="notices"),
    path("notices/seen/", views_notices.seen, name="notices-seen"),
    path("notices/preference/", views_notices.preference, name="notice-preference"),
    path("notices/<int:pk>/", views_notices.opened, name="notice"),
]
