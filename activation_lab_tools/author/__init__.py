"""What authors run: the build, the lint rules, the nbval plugin, the scaffold of a lesson, the web site."""

import sys

# nbformat imports jsonschema, which uses this package if there is one: it would build a parser from the grammar of web
# addresses, which takes a second, and no notebook needs it. As if it were not installed:
sys.modules.setdefault("rfc3987_syntax", None)
