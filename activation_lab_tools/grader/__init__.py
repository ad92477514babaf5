"""The grader: a class's notebooks in, marks and feedback out. Answers run in a sandbox; see README.md."""
