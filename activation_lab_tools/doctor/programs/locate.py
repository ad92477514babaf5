"""Where does Python find activation_lab, with the current folder first, as in a notebook's kernel?"""

import json
import os
import sys
from importlib import util

sys.path.insert(0, os.getcwd())
spec = util.find_spec("activation_lab")
folders = list(spec.submodule_search_locations or [spec.origin]) if spec else [None]
print(json.dumps({"folder": folders[0]}))
