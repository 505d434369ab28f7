"""Measurements beside what a user could do without us. `python -m benchmarks.<name>` from the project's root.

Django is set up here, before any model is imported, over a database of this run's own (`scratch`).
"""

import os
import tempfile

import django
from django.apps import apps

if not apps.ready:  # a test that looks at a benchmark has its own settings
    server = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    os.environ["DATABASE_URL"] = f"{server.rpartition('/')[0]}/approvals_bench_{os.getpid()}"
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="approvals-bench-")
    os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/0")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
