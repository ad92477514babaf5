"""One Keras model in each form, and what TensorFlow traces, runs and compiles for it."""
