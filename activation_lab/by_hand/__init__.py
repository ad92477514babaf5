"""NumPy: activations, layers, losses and training, each function beside its gradient."""
