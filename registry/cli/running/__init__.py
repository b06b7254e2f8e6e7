"""Commands of an operator: run a node, found a ledger, see the logs."""
