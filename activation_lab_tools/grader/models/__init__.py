"""Keras models as plain data, and rebuilt from data that nobody vouches for."""
