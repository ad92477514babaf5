"""The largest difference between a Dense layer with relu in Keras and by hand, on random numbers."""

import json

import numpy as np

import activation_lab as lab
from activation_lab.quiet import keras

rng = np.random.default_rng(0)
x, kernel, bias = rng.normal(size=(5, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
layer = keras.layers.Dense(3, activation="relu", dtype="float64")
layer.build((None, 4))
layer.set_weights([kernel, bias])
difference = np.abs(np.asarray(layer(x)) - lab.relu(lab.dense_forward(x, kernel, bias))).max()
print(json.dumps({"difference": float(difference)}))
