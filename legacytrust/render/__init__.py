"""Showing results: as text, plain data, HTML and frames.  Nothing here decides anything."""
