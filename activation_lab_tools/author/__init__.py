"""What authors run: the build, the lint rules, the nbval plugin, the scaffold of a lesson, the web site."""
