"""Drivers for genuine TLS libraries, to compare models with what they model.

`fetch` obtains the libraries, `openssl` asks one of them for its verdict, `system` asks the
machine's own OpenSSL, `node` asks old Node.js binaries through a real handshake. All of them
answer the same `Question` with a `GenuineVerdict`.
"""
