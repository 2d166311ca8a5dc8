"""Imports the modules of packs from memory: to look for files, and to open and read them, is slow in a browser."""

from __future__ import annotations

import marshal
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourcelessFileLoader
from importlib.util import spec_from_file_location


class Modules(MetaPathFinder):
    """All modules of the packs that have come; ``folder`` is where the packs' other files stand (data, compiled parts)."""

    def __init__(self, folder: str):
        self._folder = folder
        self._codes: dict[str, bytes] = {}

    def add(self, packed: bytes | memoryview) -> None:
        """Take a pack's ``modules.marshal``: path of a .pyc file → its code."""
        self._codes |= marshal.loads(packed)

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        place = fullname.replace(".", "/")
        for file in (f"{place}/__init__.pyc", f"{place}.pyc"):
            if file in self._codes:
                where = f"{self._folder}/{file}"
                return spec_from_file_location(fullname, where, loader=_Loader(fullname, where, self._codes[file]))
        return None


class _Loader(SourcelessFileLoader):
    def __init__(self, fullname: str, path: str, code: bytes):
        super().__init__(fullname, path)
        self._code = code

    def get_code(self, fullname: str):
        return marshal.loads(self._code)
