"""What counts: attempts, what people decided, deadlines, and the final mark that follows from them."""
