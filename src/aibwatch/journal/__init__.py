"""What was seen, decided, intended and done; durable before it is done."""
