"""Commands about organisations: votes, keys, profiles."""
