"""The machine: what makes any book of plain arithmetic explorable.

It knows no word of the book it serves, and never imports it: what it needs comes as arguments.
"""
