"""How a compiled template writes its values and calls its functions: as the library does, with less around each of them.

A list of goods writes three hundred values and calls a hundred and forty functions.
"""

from types import FunctionType
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context, Macro
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]


def written(value: Any) -> str:
    """Return the value as it stands in a page: escaped, unless it is markup. What is written out need not say that it is safe."""
    kind = type(value)
    if kind is str:
        escaped: str = _escape_inner(value)
        return escaped
    if kind is int:
        return str(value)
    return value if kind is Markup else escape(value)


class Writer(CodeGenerator):
    """Compiles a template to one that writes by `written`."""

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802 - the library's name
        """Have the function at hand in the template's module."""
        self.writeline(f"from {__name__} import written")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("written(")


class DirectContext(Context):
    """Calls macros and plain functions without asking anew how each wants to be called."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as the library has it: any name may be given
        """Call what a template calls."""
        kind = type(__obj)
        if kind is Macro:
            args = (__self.eval_ctx, *args)
        elif kind is not FunctionType or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)
