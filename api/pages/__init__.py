"""The page for people: server-made HTML in Chinese and English, and a few small scripts of our own.

Whatever it shows it asks of the interface for programs, so that it never knows more than anybody
else may ask. Everything but the hashing of a file works without scripts.
"""
