"""The page on which a person marks: served to this machine alone, one exercise's answers side by side."""
