"""What authors and instructors use; learners never need it."""
