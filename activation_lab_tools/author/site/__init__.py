"""The course as a web site, made from the stored notebooks, the README and the docstrings, and then checked."""
