"""Commands that check: verify a certificate, export whom to trust."""
