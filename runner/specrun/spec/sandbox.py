"""The sandbox that templates run in: no way out, nothing random, and bounded work.

A template could ask for any amount of time and memory: loops in loops, `'a' * 10**10`, texts that are doubled
line by line. So every value that an expression makes is measured, and every step is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.nodes import Filter
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from specrun.spec.template_sizes import (
    LARGEST_VALUE,
    TooMuchError,
    check_format,
    product_size,
    result_size,
    size_of,
    total_size,
)

LARGEST_OUTPUT = 4 * LARGEST_VALUE
"""Characters of what one template gives."""
MOST_WORK = 5_000_000
"""What all steps of one rendering may cost: each `STEP`, and the size of what it makes or looks at."""
STEP = 10
CALL = 50
"""What calling a method or macro costs beside that."""

_MEASURED, _COUNTED, _JOINED = "specrun measured", "specrun counted", "specrun joined"
"""Filters that no template can name."""
_MULTIPLYING = frozenset({"format", "join", "replace", "urlize"})
"""Filters that put one value into another again and again."""
_WIDENING = frozenset({"center", "indent", "batch", "slice", "wordwrap", "truncate", "tojson"})
"""Filters that do so, or make as much as a number says."""


class BoundedContext(Context):
    """The variables of one rendering, and what it has spent."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.spent = [0]

    def derived(self, locals: dict[str, Any] | None = None) -> BoundedContext:  # noqa: A002  Jinja's name
        """The context of a block, which spends from the same budget."""
        derived = super().derived(locals)
        assert isinstance(derived, BoundedContext)
        derived.spent = self.spent
        return derived

    def spend(self, size: int) -> None:
        """One step that makes, or looks at, this much. Raises TooMuchError."""
        if size > LARGEST_VALUE + CALL:
            raise TooMuchError(f"it makes a value of more than {LARGEST_VALUE:,} characters")
        self.spent[0] += STEP + size
        if self.spent[0] > MOST_WORK:
            raise TooMuchError("it takes too many steps")


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox in which the same template always gives the same text, soon."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    context_class = BoundedContext

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False, finalize=_printable
        )
        self.globals = {"range": self.globals["range"]}
        del self.filters["random"]
        self.filters = {name: _bounded(name, filter_) for name, filter_ in self.filters.items()}
        self.tests = {name: _bounded(name, test) for name, test in self.tests.items()}
        self.filters |= {_MEASURED: _measured, _COUNTED: _counted, _JOINED: _joined}

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        """Everything that a template, a macro or a block gives."""
        kept: list[str] = []
        size = 0
        for part in parts:
            size += len(part) + 1
            if size > LARGEST_OUTPUT:
                raise TooMuchError(f"it gives more than {LARGEST_OUTPUT:,} characters")
            kept.append(part)
        return "".join(kept)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """`left operator right`, if the result is bounded."""
        _spend(context, result_size(operator, left, right))
        return super().call_binop(context, operator, left, right)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """Call a method or macro, if its result is bounded."""
        args = tuple(_whole(__context, value) for value in args)
        owner = getattr(getattr(__obj, "__wrapped__", __obj), "__self__", None)
        values = (owner, *args, *kwargs.values())
        if isinstance(owner, str | bytes | int):
            formats = getattr(__obj, "__name__", "") in ("format", "format_map")
            if formats:
                check_format(owner)
            _spend(__context, product_size(values, numbers=not formats) + CALL)
        else:
            _spend(__context, total_size(values) + CALL)
        result = super().call(__context, __obj, *args, **kwargs)
        _spend(__context, size_of(result))
        return result

    def _generate(self, source: nodes.Template, *arguments: Any, **named: Any) -> str:
        """Jinja's hook between parsing and making code."""
        return super()._generate(_Measuring().visit(source), *arguments, **named)


class _Measuring(NodeTransformer):
    """Puts filters around everything that makes a value without calling anything."""

    def _measure(self, node: Any) -> Any:
        self.generic_visit(node)
        return _filtered(node, _MEASURED) if getattr(node, "ctx", "load") == "load" else node

    visit_List = visit_Dict = visit_Tuple = _measure  # noqa: N815

    def visit_Compare(self, node: nodes.Compare) -> Any:  # noqa: N802
        self.generic_visit(node)
        node.expr = _filtered(node.expr, _MEASURED)
        for operand in node.ops:
            operand.expr = _filtered(operand.expr, _MEASURED)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> Any:  # noqa: N802
        return self._measure(node) if isinstance(node.arg, nodes.Slice) else self.generic_visit(node)

    def visit_Concat(self, node: nodes.Concat) -> Any:  # noqa: N802
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), _JOINED)

    def visit_For(self, node: nodes.For) -> Any:  # noqa: N802
        self.generic_visit(node)
        node.iter = _filtered(node.iter, _COUNTED)
        return node

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> Any:  # noqa: N802
        self.generic_visit(node)
        node.filter = _filtered(node.filter, _MEASURED)
        return node


def _filtered(node: Any, name: str) -> Filter:
    return Filter(node, name, [], [], None, None, lineno=node.lineno if node is not None else 1)


def _bounded(name: str, function: Any) -> Callable[..., Any]:
    """A filter or test whose work counts. It is never run at compile time, as it needs the context."""
    wants = getattr(getattr(function, "jinja_pass_arg", None), "name", "")

    @pass_context
    @wraps(function, updated=())
    def counted(context: Context, *args: Any, **kwargs: Any) -> Any:
        args = tuple(_whole(context, value) for value in args)
        values = (*args, *kwargs.values())
        if name == "format":
            check_format(args[0])
        multiplies = name in _MULTIPLYING | _WIDENING
        _spend(context, product_size(values, numbers=name in _WIDENING) if multiplies else total_size(values))
        first = {"context": context, "eval_context": context.eval_ctx, "environment": context.environment}
        result = function(*((first[wants], *args) if wants else args), **kwargs)
        _spend(context, size_of(result))
        return result

    return counted


def _whole(context: Context, value: Any) -> Any:
    """A list instead of what can be counted only by using it up."""
    if isinstance(value, Iterator) and not isinstance(value, LoopContext):
        return list(_counted(context, value))
    return value


@pass_context
def _measured(context: Context, value: Any) -> Any:
    _spend(context, size_of(value))
    return value


@pass_context
def _counted(context: Context, values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        _spend(context, 0)
        yield value


@pass_context
def _joined(context: Context, values: list[Any]) -> str:
    _spend(context, size_of(values))
    return "".join(map(str, values))


def _printable(value: object) -> object:
    """What a template prints. An object of another kind would print its address in memory."""
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError(f"a template prints text and numbers, not {type(value).__name__}")


def _spend(context: Context, size: int) -> None:
    assert isinstance(context, BoundedContext)
    context.spend(size)
