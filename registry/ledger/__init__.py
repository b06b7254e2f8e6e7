"""The spine: every signed record goes one way, into the log, and what follows from it is here."""
