"""Modules that are loaded when something of them is first asked for: most checks are of workbooks, which hold no prose."""

import importlib.util
import sys
from types import ModuleType


def later(name: str) -> ModuleType:
    """Return a module that loads itself when an attribute of it is first asked for; raise ModuleNotFoundError."""
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
