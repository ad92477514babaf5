"""Keras models in each form, and what TensorFlow traces, runs and compiles for them."""
