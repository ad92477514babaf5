"""Where the work runs: in processes of this machine, or on a dask.distributed cluster. Both turn tasks into futures."""

import concurrent.futures.process
import contextlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures.process import BrokenProcessPool

from ..errors import UserError

PATIENCE = 20  # seconds for a cluster's scheduler to answer
AHEAD = 3  # tasks per worker that are submitted ahead of time: enough to keep it busy, few enough for flat memory
# One thread each, since there is a worker for every core. Why no oneDNN: see bubblewrap.py.
IN_WORKERS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "TF_ENABLE_ONEDNN_OPTS": "0"}


def cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ThisMachine:
    """A pool of processes, replaced if one of them dies.

    Args:
        workers: how many.
    """

    def __init__(self, workers):
        self.workers = workers
        self._pool = None

    def submit(self, function, *arguments):
        if self._pool is None:
            for name, value in IN_WORKERS.items():
                os.environ.setdefault(name, value)
            context = multiprocessing.get_context("spawn")  # a fork would inherit threads
            self._pool = concurrent.futures.ProcessPoolExecutor(
                self.workers, mp_context=context, initializer=_end_with_the_command
            )
        try:
            future = self._pool.submit(function, *arguments)
        except BrokenProcessPool as error:
            future = concurrent.futures.Future()
            future.set_exception(error)
        future.pool = self._pool
        return future

    def replace(self, future):
        """Forget the pool of this future: one of its processes has died, and it accepts no more tasks."""
        if self._pool is future.pool:
            self._pool = None
        future.pool.shutdown(wait=False, cancel_futures=True)

    def close(self, at_once=False):
        """End the workers after their current tasks, or at once."""
        if self._pool is not None:
            for process in list(self._pool._processes.values()) if at_once else ():
                process.kill()  # their sandboxes die with them
            self._pool.shutdown(wait=not at_once, cancel_futures=True)


def _end_with_the_command():
    """Without this, a worker whose command was killed would wait forever; Control-C is for the command alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    command = multiprocessing.parent_process()
    threading.Thread(target=lambda: (command.join(), os._exit(1)), daemon=True).start()


class Cluster:
    """A running dask.distributed cluster; activation_lab must be installed on its workers.

    Args:
        address: of its scheduler, such as tcp://10.0.0.1:8786.
    """

    def __init__(self, address):
        try:
            from distributed import Client
        except ImportError as error:
            raise UserError(f"--dask needs dask.distributed ({error}): pip install -e '.[cluster]'") from None
        try:
            self._client = Client(address, timeout=PATIENCE)
        except (OSError, ValueError, TimeoutError) as error:
            raise UserError(f"No cluster answers at {address}: {error}. Is the scheduler running?") from None
        self.workers = max(1, len(self._client.scheduler_info(n_workers=-1)["workers"]))
        self._executor = self._client.get_executor(pure=False)

    def submit(self, function, *arguments):
        return self._executor.submit(function, *arguments)

    def replace(self, future):
        """Do nothing: the scheduler replaces workers that died."""

    def close(self, at_once=False):
        with contextlib.suppress(Exception):
            self._client.close()


def in_turn(executor, function, tasks):
    """Yield (task, result or the exception) as tasks finish, with few more submitted than there are workers.

    A task whose worker died is tried once more.

    Args:
        executor: ThisMachine or Cluster.
        function: of the module work, or a partial of it.
        tasks: an iterable of (the caller's key for it, arguments).
    """
    tasks, waiting, again, tried = iter(tasks), {}, [], set()
    while True:
        # A task is retried alone: then it is clear whether it killed the worker.
        while (
            len(waiting) < AHEAD * executor.workers
            and not (waiting and again)
            and tried.isdisjoint(key for key, _ in waiting.values())
        ):
            key, arguments = again.pop() if again else next(tasks, (None, None))
            if key is None:
                break
            waiting[executor.submit(function, *arguments)] = key, arguments
        if not waiting:
            return
        done, _ = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED)
        for future in done:
            key, arguments = waiting.pop(future)
            error = future.exception()
            if isinstance(error, BrokenProcessPool):
                executor.replace(future)
                if key not in tried:
                    tried.add(key)
                    again.append((key, arguments))
                    continue
            yield key, future.result() if error is None else error
