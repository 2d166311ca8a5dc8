"""Fixed points that fill many dimensions evenly: Sobol's sequence, scrambled, as integers.

A point is one unsigned 32-bit integer for each dimension. Shifts, exclusive or, and products that drop what lies above 32 bits
are all that makes it, so that Python and JavaScript (``Math.imul``, ``>>> 0``) have the same bits. Any first 512, 1,024 … points
are even, too: each dimension has exactly one of ``2 ** m`` points in every ``2 ** m``-th of its span.

Sources: I. M. Sobol', USSR Computational Mathematics and Mathematical Physics 7 (1967), for the sequence; S. Joe and F. Y. Kuo,
SIAM Journal on Scientific Computing 30 (2008), for the direction numbers; A. B. Owen, in Monte Carlo and Quasi-Monte Carlo Methods
in Scientific Computing (1995), for the scrambling; S. Laine and T. Karras, Computer Graphics Forum 30 (2011), and B. Burley,
Journal of Computer Graphics Techniques 9 (2020), for doing it with a hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np

BITS = 32
#: Which of all scramblings: of a dozen that were tried this one did best for draws and for pairs taken together. All were good enough.
SEED = 3
#: For the second dimension and each after it: the bits of a primitive polynomial, and the first direction numbers.
DIRECTIONS = (
    (3, 1),
    (7, 1, 3),
    (11, 1, 3, 1),
    (13, 1, 1, 1),
    (19, 1, 1, 3, 3),
    (25, 1, 3, 5, 13),
    (37, 1, 1, 5, 5, 17),
    (41, 1, 1, 5, 5, 5),
    (47, 1, 1, 7, 11, 19),
    (55, 1, 1, 5, 1, 1),
    (59, 1, 1, 1, 3, 11),
    (61, 1, 3, 5, 5, 31),
    (67, 1, 3, 3, 9, 7, 49),
    (91, 1, 1, 1, 15, 21, 21),
    (97, 1, 3, 1, 13, 27, 49),
    (103, 1, 1, 1, 15, 7, 5),
    (109, 1, 3, 1, 15, 13, 25),
    (115, 1, 1, 5, 5, 19, 61),
    (131, 1, 3, 7, 11, 23, 15, 103),
    (137, 1, 3, 7, 13, 13, 15, 69),
    (143, 1, 1, 3, 13, 7, 35, 63),
    (145, 1, 3, 5, 9, 1, 25, 53),
    (157, 1, 3, 1, 13, 9, 35, 107),
    (167, 1, 3, 1, 5, 27, 61, 31),
    (171, 1, 1, 5, 11, 19, 41, 61),
    (185, 1, 3, 5, 3, 3, 13, 69),
    (191, 1, 1, 7, 13, 1, 19, 1),
    (193, 1, 3, 7, 5, 13, 19, 59),
    (203, 1, 1, 3, 9, 25, 29, 41),
    (211, 1, 3, 5, 13, 23, 1, 55),
    (213, 1, 3, 7, 3, 13, 59, 17),
    (229, 1, 3, 1, 3, 5, 53, 69),
    (239, 1, 1, 5, 5, 23, 33, 13),
    (241, 1, 1, 7, 7, 1, 61, 123),
    (247, 1, 1, 7, 9, 13, 61, 49),
    (253, 1, 3, 3, 5, 3, 55, 33),
    (285, 1, 3, 1, 15, 31, 13, 49, 245),
    (299, 1, 3, 5, 15, 31, 59, 63, 97),
    (301, 1, 3, 1, 11, 11, 11, 77, 249),
    (333, 1, 3, 1, 11, 27, 43, 71, 9),
    (351, 1, 1, 7, 15, 21, 11, 81, 45),
    (355, 1, 3, 7, 3, 25, 31, 65, 79),
    (357, 1, 3, 1, 1, 19, 11, 3, 205),
    (361, 1, 1, 5, 9, 19, 21, 29, 157),
    (369, 1, 3, 7, 11, 1, 33, 89, 185),
    (391, 1, 3, 3, 3, 15, 9, 79, 71),
    (397, 1, 3, 7, 11, 15, 39, 119, 27),
    (425, 1, 1, 3, 1, 11, 31, 97, 225),
    (451, 1, 1, 1, 3, 23, 43, 57, 177),
    (463, 1, 3, 7, 7, 17, 17, 37, 71),
    (487, 1, 3, 1, 5, 27, 63, 123, 213),
    (501, 1, 1, 3, 5, 11, 43, 53, 133),
    (529, 1, 3, 5, 5, 29, 17, 47, 173, 479),
    (539, 1, 3, 3, 11, 3, 1, 109, 9, 69),
    (545, 1, 1, 1, 5, 17, 39, 23, 5, 343),
    (557, 1, 3, 1, 5, 25, 15, 31, 103, 499),
    (563, 1, 1, 1, 11, 11, 17, 63, 105, 183),
    (601, 1, 1, 5, 11, 9, 29, 97, 231, 363),
    (607, 1, 1, 5, 15, 19, 45, 41, 7, 383),
    (617, 1, 3, 7, 7, 31, 19, 83, 137, 221),
    (623, 1, 1, 1, 3, 23, 15, 111, 223, 83),
    (631, 1, 1, 5, 13, 31, 15, 55, 25, 161),
    (637, 1, 1, 3, 13, 25, 47, 39, 87, 257),
)
DIMENSIONS = len(DIRECTIONS) + 1


@cache
def directions(dimension: int) -> tuple[int, ...]:
    """Return the 32 direction numbers of a dimension (0 is the first), the highest bit first.

    Raises ``ValueError`` for a dimension that the table does not reach.
    """
    if not 0 <= dimension < DIMENSIONS:
        raise ValueError(
            f"There is no dimension {dimension}: the table of direction numbers reaches {DIMENSIONS}. Add a line for each one more."
        )
    if dimension == 0:
        return tuple(1 << (BITS - 1 - bit) for bit in range(BITS))
    polynomial, *first = DIRECTIONS[dimension - 1]
    degree = len(first)
    numbers = [number << (BITS - 1 - bit) for bit, number in enumerate(first)]
    for bit in range(degree, BITS):
        number = numbers[bit - degree] ^ (numbers[bit - degree] >> degree)
        for back in range(1, degree):
            if polynomial >> (degree - back) & 1:
                number ^= numbers[bit - back]
        numbers.append(number)
    return tuple(numbers)


def sobol(count: int, dimension: int) -> np.ndarray:
    """Return the first ``count`` numbers of one dimension of the sequence, not scrambled: an array of unsigned 32-bit integers."""
    place: np.ndarray = np.arange(count, dtype=np.uint32)
    result: np.ndarray = np.zeros(count, dtype=np.uint32)
    for bit, number in enumerate(directions(dimension)[: max(count - 1, 1).bit_length()]):
        result ^= ((place >> np.uint32(bit)) & np.uint32(1)) * np.uint32(number)
    return result


def reversed_bits(numbers: np.ndarray) -> np.ndarray:
    """Return unsigned 32-bit integers with their bits in the opposite order."""
    for shift, mask in ((1, 0x55555555), (2, 0x33333333), (4, 0x0F0F0F0F), (8, 0x00FF00FF), (16, 0x0000FFFF)):
        step, keep = np.uint32(shift), np.uint32(mask)
        numbers = ((numbers >> step) & keep) | ((numbers & keep) << step)
    return numbers


def scrambled(numbers: np.ndarray, seed: int) -> np.ndarray:
    """Return unsigned 32-bit integers after a nested scramble: whether a bit is turned over hangs on those above it and on the seed."""
    numbers = reversed_bits(numbers) + np.uint32(seed)
    for factor in (0x6C50B47C, 0xB82F1E52, 0xC7AFE638, 0x8D22F6E6):
        numbers = numbers ^ (numbers * np.uint32(factor))
    return reversed_bits(numbers)


def seed(dimension: int) -> int:
    """Return the seed of one dimension: a hash of its number, 32 bits."""
    number = (SEED + dimension) & 0xFFFFFFFF
    number = ((number ^ number >> 16) * 0x7FEB352D) & 0xFFFFFFFF
    number = ((number ^ number >> 15) * 0x846CA68B) & 0xFFFFFFFF
    return number ^ number >> 16


@lru_cache(maxsize=256)
def integers(count: int, dimension: int) -> np.ndarray:
    """Return the first ``count`` points of one dimension: unsigned 32-bit integers, which can't be written to."""
    made = scrambled(sobol(count, dimension), seed(dimension))
    made.flags.writeable = False
    return made


def units(count: int, dimensions: Sequence[int]) -> np.ndarray:
    """Return points between 0 and 1, never at an end: one row a dimension, one column a point."""
    return np.array([(integers(count, dimension) + 0.5) / 2**BITS for dimension in dimensions])
