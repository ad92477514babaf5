"""The output: tables, a page for each learner, a report for the instructor."""
