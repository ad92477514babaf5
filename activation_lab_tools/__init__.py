"""What instructors and authors run: the command `activation-lab`, and the tools behind it."""
