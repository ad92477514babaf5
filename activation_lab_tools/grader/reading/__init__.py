"""Parse notebooks into answers and choices: nothing is executed, and only the standard library is needed."""
