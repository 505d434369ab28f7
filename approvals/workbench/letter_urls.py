"""Which addresses answer about papers: checking them, downloading them, looking after those that wait?"""

from django.urls import path

from approvals.workbench import views_letter, views_verify

urlpatterns = [
    path("verify/", views_verify.document, name="verify"),
    path("verify/<str:code>/", views_verify.code, name="verify-code"),
    path("letters/", views_letter.waiting, name="letters"),
    path("letters/<int:pk>/<str:act>/", views_letter.attend, name="letter-attend"),
    path("cases/<str:number>/papers/<int:pk>/", views_letter.paper, name="paper"),
    path("cases/<str:number>/papers/<int:pk>/void/", views_letter.put_right, name="paper-void"),
    path("cases/<str:number>/letters/<str:kind>/", views_letter.letter, name="letter"),
]
