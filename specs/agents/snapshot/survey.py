"""What a module offers: its public functions, classes, methods and properties, with their parameters."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from types import FunctionType, ModuleType

RECEIVER, ARGUMENTS = "{receiver}", "{arguments}"
OPERATORS = {
    "__len__": f"len({RECEIVER})",
    "__iter__": f"list({RECEIVER})",
    "__contains__": f"{ARGUMENTS} in {RECEIVER}",
    "__getitem__": f"{RECEIVER}[{ARGUMENTS}]",
    "__setitem__": f"{RECEIVER}.__setitem__({ARGUMENTS})",
    "__delitem__": f"{RECEIVER}.__delitem__({ARGUMENTS})",
    "__call__": f"{RECEIVER}({ARGUMENTS})",
    "__str__": f"str({RECEIVER})",
    "__repr__": f"repr({RECEIVER})",
    "__bool__": f"bool({RECEIVER})",
    "__neg__": f"-{RECEIVER}",
    "__add__": f"{RECEIVER} + {ARGUMENTS}",
    "__sub__": f"{RECEIVER} - {ARGUMENTS}",
    "__mul__": f"{RECEIVER} * {ARGUMENTS}",
    "__eq__": f"{RECEIVER} == {ARGUMENTS}",
    "__lt__": f"{RECEIVER} < {ARGUMENTS}",
}
"""How the special methods are called that a class may define."""


@dataclass(frozen=True)
class Parameter:
    """A parameter. `default` is None if there is none, or one that is not a plain value."""

    name: str
    annotation: str
    default: bool | int | float | str | None
    required: bool
    keyword: bool
    """Whether it has to be given by name."""
    many: bool
    """Whether it takes any number of values."""
    uses: frozenset[str]
    """What the body does with it: names of attributes, `call:int`, `loop`, `index`, `number`."""


@dataclass(frozen=True)
class Target:
    """Something that can be called: a template with places for a receiver and for arguments."""

    module: str
    subject: str
    template: str
    parameters: tuple[Parameter, ...]
    owner: str = ""
    """The class, as module:name, that the receiver is an instance of."""
    makes: str = ""
    """The class, as module:name, if this is a class that is called."""


@dataclass(frozen=True)
class Offer:
    """What can be called in a module, and the names of the classes among it."""

    targets: tuple[Target, ...]
    classes: dict[str, frozenset[str]]
    """By module:name: the public attributes of its instances."""


def survey(module: ModuleType, source: str) -> Offer:
    """The public functions and classes that this module itself defines, in the order of the source."""
    bodies = {node.lineno: node for node in ast.walk(ast.parse(source)) if _has_body(node)}
    bodies |= {node.decorator_list[0].lineno: node for node in bodies.values() if node.decorator_list}
    targets: list[Target] = []
    classes: dict[str, frozenset[str]] = {}
    for name, value in list(vars(module).items()):
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(value) and value.__qualname__ == name:
            key = f"{module.__name__}:{name}"
            classes[key] = frozenset(member for member in dir(value) if not member.startswith("__"))
            targets += _of_class(key, value, bodies)
        elif callable(value) and (parameters := _parameters(value, bodies)) is not None:
            targets.append(Target(module.__name__, name, f"{name}({ARGUMENTS})", parameters))
    return Offer(tuple(targets), classes)


def _has_body(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _of_class(key: str, value: type, bodies: dict) -> list[Target]:
    """How instances are made, and what can be done with them."""
    module, name = key.split(":")
    made = _parameters(value, bodies)
    found = [] if made is None else [Target(module, name, f"{name}({ARGUMENTS})", made, makes=key)]
    for member, attribute in _members(value, module):
        subject = f"{name}.{member}"
        if isinstance(attribute, classmethod | staticmethod):
            template, owner, called = f"{name}.{member}({ARGUMENTS})", "", getattr(value, member)
        elif isinstance(attribute, FunctionType):
            usual = None if member.startswith("__") else f"{RECEIVER}.{member}({ARGUMENTS})"
            template, owner, called = OPERATORS.get(member, usual), key, attribute
        else:
            template, owner, called = f"{RECEIVER}.{member}", key, None
        if template is None:
            continue
        parameters = _parameters(called, bodies, method=bool(owner)) if called else ()
        if parameters is not None:
            found.append(Target(module, subject, template, parameters, owner))
    return found


def _members(value: type, module: str) -> list[tuple[str, object]]:
    """Methods and properties, also those of base classes in the same package. Generated ones are left out."""
    found: dict[str, object] = {}
    for base in reversed(value.__mro__):
        if base.__module__.split(".")[0] != module.split(".")[0]:
            continue
        for name, attribute in vars(base).items():
            function = inspect.unwrap(getattr(attribute, "__func__", getattr(attribute, "fget", attribute)))
            written = (
                getattr(getattr(function, "__code__", None), "co_filename", "<").startswith("<") is False
            )
            if written and (name in OPERATORS or not name.startswith("_")):
                found[name] = attribute
    return list(found.items())


def _parameters(called: object, bodies: dict, *, method: bool = False) -> tuple[Parameter, ...] | None:
    """The parameters without `self`; None if they are not known, or a call would only make a coroutine."""
    if inspect.iscoroutinefunction(called) or inspect.isasyncgenfunction(called):
        return None
    try:
        signature = inspect.signature(called)
    except (ValueError, TypeError):
        return None
    body = _body(called, bodies)
    found = [_parameter(parameter, body) for parameter in signature.parameters.values()]
    return tuple(found[1:] if method else found)


def _body(called: object, bodies: dict) -> ast.AST | None:
    """The syntax of a function, or of what makes an instance of a class."""
    function = inspect.unwrap(called.__init__ if inspect.isclass(called) else called)
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return bodies.get(code.co_firstlineno) if code else None


def _parameter(parameter: inspect.Parameter, body: ast.AST | None) -> Parameter:
    annotation = parameter.annotation
    if not isinstance(annotation, str):
        unknown = annotation is parameter.empty
        annotation = "" if unknown else getattr(annotation, "__name__", "") or str(annotation)
    required = parameter.default is parameter.empty
    return Parameter(
        parameter.name,
        annotation,
        parameter.default if type(parameter.default) in (bool, int, float, str) else None,
        required and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD),
        parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD),
        parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD),
        _uses(parameter.name, body) if body else frozenset(),
    )


def _uses(name: str, body: ast.AST) -> frozenset[str]:
    """What a function does with one of its parameters."""
    found: set[str] = set()

    def is_it(node: ast.AST | None) -> bool:
        return isinstance(node, ast.Name) and node.id == name

    for node in ast.walk(body):
        if isinstance(node, ast.Attribute) and is_it(node.value):
            found.add(node.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and any(map(is_it, node.args)):
            found.add(f"call:{node.func.id}")
        elif isinstance(node, ast.Call) and is_it(node.func):
            found.add("called")
        elif isinstance(node, ast.For | ast.comprehension) and is_it(node.iter):
            found.add("pairs" if isinstance(node.target, ast.Tuple) else "loop")
        elif isinstance(node, ast.Subscript) and is_it(node.value):
            found.add("index")
        elif isinstance(node, ast.BinOp | ast.Compare) and _with_number(node, is_it):
            found.add("number")
    return frozenset(found)


def _with_number(node: ast.BinOp | ast.Compare, is_it: object) -> bool:
    """Whether a variable is calculated or compared with a number."""
    sides = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.left, *node.comparators]
    numbers = any(isinstance(side, ast.Constant) and type(side.value) in (int, float) for side in sides)
    return numbers and any(map(is_it, sides))
