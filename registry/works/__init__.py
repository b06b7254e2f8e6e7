"""Works: registration and certificates. Evidence of a claim and a time, never "copyright granted"."""
