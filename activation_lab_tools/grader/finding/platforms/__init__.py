"""How learning platforms name what was handed in: a module each, with NAME, EXPECTED and `reader`."""

from . import blackboard, brightspace, by_hand, canvas, github_classroom, google_classroom, ilias, moodle, nbgrader
from .owner import Folder, Owner

# In the order in which they are tried.
PLATFORMS = (
    moodle, canvas, brightspace, blackboard, nbgrader, github_classroom, ilias, google_classroom,
    by_hand.Students, by_hand.Lessons, by_hand.Files,
)  # fmt: skip
