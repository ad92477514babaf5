"""The course as a web site: pages made of the stored notebooks, the README and the docstrings; built, then checked."""
