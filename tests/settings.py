"""The real settings with a variable directory that goes away, a queue of its own and a hash that costs nothing."""

import atexit
import os
import shutil
import tempfile

os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="approvals-test-")
os.environ["CELERY_QUEUE"] = os.path.basename(os.environ["VAR_DIR"])
os.mkdir(os.path.join(os.environ["VAR_DIR"], "static"))
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

from config.settings import *  # noqa: E402, F403
from config.settings import CACHES  # noqa: E402

CACHES["default"]["KEY_PREFIX"] = os.environ["CELERY_QUEUE"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECOND_FACTOR = False  # tests/workbench/test_second_factor.py and tests/api/test_second_factor.py switch it on
WHITENOISE_AUTOREFRESH = True  # looks a file up when asked, not all of them for every new client
