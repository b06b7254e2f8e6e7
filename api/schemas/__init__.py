"""What goes over the wire, for those who read the OpenAPI document."""
