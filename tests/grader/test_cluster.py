"""Does a dask cluster do the same work, and lose nothing when a worker dies?"""

import contextlib
import csv
import os
import signal
import sqlite3
import threading
import time
import warnings

import pytest
from classroom import plain_tree
from test_run import students

from activation_lab_tools.cli import main
from activation_lab_tools.grader import pools

pytestmark = [pytest.mark.usefixtures("sandboxed"), pytest.mark.filterwarnings("ignore")]
distributed = pytest.importorskip("distributed")


@pytest.fixture
def cluster():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster:
            yield cluster


def grades(folder):
    with open(folder / "exercises.csv", encoding="utf-8-sig", newline="") as file:
        return [(row["student"], row["exercise"], row["state"], row["score"]) for row in csv.DictReader(file)]


def any_result(store):
    """Has the first result been kept in this store?"""
    with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(sqlite3.connect(store)) as connection:
        return connection.execute("SELECT COUNT(*) FROM results").fetchone()[0] > 0


def test_cluster(here, cluster, tmp_path):
    """Are the grades the same on a cluster, even if one of its workers is killed?"""
    plain_tree(tmp_path / "class", students(10))
    (tmp_path / "secret").write_text("a secret for both, long enough")
    common = ["grade", str(tmp_path / "class"), "--secret-file", str(tmp_path / "secret"), "--out"]
    assert main([*common, str(tmp_path / "here")]) == 0
    victim = next(iter(cluster.workers.values())).pid

    def kill_while_at_work():
        while commanding.is_alive() and not any_result(tmp_path / "there" / "grades.sqlite"):
            time.sleep(0.01)
        os.kill(victim, signal.SIGKILL)

    commanding = threading.current_thread()
    killer = threading.Thread(target=kill_while_at_work)
    killer.start()
    code = main([*common, str(tmp_path / "there"), "--dask", cluster.scheduler_address])
    killer.join()
    assert code == 0
    assert grades(tmp_path / "there") == grades(tmp_path / "here")
    assert len(grades(tmp_path / "there")) == 10 * 5


def test_no_cluster(tmp_path, capsys, monkeypatch):
    """Is a missing cluster reported with its address?"""
    monkeypatch.setattr(pools, "PATIENCE", 0.5)
    plain_tree(tmp_path / "class", students(1))
    assert main(["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--dask", "tcp://127.0.0.1:9"]) == 2
    assert "No cluster answers" in capsys.readouterr().err
