"""Who does the work: processes of this machine, or a dask.distributed cluster; both take tasks and give futures."""

import concurrent.futures
import contextlib
import multiprocessing
import os
import signal
import threading

from ..errors import UserError

AHEAD = 3  # tasks per worker that are handed out ahead of time: enough to keep it busy, few enough for flat memory
# One thread each, since there is a worker for every core; why nothing of oneDNN's, bubblewrap.py says.
IN_WORKERS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "TF_ENABLE_ONEDNN_OPTS": "0"}


def cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ThisMachine:
    """A pool of processes, made anew if one of them has died.

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
                self.workers, mp_context=context, initializer=_end_with_the_judge
            )
        try:
            future = self._pool.submit(function, *arguments)
        except concurrent.futures.process.BrokenProcessPool as error:
            future = concurrent.futures.Future()
            future.set_exception(error)
        future.pool = self._pool
        return future

    def replace(self, future):
        """Forget the pool that gave this future: a process of it has died, and it takes no more."""
        if self._pool is future.pool:
            self._pool = None
        future.pool.shutdown(wait=False, cancel_futures=True)

    def close(self, at_once=False):
        """End the workers, after what they have in hand, or at once."""
        if self._pool is not None:
            for process in list(self._pool._processes.values()) if at_once else ():
                process.kill()  # their sandboxes end with them
            self._pool.shutdown(wait=not at_once, cancel_futures=True)


def _end_with_the_judge():
    """A worker whose judge was killed would wait for ever for its next task; Control-C is the judge's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    judge = multiprocessing.parent_process()
    threading.Thread(target=lambda: (judge.join(), os._exit(1)), daemon=True).start()


class Cluster:
    """A dask.distributed cluster that is running already; activation_lab must be installed on its workers.

    Args:
        address: of its scheduler, such as tcp://10.0.0.1:8786.
    """

    def __init__(self, address):
        try:
            from distributed import Client
        except ImportError as error:
            raise UserError(f"--dask needs dask.distributed ({error}): pip install -e '.[cluster]'") from None
        try:
            self._client = Client(address, timeout=20)
        except (OSError, ValueError, TimeoutError) as error:
            raise UserError(f"No cluster answers at {address}: {error}. Is the scheduler running?") from None
        self.workers = max(1, len(self._client.scheduler_info(n_workers=-1)["workers"]))
        self._executor = self._client.get_executor(pure=False)

    def submit(self, function, *arguments):
        return self._executor.submit(function, *arguments)

    def replace(self, future):
        """A worker that has died is the scheduler's affair."""

    def close(self, at_once=False):
        with contextlib.suppress(Exception):
            self._client.close()


def in_turn(executor, function, tasks):
    """(task, result or the exception) of each task, as they are finished; never many more handed out than workers.

    A task whose worker has died is tried once more.

    Args:
        executor: ThisMachine or Cluster.
        function: of the module work, or a partial of it.
        tasks: an iterable of (what the caller knows it by, arguments).
    """
    tasks, waiting, again, tried = iter(tasks), {}, [], set()
    while True:
        # What is tried again is tried alone: whether it was its fault that the worker died is seen then.
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
            if isinstance(error, concurrent.futures.process.BrokenProcessPool):
                executor.replace(future)
                if key not in tried:
                    tried.add(key)
                    again.append((key, arguments))
                    continue
            yield key, future.result() if error is None else error
