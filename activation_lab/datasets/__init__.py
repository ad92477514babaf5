"""The images that ship with the package."""
