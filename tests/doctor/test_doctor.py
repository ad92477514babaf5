"""`activation-lab doctor` on planted faults, real ones if that is cheap: each must be the only one found."""

import ast
import dataclasses
import errno
import io
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import types
from importlib import metadata, util
from pathlib import Path

import hanging
import pytest
from packaging.specifiers import SpecifierSet

from activation_lab_tools.doctor import command, examination, findings, imports, machine, terminal, trials, versions
from activation_lab_tools.doctor.context import NVIDIA, Context, keras_extra, near
from activation_lab_tools.doctor.programs import Outcome
from activation_lab_tools.doctor.versions import allowed

ROOT = Path(__file__).parents[2]
DOCTOR = ROOT / "activation_lab_tools/doctor"
KERAS = util.find_spec("tensorflow") is not None

on_posix = pytest.mark.skipif(os.name == "nt", reason="links, signals and file modes are POSIX's")


@pytest.fixture(autouse=True)
def settings(monkeypatch, tmp_path):
    """Remove this user's own settings."""
    for name in ("KERAS_BACKEND", "TF_USE_LEGACY_KERAS", "PYTHONPATH", "JUPYTER_PATH", "JUPYTER_PREFER_ENV_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "no_jupyter_data"))


def doctor(python=sys.executable, start=(str(DOCTOR),)):
    """Run the whole doctor with --json, as a program: (exit code, {check: finding})."""
    call = [str(python), *start, "--json", "--seconds", str(hanging.SECONDS)]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == "" and done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert done.returncode == report["exit_code"]
    return done.returncode, {row["check"]: row for row in report["findings"]}


# Checks that try a program, which takes long. A fault is planted where at most one of them meets it.
PROGRAMS = {"the course", "Part I computes", "kernel answers", "Keras computes"}


def examined(tried=None, lessons=ROOT / "lessons"):
    """{check: finding} in this process, where all goes well with the programs of the checks that are not `tried`."""
    checks = {check.name: check for check in examination.CHECKS}
    for name in PROGRAMS - {tried}:
        checks[name] = dataclasses.replace(checks[name], look=lambda _: findings.ok("as on a sound machine"))
    found = list(examination.examine(Context(ROOT, lessons, hanging.SECONDS), checks.values()))
    return {row["check"]: row for row in json.loads(terminal.as_json(found))["findings"]}


@pytest.fixture
def environment(tmp_path):
    """Make an environment of links to this one's packages, `without` some, and with `stubs`, {file: text}."""
    if os.name == "nt":
        pytest.skip("links are POSIX's")

    def make(without=(), stubs=None):
        folder = tmp_path / "environment"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        ours = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        (theirs,) = folder.glob("lib/python*/site-packages")
        for entry in (entry for path in ours for entry in Path(path).iterdir()):
            if not entry.name.lower().startswith(tuple(without)):
                (theirs / entry.name).symlink_to(entry)
        write(theirs, stubs or {})
        return folder / "bin" / "python"

    return make


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def in_state(rows, state):
    return [name for name, row in rows.items() if row["state"] == state]


def faults(rows):
    """The faults, except a disk or memory that other programs are filling now."""
    return [name for name in in_state(rows, "fault") if not rows[name]["found"].endswith((" GB free", " available"))]


def dist_info(name, version):
    return {f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"}


# --- a sound machine ---


def test_this_machine_is_well():
    """Does this machine have no fault, and do the kernel and the layers of both parts run?"""
    code, rows = doctor()
    assert faults(rows) == [] and list(rows) == [check.name for check in examination.CHECKS]
    assert code == (1 if in_state(rows, "fault") else 0 if KERAS else 3)
    assert in_state(rows, "not tried") == ([] if KERAS else ["Keras", "Keras computes"])
    assert rows["kernel answers"]["state"] == rows["Part I computes"]["state"] == "ok"


def test_part_one_alone(environment):
    """If only TensorFlow is missing: is there no fault, exit code 3, and the command that installs it?"""
    code, rows = doctor(environment(without=("tensorflow",)))
    assert code == (1 if in_state(rows, "fault") else 3)
    assert faults(rows) == [] and in_state(rows, "part one") == ["TensorFlow"]
    assert rows["Part I computes"]["state"] == rows["kernel answers"]["state"] == "ok"
    assert in_state(rows, "not tried") == ["Keras", "Keras computes"]
    assert f"[lab,{keras_extra()}]" in rows["TensorFlow"]["remedy"][0]


# --- planted faults: each is the only one ---


def only_fault(rows):
    (name,) = faults(rows)
    return name, rows[name]["found"], "\n".join(rows[name]["remedy"])


def test_numpy_is_missing(environment):
    """Is a missing NumPy found by `activation-lab doctor`, and does another command print a sentence, no traceback?"""
    python, start = environment(without=("numpy",)), "from activation_lab_tools.cli import main; raise SystemExit(main("
    code, rows = doctor(python, start=("-c", f"import sys; {start}sys.argv[1:]))", "doctor"))
    name, found, remedy = only_fault(rows)
    assert code == 1 and (name, found) == ("numpy", "not installed")
    assert "install" in remedy and "numpy>=2.1" in remedy
    assert in_state(rows, "not tried")[0] == "Part I computes" and rows["kernel answers"]["state"] == "ok"
    done = subprocess.run([python, "-c", f"{start}['claims']))"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout == ""
    (sentence,) = done.stderr.splitlines()
    assert "No module named 'numpy'" in sentence and "`activation-lab doctor` says" in sentence


def test_numpy_is_broken(monkeypatch, tmp_path):
    """Is a NumPy that cannot be imported reported with its error, and is the remedy to reinstall it?"""
    write(tmp_path, {"stub/numpy/__init__.py": "raise ImportError('DLL load failed')"})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "stub"))
    name, found, remedy = only_fault(examined("Part I computes"))
    assert name == "Part I computes" and found == "numpy: ImportError: DLL load failed"
    assert "--force-reinstall" in remedy and f"numpy=={metadata.version('numpy')}" in remedy


def test_numpy_is_too_old(monkeypatch, tmp_path):
    """Is a version outside pyproject.toml's range a fault, and is what needs NumPy not tried?"""
    write(tmp_path, dist_info("numpy", "1.26.4"))
    monkeypatch.syspath_prepend(tmp_path)
    rows = examined()
    name, found, remedy = only_fault(rows)
    assert (name, found) == ("numpy", "1.26.4") and "numpy>=2.1" in remedy
    assert in_state(rows, "not tried")[0] == "Part I computes"


@pytest.mark.skipif(not KERAS, reason="TensorFlow is not installed")
def test_two_tensorflows(monkeypatch, tmp_path):
    """Are two TensorFlows found, and does the remedy remove both before it installs one?"""
    write(tmp_path, dist_info("tensorflow", "2.21.0") | dist_info("tensorflow_cpu", "2.21.0"))
    monkeypatch.syspath_prepend(tmp_path)
    name, found, remedy = only_fault(examined())
    assert name == "TensorFlow" and found == "tensorflow 2.21.0, tensorflow-cpu 2.21.0"
    removal, installation = remedy.splitlines()
    assert removal.endswith("pip uninstall -y tensorflow tensorflow-cpu") and "install" in installation


@pytest.mark.parametrize(("variable", "value"), [("KERAS_BACKEND", "jax"), ("TF_USE_LEGACY_KERAS", "1")])
def test_another_keras_is_set(monkeypatch, variable, value):
    """Is a variable that selects another Keras found, and does the remedy unset it?"""
    monkeypatch.setenv(variable, value)
    name, found, remedy = only_fault(examined())
    assert name == "Keras settings" and variable in found and variable in remedy


@pytest.fixture
def kernelspec(monkeypatch, tmp_path):
    """Let python3 be a kernel of this Python, in a folder of the user's."""

    def make(python):
        argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = json.dumps({"argv": argv, "display_name": "old", "language": "python"})
        write(tmp_path, {"data/kernels/python3/kernel.json": spec})
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))

    return make


def test_a_stale_kernel(kernelspec):
    """Is a kernel whose Python is gone found, and does the remedy fix it?"""
    kernelspec("/gone/bin/python")
    name, found, remedy = only_fault(examined("kernel answers"))
    assert name == "kernel answers" and "/gone/bin/python, which does not answer (FileNotFoundError" in found

    subprocess.run(remedy, shell=True, check=True)
    assert trials.kernel(Context(ROOT, ROOT, hanging.SECONDS)).state is findings.State.OK


def test_a_kernel_of_another_python(environment, kernelspec):
    """Is a kernel that runs another environment's Python found?"""
    python = environment()
    kernelspec(python)
    name, found, remedy = only_fault(examined("kernel answers"))
    assert name == "kernel answers" and f"the Python of {python.parents[1]}" in found and "remove -f python3" in remedy


def test_a_broken_kernel(monkeypatch, tmp_path):
    """If this Python's own kernel does not start: does the remedy reinstall it and not remove its specification?"""
    write(tmp_path, {"stub/ipykernel_launcher.py": "raise ImportError('DLL load failed')"})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "stub"))
    name, found, remedy = only_fault(examined("kernel answers"))
    assert name == "kernel answers" and "died" in found and "--force-reinstall ipykernel" in remedy


@pytest.mark.parametrize("file", ["numpy.py", "random.py", "keras.py", "activation_lab/__init__.py"])
def test_a_file_that_hides_a_package(monkeypatch, tmp_path, file):
    """Is a file that would be imported instead of a package found, and does the remedy rename it?"""
    if file.startswith("keras") and not KERAS:
        pytest.skip("Keras is not installed")
    lessons = tmp_path / "lessons"
    # These hide nothing that a lesson imports.
    harmless = ("my_own.py", "data/numpy.py", "test.py", "tests.py", "solutions.py", "build.py", "conftest.py")
    write(lessons, dict.fromkeys([file, *harmless], ""))
    write(tmp_path, {"elsewhere/my_own/notes.txt": ""})
    monkeypatch.syspath_prepend(tmp_path / "elsewhere")
    rows = examined(lessons=lessons)
    name, found, remedy = only_fault(rows)
    hidden = Path(file).parts[0]
    hides = f"{lessons / hidden} hides the package {hidden.removesuffix('.py')}"
    assert (name, found) == ("file names", hides) and rows["kernel answers"]["state"] == "not tried"
    subprocess.run(remedy, shell=True, check=True)
    assert (lessons / f"my_{hidden}").exists() and hides not in imports.hidden(Context(ROOT, lessons)).found


def test_no_such_folder(capsys):
    """Is a missing folder the only fault, and is nothing renamed?"""
    assert command.doctor(["--json", "--lessons", "nowhere"]) == 1
    rows = {row["check"]: row for row in json.loads(capsys.readouterr().out)["findings"]}
    assert {rows[name]["state"] for name in PROGRAMS} == {"not tried"}
    name, found, remedy = only_fault(rows)
    assert name == "lessons folder" and "nowhere is not a folder" in found and remedy == "Name it: --lessons FOLDER"


@pytest.mark.parametrize("project", [ROOT, None])
def test_the_courses_own_folder(project):
    """If the lessons' folder is the project itself: is its own package accepted, but not a copy of it?"""
    result = imports.hidden(Context(project, ROOT))
    assert (result.state, "activation_lab hides" in result.found) == (
        (findings.State.OK, False) if project else (findings.State.FAULT, True)
    )


def test_an_older_copy_on_the_path(monkeypatch, tmp_path):
    """Is an older copy on PYTHONPATH found, and does the remedy unset PYTHONPATH?"""
    write(tmp_path, {"old/activation_lab/__init__.py": ""})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "old"))
    name, found, remedy = only_fault(examined("the course"))
    assert name == "the course" and str(tmp_path / "old" / "activation_lab") in found and "PYTHONPATH" in remedy


def test_an_older_copy_installed(monkeypatch, environment):
    """Is an older installed copy found, and does the remedy install this one?"""
    copy = {"activation_lab/__init__.py": "", **dist_info("activation_lab", "0.0.1")}
    monkeypatch.setattr(sys, "executable", str(environment(("__editable__", "activation_lab"), copy)))
    name, found, remedy = only_fault(examined("the course"))
    assert name == "the course" and "site-packages" in found and "--editable" in remedy


@pytest.fixture
def tensorflow_stub(monkeypatch, tmp_path):
    """Put a TensorFlow on PYTHONPATH that runs the given code."""
    if not KERAS:
        pytest.skip("TensorFlow is not installed")

    def make(does):
        write(tmp_path, {"stub/tensorflow/__init__.py": does})
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "stub"))

    return make


@on_posix
def test_tensorflow_needs_another_processor(tensorflow_stub):
    """Is an illegal instruction reported as a missing feature of the processor?"""
    tensorflow_stub("import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    name, found, remedy = only_fault(examined("Keras computes"))
    assert name == "Keras computes" and "SIGILL" in found and "processor" in found and "another machine" in remedy


@pytest.mark.parametrize(
    ("does", "found", "remedy"),
    [
        ("import time; time.sleep(600)", "no answer within", "--seconds 20"),
        pytest.param("import os; os.kill(os.getpid(), 9)", "out of memory", "Close other programs", marks=on_posix),
        pytest.param("import os; os.abort()", "crashed: SIGABRT", "--force-reinstall", marks=on_posix),
        ("raise ImportError('cannot open shared object')", "cannot open shared object", "--force-reinstall"),
    ],
    ids=["hangs", "is killed", "aborts", "cannot be imported"],
)
def test_a_broken_tensorflow(tensorflow_stub, does, found, remedy):
    """Does each kind of failure have its own words and remedy, and does a program that hangs end in time?"""
    tensorflow_stub(does)
    result = trials.keras(Context(ROOT, ROOT, seconds=2 if "sleep" in does else hanging.SECONDS))
    assert result.state is findings.State.FAULT and found in result.found and remedy in result.remedy


def test_wrong_numbers_are_a_fault(monkeypatch):
    """Is a layer with wrong numbers a fault, with Keras and by hand?"""
    wrong = Outcome(0, '{"a": [[2.5, -0.5]], "difference": 0.5}', "", 1.0)
    monkeypatch.setattr(trials, "run", lambda *_, **__: wrong)
    assert "differs by 5.0e-01" in trials.keras(Context(ROOT, ROOT)).found
    assert "[[2.5, -0.5]]" in trials.part_one(Context(ROOT, ROOT)).found


@on_posix
def test_a_folder_that_cannot_be_written(tmp_path):
    """Is a lessons folder that cannot be written to found?"""
    with tempfile.TemporaryDirectory() as folder:  # not below tmp_path, which other users cannot enter
        context = Context(ROOT, Path(folder))
        assert machine.lessons(context).state is not findings.State.FAULT
        os.chmod(folder, 0o555)
        as_root = os.geteuid() == 0  # root may write anywhere
        try:
            if as_root:
                os.seteuid(65534)
            result = machine.lessons(context)
        finally:
            if as_root:
                os.seteuid(0)
            os.chmod(folder, 0o700)
    assert result.state is findings.State.FAULT and "Permission denied" in result.found and "cp -r" in result.remedy
    assert "is not a folder" in machine.lessons(Context(ROOT, tmp_path / "gone")).found


@pytest.mark.parametrize(("free", "state"), [(0.05, "fault"), (0.5, "note"), (50, "ok")])
def test_little_disk(monkeypatch, tmp_path, free, state):
    """Is a full disk a fault, and a nearly full one a note?"""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: types.SimpleNamespace(free=free * 1e9))
    assert machine.lessons(Context(ROOT, tmp_path)).state.value == state


@on_posix
def test_no_room_for_temporary_files(monkeypatch):
    """If no temporary file can be written: is that the fault, and is nothing tried that needs one?"""

    def no_folder():
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", no_folder)
    rows = dict(examination.examine(Context(ROOT, ROOT / "lessons")))
    assert rows["temporary files"].state is findings.State.FAULT and "TMPDIR" in rows["temporary files"].remedy
    assert {rows[name].state for name in PROGRAMS} == {findings.State.NOT_TRIED}


@pytest.mark.parametrize(
    ("available", "state"), [(400_000, "fault"), (900_000, "note"), (9_000_000, "ok"), (None, "ok")]
)
def test_little_memory(monkeypatch, tmp_path, available, state):
    """Is little memory a note and very little a fault, and is a system that does not report it ok?"""
    monkeypatch.setattr(machine, "MEMINFO", tmp_path / "meminfo")
    if available:
        write(tmp_path, {"meminfo": f"MemTotal: 16000000 kB\nMemAvailable: {available:.0f} kB\n"})
    assert machine.memory(None).state.value == state


# --- Python itself ---

SUPPORTED = [name for k in range(50) if allowed(name := f"3.{k}", Context(ROOT, ROOT).ranges["python"])]


@pytest.mark.parametrize("version", ["3.10.14", "3.14.0"])
def test_an_unsupported_python(monkeypatch, version):
    """Is a Python outside the range a fault?"""
    monkeypatch.setattr(versions.platform, "python_version", lambda: version)
    result = versions.python(Context(ROOT, ROOT))
    assert result.state is findings.State.FAULT and version in result.found and ">=3.11,<3.14" in result.expected
    assert f"Install Python {SUPPORTED[-1]} " in result.remedy


def test_an_intel_mac(monkeypatch):
    """On an Intel Mac: does the doctor say that Part I runs and Part II does not?"""
    monkeypatch.setattr(versions.sys, "platform", "darwin")
    monkeypatch.setattr(versions.platform, "machine", lambda: "x86_64")
    result = versions.python(Context(ROOT, ROOT))
    assert result.state is findings.State.PART_ONE and "Part I runs" in result.remedy


def test_an_old_python_reads_the_first_file():
    """Can an old Python parse __main__.py, and does it end with a sentence there?"""
    ast.parse((DOCTOR / "__main__.py").read_text(encoding="utf-8"), feature_version=(3, 4))
    newest_refused = (3, int(SUPPORTED[0].split(".")[1]) - 1, 99)
    code = (
        f"import runpy, sys; sys.version_info = {newest_refused}; runpy.run_path({str(DOCTOR)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == ""
    (sentence,) = done.stderr.splitlines()
    assert f"the course needs Python {', '.join(SUPPORTED[:-1])} or {SUPPORTED[-1]}." in sentence
    assert f"python{SUPPORTED[-1]} activation_lab_tools/doctor" in sentence


def test_another_environment_is_the_courses(monkeypatch, tmp_path):
    """If the project has a .venv and this Python is another: is the .venv named, with the command to check it?"""
    write(tmp_path, {".venv/pyvenv.cfg": "", "pyproject.toml": (ROOT / "pyproject.toml").read_text(encoding="utf-8")})
    monkeypatch.chdir(tmp_path)
    result = versions.environment(Context.here())
    assert (
        result.state is findings.State.NOTE
        and result.expected == ".venv"
        and "activation_lab_tools/doctor" in result.remedy
    )


# --- versions ---


@pytest.mark.parametrize("version", ["2.0.9", "2.1", "2.1.0", "2.19.1", "2.4.6", "3", "3.0.1", "10.2"])
@pytest.mark.parametrize("range_", ["", ">=2.1", ">=2.1,<3", "<2.4.6"])
def test_ranges(version, range_):
    """Is a version in a range exactly if the package that defines ranges says so?"""
    assert allowed(version, range_) == SpecifierSet(range_).contains(version)


@pytest.mark.parametrize(
    "name", ["python", "numpy", "matplotlib", "jupyterlab", "tensorflow", "tensorflow-cpu", "keras"]
)
def test_the_projects_ranges_are_understood(name):
    """Does each range that a check reads from pyproject.toml use only >= and <?"""
    operators = {specifier.operator for specifier in SpecifierSet(Context(ROOT, ROOT).ranges[name])}
    assert ">=" in operators and operators <= {">=", "<"}


@pytest.mark.parametrize(
    ("system", "processor", "extra"),
    [
        ("linux", "x86_64", "keras-cpu"),
        ("win32", "AMD64", "keras-cpu"),
        ("darwin", "arm64", "keras"),
        ("linux", "aarch64", "keras"),
    ],
)
def test_which_tensorflow(monkeypatch, system, processor, extra):
    """Is the small TensorFlow offered on systems that have a wheel of it, and the other elsewhere?"""
    monkeypatch.setattr("activation_lab_tools.doctor.context.NVIDIA", ())
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr("platform.machine", lambda: processor)
    assert keras_extra() == extra


@pytest.mark.skipif(os.name == "nt" or shutil.which("make") is None, reason="there is no make here")
@pytest.mark.parametrize("gpu", [True, False])
@pytest.mark.parametrize("computer", ["Linux-x86_64", "Linux-aarch64", "Darwin-arm64"])
def test_make_and_the_doctor_agree(monkeypatch, tmp_path, computer, gpu):
    """Do the Makefile and the doctor offer the same TensorFlow, and look for a GPU in the same places?"""
    write(tmp_path, {"show.mk": "show:\n\t@echo '$(value NVIDIA) $(SUITABLE)'\n"})
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}  # not `make test`'s
    makefiles = ["-f", "Makefile", "-f", tmp_path / "show.mk"]
    settings = [f"PLATFORM={computer}", f"NVIDIA={'a_gpu' if gpu else ''}"]

    def show(*words):
        command = ["make", "-s", *makefiles, "show", *words]
        return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=True).stdout.split()

    assert re.findall(r"/[\w/-]+", " ".join(show())) == list(NVIDIA)
    system, processor = computer.lower().split("-")
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr("platform.machine", lambda: processor)
    monkeypatch.setattr("activation_lab_tools.doctor.context.NVIDIA", (str(tmp_path),) if gpu else ())
    assert show(*settings)[-1] == keras_extra()


def test_only_the_standard_library():
    """Does the doctor import nothing but the standard library and itself, except in the programs that it tries?"""
    for file in DOCTOR.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= sys.stdlib_module_names, file.name
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                top, *rest = node.module.split(".")
                assert top in sys.stdlib_module_names or rest[:1] == ["doctor"], file.name
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 1, file.name


# --- the text ---


def broken(_):
    raise RuntimeError("a check with a fault of its own")


def test_each_check_stands_alone():
    """Is a check that raises one fault among others, and is what needs it not tried?"""
    checks = [
        examination.Check("first", broken),
        examination.Check("second", lambda _: findings.ok("well")),
        examination.Check("third", lambda _: findings.ok("well"), needs=("first",)),
        examination.Check("fourth", lambda _: sys.exit(3)),
    ]
    rows = dict(examination.examine(None, checks))
    assert "RuntimeError: a check with a fault of its own" in rows["first"].found
    assert [row.state.value for row in rows.values()] == ["fault", "ok", "not tried", "fault"]


@pytest.mark.parametrize("seconds", ["nan", "-1", "0", "1e300", "999999", "soon"])
def test_a_time_that_is_none(capsys, seconds):
    """Does an impossible time limit get an error that says what was expected?"""
    with pytest.raises(SystemExit) as ending:
        command.doctor(["--seconds", seconds])
    assert ending.value.code == 2
    assert f"received {seconds}; expected a whole number from 1" in capsys.readouterr().err


ROWS = [
    ("numpy", findings.ok("2.4.6", "numpy>=2.1")),
    ("Part I computes", findings.ok("yes")),
    ("kernel answers", findings.ok("yes")),
    ("memory", findings.note("1.0 GB", "1.5 GB", "Close other programs.")),
    ("Keras", findings.fault("2.15", "keras>=3.10", "first 'a b'\n" + "x" * 150)),
    ("Keras computes", findings.not_tried("not tried, because of: Keras")),
]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_the_text(monkeypatch, encoding):
    """In every encoding: does each state have its own mark, and is each command on one line?"""
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding, write_through=True))
    assert terminal.show([*ROWS, ("a path", findings.ok("/home/é/☃"))]) == examination.FAULTY
    lines = written.getvalue().decode(encoding).splitlines()
    assert [line.split()[0] for line in lines if "Keras  " in line] == ["FAULT"]
    assert sum(line.strip() == "x" * 150 for line in lines) == 1 and any("to do: first 'a b'" in line for line in lines)
    assert lines[-1] == "There is 1 fault. Fix it, then check again. Part I, lessons 1 to 4, can run now."
    assert len({line.split()[0] for line in lines[2:-2] if line[:3].strip()}) == 4  # ok, note, fault, not tried


@pytest.mark.parametrize(
    ("rows", "beginning"),
    [
        (ROWS[:4], "This machine can run the course."),
        ([*ROWS[:2], ("TensorFlow", findings.part_one("", "", ""))], "This machine can run Part I, lessons 1 to 4."),
        ([*ROWS[3:], *ROWS[3:]], "There are 2 faults. Fix the first, then check again."),
    ],
)
def test_the_verdict(rows, beginning):
    """Does the last line say what can run, and what to do next?"""
    assert terminal.sentence(rows).startswith(beginning) and "can run now" not in terminal.sentence(rows)


@pytest.mark.parametrize(
    ("code", "crash", "why"),
    [
        (0xC000001D, "0xc000001d", "crashed: 0xc000001d"),
        (0xC0000135, "0xc0000135", "crashed: 0xc0000135"),
        (1, None, "ValueError: why"),
        (None, None, "no answer within 3 s"),
    ],
)
def test_how_a_program_ended(code, crash, why):
    """Are Windows crashes, errors and timeouts distinguished?"""
    outcome = Outcome(code, "", "Traceback\nValueError: why\n", 3.0)
    assert outcome.crash == crash and outcome.why == why


def test_near(monkeypatch, tmp_path):
    """Is a path below the current folder shortened, and no other?"""
    monkeypatch.chdir(tmp_path)
    assert near(tmp_path / "a" / "b") == os.path.join("a", "b") and near(tmp_path.parent) == str(tmp_path.parent)
