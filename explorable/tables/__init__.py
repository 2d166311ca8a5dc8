"""A book's data package → typed tables, and errors that name file, row and remedy.

    package.py    all tables of a book: load, check, renew checksums
    reading.py    one table by its schema
    schemas.py    what datapackage.json says, and whether it can be
    values.py     texts → typed values
    agreement.py  what must agree between the book's files

pandas alone is needed. No figure, no page and no assumption stands here.
"""

from explorable.tables.package import Tables
from explorable.tables.reading import DataError

__all__ = ["DataError", "Tables"]
