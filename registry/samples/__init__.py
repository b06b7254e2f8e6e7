"""A file to try Comity with: made for this purpose, free for any use (CC0)."""
