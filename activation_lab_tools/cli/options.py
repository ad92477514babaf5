"""What parsers of several commands have in common."""

from pathlib import Path


def add_out(parser):
    """Add --out, the course's folder."""
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="the course's folder: marks and pages"
    )
