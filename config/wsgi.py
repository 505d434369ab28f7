"""The web process of production. It does not start over a database with demo accounts."""

import os

from django.core.wsgi import get_wsgi_application

from approvals.demo.checks import refuse_demo_accounts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
refuse_demo_accounts()
