"""What a template says alike on every page of a language is worked out when it is compiled, not when it is shown.

A product's page asks for about eighty words, signs, addresses and files by constant names. Said once for each language and prefix
of addresses, they are text like the tags around them.
"""

import re
from collections.abc import Callable, MutableMapping
from typing import Any, TypeVar

from django.template.backends.jinja2 import Jinja2
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation
from jinja2 import Environment, nodes
from jinja2.environment import Template, TemplateModule
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from shopstead.jinja.writing import DirectContext, Writer

# Calls that answer the same for the same words as long as language and prefix are the same.
FOLDED = ("_", "gettext", "pgettext", "icon", "static", "url")
_TEXTS = ("_", "gettext", "pgettext")
_PLACE = re.compile(r"%\((\w+)\)s")
_MOST_ENVIRONMENTS = 16
_Node = TypeVar("_Node", bound=nodes.Node)


class PlainTemplate(Template):
    """A template that is imported as it is: nothing is ever given as a global to one template alone."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


class FoldingEnvironment(Environment):
    """An environment of one language and one prefix, whose templates hold the answers to such calls."""

    language: str | None = None
    prefix = "/"
    template_class = PlainTemplate
    context_class = DirectContext
    code_generator_class = Writer

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return what a dictionary holds before its method of that name: most of what a page is given is dictionaries."""
        if type(obj) is dict:
            if attribute in obj:
                return obj[attribute]
        elif (found := getattr(obj, attribute, super)) is not super:
            return found
        return super().getattr(obj, attribute)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals as the dictionary they are: the library lays an empty one over them, and each page copies both."""
        return super().make_globals(d) if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        if self.language is None:
            return template
        own = {node.name for node in template.find_all(nodes.Name) if node.ctx != "load"}
        if not self.auto_reload and not own.intersection(FOLDED):
            template = _Includer(self).visit(template)
        folded: dict[str, Any] = {
            word: self.globals[word] for word in FOLDED if word not in own and word in self.globals
        }
        before = get_script_prefix()
        set_script_prefix(self.prefix)
        try:
            with translation.override(self.language):
                folder = _Folder(folded)
                result: nodes.Template = folder.visit(template)
                return result
        finally:
            set_script_prefix(before)


class _Includer(NodeTransformer):
    """Puts what a template includes into it, so that no context is made for it each time."""

    def __init__(self, environment: FoldingEnvironment) -> None:
        self._environment = environment

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802 - the library's name
        if not isinstance(node.template, nodes.Const) or not node.with_context or node.ignore_missing:
            return node
        loader = self._environment.loader
        if loader is None:
            return node
        source, filename, _is_fresh = loader.get_source(self._environment, node.template.value)
        # Its names are its own, as they are where the library includes it.
        return nodes.Scope(self._environment._parse(source, node.template.value, filename).body, lineno=node.lineno)


class _Folder(NodeTransformer):
    def __init__(self, answers: dict[str, Callable[..., Any]]) -> None:
        self._answers = answers

    def visit_Concat(self, node: nodes.Concat, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802 - the library's name
        """Leave `a ~ b` alone: the library joins constants as text, and what is safe of them would be escaped again."""
        return node

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802 - the library's name
        self.generic_visit(node, *args, **kwargs)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name not in self._answers or node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        if name in _TEXTS and node.kwargs:
            return self._join(node)
        given = [*node.args, *(pair.value for pair in node.kwargs)]
        if not all(isinstance(one, nodes.Const) for one in given):
            return node
        words = [one.value for one in node.args if isinstance(one, nodes.Const)]
        named = {pair.key: pair.value.value for pair in node.kwargs if isinstance(pair.value, nodes.Const)}
        try:
            told = self._tell(name, words, named)
        except Exception:  # whatever is wrong is said where the template is shown
            return node
        constant = nodes.Const(str(told), lineno=node.lineno)
        return nodes.MarkSafe(constant, lineno=node.lineno) if hasattr(told, "__html__") else constant

    def _join(self, node: nodes.Call) -> nodes.Expr:
        """Turn a text with places to fill into its pieces and what stands between them, where it has no other signs."""
        is_constant = all(isinstance(pair.value, nodes.Const) for pair in node.kwargs)
        if is_constant or not all(isinstance(one, nodes.Const) for one in node.args):
            return node
        tell = (
            translation.pgettext
            if isinstance(node.node, nodes.Name) and node.node.name == "pgettext"
            else translation.gettext
        )
        text = tell(*(one.value for one in node.args if isinstance(one, nodes.Const)))
        given = {pair.key: pair.value for pair in node.kwargs}
        pieces = _PLACE.split(text)
        if "%" in "".join(pieces[::2]) or set(pieces[1::2]) - set(given):
            return node
        parts: list[nodes.Expr] = []
        for at, piece in enumerate(pieces):
            if at % 2:
                parts.append(nodes.Filter(given[piece], "e", [], [], None, None, lineno=node.lineno))
            elif piece or not at:  # the first one makes markup of the whole
                parts.append(nodes.MarkSafe(nodes.Const(piece, lineno=node.lineno), lineno=node.lineno))
        return nodes.Concat(parts, lineno=node.lineno)

    def _tell(self, name: str, words: list[Any], named: dict[str, Any]) -> Any:
        if name == "pgettext":
            return Markup(translation.pgettext(*words)) % {}  # noqa: S704 - as the extension says our own words
        if name in _TEXTS:
            return Markup(translation.gettext(*words)) % {}  # noqa: S704
        return self._answers[name](*words, **named)


class StoreTemplates(Jinja2):
    """Django's Jinja2 backend with an environment for each language and prefix."""

    def __init__(self, params: dict[str, Any]) -> None:
        self._environments: dict[tuple[str | None, str], FoldingEnvironment] = {}
        super().__init__(params)

    @property  # type: ignore[override]
    def env(self) -> FoldingEnvironment:
        """Return the environment of the language and the prefix that are in force."""
        key = translation.get_language(), get_script_prefix()
        found = self._environments.get(key)
        if found is None:
            found = self._plain.overlay()
            found.language, found.prefix = key
            if len(self._environments) < _MOST_ENVIRONMENTS:
                self._environments[key] = found
        return found

    @env.setter
    def env(self, plain: FoldingEnvironment) -> None:
        self._plain = plain

    def compile_all(self) -> list[Template]:
        """Compile every template of the stores in the language and prefix in force, and return them."""
        return [self.env.get_template(name) for name in self.env.list_templates(extensions=["html"])]
