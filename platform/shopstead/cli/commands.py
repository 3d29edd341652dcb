"""Every command but `up`: parse, call one service or selector, print."""

import argparse
import sys
from pathlib import Path
from typing import Any

from shopstead.cli.environment import add_data_dir, django_ready
from shopstead.cli.output import answer, fail, table
from shopstead.embedded.stack import ALL


def add_parsers(nouns: Any) -> None:
    """Add the nouns and their verbs."""
    _add_tenant(nouns.add_parser("tenant", help="the life of a store"))
    owner = nouns.add_parser("owner", help="people who may open the owner's console").add_subparsers(required=True)
    owner_create = owner.add_parser("create", help="make somebody one of them; prints a password for a new person")
    owner_create.add_argument("email")
    _finish(owner_create, owner_create_command)
    login = nouns.add_parser("login", help="people's log-ins").add_subparsers(required=True)
    rescue = login.add_parser("rescue", help="let somebody in again who has lost every way to log in")
    rescue.add_argument("email")
    rescue.add_argument(
        "--move-to", default="", metavar="EMAIL", help="their own address, where it was taken from them"
    )
    _finish(rescue, login_rescue)
    imports = nouns.add_parser("import", help="bring lists from Shopify's, WooCommerce's or mall's files")
    imports.add_argument("slug")
    imports.add_argument("kind", choices=["products", "groups", "inventory", "customers", "orders"])
    imports.add_argument("file", help="a .csv, .csv.gz or .xlsx file; with --format mall a folder of its tables")
    imports.add_argument(
        "--format", choices=["shopify", "woocommerce", "mall"], help="found out by the header if not given"
    )
    imports.add_argument(
        "--ignore", action="append", default=[], metavar="COLUMN", help="leave a column of the file out"
    )
    imports.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
    _finish(imports, import_file)
    exports = nouns.add_parser("export", help="write a list of the store into a file")
    exports.add_argument("slug")
    exports.add_argument("kind", choices=["products", "groups", "inventory", "customers", "orders"])
    exports.add_argument("file", help="ends in .csv, .csv.gz or .xlsx")
    exports.add_argument("--excel", action="store_true", help="mark a .csv file so that Excel reads it as UTF-8")
    _finish(exports, export_file)
    _add_recs(nouns.add_parser("recs", help="the recommender"))
    refresh = nouns.add_parser("analytics", help="reports").add_subparsers(required=True).add_parser("refresh")
    refresh.add_argument("slug")
    _finish(refresh, analytics_refresh)
    billing = nouns.add_parser("billing", help="what stores pay us").add_subparsers(required=True)
    _finish(billing.add_parser("reconcile", help="compare every subscription with Stripe"), billing_reconcile)
    _finish(nouns.add_parser("doctor", help="check everything and say what to do"), doctor)
    sandbox = nouns.add_parser("stripe-sandbox", help="run the local Stripe alone, until stopped")
    _finish(sandbox, stripe_sandbox)
    nouns.add_parser("manage", help="Django's own commands: shopstead manage COMMAND …")


def _finish(parser: argparse.ArgumentParser, run: Any) -> None:
    add_data_dir(parser)
    parser.add_argument("--json", action="store_true", dest="as_json", help="answer in JSON")
    parser.set_defaults(run=run)


def _add_tenant(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    create = verbs.add_parser("create", help="open a store")
    create.add_argument("slug")
    create.add_argument("--name", required=True)
    create.add_argument("--owner-email", required=True)
    create.add_argument("--plan", default="")
    create.add_argument("--currency", default="USD")
    create.add_argument("--language", default="en", choices=["en", "zh-hans"])
    create.add_argument("--time-zone", default="UTC")
    _finish(create, tenant_create)
    _finish(verbs.add_parser("list", help="all stores"), tenant_list)
    for verb, run in (("show", tenant_show), ("suspend", tenant_suspend), ("resume", tenant_resume)):
        parser_of_verb = verbs.add_parser(verb)
        parser_of_verb.add_argument("slug")
        if verb == "suspend":
            parser_of_verb.add_argument("--reason", default="suspended by the operator")
        _finish(parser_of_verb, run)
    _add_archives(verbs)
    migrate = verbs.add_parser("migrate", help="bring the platform's schema and every store's up to date")
    migrate.add_argument(
        "--workers", type=int, default=2, choices=range(1, 33), metavar="N", help="processes at once, 1 to 32 (2)"
    )
    migrate.add_argument("--canary", nargs="+", default=[], metavar="SLUG", help="stores that go first, alone")
    migrate.add_argument("--resume", action="store_true", help="go on with the run of a process that died")
    migrate.add_argument("--verify", action="store_true", help="believe no record: look into every schema")
    migrate.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
    _finish(migrate, tenant_migrate)


def _add_archives(verbs: Any) -> None:
    export = verbs.add_parser("export", help="write a whole store into one file")
    export.add_argument("slug")
    export.add_argument("file")
    _finish(export, tenant_archive)
    restore = verbs.add_parser("restore", help="bring a store back from its file")
    restore.add_argument("file")
    restore.add_argument("--as", dest="slug_as", metavar="SLUG", help="the store's new name; else the archive's own")
    restore.add_argument("--owner-email", help="who owns it; else the archive's owner")
    restore.add_argument(
        "--in-place",
        action="store_true",
        help="take the store that stands there back to the archive, with a week to undo",
    )
    restore.add_argument("--dry-run", action="store_true", help="check the file and change nothing")
    _finish(restore, tenant_archive)
    clone = verbs.add_parser("clone", help="make a sandbox of a store")
    clone.add_argument("slug")
    clone.add_argument("--as", dest="slug_as", metavar="NEW", required=True)
    _finish(clone, tenant_archive)
    for verb, parser_of_verb in (("export", export), ("restore", restore), ("clone", clone)):
        parser_of_verb.set_defaults(verb=verb)
    delete = verbs.add_parser("delete", help="close a store and erase it after 30 days")
    delete.add_argument("slug")
    delete.add_argument("--yes-i-mean", dest="typed", metavar="SLUG", help="the store's address name, typed once more")
    delete.add_argument("--reason", default="deleted by the operator")
    delete.add_argument("--now", action="store_true", help="erase it now; its 30 days have to be over")
    delete.add_argument("--force", action="store_true", help="with --now, in development: do not wait for them")
    delete.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
    _finish(delete, tenant_leave)
    keep = verbs.add_parser("keep", help="keep a store that was to be deleted")
    keep.add_argument("slug")
    _finish(keep, tenant_leave)
    delete.set_defaults(verb="delete")
    keep.set_defaults(verb="keep")


def _add_recs(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for verb in ("train", "evaluate", "show"):
        parser_of_verb = verbs.add_parser(verb)
        parser_of_verb.add_argument("slug")
        if verb == "show":
            parser_of_verb.add_argument("--customer", metavar="EMAIL")
            parser_of_verb.add_argument("--product", metavar="HANDLE")
        _finish(parser_of_verb, recs)
        parser_of_verb.set_defaults(verb=verb)


def manage(words: list[str]) -> int:
    """Run one of Django's management commands."""
    arguments = argparse.Namespace(data_dir=None)
    with django_ready(arguments):
        from django.core.management import execute_from_command_line

        execute_from_command_line(["shopstead manage", *words])
    return 0


def tenant_create(arguments: argparse.Namespace) -> int:
    with django_ready(arguments):
        from shopstead.cli import tenants

        return tenants.create(arguments)


def owner_create_command(arguments: argparse.Namespace) -> int:
    with django_ready(arguments):
        from shopstead.cli import tenants

        return tenants.create_owner(arguments)


def login_rescue(arguments: argparse.Namespace) -> int:
    with django_ready(arguments):
        from shopstead.cli import logins

        return logins.rescue(arguments)


def tenant_list(arguments: argparse.Namespace) -> int:
    with django_ready(arguments):
        from shopstead.cli import tenants

        rows = tenants.rows()
        head = ["address", "name", "state", "plan", "subscription", "opened"]
        lines = table([head, *[[str(row[key]) for key in head] for row in rows]])
        return answer(rows, as_json=arguments.as_json, lines=lines)


def tenant_show(arguments: argparse.Namespace) -> int:
    with django_ready(arguments):
        from shopstead.cli import tenants

        return tenants.show(arguments)


def tenant_suspend(arguments: argparse.Namespace) -> int:
    with django_ready(arguments):
        from shopstead.cli import tenants

        return tenants.change_state(arguments, suspend=True)


def tenant_resume(arguments: argparse.Namespace) -> int:
    with django_ready(arguments):
        from shopstead.cli import tenants

        return tenants.change_state(arguments, suspend=False)


def tenant_migrate(arguments: argparse.Namespace) -> int:
    with django_ready(arguments, migrate=False):
        from shopstead.cli import fleet

        return fleet.migrate(arguments)


def tenant_archive(arguments: argparse.Namespace) -> int:
    with django_ready(arguments):
        from shopstead.cli import archives

        return int(getattr(archives, arguments.verb)(arguments))


def tenant_leave(arguments: argparse.Namespace) -> int:
    # An erased store ends its subscription at Stripe first.
    with django_ready(arguments, need=frozenset({"postgres", "stripe"})):
        from shopstead.cli import leaving

        return int(getattr(leaving, arguments.verb)(arguments))


def import_file(arguments: argparse.Namespace) -> int:
    with django_ready(arguments):
        from core.errors import ShopsteadError
        from storefront.transfer.commands import run_import_command
        from tenants.selectors import get_tenant

        try:
            return run_import_command(
                tenant=get_tenant(arguments.slug),
                kind=arguments.kind,
                path=Path(arguments.file),
                dry_run=arguments.dry_run,
                file_format=arguments.format,
                ignored=arguments.ignore,
                out=sys.stdout,
                as_json=arguments.as_json,
            )
        except ShopsteadError as error:
            return fail(str(error))


def export_file(arguments: argparse.Namespace) -> int:
    with django_ready(arguments):
        from core.errors import ShopsteadError
        from storefront.transfer.commands import run_export_command
        from tenants.selectors import get_tenant

        try:
            return run_export_command(
                tenant=get_tenant(arguments.slug),
                kind=arguments.kind,
                path=Path(arguments.file),
                is_for_excel=arguments.excel,
                out=sys.stdout,
                as_json=arguments.as_json,
            )
        except ShopsteadError as error:
            return fail(str(error))


def recs(arguments: argparse.Namespace) -> int:
    with django_ready(arguments):
        from core.errors import ShopsteadError
        from recsys.serving import commands as recommender
        from tenants.selectors import get_tenant

        try:
            tenant = get_tenant(arguments.slug)
            if arguments.verb == "train":
                recommender.run_train(tenant=tenant, as_json=arguments.as_json, out=sys.stdout)
            elif arguments.verb == "evaluate":
                recommender.run_evaluate(tenant=tenant, as_json=arguments.as_json, out=sys.stdout)
            else:
                recommender.run_show(
                    tenant=tenant,
                    customer_email=arguments.customer,
                    product_handle=arguments.product,
                    as_json=arguments.as_json,
                    out=sys.stdout,
                )
        except ShopsteadError as error:
            return fail(str(error))
        return 0


def analytics_refresh(arguments: argparse.Namespace) -> int:
    with django_ready(arguments):
        from analytics.merchant.commands import run_refresh
        from tenants.selectors import get_tenant

        run_refresh(tenant=get_tenant(arguments.slug), as_json=arguments.as_json, out=sys.stdout)
        return 0


def billing_reconcile(arguments: argparse.Namespace) -> int:
    with django_ready(arguments, need=frozenset({"postgres", "stripe"})):
        from billing.subscriptions.services import reconcile
        from core.clock import utc_now

        mended = reconcile(now=utc_now())
        return answer({"mended": mended}, as_json=arguments.as_json, lines=[f"{mended} subscriptions differed."])


def doctor(arguments: argparse.Namespace) -> int:
    with django_ready(arguments, need=ALL):
        from shopstead.cli.doctor import examine

        return examine(as_json=arguments.as_json)


def stripe_sandbox(arguments: argparse.Namespace) -> int:
    from shopstead.cli.up import run_sandbox_alone

    return run_sandbox_alone(arguments)
