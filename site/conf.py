"""Sphinx settings for what `make site` prepares from this folder, the notebooks, the README and the docstrings."""

import activation_lab
from activation_lab_tools.author.repository import published

project = "activation_lab"
author = "the activation_lab authors"
copyright = "the activation_lab authors; text and figures CC BY 4.0, code MIT"
release = activation_lab.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["downloads", "parts"]  # to download, and to be included
nitpicky = True

# The notebooks come with their outputs; nothing runs here.
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
highlight_language = "none"  # of a block of code that does not name its own
mathjax_path = "tex-svg.js"

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autodoc_preserve_defaults = True
add_module_names = False
default_role = "code"  # a docstring's `words` are code
# One line of a docstring may hold several names (“low, high: …”), which only napoleon's plain lists leave as they are.
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_custom_sections = [("Attributes", "params_style"), ("Raises", "params_style")]
autodoc_typehints = "none"  # docstrings say it in words

html_theme = "sphinx_book_theme"
html_title = "activation_lab"
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sourcelink = False
html_domain_indices = False  # the index of names has all of them
html_context = {"default_mode": "auto"}  # light or dark, as the reader's machine is
html_theme_options = {
    "show_navbar_depth": 1,
    "home_page_in_toc": True,
    "use_download_button": False,  # it would offer this page's notebook, with the answers
    "use_fullscreen_button": False,
    "navbar_persistent": [],  # it would be a second search field
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
if where := published():
    html_theme_options |= {"repository_url": where.url, "use_repository_button": True}


def setup(app):
    app.connect("autodoc-process-docstring", keep_sentences, priority=400)  # before napoleon's


def keep_sentences(app, what, name, obj, options, lines):
    """Keep “A Report: passed, failed, …” one sentence; napoleon would read what comes before the colon as a type.

    An escaped space, which is invisible, goes before the first line of a property and of what is returned.
    """
    first = [number + 1 for number, line in enumerate(lines) if line.strip() == "Returns:"]
    for number in reversed([0, *first] if what == "property" else first):
        indent = len(lines[number]) - len(lines[number].lstrip())
        lines.insert(number, " " * indent + "\\ ")
