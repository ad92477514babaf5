"""`python activation_lab_tools/doctor`, with nothing installed. Even an old Python can read this file."""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - nothing has checked the version yet
    sys.exit(
        "This is Python " + sys.version.split()[0] + "; the course needs Python 3.11, 3.12 or 3.13. "
        "Install one of them, and run this again with it: python3.13 activation_lab_tools/doctor"
    )

if not __package__:  # run as a folder, so sys.path[0] is the folder and not the one to import from
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

if __name__ == "__main__":
    from activation_lab_tools.doctor.command import doctor

    sys.exit(doctor())
