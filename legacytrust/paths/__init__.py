"""Building and checking certification paths, the way each client does it."""
