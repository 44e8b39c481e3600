"""What the constructors of forms ask for: their types, resolved as a type checker would."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

ROOMS = (
    "core",
    "accounts",
    "practitioners",
    "patients",
    "appointments",
    "coordination",
    "teleconsult",
    "partnerships",
    "msp_portal",
)
_NO_MODULES = ("migrations", "settings", "__main__", "embedded")


@cache
def modules() -> dict[str, ModuleType]:
    """All modules of the portal that one may import without starting something."""
    found = {}
    for room in ROOMS:
        package = import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not set(_NO_MODULES) & set(module.name.split(".")):
                found[module.name] = import_module(module.name)
    return found


def form_classes() -> list[type[forms.BaseForm]]:
    modules()
    found = {
        one
        for one in _heirs(forms.BaseForm)
        if one.__module__.split(".")[0] in ROOMS
        # What others are built on, without a table of its own.
        and not (issubclass(one, forms.BaseModelForm) and one._meta.model is None)
    }
    return sorted(found, key=full_name)


def _heirs(known: type[Any]) -> Iterator[type[Any]]:
    one: type[Any]
    for one in known.__subclasses__():
        yield one
        yield from _heirs(one)


def full_name(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


class _OneFile:
    """`UploadedFile[Any]` is written for the type checker alone: Django's class takes no brackets."""

    def __class_getitem__(cls, _content: Any) -> type[UploadedFile]:
        return UploadedFile


class _Names(dict[str, Any]):
    """What a module's annotations may name: what it holds, and what it imports for the type checker alone."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__(vars(module))
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.ImportFrom) and node.module:
                source = import_module(node.module)
                for name in node.names:
                    self.setdefault(name.asname or name.name, getattr(source, name.name, None))
            elif isinstance(node, ast.Import):
                for name in node.names:
                    self.setdefault((name.asname or name.name).split(".")[0], import_module(name.name))
        if self.get("UploadedFile") is UploadedFile:
            self["UploadedFile"] = _OneFile


@cache
def hints(function: Callable[..., Any] | type[Any]) -> dict[str, Any]:
    inner = inspect.unwrap(function)
    if inner.__module__.split(".")[0] not in ROOMS:
        return {}
    module = modules().get(inner.__module__) or import_module(inner.__module__)
    return typing.get_type_hints(inner, localns=_Names(module))


def asked(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Its parameters, without those that take whatever comes."""
    found = inspect.signature(function).parameters
    open_ended = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return {name: one for name, one in found.items() if name != "self" and one.kind not in open_ended}
