"""Commands about published cases: publish, search, cite, recognise."""
