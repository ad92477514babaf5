# Two commands matter: `make lab` and `make test`. Each makes .venv first if it is missing. GNU make 3.81 (macOS) is enough.

VENV        = .venv
BIN         = $(VENV)/bin
PYTHON      ?=
CONSTRAINTS ?= constraints.txt
PORT        ?= 8888
BROWSER     ?= yes
LESSON      = 01_dense_forward.ipynb

.PHONY: help environment lab test quick test-ui site site-links build bench bench-grade calibrate clean
.DELETE_ON_ERROR:

help:
	@echo "make lab      open the course in JupyterLab          (PORT=8888, BROWSER=no on a machine without one)"
	@echo "make test     prove it: style, notebooks, unit tests"
	@echo "make quick    style, and the tests that are quick or whose subject has changed: about a minute"
	@echo "make site     the course as a web site, in docs/     (make site-links: do its links to others still lead there?)"
	@echo "make test-ui  prove it in a browser: JupyterLab as a learner meets it, the explorer, the site"
	@echo "make build    fill, run and store the notebooks      (LESSONS=\"01_dense_forward …\", else all)"
	@echo "make bench    measure speed                          (make bench-grade: the grader's, beside nbgrader's;"
	@echo "              make calibrate: how honest the lessons' stopwatch is)"
	@echo "make clean    remove .venv and what the tools left behind"
	@echo
	@echo "PYTHON=python3.12 chooses the Python of a new .venv; CONSTRAINTS= takes the newest versions, not the tested ones;"
	@echo "CONSTRAINTS=constraints-oldest.txt the oldest (they need Python 3.11 or 3.12)."

# --- The environment -------------------------------------------------------------------------------------------------

# A candidate prints what it is and exits 0 if it will do. A pyenv shim of a version that is not set prints nothing.
EXAMINE = import sys, platform, importlib.util as u; \
	version = sys.version_info[:2]; \
	whole = u.find_spec("venv") and u.find_spec("ensurepip"); \
	intel = sys.platform == "darwin" and platform.machine() == "x86_64"; \
	print(platform.python_version() + (" for Intel Macs, where TensorFlow has ended" if intel else \
	    "" if whole else " without venv: on Debian and Ubuntu, apt install python3-venv")); \
	sys.exit(not (whole and not intel and (3, 11) <= version <= (3, 13)))

$(BIN)/python:
	@if [ -n "$(PYTHON)" ]; then set -- "$(PYTHON)"; else set -- python3.13 python3.12 python3.11 python3 python; fi; \
	for python; do \
	    if found=$$("$$python" -c '$(EXAMINE)' 2>/dev/null); then \
	        echo "Making $(VENV) with Python $$found."; \
	        "$$python" -m venv --clear "$(VENV)" && exit 0; \
	        rm -rf "$(VENV)"; exit 1; \
	    fi; \
	    [ -n "$$found" ] || if command -v "$$python" >/dev/null; then found="does not run"; else found="not found"; fi; \
	    received="$$received, $$python ($$found)"; \
	done; \
	echo "No supported Python: received$${received#,}; expected Python 3.11, 3.12 or 3.13." \
	    "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.13" >&2; \
	exit 1

# One TensorFlow, since the two overwrite each other's files: the one already there, else the small one where it will do.
PLATFORM   = $(shell uname -s)-$(shell uname -m)
NVIDIA     = $(wildcard /dev/nvidia0 /proc/driver/nvidia/version /usr/lib/wsl/lib/nvidia-smi)
INSTALLED  = $(wildcard $(VENV)/lib/python*/site-packages/tensorflow$(1)-*.dist-info)
SUITABLE   = $(if $(filter Linux-x86_64,$(PLATFORM)),$(if $(NVIDIA),keras,keras-cpu),keras)
TENSORFLOW = $(if $(call INSTALLED,_cpu),keras-cpu,$(if $(call INSTALLED,),keras,$(SUITABLE)))

# A stamp says which versions were installed, by their file's name; changing either file or CONSTRAINTS installs again.
KIND    = $(or $(basename $(notdir $(CONSTRAINTS))),newest)
LAB     = $(VENV)/.lab-$(KIND)
DEV     = $(VENV)/.dev-$(KIND)
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	$(if $(CONSTRAINTS),--constraint "$(CONSTRAINTS)",--upgrade --upgrade-strategy eager)
FAILED  = { echo "The installation failed; pip's lines above say why. Then run the same make command again." >&2; exit 1; }
# The plugin that asks each newcomer about news; were it to keep its place, it would do no more than ask.
NEWS    = @jupyterlab/apputils-extension:announcements

$(LAB): pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	@rm -f $(VENV)/.lab-* $(VENV)/.dev-*
	@echo "Installing JupyterLab and TensorFlow: several hundred megabytes, a few minutes, once."
	@$(INSTALL) --editable ".[lab,$(TENSORFLOW)]" || $(FAILED)
	@$(BIN)/python -m jupyter labextension disable --level=sys_prefix "$(NEWS)" >/dev/null 2>&1 || true
	@touch $@

$(DEV): $(LAB)
	@echo "Installing the tools of development."
	@$(INSTALL) --editable ".[lab,$(TENSORFLOW),dev]" || $(FAILED)
	@touch $@

# --- The commands ----------------------------------------------------------------------------------------------------

environment: $(LAB)

# No news, no update check, no catalogue of extensions: nothing that JupyterLab would ask of the internet by itself.
# One Control-C stops it: with make in between, a question on the terminal would come too late.
# One thread for NumPy's products: theirs are small here, and on a busy machine several threads wait for each other.
lab: export OPENBLAS_NUM_THREADS := $(or $(OPENBLAS_NUM_THREADS),1)
lab: $(LAB)
	@exec $(BIN)/python -m jupyterlab -y --port=$(PORT) \
	    --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/lessons/$(LESSON) \
	    $(if $(filter no,$(BROWSER)),--no-browser) $(if $(filter 0,$(shell id -u)),--allow-root) \
	    --LabApp.news_url=None --LabApp.extension_manager=readonly \
	    --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate $(LAB_OPTIONS)

# A unit test goes to the next free worker; the cells of a notebook need one kernel.
PYTEST = $(BIN)/python -m pytest -q -n 2
NBVAL  = --dist=loadscope --nbval-current-env --nbval-cell-timeout=1800 --nbval-kernel-startup-timeout=1800

# Every step runs, and any that fails is named at the end. The last one says which tests were left out, and why.
test: $(DEV)
	@start=$$(date +%s); failed=; \
	step() { name=$$1; shift; printf '\n== %s\n' "$$name"; "$$@" || failed="$$failed $$name;"; }; \
	step "ruff check" $(BIN)/ruff check .; \
	step "ruff format" $(BIN)/ruff format --check .; \
	step "notebooks: solutions, compared with their stored outputs, and lessons, as learners first run them" \
	    $(PYTEST) --nbval $(NBVAL) solutions lessons; \
	step "unit tests" $(PYTEST) --dist=worksteal; \
	printf '\nmake test: %s after %s s.\n' "$${failed:+failed:}$${failed:-passed}" "$$(($$(date +%s) - start))"; \
	[ -z "$$failed" ]

# For a contributor, before `make test`.
quick: $(DEV)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(PYTEST) --dist=worksteal --quick

# They need a Chromium of the system's; CHROMIUM=/path/to/it names another.
test-ui: $(DEV) site
	@rm -rf build/screenshots
	@$(PYTEST) --dist=worksteal tests/ui

site: $(DEV)
	@$(BIN)/python -m activation_lab_tools.author.site

# It asks the internet.
site-links: $(DEV)
	@$(BIN)/python -m activation_lab_tools.author.site --elsewhere

build: $(DEV)
	@$(BIN)/activation-lab build $(LESSONS)

# These two variables force another processor's kernels on OpenBLAS; a ratio measured with them means little.
bench: $(DEV)
	@echo "OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE are unset for these measurements."
	@unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE; $(BIN)/python -m pytest tests/bench -q -s

# It installs nbgrader, in an environment of its own under ~/.cache or where NBGRADER_VENV says, and takes ten minutes.
bench-grade: $(DEV)
	@unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE; $(BIN)/python -m pytest tests/bench/grade_speed.py tests/bench/worst_cost.py -q -s

# Some minutes; its file has a name that `make test` does not take for a test's.
calibrate: $(DEV)
	@$(BIN)/python -m pytest tests/bench/honesty.py -q -s

clean:
	@rm -rf $(VENV) build dist docs *.egg-info .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -prune -exec rm -rf {} + -o -name .ipynb_checkpoints -prune -exec rm -rf {} +
