"""The grader: a class's notebooks in, marks and feedback out; what a submission runs, it runs in a sandbox."""
