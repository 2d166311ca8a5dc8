"""See ``explorable/__init__.py``."""
