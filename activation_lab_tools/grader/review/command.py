"""`activation-lab review`: serve the page, and draw everything anew at the end."""

import getpass

from .. import course_folder
from ..text import count, plain
from .desk import Desk
from .server import ReviewServer


def review(options):
    """Serve the review of a course until Control-C; what was decided meanwhile is then drawn.

    Args:
        options: out, port, by; as the parser gives them.
    """
    with course_folder.opened(options.out, "review") as store:
        with ReviewServer(Desk(store, options.out, options.by or getpass.getuser()), options.port) as server:
            print(f"Open {server.url}\nIt is served to this machine alone. Stop it with Control-C.", flush=True)
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                server.turn.acquire()  # for good: a save that has begun ends, and no other begins
        print("\nDrawing report, feedback and tables anew.", flush=True)
        items, changed = course_folder.redraw(store, options.out)
    print(f"{count(len(changed), 'grade')} changed. Open {plain(str(options.out / 'report.html'), 1000)}")
    return 1 if items else 0
