"""May this installation serve real people? Not while accounts with a published password are in its database."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

DEMO_ACCOUNTS = "生产环境的数据库里有 {} 个演示账号，它们的密码是公开的；请换用没有演示数据的数据库。"


def demo_accounts() -> int:
    return get_user_model()._default_manager.filter(is_demo=True).count()


def refuse_demo_accounts() -> None:
    """Called where a production process starts to serve. Raises ImproperlyConfigured."""
    if settings.PRODUCTION and (count := demo_accounts()):
        raise ImproperlyConfigured(DEMO_ACCOUNTS.format(count))


@register(Tags.security, Tags.database, deploy=True)
def no_demo_accounts(app_configs: Any, databases: Any = None, **options: Any) -> list[CheckMessage]:
    """`manage.py check --deploy --database default` says the same without starting anything."""
    if not databases or not (count := demo_accounts()):
        return []
    return [Error(DEMO_ACCOUNTS.format(count), id="demo.E001")]
