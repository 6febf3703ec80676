"""Reading certificates out of whatever a person has: see :mod:`legacytrust.readers.recognise`."""
