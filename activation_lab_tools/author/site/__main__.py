"""`make site`: prepare the pages, run Sphinx, check the result."""

import argparse
import shutil
import sys
import time
from pathlib import Path

from sphinx.cmd.build import main as sphinx

from ...errors import UserError
from .check_site import check_site
from .prepare import prepare

SOURCE, DOCTREES, BUILT, SITE = Path("build/site"), Path("build/doctrees"), Path("build/html"), Path("docs")
STRICT = ["--quiet", "--fail-on-warning", "--keep-going", "--fresh-env", "--write-all", "--doctree-dir", str(DOCTREES)]


def main(arguments=None):
    """Build and check the site. Return the exit code."""
    parser = argparse.ArgumentParser(prog="make site", description="The course as a web site, in docs/.")
    parser.add_argument(
        "--elsewhere", action="store_true", help="check over the internet whether external links still work"
    )
    options = parser.parse_args(arguments)
    start = time.monotonic()
    try:
        prepare(SOURCE)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    if options.elsewhere:
        return sphinx(["-b", "linkcheck", *STRICT, str(SOURCE), "build/linkcheck"])
    shutil.rmtree(BUILT, ignore_errors=True)
    if sphinx(["-b", "html", *STRICT, str(SOURCE), str(BUILT)]):
        return 1
    shutil.rmtree(SITE, ignore_errors=True)
    BUILT.rename(SITE)
    return report(check_site(SITE), time.monotonic() - start)


def report(findings, seconds):
    for fault in findings.faults:
        print(fault, file=sys.stderr)
    if findings.elsewhere:
        print("External links, which only make site-links checks:", *sorted(findings.elsewhere), sep="\n  ")
    print(
        f"make site: checked {findings.pages} pages, {findings.links} links and {findings.figures} images; "
        f"faults found: {len(findings.faults)}; {seconds:.0f} s."
    )
    print(f"Open {(SITE / 'index.html').resolve().as_uri()}, or run {sys.executable} -m http.server --directory {SITE}")
    return 1 if findings.faults else 0


if __name__ == "__main__":
    sys.exit(main())
