"""Are the generated pages what the code says today?"""

from django.core.management import call_command


def test_the_drawing_of_the_workflow_is_not_stale() -> None:
    call_command("workflow_docs", "--check")
