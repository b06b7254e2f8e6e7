"""Commands about works: register, submit, certificate."""
