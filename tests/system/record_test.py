# SPDX-License-Identifier: Apache-2.0
"""What a run leaves: the files of FORMATS.md, whole at any moment, and nothing where it must not."""
import csv
import io
import json
import os
import random
import re
import resource
import signal
import subprocess
import time

import program

FORMATS = program.ROOT / "testbench/record/FORMATS.md"
QUICKSTART = ["--set", "link*.level=model", "--set", "workload.bytes=64KiB",
              "--set", "expect.link3.replays=0.."]
FAULTS = """
[[fault]]
kind = "corrupt"
where = "link0.a_to_b"
at = "6us"
expect = "replayed"
within = "2us"
[[fault]]
kind = "port_stall"
where = "sw0.port3"
at = "7us"
until = "8us"
expect = "none_needed"
within = "1us"
"""
NEVER = """
[[fault]]
kind = "drop"
where = "link7.a_to_b"
at = "1ms"
expect = "replayed"
within = "2us"
"""
# What may differ between two runs of one scenario.
PASSING = ("started", "wall_s")


def documented(name):
    """Names in the first column of the table of a file."""
    section = re.search(rf"^## {re.escape(name)}\n(.*?)(?=^## |\Z)", FORMATS.read_text(), re.S | re.M)
    rows = re.findall(r"^\| (`.*?) \|", section.group(1), re.M)
    return [item for row in rows for item in re.findall(r"`([^`]+)`", row)]


def keys_of(value, prefix=""):
    """Every leaf of JSON by its path, elements of lists as []."""
    if isinstance(value, dict) and value:
        return {path for key, inner in value.items()
                for path in keys_of(inner, f"{prefix}.{key}" if prefix else key)}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return {path for inner in value for path in keys_of(inner, prefix + "[]")}
    return {prefix}


def rows_of(path):
    text = path.read_text()
    assert text.endswith("\n") and "\r" not in text, path
    rows = list(csv.reader(io.StringIO(text), strict=True))
    assert len({len(row) for row in rows}) == 1, path
    return rows


def table_of(path):
    head, *rows = rows_of(path)
    return [dict(zip(head, row, strict=True)) for row in rows]


class Record(program.Weft):
    def scenario(self, more=""):
        return self.file("x.toml", program.MODEL + more).name

    def summary(self, place="runs/x-s1"):
        return json.loads((self.folder / place / "summary.json").read_text())

    def quickstart(self, place, *words):
        done = self.weft("run", "quickstart", *QUICKSTART, *words, "--out", place)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout


class Formats(Record):
    """Both workloads, so that every file has rows."""

    def check_formats(self, place):
        folder = self.folder / place
        listed = re.findall(r"^\| `(\S+)` \| (yes|at the end) \|", FORMATS.read_text(), re.M)
        self.assertEqual(sorted(p.name for p in folder.iterdir()), sorted(name for name, _ in listed))
        for name in ("links.csv", "link_series.csv", "latency.csv", "breakdown.csv"):
            head, *rows = rows_of(folder / name)
            self.assertEqual(head, documented(name), name)
            self.assertTrue(rows, name)
        for name in ("summary.json", "topology.json", "fidelity.json"):
            keys, wanted = keys_of(json.loads((folder / name).read_text())), set(documented(name))
            if "faults" in keys:  # there are none
                wanted = {key for key in wanted if not key.startswith("faults[].")} | {"faults"}
            self.assertEqual(keys, wanted, name)

    def test_what_a_run_leaves_is_what_the_page_says(self):
        self.weft("run", self.scenario())
        self.check_formats("runs/x-s1")
        self.quickstart("q")
        self.check_formats("q")

    def test_the_numbers_are_those_of_the_console(self):
        said = self.quickstart("q", "--set", "link3.phy.pre_fec_ber=2e-3")
        summary = self.summary("q")
        self.assertEqual((summary["digest"], summary["result_hash"]), program.hashes(said))
        self.assertEqual((summary["verdict"], summary["exit"], summary["end"]), ("pass", 0, True))
        metrics = {one["name"]: one["value"] for one in summary["metrics"]}
        self.assertEqual(len(metrics), len(summary["metrics"]))
        self.assertGreater(metrics["link3.replays"], 0)
        links = table_of(self.folder / "q/links.csv")
        series = table_of(self.folder / "q/link_series.csv")
        for link, row in program.table(said).items():
            both = [one for one in links if one["link"] == link]
            self.assertEqual([one["direction"] for one in both], ["a_to_b", "b_to_a"])
            for column, shown in {"packets": "packets", "flits": "flits", "bad": "bad",
                                  "replays": "replays", "flits_resent": "resent"}.items():
                self.assertEqual(sum(int(one[column]) for one in both), int(row[shown]), (link, column))
            self.assertEqual(metrics[link + ".replays"], int(row["replays"]))
            for one in both:
                for column in ("flits", "flits_resent"):
                    over_time = sum(int(at[column]) for at in series if at["link"] == link
                                    and at["direction"] == one["direction"])
                    self.assertEqual(over_time, int(one[column]), (link, column))
        self.assertEqual(sum(int(one["packets"]) for one in links) / 4, metrics["retired"])

    def test_latencies_add_up(self):
        self.quickstart("q")
        self.weft("run", self.scenario('\n["gen*"]\nload = 0.9\n'))
        for place, part in (("q", "memory"), ("runs/x-s1", "serialise")):
            metrics = {one["name"]: one["value"] for one in self.summary(place)["metrics"]}
            buckets = table_of(self.folder / place / "latency.csv")
            shares = table_of(self.folder / place / "breakdown.csv")
            nodes = {one["node"] for one in buckets}
            self.assertEqual(nodes, {one["node"] for one in shares})
            for node in nodes:
                mine = [one for one in buckets if one["node"] == node]
                count = sum(int(one["count"]) for one in mine)
                self.assertEqual(count, int(mine[-1]["cumulative"]))
                self.assertEqual(count, metrics[node + ".retired"])
                mean = sum(float(one["latency_ns"]) * int(one["count"]) for one in mine) / count
                self.assertAlmostEqual(metrics[node + ".latency_mean"] / mean, 1, delta=1 / 64)
                share = {one["part"]: float(one["mean_ns"]) for one in shares if one["node"] == node}
                self.assertAlmostEqual(sum(share.values()), metrics[node + ".latency_mean"], places=4)
                self.assertGreater(share[part], 0)
                # What is computed is no more than the fastest transaction took.
                fixed = sum(share.values()) - share["queue"] - share["replay"] - share["other"]
                self.assertGreater(share["other"], 0)
                self.assertLess(fixed, float(mine[0]["latency_ns"]) * (1 + 1 / 64))

    def with_faults(self, faults, *words):
        text = (program.ROOT / "testbench/scenarios/quickstart.toml").read_text()
        self.file("x.toml", text + faults)
        return self.weft("run", "x.toml", *QUICKSTART, "--set", "expect.link0.replays=1", *words,
                         "--out", "f")

    def queues(self, place):
        shares = table_of(self.folder / place / "breakdown.csv")
        return {one["node"]: float(one["mean_ns"]) for one in shares if one["part"] == "queue"}

    def test_waiting_in_a_switch_is_measured(self):
        self.quickstart("q")
        done = self.with_faults(FAULTS)
        self.assertEqual(done.returncode, 0, done.stdout)
        calm, stalled = self.queues("q"), self.queues("f")
        more = {node: stalled[node] - calm[node] for node in calm}
        # Requests of npu2 and responses to npu3 leave by the port that stood still.
        most = sorted(more, key=more.get)[-2:]
        self.assertEqual(sorted(most), ["npu2", "npu3"], more)
        self.assertGreater(more["npu2"], 10)

    def test_faults_are_told(self):
        self.assertEqual(self.with_faults(FAULTS + NEVER).returncode, 1)
        summary = self.summary("f")
        self.assertEqual(keys_of(summary), set(documented("summary.json")))
        first, second, third = summary["faults"]
        self.assertLessEqual({"id": "fault[0]", "kind": "corrupt", "where": "link0.a_to_b",
                              "expected": "replayed", "within_ns": 2000, "happened": True, "hits": 1,
                              "seen": "replayed", "recovered": True, "passed": True}.items(),
                             first.items())
        self.assertEqual(first["begin_ns"], first["end_ns"])
        self.assertGreaterEqual(first["begin_ns"], 6000)
        self.assertTrue(0 < first["took_ns"] < 2000, first)
        self.assertEqual((second["kind"], second["passed"], second["hits"]), ("port_stall", True, 0))
        self.assertLess(second["begin_ns"], second["end_ns"])
        self.assertEqual([third[key] for key in ("happened", "begin_ns", "end_ns", "seen", "took_ns", "passed")],
                         [False, None, None, None, None, False])
        log = (self.folder / "f/log.txt").read_text()
        self.assertIn(f"{first['begin_ns'] / 1e3:g}us  fault[0] corrupt link0.a_to_b happens\n", log)
        self.assertRegex(log, r"(?m)^\S+us  fault\[1\] port_stall sw0.port3 begins$")
        self.assertIn("8us  fault[1] port_stall sw0.port3 ends\n", log)
        self.assertNotRegex(log, r"us  fault\[2\]")

    def test_the_directory_keeps_what_the_run_read(self):
        made = self.weft("protocol", "derive", "ofl", "--set", "sequence.window=512", "--out", "p.toml")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.quickstart("q", "--set", "protocol=p.toml")
        self.assertEqual((self.folder / "q/protocol.toml").read_bytes(),
                         (self.folder / "p.toml").read_bytes())
        self.assertEqual((self.folder / "q/system.toml").read_bytes(),
                         (program.ROOT / "models/system/star8.toml").read_bytes())

    def test_the_effective_scenario_is_the_same_run(self):
        self.quickstart("q")
        done = self.weft("run", "q/scenario.toml", "--out", "again")
        self.assertEqual(done.returncode, 0, done.stdout)
        for key in ("config_hash", "digest", "result_hash"):
            self.assertEqual(self.summary("q")[key], self.summary("again")[key])

    def test_the_script_repeats_the_run(self):
        self.weft("run", self.scenario(), "--set", '"gen*".load = 0.3', "--seed", "5", "--until", "4us",
                  "--out", "it's here")
        first = self.summary("it's here")
        self.assertEqual((first["ending"], first["sim_time_fs"]), ("until", 4_000_000_000))
        environment = {**os.environ, "PATH": f"{os.path.dirname(self.program)}:{os.environ['PATH']}"}
        subprocess.run([self.folder / "it's here/repro.sh", "--out", "b"], cwd="/", env=environment,
                       capture_output=True)
        self.assertEqual(first["digest"], self.summary("b")["digest"])

    def test_two_runs_leave_the_same(self):
        for place, words in (("a", []), ("b", ["--threads", "2"]), ("c", [])):
            self.quickstart(place, *words)
        for path in sorted((self.folder / "a").iterdir()):
            other = self.folder / "c" / path.name
            if path.name == "summary.json":
                one, two = ({k: v for k, v in self.summary(d).items() if k not in PASSING}
                            for d in "ac")
                self.assertEqual(one, two)
            elif path.name not in ("log.txt", "report.html"):  # which show those
                self.assertEqual(path.read_bytes(), other.read_bytes(), path.name)
            if path.suffix == ".csv":
                self.assertEqual(path.read_bytes(), (self.folder / "b" / path.name).read_bytes())

    def test_a_directory_does_not_change_the_run(self):
        with_one = self.quickstart("q")
        without = self.weft("run", "quickstart", *QUICKSTART, "--out", "none").stdout
        self.assertEqual(program.hashes(with_one), program.hashes(without))
        self.assertEqual([p.name for p in self.folder.iterdir()], ["q"])

    def test_a_long_run_has_a_short_series(self):
        self.weft("run", self.scenario(), "--set", "workload.duration=3ms",
                  "--set", '"gen*".load = 0.001')
        rows = table_of(self.folder / "runs/x-s1/link_series.csv")
        times = sorted({float(row["time_ns"]) for row in rows})
        self.assertLessEqual(len(times), 500)
        self.assertGreaterEqual(len(times), 250)
        self.assertEqual(len(rows), len(times) * 16)
        links = table_of(self.folder / "runs/x-s1/links.csv")
        self.assertEqual(sum(int(row["flits"]) for row in rows), sum(int(row["flits"]) for row in links))

    def test_the_log_has_the_console_and_what_happened_when(self):
        said = self.quickstart("q")
        log = (self.folder / "q/log.txt").read_text()
        self.assertTrue(set(said.splitlines()) <= set(log.splitlines()))
        self.assertRegex(log, r"(?m)^by 2us  link0 is up$")
        self.assertTrue(said.endswith("run directory  q\n"))


class Places(Record):
    def test_the_default_is_below_the_current_folder(self):
        done = self.weft("run", self.scenario(), "--seed", "7")
        self.assertTrue(done.stdout.endswith("run directory  runs/x-s7\n"), done.stdout)
        self.assertEqual([p.name for p in (self.folder / "runs").iterdir()], ["x-s7"])

    def test_an_earlier_run_is_replaced_whole(self):
        scenario = self.scenario()
        self.weft("run", scenario)
        self.file("runs/x-s1/left.txt", "by somebody")
        first = self.summary()
        done = self.weft("run", scenario, "--set", '"gen*".load = 0.3')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotEqual(first["digest"], self.summary()["digest"])
        self.assertFalse((self.folder / "runs/x-s1/left.txt").exists())
        self.assertEqual([p.name for p in (self.folder / "runs").iterdir()], ["x-s1"])

    def test_an_empty_directory_is_taken(self):
        (self.folder / "mine").mkdir()
        self.weft("run", self.scenario(), "--out", "mine")
        self.assertEqual(self.summary("mine")["verdict"], "pass")

    def refuse(self, out, *words):
        done = self.weft("run", "x.toml", "--out", out, *words)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        return done.stderr

    def test_anything_else_is_refused_and_kept(self):
        self.scenario()
        (self.folder / "mine").mkdir()
        self.file("mine/letter.txt", "dear")
        self.assertEqual(self.refuse("mine"), '--out: "mine" holds files that no run of Weft made\n'
                         "  hint: --out DIR for another place, --out none for no run directory\n")
        self.assertIn('"x.toml" is no directory', self.refuse("x.toml"))
        self.assertIn("holds the current directory", self.refuse("."))
        self.assertIn("holds the current directory", self.refuse(self.folder.parent))
        self.assertIn("--out names no directory", self.refuse(""))
        self.assertEqual(sorted(p.name for p in self.folder.rglob("*")), ["letter.txt", "mine", "x.toml"])

    def test_waves_that_would_go_with_the_earlier_run_are_refused(self):
        self.scenario()
        words = ["--set", "link3.level=rtl", "--waves", "link3.a:d/w.fst"]
        self.assertIn('"d/w.fst" is in the run directory', self.refuse("d", *words))

    def test_a_refused_input_leaves_nothing(self):
        self.scenario()
        for words in (["--set", "sim.brust=3"], ["--sead", "1"], ["--until", "3m"]):
            self.assertEqual(self.weft("run", "x.toml", *words).returncode, 2)
        self.assertEqual([p.name for p in self.folder.iterdir()], ["x.toml"])

    def test_a_place_that_cannot_be_made_is_exit_4(self):
        done = self.weft("run", self.scenario(), "--out", "/proc/nowhere/run")
        self.assertEqual(done.returncode, 4, done.stdout)
        self.assertRegex(done.stderr, r'^weft run: cannot make the directory "/proc/nowhere": .+\n$')

    def test_a_file_that_cannot_be_written_is_exit_4(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
        done = self.weft("run", self.scenario(), "--set", "workload.duration=200us", preexec_fn=limit)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertRegex(done.stderr, r'^weft run: cannot write "runs/x-s1/link_series.csv": File too large')
        summary = self.summary()
        self.assertEqual((summary["verdict"], summary["exit"]), ("fault", 4))
        rows_of(self.folder / "runs/x-s1/link_series.csv")

    def test_a_run_that_fails_says_so(self):
        for more, code, verdict in (('"link3.replays" = "1.."\n', 1, "fail"),
                                    ('\n["link3".phy]\npre_fec_ber = 0.01\n[sim]\nwatchdog = "20us"\n',
                                     3, "hung")):
            done = self.weft("run", self.scenario(more))
            summary = self.summary()
            self.assertEqual((done.returncode, summary["exit"], summary["verdict"]),
                             (code, code, verdict))
        told = done.stdout[done.stdout.index("HUNG  "):].splitlines()[1:-1]
        self.assertEqual([line.strip() for line in told], summary["waiting"])
        self.assertTrue(told)
        self.assertIsNone(summary["invariants"]["credits_leaked"])


class CutOff(Record):
    """Stopped at moments that nobody chose, so drawn anew in each run."""

    def stopped(self, number):
        moment = random.SystemRandom().uniform(0, 0.8)
        running = subprocess.Popen([self.program, "run", self.scenario(), "--set", "workload.duration=1s",
                                    "--out", "d"], cwd=self.folder, stdout=subprocess.PIPE, text=True)
        self.assertTrue(running.stdout.readline().startswith("weft "))  # the run has begun
        time.sleep(moment)
        running.send_signal(number)
        out, _ = running.communicate(timeout=60)
        return running.returncode, out, f"after {moment:.3f} s"

    def test_interrupted_leaves_everything(self):
        for _ in range(3):
            code, out, moment = self.stopped(signal.SIGINT)
            self.assertEqual(code, 130, moment)
            Formats.check_formats(self, "d")
            summary = self.summary("d")
            self.assertEqual((summary["verdict"], summary["exit"], summary["end"]),
                             ("interrupted", 130, True), moment)
            self.assertEqual(program.hashes(out)[0], summary["digest"])

    def test_killed_leaves_what_can_be_read(self):
        for _ in range(4):
            code, _, moment = self.stopped(signal.SIGKILL)
            self.assertEqual(code, -signal.SIGKILL)
            folder = self.folder / "d"
            summary = self.summary("d")
            self.assertEqual((summary["verdict"], summary["exit"]), ("running", None), moment)
            self.assertIsNone(summary["invariants"]["replays"])
            self.assertNotIn("end", summary)
            for name in ("topology.json", "fidelity.json"):
                json.loads((folder / name).read_text())
            for path in folder.glob("*.csv"):
                self.assertEqual(rows_of(path)[0], documented(path.name), moment)
            self.assertIn("\nsim.seed = 1\n", (folder / "scenario.toml").read_text())
        self.assertEqual(self.weft("run", "x.toml", "--out", "d").returncode, 0)
        self.assertEqual(self.summary("d")["verdict"], "pass")


if __name__ == "__main__":
    program.main(__doc__)
