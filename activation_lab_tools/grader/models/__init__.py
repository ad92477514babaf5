"""A Keras model as plain data, and built again from what an unknown hand has written."""
