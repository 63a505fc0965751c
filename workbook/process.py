"""A process that a clerk waits for: modules loaded when something of them is first asked for, and a short end."""

import gc
import importlib.util
import sys
from types import ModuleType
from typing import NoReturn

LOOKED_THROUGH = ("duckdb",)  # libraries that complain about what is left of them at the end


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


def hurry() -> None:
    """Have rings of objects looked for seldom: a check makes much and drops little, and would spend a twentieth of its time on it."""
    gc.set_threshold(100_000, 50, 50)


def leave(status: int) -> NoReturn:
    """End the process with a status, without looking through all its objects once more."""
    if not any(name in sys.modules for name in LOOKED_THROUGH):
        gc.freeze()
    sys.exit(status)
