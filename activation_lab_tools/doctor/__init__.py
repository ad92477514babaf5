"""Can this machine run the course? What was found, what was expected, and how to fix each fault.

Only the standard library is used: importing activation_lab takes NumPy, and that may be what is broken.
`activation-lab doctor` runs it. So does `python activation_lab_tools/doctor` if nothing is installed yet.
"""
