"""The door over HTTP. It knows requests and answers; every decision is made in `registry`."""
