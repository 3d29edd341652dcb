"""Make a copy harmless: nobody can be written to from it, and nothing that opens the original opens it."""

import secrets

from django.apps import apps
from django.db import connection
from psycopg import sql

from core.handling import Handling, handled_columns
from core.tenancy import current_schema

SANDBOX_MAIL = "sandbox.invalid"


def neutralize_copy() -> None:
    """Rewrite the current schema's e-mails, phones, passwords, tokens and provider ids.

    Equal values stay equal across tables, so that an order still finds its customer and its cart. What they are made with
    is forgotten at once.
    """
    secret = secrets.token_hex(16)
    with connection.cursor() as cursor:
        for table, columns in handled_columns().items():
            changes = [change for column, kind in columns.items() if (change := _change(table, column, kind, secret))]
            if changes:
                cursor.execute(
                    sql.SQL("UPDATE {} SET {}").format(
                        sql.Identifier(current_schema(), table), sql.SQL(", ").join(changes)
                    )
                )


def _change(table: str, column: str, kind: Handling, secret: str) -> sql.Composable | None:
    name = sql.Identifier(column)
    mixed = sql.SQL("encode(sha256(convert_to({} || {}, 'UTF8')), 'hex')").format(sql.Literal(secret), name)
    if kind is Handling.EMAIL:
        return sql.SQL("{0} = CASE WHEN {0} = '' THEN '' ELSE 'shopper-' || left({1}, 16) || {2} END").format(
            name, mixed, sql.Literal(f"@{SANDBOX_MAIL}")
        )
    if kind is Handling.PHONE:
        return sql.SQL("{} = ''").format(name)
    if kind is Handling.PASSWORD:
        return sql.SQL("{0} = CASE WHEN {0} = '' THEN '' ELSE '!' || left({1}, 40) END").format(name, mixed)
    if kind is Handling.TOKEN:
        return sql.SQL("{0} = CASE WHEN {0} IS NULL THEN NULL ELSE left({1}, 26) END").format(name, mixed)
    if kind is Handling.ADDRESS:
        return sql.SQL("{0} = {0} - 'phone' - 'email'").format(name)
    if kind is Handling.PEOPLE:
        return sql.SQL("{} = '[]'").format(name)
    if kind is Handling.PROVIDER:
        empty = sql.SQL("NULL") if _may_be_null(table, column) else sql.Literal("")
        return sql.SQL("{} = {}").format(name, empty)
    return None


def _may_be_null(table: str, column: str) -> bool:
    fields = (
        field
        for model in apps.get_models()
        if model._meta.db_table == table
        for field in model._meta.concrete_fields
        if field.column == column
    )
    return any(field.null for field in fields)
