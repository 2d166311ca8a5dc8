"""After the Caliphate: what a chapter of the book imports."""
