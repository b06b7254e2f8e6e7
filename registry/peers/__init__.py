"""Other organisations' nodes, as this one asks them: by HTTP, at public addresses only."""
