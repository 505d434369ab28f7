"""How do files come in with a form, and how is one handed out?"""

from __future__ import annotations

from django.http import FileResponse, HttpRequest

from approvals.documents.actions import store
from approvals.documents.models import StoredFile
from approvals.documents.queries import open_file

MOST_FILES = 5


def stored_files(request: HttpRequest) -> list[tuple[StoredFile, str]]:
    """Store what was attached, each with its name. Raises what `documents.store` refuses."""
    given = request.FILES.getlist("files")[:MOST_FILES]
    return [(store(file=one, name=one.name or ""), one.name or "") for one in given]


def download(stored: StoredFile, name: str, *, shown: bool = False) -> FileResponse:
    """A kept file, kept nowhere on the way; downloaded, or `shown` by the browser. Raises FileMissing."""
    response = FileResponse(open_file(stored), as_attachment=not shown, filename=name, content_type=stored.content_type)
    response["Cache-Control"] = "private, no-store"
    return response
