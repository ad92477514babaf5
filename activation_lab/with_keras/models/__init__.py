"""One Keras model in each form: built so, its weights copied, one form made of another."""

from .conversion import to_layer_form
from .forms import FORMS, argument_form, function_form, layer_form, operation_form
from .pre_activation import pre_activation_model
from .weights import copy_weights
