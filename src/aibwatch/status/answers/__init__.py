"""What the HTTP API takes and answers, as types: the commands read by them, OpenAPI shows them."""
