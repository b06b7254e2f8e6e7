"""Commands about representation: territories, agreements, the question."""
