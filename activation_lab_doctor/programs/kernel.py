"""The kernel that JupyterLab starts for a lesson: `kernel.py specification`, or `kernel.py compute SECONDS`."""

import json
import shutil
import subprocess
import sys

NAME = "python3"


def specification():
    """Where the kernel's specification lies, which Python it starts, and of which environment that is."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name=NAME)
    python = manager.format_kernel_cmd()[0]
    found = {"folder": manager.kernel_spec.resource_dir, "python": python, "prefix": None}
    if shutil.which(python):
        done = subprocess.run([python, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True)
        found["prefix"] = done.stdout.strip() or None
    return found


def compute(seconds):
    """What a kernel answers to 1 + 1."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name=NAME, startup_timeout=seconds)
    answers = []
    try:
        client.execute_interactive("1 + 1", output_hook=answers.append, timeout=seconds)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    results = [message["content"] for message in answers if message["msg_type"] == "execute_result"]
    return {"answer": " ".join(result["data"]["text/plain"] for result in results)}


print(json.dumps(specification() if sys.argv[1] == "specification" else compute(float(sys.argv[2]))))
