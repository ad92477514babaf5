"""Can this machine run the course? What was found, what was expected, and what to do about each fault.

A package of its own, which needs Python alone: importing activation_lab takes NumPy, and that may be what is broken.
`activation-lab doctor` runs it, and so does `python activation_lab_tools/doctor` where nothing is installed yet.
"""
