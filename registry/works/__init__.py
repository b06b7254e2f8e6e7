"""Works: registration and certificates. Evidence of a claim and a time, no grant of copyright."""
