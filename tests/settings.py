"""The real settings with a variable directory that goes away, a queue of its own, a hash and commits that cost nothing."""

import atexit
import os
import shutil
import tempfile

os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="approvals-test-")
os.environ["CELERY_QUEUE"] = os.path.basename(os.environ["VAR_DIR"])
os.mkdir(os.path.join(os.environ["VAR_DIR"], "static"))
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

from config.settings import *  # noqa: E402, F403
from config.settings import CACHES, DATABASES  # noqa: E402

CACHES["default"]["KEY_PREFIX"] = os.environ["CELERY_QUEUE"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECOND_FACTOR = False  # tests/workbench/test_second_factor.py and tests/api/test_second_factor.py switch it on
WHITENOISE_AUTOREFRESH = True  # looks a file up when asked, not all of them for every new client

# A test database need not outlive a power cut; what commits mean to others stays. Processes of `live_db` keep the real settings.
if "init_command" in DATABASES["default"]["OPTIONS"]:
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
else:
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
