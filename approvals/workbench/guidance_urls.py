"""Which addresses answer about questions to the city, what is known, and training?"""

from django.urls import path

from approvals.workbench import views_guidance, views_knowledge

urlpatterns = [
    path("guidance/", views_guidance.desk, name="guidance"),
    path("guidance/ask/", views_guidance.ask, name="ask"),
    path("guidance/known/", views_knowledge.known, name="known"),
    path("guidance/known/new/", views_knowledge.publish, name="publish-article"),
    path("guidance/known/<int:pk>/", views_knowledge.article, name="article"),
    path("guidance/known/<int:pk>/withdraw/", views_knowledge.withdraw, name="withdraw-article"),
    path("guidance/trainings/", views_guidance.trainings, name="trainings"),
    path("guidance/trainings/new/", views_knowledge.announce, name="announce"),
    path("guidance/trainings/<int:pk>/", views_knowledge.training, name="training"),
    path("guidance/<int:pk>/", views_guidance.question, name="question"),
    path("guidance/<int:pk>/close/", views_guidance.close, name="close-question"),
    path("guidance/<int:pk>/meet/", views_guidance.meet, name="meet"),
    path("guidance/<int:pk>/files/<int:attachment>/", views_guidance.file, name="question-file"),
]
