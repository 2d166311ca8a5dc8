"""A model's own functions, run once on symbols, written as JavaScript: for one set of values, and step by step over many.

A symbol takes part in ``+ - * / **`` and ``abs``, and remembers what was done with it. So the functions that give numbers in Python
write themselves for the page: nobody types a formula twice, and no page makes code from text. What occurs twice is written once. A
part is called after the function that made it, so that what is written can be read.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partialmethod
from numbers import Real
from typing import Any, NamedTuple

#: What JavaScript keeps for itself.
RESERVED = frozenset(
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if "
    "implements import in instanceof interface let new null package private protected public return static super switch this throw true try "
    "typeof var void while with yield Infinity NaN undefined Math".split()
)
#: Names that the written loops use themselves.
LOOP = ("n", "i", "out")
#: How strongly each operation binds, and how strongly what stands on its left and right must bind to need no brackets there.
BINDS = {"+": (1, 1, 2), "-": (1, 1, 2), "*": (2, 2, 3), "/": (2, 2, 3), "**": (4, 5, 3)}
NEGATIVE, WHOLE = 3, 5
#: What NumPy calls the same operations.
NUMPYS = {
    **{"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "true_divide": "/", "power": "**"},
    **{"negative": "negative", "absolute": "abs"},
}


class CannotCompile(TypeError):
    """A function does something with its arguments that has no counterpart in what is written. The message names both."""


def _refuse(operation: str, *_: object, **__: object):
    function = _maker().f_code.co_name
    raise CannotCompile(
        f"{function}() uses {operation} on what it is given: only + - * / ** and abs() of arguments and numbers can be written as JavaScript. "
        f"Write it with those, or leave {function}() out of what the page computes."
    )


def _maker():
    """Return the frame of the function outside this module that is at work."""
    frame = sys._getframe(1)
    while frame.f_globals is globals():
        frame = frame.f_back
    return frame


class Symbol:
    """An argument, or what became of it. ``parts`` are symbols and numbers; ``made`` is the function that made it."""

    __slots__ = ("tape", "operation", "parts", "place", "made")
    __hash__ = object.__hash__

    def __init__(self, tape: Tape, operation: str, parts: tuple, place: int, made: str):
        self.tape, self.operation, self.parts, self.place, self.made = tape, operation, parts, place, made

    def __repr__(self) -> str:
        return f"<symbol {self.parts[0] if self.operation == 'argument' else self.operation}>"

    def _binary(self, other: object, operation: str) -> Symbol:
        return self.tape.note(operation, (self, other))

    def _reflected(self, other: object, operation: str) -> Symbol:
        return self.tape.note(operation, (other, self))

    def __neg__(self) -> Symbol:
        return self.tape.note("negative", (self,))

    def __pos__(self) -> Symbol:
        return self

    def __abs__(self) -> Symbol:
        return self.tape.note("abs", (self,))

    def __array_ufunc__(self, function, method: str, *given, **options):
        """Take part in the arithmetic of NumPy's numbers, and in nothing else of NumPy's."""
        operation = NUMPYS.get(function.__name__)
        if operation is None or method != "__call__" or options:
            _refuse(f"numpy.{function.__name__}()")
        return self.tape.note(operation, given)

    def __getattr__(self, name: str):
        if name.startswith("__"):  # what Python and NumPy ask of any object, to learn what it can do
            raise AttributeError(name)
        _refuse(f".{name}")


for _name, _operation in (("add", "+"), ("sub", "-"), ("mul", "*"), ("truediv", "/"), ("pow", "**")):
    setattr(Symbol, f"__{_name}__", partialmethod(Symbol._binary, operation=_operation))
    setattr(Symbol, f"__r{_name}__", partialmethod(Symbol._reflected, operation=_operation))
for _name, _words in {
    **{
        "lt": "<",
        "le": "<=",
        "gt": ">",
        "ge": ">=",
        "eq": "==",
        "ne": "!=",
        "bool": "a truth value (if, and, or, not, min, max)",
    },
    **{
        "floordiv": "//",
        "rfloordiv": "//",
        "mod": "%",
        "rmod": "%",
        "divmod": "divmod()",
        "matmul": "@",
        "round": "round()",
    },
    **{
        "float": "float()",
        "int": "int()",
        "index": "a whole number's place",
        "complex": "complex()",
        "trunc": "trunc()",
        "floor": "floor()",
        "ceil": "ceil()",
    },
    **{"iter": "iteration", "len": "len()", "getitem": "an index [ ]", "contains": "in", "call": "a call ( )"},
}.items():
    setattr(Symbol, f"__{_name}__", lambda self, *given, words=_words: _refuse(words))


class Tape:
    """All symbols of a model, each once, in the order in which they were made."""

    def __init__(self) -> None:
        self.symbols: dict[tuple, Symbol] = {}
        self.last: dict[object, Symbol] = {}  # of each call the symbol that it made last: what it returned

    def argument(self, name: str) -> Symbol:
        """Return the symbol of an argument. Raises ``ValueError`` for a name that JavaScript or the written loops keep for themselves."""
        if name in RESERVED or name in LOOP or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise ValueError(f"An argument can't be called {name!r} in JavaScript: rename it.")
        return self._keep("argument", (name,), "")

    def note(self, operation: str, parts: tuple) -> Symbol:
        """Return the symbol of an operation; the same one if the same was done before."""
        for part in parts:
            if not isinstance(part, (Symbol, Real)) or isinstance(part, bool):
                _refuse(f"{operation} with {type(part).__name__}")
            if isinstance(part, Symbol) and part.tape is not self:
                raise ValueError("Symbols of two models can't be mixed.")
            if isinstance(part, Real) and part - part != 0:
                _refuse(f"{operation} with {part}")
        frame = _maker()
        found = self._keep(operation, parts, frame.f_code.co_name)
        self.last[frame] = found
        return found

    def _keep(self, operation: str, parts: tuple, made: str) -> Symbol:
        key = (operation, *((part.place, "symbol") if isinstance(part, Symbol) else (part, "") for part in parts))
        if key not in self.symbols:
            self.symbols[key] = Symbol(self, operation, parts, len(self.symbols), made)
        return self.symbols[key]


class Compiled(NamedTuple):
    """What was written. ``one`` has a function for each program, ``steps`` those over many values; both are members of a JavaScript object.

    ``results`` says, for each program and result, which step has it.
    """

    one: str
    steps: str
    results: dict[str, dict[str, str]]


def compiled(
    programs: Mapping[str, Callable[[dict], Mapping]], columns: Iterable[str], single: Iterable[str] = ()
) -> Compiled:
    """Run programs once on symbols, and return them as JavaScript.

    A program takes a mapping of argument → symbol and returns a mapping of result → symbol. ``columns`` are the arguments of which there
    are many values, ``single`` those of which there is one at a time, such as time. Raises :class:`CannotCompile` where a program does
    what can't be written.
    """
    tape = Tape()
    columns, single = list(columns), list(single)
    given = {name: tape.argument(name) for name in (*columns, *single)}
    found = {name: dict(program(given)) for name, program in programs.items()}
    for name, results in found.items():
        for result, symbol in results.items():
            if not isinstance(symbol, Symbol):
                raise CannotCompile(f"{name}(): its result {result!r} is {symbol!r}, which hangs on no argument.")
    names = _Names(tape, found)
    one = ",\n".join(_for_one(name, results, names) for name, results in found.items())
    steps = ",\n".join(_steps(found, names, set(single)))
    return Compiled(
        one,
        steps,
        {name: {key: names.of(symbol) for key, symbol in results.items()} for name, results in found.items()},
    )


def formula(function: Callable, arguments: Iterable[str]) -> str:
    """Return a function that takes its arguments by keyword as a member of a JavaScript object, which takes them as one object."""
    arguments = list(arguments)
    taken = expression(lambda given: function(**given), arguments)
    return f"{function.__name__}: ({{ {', '.join(arguments)} }}) => {taken}"


def in_order(function: Callable, *arguments: str) -> str:
    """Return a function that takes its arguments in their order as a member of a JavaScript object, which takes them so, too."""
    taken = expression(lambda given: function(*given.values()), arguments)
    return f"{function.__name__}: ({', '.join(arguments)}) => {taken}"


def expression(function: Callable[[dict], Any], arguments: Iterable[str]) -> str:
    """Return as JavaScript what a function makes of a mapping of argument → symbol."""
    tape = Tape()
    return _written(function({name: tape.argument(name) for name in arguments}), {}, 0)


# How it is written


class _Names:
    """What symbols are called that are not written in place: results by their program, parts by the function that made them."""

    def __init__(self, tape: Tape, found: Mapping[str, Mapping[str, Symbol]]):
        self.known = {
            symbol.place: f"{program}_{key}"
            for program, results in reversed(list(found.items()))
            for key, symbol in results.items()
        }
        self.known |= {
            symbol.place: symbol.parts[0] for symbol in tape.symbols.values() if symbol.operation == "argument"
        }
        self.taken = {*self.known.values(), *LOOP, *RESERVED}
        self.returned = {symbol.place for symbol in tape.last.values()}

    def of(self, symbol: Symbol) -> str:
        """Return the name of a symbol; the first time it is asked for, give it one."""
        if symbol.place not in self.known:
            word = re.sub(r"\W+", "", symbol.made) or "part"
            plain = name = word if symbol.place in self.returned else f"part_of_{word}"
            number = 1
            while name in self.taken:
                number += 1
                name = f"{plain}_{number}"
            self.known[symbol.place] = name
            self.taken.add(name)
        return self.known[symbol.place]


def _below(symbols: Iterable[Symbol]) -> list[Symbol]:
    """Return symbols and all that they are made of, each once, what is made of others after them."""
    seen: dict[int, Symbol] = {}
    waiting = list(symbols)
    while waiting:
        symbol = waiting.pop()
        if symbol.place not in seen:
            seen[symbol.place] = symbol
            waiting += [part for part in symbol.parts if isinstance(part, Symbol)]
    return [seen[place] for place in sorted(seen)]


def _uses(symbols: Iterable[Symbol], results: Iterable[Symbol]) -> dict[int, int]:
    uses: dict[int, int] = {}
    for symbol in [*(part for each in symbols for part in each.parts if isinstance(part, Symbol)), *results]:
        uses[symbol.place] = uses.get(symbol.place, 0) + 1
    return uses


def _for_one(program: str, results: Mapping[str, Symbol], names: _Names) -> str:
    """Write a program for one set of values."""
    needed = _below(results.values())
    arguments = [symbol.parts[0] for symbol in needed if symbol.operation == "argument"]
    uses, lines, known = _uses(needed, results.values()), [], {}
    for symbol in needed:
        if symbol.operation == "argument":
            known[symbol.place] = symbol.parts[0]
        elif uses[symbol.place] > 1:
            lines.append(f"  const {names.of(symbol)} = {_written(symbol, known, 0)};")
            known[symbol.place] = names.of(symbol)
    inside = "\n".join(f"    {key}: {_written(symbol, known, 0)}," for key, symbol in results.items())
    return "\n".join([f"{program}: ({{ {', '.join(arguments)} }}) => {{", *lines, f"  return {{\n{inside}\n  }};", "}"])


def _steps(found: Mapping[str, Mapping[str, Symbol]], names: _Names, single: set[str]) -> Iterator[str]:
    """Write programs over many values: results, what is needed twice, and powers, which take long, are steps of their own."""
    results = {symbol.place: symbol for part in found.values() for symbol in part.values()}
    needed = _below(results.values())
    uses, many = _uses(needed, results.values()), _many(needed, single)
    known = {symbol.place: symbol.parts[0] for symbol in needed if symbol.operation == "argument"}
    for symbol in needed:
        kept = (
            symbol.place in many
            and symbol.operation != "argument"
            and (uses[symbol.place] > 1 or symbol.operation == "**")
        )
        if not kept and symbol.place not in results:
            continue
        takes = list(dict.fromkeys(_met(symbol, known)))
        below = {place: f"{name}[i]" if place in many else name for place, name in known.items()}
        text = below.get(symbol.place) or _written(symbol, below, 0)
        of, given = ", ".join(f'"{name}"' for name in takes), "".join(f", {name}" for name in takes)
        yield f"{names.of(symbol)}: {{ of: [{of}], fill: (n, out{given}) => {{ for (let i = 0; i < n; i += 1) out[i] = {text}; }} }}"
        known[symbol.place] = names.of(symbol)
        many.add(symbol.place)


def _many(symbols: Iterable[Symbol], single: set[str]) -> set[int]:
    """Return the places of the symbols that hang on an argument of many values."""
    many: set[int] = set()
    for symbol in symbols:
        if symbol.operation == "argument":
            many |= set() if symbol.parts[0] in single else {symbol.place}
        elif any(part.place in many for part in symbol.parts if isinstance(part, Symbol)):
            many.add(symbol.place)
    return many


def _met(part: object, known: Mapping[int, str]) -> Iterator[str]:
    """Yield the names that are met first on the way down from a symbol."""
    if isinstance(part, Symbol):
        if part.place in known:
            yield known[part.place]
        else:
            for below in part.parts:
                yield from _met(below, known)


def _written(part: object, known: Mapping[int, str], binds: int) -> str:
    """Write a number or symbol, in brackets where it binds less than is asked for."""
    text, strength = _plain(part, known)
    return text if strength >= binds else f"({text})"


def _plain(part: Any, known: Mapping[int, str]) -> tuple[str, int]:
    if not isinstance(part, Symbol):
        number = int(part) if part == int(part) and abs(part) < 2**53 else float(part)
        return repr(number), WHOLE if number >= 0 else NEGATIVE
    if part.place in known:
        return known[part.place], WHOLE
    if part.operation == "argument":
        return part.parts[0], WHOLE
    if part.operation == "negative":
        return f"-{_written(part.parts[0], known, WHOLE)}", NEGATIVE
    if part.operation == "abs":
        return f"Math.abs({_written(part.parts[0], known, 0)})", WHOLE
    binds, left, right = BINDS[part.operation]
    return f"{_written(part.parts[0], known, left)} {part.operation} {_written(part.parts[1], known, right)}", binds
