"""The forms in which people have a trust store, one module each.

Every module has ``recognise(data)``, which says by content alone whether this is its form, and
``read(data, ...)``, which gives the entries of the store (:mod:`legacytrust.stores.formats.entries`).
They are pure functions: no file is opened here but in :mod:`legacytrust.stores.formats.pem_dir`,
whose form is a folder.  :mod:`legacytrust.stores.formats.recognise` chooses among them.
"""
