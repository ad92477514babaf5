"""Keras models in each form: building them, converting one form to another."""

from .conversion import to_layer_form
from .forms import FORMS, argument_form, function_form, layer_form, operation_form
from .pre_activation import pre_activation_model
