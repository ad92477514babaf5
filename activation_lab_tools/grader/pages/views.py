"""All that is drawn from the store and the course's rules: drawn whole, then put in the place of what was there."""

import shutil
from pathlib import Path

from ..marks import changes, final, looks, people
from . import change_table, naming, report, tables, upload_forms, uploads
from .kept_pages import KeptPages

DRAWING, COMPLETE, REPLACED = ".drawing", ".complete", ".replaced"
PARTS = ("report.html", "feedback", "upload", "grades.csv", "exercises.csv", "changes.csv")
OURS = (".html", ".csv", ".zip")  # what else lies in a folder of ours was put there by a person, and stays


def draw(store, rules, out, review):
    """Draw report, feedback pages, tables and upload files anew.

    They are written beside the old ones, and take their place when all are complete: whatever happens, one sees the
    old ones or the new ones.

    Args:
        store: a Store.
        rules: the course's Rules.
        out: the course's folder.
        review: the ReviewItems so far.

    Returns:
        The ReviewItems that need a look, and what changed since the last time: a list of changes.Change.
    """
    drawing, comparison = Path(out) / DRAWING, changes.Comparison(store)
    shutil.rmtree(drawing, ignore_errors=True)
    try:
        review = _written(store, rules, drawing, review, comparison)
    except BaseException:
        shutil.rmtree(drawing, ignore_errors=True)
        raise
    drawing.rename(Path(out) / COMPLETE)
    put_in_place(out)
    comparison.remember()
    return review, comparison.changed()


def put_in_place(out):
    """Put what was drawn completely in the place of what was there; continues if it was broken off."""
    out = Path(out)
    complete, replaced = out / COMPLETE, out / REPLACED
    if complete.is_dir():
        replaced.mkdir(exist_ok=True)
        for part in PARTS:
            if (complete / part).exists():  # otherwise it is in its place already
                if (out / part).exists():
                    (out / part).rename(replaced / part)
                (complete / part).rename(out / part)
        for path in replaced.rglob("*"):
            if path.is_file() and path.suffix not in OURS:
                target = out / path.relative_to(replaced)
                target.parent.mkdir(parents=True, exist_ok=True)
                path.rename(target)
        complete.rmdir()
    shutil.rmtree(replaced, ignore_errors=True)


def _written(store, rules, folder, review, comparison):
    """Write everything into a folder; return the ReviewItems that need a look."""
    for name in ("feedback", "upload"):
        (folder / name).mkdir(parents=True)
    forms = upload_forms.load(store)
    grades = uploads.with_numbers(lambda: final.grades(store, rules), forms)
    left_out = uploads.write(grades, folder, forms)
    names, alike = naming.folders({student for student, _ in final.pairs(store, rules)})
    kept = KeptPages(folder.parent / "feedback", folder / "feedback")
    overview, decisions = report.Report(people.in_roster(store), people.expected(store)), looks.GradeLooks(rules)

    def pages():
        for grade in tables.written(grades(), folder):
            page = kept.write(grade, names[grade.student])
            overview.add(grade, page.relative_to(folder).as_posix())
            for each in (decisions, comparison):
                each.add(grade)
            yield grade, page

    uploads.write_feedback(pages(), folder, forms)
    kept.finish()
    change_table.write(comparison.changed(), folder)
    needed, notes, dismissed = looks.sorted_out(store, [*review, *decisions.items(), *left_out, *alike])
    overview.write(folder / "report.html", needed, store.result, notes, dismissed)
    return needed
