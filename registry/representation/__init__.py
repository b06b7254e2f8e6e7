"""Representation: who may license whose repertoire, where, for what, and on whose word."""
