"""Which Python does the kernel that JupyterLab starts for a lesson run, and by which specification?"""

import json

from jupyter_client.manager import KernelManager


def answer(manager):
    """Start the kernel and return its sys.prefix."""
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    printed = []
    try:
        client.wait_for_ready()
        client.execute_interactive("import sys; print(sys.prefix)", output_hook=printed.append)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return "".join(message["content"]["text"] for message in printed if message["msg_type"] == "stream").strip()


manager = KernelManager(kernel_name="python3")
found = {"folder": manager.kernel_spec.resource_dir, "python": manager.format_kernel_cmd()[0]}
try:
    found |= {"prefix": answer(manager), "error": None}
except Exception as error:  # a specification may name any program
    found |= {"prefix": None, "error": f"{type(error).__name__}: {error}"}
print(json.dumps(found))
