"""manage.py grant_application_role: the platform works under a role that owns no table and cannot change a record.

Run as the owner of the tables, again after every migration. PostgreSQL only. Append-only tables are recognised by their
trigger, so a room that keeps a new record needs nothing here.
"""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

READ_ONLY = {"django_migrations"}
FACTS = "SELECT rolsuper, EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) FROM pg_roles r WHERE rolname = %s"
TABLES = """
    SELECT c.relname, EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = c.relname || '_keep')
    FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1
"""


class Command(BaseCommand):
    help = "给应用账号授权：可读写业务表；留痕表只能读和追加；不拥有任何表（仅 PostgreSQL，迁移之后执行）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--role", required=True, help="数据库账号名；没有就创建，密码取自环境变量 APPLICATION_PASSWORD"
        )

    def handle(self, *, role: str, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("只有 PostgreSQL 有数据库账号；嵌入式的 SQLite 靠触发器守住留痕。")
        with transaction.atomic(), connection.cursor() as cursor:
            create_or_check(cursor, role)
            kept = grant(cursor, connection.ops.quote_name(role))
        self.stdout.write(f"账号 {role} 已授权；只能读和追加的表：{'、'.join(kept)}")


def create_or_check(cursor: CursorWrapper, role: str) -> None:
    """Make the role, or refuse one that could help itself. Raises CommandError."""
    cursor.execute(FACTS, [role])
    facts = cursor.fetchone()
    if facts is None:
        password = os.environ.get("APPLICATION_PASSWORD")
        if not password:
            raise CommandError(f"账号 {role} 不存在；请设置环境变量 APPLICATION_PASSWORD 后再执行，以便创建。")
        cursor.execute(f"CREATE ROLE {connection.ops.quote_name(role)} LOGIN PASSWORD %s", [password])
    elif any(facts):
        raise CommandError(f"账号 {role} 是超级用户或拥有表，能绕过留痕保护；请另用一个账号。")


def grant(cursor: CursorWrapper, role: str) -> list[str]:
    """Give the quoted role exactly what the platform needs; the tables to which it may only append."""
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    cursor.execute("SELECT quote_ident(current_schema())")
    (schema,) = cursor.fetchone()
    cursor.execute(TABLES)
    tables = cursor.fetchall()
    everything = [connection.ops.quote_name(table) for table, _ in tables]
    kept = [table for table, append_only in tables if append_only]
    work = [table for table, append_only in tables if not append_only and table not in READ_ONLY]
    for statement in (
        # A temporary table of the same name would be found before the real one.
        f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC",
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
        f"GRANT CONNECT ON DATABASE {database} TO {role}",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        f"GRANT SELECT ON {', '.join(everything)} TO {role}",
        f"GRANT INSERT ON {', '.join(map(connection.ops.quote_name, work + kept))} TO {role}",
        f"GRANT UPDATE, DELETE ON {', '.join(map(connection.ops.quote_name, work))} TO {role}",
    ):
        cursor.execute(statement)
    return kept
