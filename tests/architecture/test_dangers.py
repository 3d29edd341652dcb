"""Own rules for own dangers: each finds what was planted for it, and finds nothing in the house but what is allowed by name."""

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.test_layout import ROOT, SOURCES

Rule = Callable[[ast.AST], bool]

LAZY = {"all", "filter", "exclude", "order_by", "values", "values_list", "select_related", "prefetch_related", "annotate",
        "only", "defer", "distinct", "using", "reverse", "none", "select_for_update"}  # fmt: skip
STORE_PARTS = ("storefront/", "analytics/merchant/", "recsys/serving/", "recsys/interactions/", "tenants/", "billing/")
MONEY_PARTS = ("storefront/pricing/", "storefront/carts/", "storefront/orders/", "storefront/payments/", "storefront/checkout/",
               "billing/", "platform/core/money.py")  # fmt: skip
EMPTY_MADE_BY = {
    "dict",
    "list",
    "set",
    "defaultdict",
    "OrderedDict",
    "Counter",
    "deque",
    "WeakKeyDictionary",
    "WeakValueDictionary",
}


def called(node: ast.AST) -> str:
    """Return the last name of what is called or read: `a.b.c(…)` gives c."""
    inner = node.func if isinstance(node, ast.Call) else node
    return str(getattr(inner, "attr", None) or getattr(inner, "id", ""))


def owner(node: ast.AST) -> str:
    """Return the words before the last name, in lower case: `self.cache.clear()` gives self.cache."""
    inner = node.func if isinstance(node, ast.Call) else node
    return ast.unparse(inner.value).lower() if isinstance(inner, ast.Attribute) else ""


def clears_a_cache(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called(node) == "clear" and "cache" in owner(node)


def remembers_for_the_process(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef):
        return any(called(one) in ("cache", "lru_cache") for one in node.decorator_list)
    if isinstance(node, ast.Module):
        return any(_is_empty_store(line) for line in node.body)
    return False


def _is_empty_store(line: ast.stmt) -> bool:
    value = getattr(line, "value", None)
    if not isinstance(line, ast.Assign | ast.AnnAssign) or "urlpatterns" in ast.unparse(line):
        return False
    is_empty = isinstance(value, ast.Dict | ast.List | ast.Set) and not (
        getattr(value, "keys", None) or getattr(value, "elts", None)
    )
    return is_empty or (isinstance(value, ast.Call) and called(value) in EMPTY_MADE_BY and not value.args)


def enters_by_the_store_itself(node: ast.AST) -> bool:
    return isinstance(node, ast.With) and any(
        isinstance(item.context_expr, ast.Name | ast.Attribute) and called(item.context_expr) in ("tenant", "store")
        for item in node.items
    )


def leaves_with_a_lazy_question(node: ast.AST) -> bool:
    if not isinstance(node, ast.With) or not any(called(item.context_expr).startswith("in_") for item in node.items):
        return False
    return any(
        isinstance(one, ast.Return)
        and isinstance(one.value, ast.Call)
        and called(one.value) in LAZY
        and ".objects" in ast.unparse(one.value)
        for one in ast.walk(node)
    )


def asks_the_request_for_its_host(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called(node) in ("build_absolute_uri", "get_host", "get_current_site")


def computes_with_floats(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called(node) == "float"


def talks_to_the_web(node: ast.AST) -> bool:
    names = (
        [alias.name for alias in node.names]
        if isinstance(node, ast.Import)
        else [node.module or ""]
        if isinstance(node, ast.ImportFrom)
        else []
    )
    return any(
        name.split(".")[0] in ("requests", "httpx", "aiohttp") or name in ("urllib.request", "http.client")
        for name in names
    )


def believes_without_a_signature(node: ast.AST) -> bool:
    return called(node) in ("construct_event_without_verification", "construct_from") and isinstance(node, ast.Call)


def calls_text_safe(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called(node) in ("mark_safe", "SafeString", "Markup")


def sets_the_path_by_hand(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and any(
            word in node.value.lower()
            for word in ("set search_path", "set local search_path", "set_config('search_path")
        )
        and "\n" not in node.value.strip()
    )


def copies_schemas_by_the_library(node: ast.AST) -> bool:
    return isinstance(node, ast.Name | ast.Attribute | ast.keyword) and (
        called(node) in ("CloneSchema", "clone_schema") or getattr(node, "arg", "") == "clone_mode"
    )


def starts_a_thread(node: ast.AST) -> bool:
    if isinstance(node, ast.AsyncFunctionDef):
        return True
    return isinstance(node, ast.Call) and called(node) in (
        "Thread",
        "Timer",
        "ThreadPoolExecutor",
        "ProcessPoolExecutor",
        "async_to_sync",
        "sync_to_async",
    )


def trusts_its_own_path(node: ast.AST) -> bool:
    names = ("TENANT_LIMIT_SET_CALLS", "SHOW_PUBLIC_IF_NO_TENANT_FOUND", "USE_X_FORWARDED_HOST")
    cookie = ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN", "LANGUAGE_COOKIE_DOMAIN")
    if not isinstance(node, ast.Assign):
        return False
    return any(
        getattr(target, "id", "") in cookie
        or (getattr(target, "id", "") in names and ast.unparse(node.value) != "False")
        for target in node.targets
    )


# rule: (what it looks for, where, what it must find, and the files that may, with the reason)
RULES: dict[str, tuple[Rule, tuple[str, ...], str, dict[str, str]]] = {
    "cache.clear() empties every store's": (clears_a_cache, (), "caches['default'].clear()", {}),
    "what is remembered in the process is shared by all stores": (
        remembers_for_the_process, STORE_PARTS, "@lru_cache(maxsize=9)\ndef rates(): ...", {
            "tenants/archive/selectors.py": "by the store's number, for what never changes",
            "tenants/domains/names.py": "the public suffix list",
            "tenants/provisioning/schema.py": "the statements of every store's schema, from the models",
            "tenants/sharing/figures.py": "by the store's number",
            "tenants/sharing/middleware.py": "one page for all stores",
            "storefront/catalog/jinja.py": "digits of a number by language",
            "storefront/catalog/page_parts.py": "questions in the code",
            "storefront/catalog/rates.py": "what the bank publishes for everybody",
            "storefront/checkout/address_form.py": "countries by language",
            "storefront/customers/forms.py": "countries by language",
            "storefront/customers/postal/china.py": "cities and districts of China",
            "storefront/customers/postal/formats.py": "how countries write addresses",
            "storefront/shipping/countries.py": "countries by language",
            "storefront/customers/postal/regions.py": "provinces by country",
            "storefront/shipping/dates.py": "days of the calendar by language",
            "storefront/search/selectors/statements.py": "statements in the code, by the shape of a question",
            "storefront/search/cutting.py": "the dictionary of Chinese words, and how letters sound",
            "storefront/theme/paint.py": "from settings to colors, whosever they are",
            "storefront/theme/sections/goods.py": "words in the code, in all languages",
            "storefront/theme/sections/words.py": "words in the code, by the store's name and languages",
            "storefront/support/classifier/concepts.py": "patterns in the code",
            "storefront/support/classifier/examples.py": "examples in the code",
            "storefront/support/classifier/model.py": "trained on the examples in the code",
            "storefront/support/classifier/text.py": "the dictionary of Chinese words",
            "storefront/support/prediction.py": "by the schema's name",
            "storefront/transfer/cells.py": "what a text means as an amount; country codes",
        },
    ),
    "`with tenant:` is not safe in threads": (enters_by_the_store_itself, (), "with tenant:\n    pass", {}),
    "a question that leaves its store is answered by another": (
        leaves_with_a_lazy_question, (), "def f():\n    with in_tenant(t):\n        return Product.objects.filter(a=1)", {},
    ),
    "the Host header is hostile": (asks_the_request_for_its_host, (), "request.build_absolute_uri('/')", {}),
    "floats lose cents": (computes_with_floats, MONEY_PARTS, "total = float(amount)", {}),
    "a merchant's address is fetched by one client only": (
        talks_to_the_web, (), "import urllib.request", {
            "platform/integrations/http/client.py": "the one client, which pins what it connects to",
            "platform/integrations/stripe/client.py": "hands Stripe's library the session it talks over",
            "platform/integrations/stripe/sandbox/webhooks.py": "the local Stripe calls its own platform",
            "platform/shopstead/cli/up.py": "asks its own web server whether it is ready",
            "platform/shopstead/embedded/sandbox.py": "asks its own sandbox whether it is ready",
        },
    ),
    "an event is believed by its signature": (
        believes_without_a_signature, (), "stripe.Webhook.construct_event_without_verification(x)", {},
    ),
    "text is escaped": (
        calls_text_safe, (), "mark_safe(text)", {
            "platform/core/csp.py": "rules of a style sheet, in which no element can begin or end",
            "platform/core/ui/icons.py": "pictures in the code",
            "platform/shopstead/jinja/folding.py": "constant words of templates, said as the library's gettext says them",
            "storefront/catalog/product_view/view.py": "JSON with its letters escaped",
            "storefront/feeds/linked_data.py": "JSON with its letters escaped",
            "storefront/search/pages.py": "what a template has escaped",
        },
    ),
    "the path is the backend's": (
        sets_the_path_by_hand, (), "cursor.execute('SET search_path = x')", {
            "platform/core/db/backend/cursors.py": "the backend",
            "tenants/archive/snapshot.py": "names every table with its schema, on a session of its own",
        },
    ),
    "no store is a copy by the library, which takes the data too": (
        copies_schemas_by_the_library, (), "CloneSchema().clone_schema('a', 'b')", {},
    ),
    "a thread starts on public with a connection of its own": (
        starts_a_thread, (*STORE_PARTS, "platform/accounts/", "platform/console/"), "threading.Thread(target=f)", {
            "tenants/archive/progress.py": "is given its store by name and reads it on a session of its own",
            "storefront/search/services/log.py": "is given its stores by name and leaves its connection closed",
            "recsys/serving/tasks.py": "keeps a job's lease in public on a connection of its own",
            "storefront/transfer/services/pictures.py": "fetches from the web and asks no database",
        },
    ),
    "settings that open stores stay off": (trusts_its_own_path, (), "USE_X_FORWARDED_HOST = True", {}),
}  # fmt: skip


def find(rule: Rule, text: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(text)):
        if rule(node):
            yield getattr(node, "lineno", 1)


@pytest.mark.parametrize("name", RULES)
def test_the_house_has_none_but_the_allowed(name: str) -> None:
    rule, parts, _planted, allowed = RULES[name]
    found = {
        path: next(find(rule, (ROOT / path).read_text()), None)
        for path in (str(source.relative_to(ROOT)) for source in SOURCES)
        if not parts or path.startswith(parts)
    }
    guilty = {f"{path}:{line}" for path, line in found.items() if line is not None and path not in allowed}
    assert guilty == set(), name
    assert {path for path in allowed if found.get(path) is None} == set(), "allowed, but no longer there"


@pytest.mark.parametrize("name", RULES)
def test_a_rule_finds_what_was_planted(name: str) -> None:
    rule, _parts, planted, _allowed = RULES[name]
    assert list(find(rule, planted))
    assert not list(find(rule, "def add(first: int, second: int) -> int:\n    return first + second\n"))
