"""Organisations: who may act, from which region, with which key, when."""
