"""Plots, diagrams of models, and the activation explorer."""
