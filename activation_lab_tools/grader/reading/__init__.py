"""What a notebook holds, as far as marks go; nothing of it is executed, and only the standard library is needed."""
