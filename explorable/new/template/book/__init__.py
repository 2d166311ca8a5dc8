"""{{title}}: what a chapter of the book imports."""
