"""Trust stores: versioned snapshots of what devices trust, and the files they are kept in."""
