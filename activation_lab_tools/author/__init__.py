"""What authors run: the build, the lint rules, the nbval plugin, the scaffold of a lesson, the web site."""

import sys

# To import nbformat takes ten times as long with this package, a parser of addresses in other alphabets, which its
# validator imports if it is there. A notebook holds none that are checked.
sys.modules.setdefault("rfc3987_syntax", None)
