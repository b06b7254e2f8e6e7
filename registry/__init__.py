"""Comity: a ledger for copyright that several regions run together. The core; it knows no HTTP."""
