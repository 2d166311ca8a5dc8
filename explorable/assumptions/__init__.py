"""What is true of any model of plain arithmetic whose inputs are known only within ranges.

``inputs`` (ranges, mixtures, held and open), ``points`` and ``draws`` (fixed even draws), ``sensitivity`` (what matters, where
an answer flips) and ``value_of_information`` (which fact would you buy?). A model is any function of a mapping of ids to numbers
or arrays. Nothing here reads a file, and nothing knows what an id means.
"""
