"""The command line: what a creator, a verifier and an operator type. Keys never leave here."""
