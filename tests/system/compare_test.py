# SPDX-License-Identifier: Apache-2.0
"""Comparisons from outside: what differs in the input, what differs in the runs, and what may be chance."""
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import program

MODEL = ["--set", "link*.level=model"]
SMALL = [*MODEL, "--set", "workload.bytes=64KiB", "--set", "expect.link3.replays=0.."]


def row(output, metric):
    """The cells of a metric in the table."""
    line = next(line for line in output.splitlines() if line.startswith(metric + " "))
    return re.split(r"  +", line.strip())


class Compare(program.Weft):
    def setUp(self):
        super().setUp()
        left = tempfile.TemporaryDirectory(prefix="weft-")
        self.addCleanup(left.cleanup)
        self.temporary = Path(left.name)  # where a comparison makes its own folder

    def compare(self, *words, code=0, **options):
        environment = {"TMPDIR": str(self.temporary)}
        done = self.weft("compare", *words, environment=environment, **options)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(list(self.temporary.iterdir()), [])
        return done.stderr if code == 2 else done.stdout

    def derive(self, window):
        name = f"w{window}.toml"
        done = self.weft("protocol", "derive", "ofl", "--set", f"sequence.window={window}", "--out", name)
        self.assertEqual((done.returncode, done.stdout), (0, name + "\n"), done.stderr)
        return name

    def scenario(self, more="", name="x.toml"):
        return self.file(name, program.MODEL + more).name


class Replay(Compare):
    def test_a_window_below_the_round_trip_limits_the_rate(self):
        """The README's comparison, at the model's level."""
        said = self.compare("quickstart", "quickstart", *MODEL, "--set-b", "protocol=" + self.derive(64),
                            "--runs", "3", "--json", "c.json")
        self.assertIn("protocol: sequence.window    256", said)
        self.assertIn("a window of 64 flits is shorter than the round trip of 565 cycles", said)
        self.assertIn("paired by seed", said)
        self.assertIn("result hash equal for 3 of 3 seeds", said)
        found = json.loads((self.folder / "c.json").read_text())
        metrics = {one["name"]: one for one in found["metrics"]}
        slower = metrics["collective.time"]
        self.assertTrue(slower["seen"])
        self.assertGreater(slower["low"], 0)
        self.assertLess(metrics["collective.busbw"]["high"], 0)
        self.assertEqual([one["key"] for one in found["inputs"]], ["protocol", "name", "sequence.window"])
        self.assertEqual([found["inputs"][2][side] for side in "ab"], ["256", "64"])
        # What cannot depend on a window.
        for name in ("retired", "corrupted", "npu3.mismatches"):
            self.assertTrue(metrics[name]["equal"], name)

    def test_a_window_above_the_round_trip_changes_nothing(self):
        said = self.compare("quickstart", "quickstart", *SMALL, "--set-b", "protocol=" + self.derive(512))
        self.assertRegex(said, r"\n(\d+) of \1 metrics equal in all runs")
        self.assertTrue(said.endswith("run digest equal, result hash equal\n"), said)
        self.assertIn("protocol: sequence.window    256", said)

    def test_the_numbers_are_those_of_the_runs(self):
        self.compare("quickstart", "quickstart", *SMALL, "--set-b", "link3.phy.pre_fec_ber=1e-3", "--runs",
                     "2", "--out", "kept", "--json", "c.json")
        found = {one["name"]: one for one in json.loads((self.folder / "c.json").read_text())["metrics"]}
        values = {side: [] for side in "ab"}
        for side in "ab":
            for seed in (1, 2):
                run = json.loads((self.folder / f"kept/{side}/s{seed}/summary.json").read_text())
                self.assertEqual(run["seed"], seed)
                values[side].append({one["name"]: one["value"] for one in run["metrics"]})
        self.assertTrue(any(not one["equal"] for one in found.values()))
        for name, one in found.items():
            for side in "ab":
                self.assertAlmostEqual(one[side], sum(run[name] for run in values[side]) / 2, 6, name)
            first, second = (b[name] - a[name] for a, b in zip(values["a"], values["b"], strict=True))
            self.assertAlmostEqual(one["difference"], (first + second) / 2, 6, name)
            # Student's t of two values is 12.706 times half of what lies between them.
            self.assertAlmostEqual(one["high"] - one["difference"], 12.7062 * abs(first - second) / 2,
                                   delta=1e-4 * (1 + abs(first - second)), msg=name)
        # Read again from what was kept: the same.
        again = self.compare("kept/a", "kept/b")
        self.assertIn("means of 2 runs; difference is B - A with its 95 % interval, paired by seed", again)
        self.assertIn("link3.phy.pre_fec_ber  0.0015  0.001", again)

    def test_chance_is_told_from_a_difference(self):
        """Seeds alone differ: hardly any metric may be said to."""
        self.compare("quickstart", "quickstart", *SMALL, "--set-b", "sim.seed=101", "--runs", "4",
                     "--json", "c.json")
        found = json.loads((self.folder / "c.json").read_text())
        self.assertEqual((found["method"], found["inputs"]), ("independent", []))
        varying = [one for one in found["metrics"] if not one["equal"] and one["low"] != one["high"]]
        self.assertGreater(len(varying), 20)
        self.assertLess(sum(one["seen"] for one in varying), len(varying) / 2)


class Directories(Compare):
    def run_to(self, place, *words):
        done = self.weft("run", "x.toml", "--out", place, *words)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_two_runs(self):
        self.scenario('\n["gen*"]\nload = 0.5\n')
        self.run_to("a")
        self.run_to("b", "--set", '"gen*".load = 0.25')
        said = self.compare("a", "b")
        self.assertRegex(said, r'gen\*a\.load +0\.5 +0\.25\n')
        self.assertRegex(row(said, "retired")[-1], r"-\d+\.\d%")
        self.assertIn("one run tells nothing of chance", said)
        self.assertIn("run digest differs", said)
        same = self.compare("a", "a")
        self.assertIn("\ninput\nequal\n", same)
        self.assertIn(" metrics equal in all runs", same)
        self.assertNotIn("metric  ", same)
        self.assertIn("link0.up", self.compare("a", "a", "--all"))

    def test_a_run_beside_a_scenario(self):
        self.scenario()
        self.run_to("a", "--seed", "3")
        self.assertIn("\nrun digest equal, ", self.compare("a", "x.toml", "--seed", "3"))
        self.assertIn("equal but for the seed", self.compare("a", "x.toml", "--runs", "2"))

    def test_files_that_changed_since_are_compared_as_the_runs_kept_them(self):
        self.scenario()
        protocol = self.derive(64)
        self.run_to("a", "--set", "link*.start=train", "--set", "protocol=" + protocol)
        self.run_to("b", "--set", "link*.start=train")
        first = self.compare("a", "b")
        self.assertRegex(first, r"protocol: sequence.window +64 +256\n")
        (self.folder / protocol).unlink()
        self.assertEqual(self.compare("a", "b"), first)
        self.derive(128)
        (self.folder / "w128.toml").rename(self.folder / protocol)
        self.assertEqual(self.compare("a", "b"), first)
        # Of a run of an earlier version, which kept none.
        for name in ("system.toml", "protocol.toml"):
            (self.folder / "a" / name).unlink()
        said = self.compare("a", "b")
        self.assertNotIn("sequence.window", said)
        self.assertIn("files that the scenarios name (protocol, system, ...) are not compared", said)

    def test_what_is_kept_is_compared_though_a_phy_changed_since(self):
        self.scenario()
        phy = (program.ROOT / "models/phy/lpo800.toml").read_text()
        self.file("phy.toml", phy)
        words = ["--set", 'link3.phy.module="./phy.toml"', "--set", "link*.start=train"]
        self.run_to("a", *words, "--set", "protocol=" + self.derive(64))
        self.run_to("b", *words)
        self.assertNotIn("not compared", self.compare("a", "b"))
        self.file("phy.toml", phy + "# changed\n")
        said = self.compare("a", "b")
        self.assertRegex(said, r"protocol: sequence.window +64 +256\n")
        self.assertIn("PHY and firmware files are not compared", said)

    def test_paths_count_from_the_scenario_too(self):
        (self.folder / "sub").mkdir()
        os.rename(self.folder / self.derive(64), self.folder / "sub/p.toml")
        text = program.MODEL.replace('"up"', '"train"').replace("schema = 1", 'schema = 1\nprotocol = "p.toml"')
        self.file("sub/x.toml", text)
        self.scenario()
        said = self.compare("x.toml", "sub/x.toml", "--set", "link*.start=train")
        self.assertIn("protocol: sequence.window    256", said)

    def test_what_is_no_run_is_refused(self):
        self.scenario()
        self.run_to("a")
        self.run_to("mixed/s1")
        self.run_to("mixed/s2", "--seed", "2", "--set", '"gen*".load = 0.25')
        self.run_to("twice/one")
        self.run_to("twice/two")
        summary = json.loads((self.folder / "a/summary.json").read_text())
        for name, change in (("cut", {"end": None, "verdict": "running"}), ("new", {"schema": 9}),
                             ("torn", None)):
            self.run_to(name)
            changed = {key: value for key, value in {**summary, **(change or {})}.items() if value is not None}
            text = json.dumps(changed)
            self.file(f"{name}/summary.json", text if change else text[:100])
        for words, message in (
                (["a"], "B is missing"),
                ([], "A and B are missing"),
                (["a", "a", "a"], "one word too many"),
                (["a", "nothing"], 'no run directory and no scenario "nothing"'),
                (["a", "quikstart"], 'did you mean "quickstart"?'),
                (["a", "cut"], "it has no end record"),
                (["a", "new"], "summary.json is of schema 9"),
                (["a", "torn"], "summary.json is none of Weft's"),
                (["a", "mixed"], "in more than the seed"),
                (["a", "twice"], "two runs of seed 1"),
                (["a", "a", "--runs", "2"], "--runs is for scenarios"),
                (["a", "a", "--set-a", "sim.seed=1"], "--set-a cannot change it"),
                (["a", "x.toml", "--set", "sim.seed=1"], "one has been run"),
                (["x.toml", "x.toml", "--runs", "0"], "is no whole number from 1 to"),
                (["x.toml", "x.toml", "--runs", "2x"], "is no whole number from 1 to"),
                (["x.toml", "x.toml", "--rums", "2"], 'did you mean "--runs"?'),
                (["x.toml", "x.toml", "--set-b", "sim.brust=1cycles"], "did you mean sim.burst?"),
                (["x.toml", "x.toml", "--out", "a"], "holds files that no comparison made"),
                (["x.toml", "x.toml", "--json", "no/where.json"], "there is no folder")):
            with self.subTest(words=words):
                before = sorted(self.folder.rglob("*"))
                self.assertIn(message, self.compare(*words, code=2))
                self.assertEqual(before, sorted(self.folder.rglob("*")))


class Failures(Compare):
    def test_a_run_that_fails_is_compared_and_told(self):
        self.scenario()
        said = self.compare("x.toml", "x.toml", "--set-b", "expect.link3.replays=\"7..\"", "--runs", "2", code=1)
        self.assertIn("   2 of 2 failed\n   seed 1: fail: link3.replays = 0, expected 7..\n", said)
        self.assertRegex(said, r"repeat with: weft run x\.toml --set '?expect\.link3\.replays")
        self.assertIn("run digest equal for 2 of 2 seeds", said)

    def test_a_run_without_result_is_told(self):
        self.scenario()
        said = self.compare("x.toml", "x.toml", "--set-b", "link0.level=rtl", "--set-b",
                            "link0.rtl=./none.so", code=1)
        self.assertIn("seed 1: exit 4", said)
        self.assertIn("there is no link object ./none.so", said)
        self.assertIn("nothing to compare: B has no run that came to its end", said)

    def test_earlier_runs_of_a_comparison_go_away(self):
        self.scenario()
        for runs in ("3", "1"):
            self.compare("x.toml", "x.toml", "--runs", runs, "--out", "kept")
        self.assertEqual([p.name for p in (self.folder / "kept/a").iterdir() if p.is_dir()], ["s1"])

    def test_interrupted_leaves_nothing(self):
        self.scenario()
        running = subprocess.Popen([self.program, "compare", "x.toml", "x.toml", "--set",
                                    "workload.duration=1s"], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True,
                                   env={**os.environ, "TMPDIR": str(self.temporary)})
        for _ in range(1000):
            if list(self.temporary.rglob("summary.json")):
                break
            time.sleep(0.01)
        self.assertEqual(len(list(self.temporary.iterdir())), 1)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
        self.assertEqual((running.returncode, out, err), (130, "", "weft compare: interrupted\n"))
        self.assertEqual(list(self.temporary.iterdir()), [])


class Derive(program.Weft):
    def refuse(self, *words):
        done = self.weft("protocol", "derive", *words)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        return done.stderr

    def test_a_file_of_ones_own_is_kept(self):
        mine = self.file("mine.toml", (program.ROOT / "models/protocol/ofl.toml").read_text())
        before = mine.read_bytes()
        self.assertIn("was not derived", self.refuse("ofl", "--set", "vcs.count=2", "--out", "mine.toml"))
        self.assertEqual(mine.read_bytes(), before)
        for window in ("64", "128"):
            words = ["mine.toml", "--set", f"sequence.window={window}", "--out", "derived.toml"]
            self.assertEqual(self.weft("protocol", "derive", *words).returncode, 0)
        self.assertIn("window      = 128", (self.folder / "derived.toml").read_text())
        self.assertEqual(self.weft("protocol", "check", "derived.toml").returncode, 0)

    def test_what_is_missing_or_wrong_is_said_and_nothing_written(self):
        for words, message in ((["ofl", "--set", "vcs.count=2"], "--out FILE is missing"),
                               (["ofl", "--out", "a.toml"], "--set KEY=VALUE is missing"),
                               (["--out", "a.toml"], "the protocol file is missing"),
                               (["olf", "--set", "vcs.count=2", "--out", "a.toml"], 'did you mean "ofl"?'),
                               (["ofl", "--set", "vcs.count=2", "--out", "a"], "does not end in .toml"),
                               (["ofl", "--set", "vcs.cuont=2", "--out", "a.toml"], 'did you mean "vcs.count"?'),
                               (["ofl", "--set", "sequence.window=3", "--out", "a.toml"], "no power of two")):
            self.assertIn(message, self.refuse(*words))
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    program.main(__doc__)
