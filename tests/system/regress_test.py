# SPDX-License-Identifier: Apache-2.0
"""weft regress from outside: with the real program, and with stand-ins that end in every bad way."""
import json
import os
import signal
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import program

# A stand-in for `weft run`: what it does follows from its seed.
STAND_IN = """#!/bin/sh
seed= out= waves=
while [ $# -gt 0 ]; do
  case "$1" in
    --seed) seed=$2 ;;
    --out) out=$2 ;;
    --waves) waves=$2 ;;
  esac
  shift
done
mkdir -p "$out"
summary() { # verdict exit retired checks end
  cat > "$out/summary.json" <<END
{"schema": 1, "seed": $seed, "verdict": "$1", "exit": $2, "ending": "done", "reason": "",
 "digest": "d$seed", "config_hash": "c0ffee", "sim_time_fs": 27000000000,
 "invariants": {"retired": $3}, "checks": [$4] $5}
END
}
good='{"what": "complete", "wanted": "true", "seen": "true", "passed": true}'
bad='{"what": "link3.replays", "wanted": "5..100", "seen": "'$seed'", "passed": false}'
end=', "end": true'
echo "seed $seed says <hello> & bye"
if [ -n "$waves" ]; then echo fst > "${waves#*:}"; fi
case "$seed" in
  1) summary pass 0 5 "$good" "$end" ;;
  2|3) summary fail 1 5 "$bad" "$end"; exit 1 ;;
  4) summary pass 0 0 "$good" "$end" ;;
  5) summary pass 0 5 "" "$end" ;;
  6) summary running null 5 "" "" ;;
  7) summary running null 5 "" ""; kill -SEGV $$ ;;
  8) summary running null 5 "" ""; sleep 60 ;;
  9) ;;
esac
"""
PLAN = """schema = 1
[[test]]
name = "a"
scenario = "links8"
set = { "link*.level" = "model" }
seeds = [1]
tags = ["quick"]
[[test]]
name = "b"
scenario = "links8"
seeds = [1]
"""
REAL = """schema = 1
[[test]]
name = "good"
scenario = "short.toml"
seeds = 2
[[test]]
name = "bad"
scenario = "short.toml"
set = { expect.link3.replays = "5..100", "link*.level" = "rtl" }
seeds = 2
"""
SHORT = program.MODEL.replace("5us", "1us")


class Regress(program.Weft):
    def setUp(self):
        super().setUp()
        self.stand_in = self.file("stand_in", STAND_IN)
        self.stand_in.chmod(0o755)
        self.file("plan.toml", PLAN)

    def regress(self, *words, plan="plan.toml"):
        return self.weft("regress", plan, *words)

    def faked(self, *words):
        return self.regress("--program", self.stand_in, *words)

    def result(self, name="runs/plan"):
        return json.loads((self.folder / name / "result.json").read_text())

    def kinds(self):
        return {run["seed"]: run.get("kind", run["state"]) for run in self.result()["runs"]}

    def check(self, done, code):
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)

    def test_a_pass(self):
        done = self.faked()
        self.check(done, 0)
        self.assertIn("PASS  2 of 2 runs passed", done.stdout)
        self.assertNotIn("\r", done.stdout + done.stderr)
        self.assertEqual((self.result()["verdict"], self.result()["end"]), ("pass", True))
        self.assertTrue((self.folder / "runs/plan/a-s1/run/summary.json").exists())

    def test_every_bad_end_fails(self):
        done = self.faked("a", "--max-waves", "0", "--timeout", "1s", "--seeds", *range(1, 10))
        self.check(done, 1)
        self.assertEqual(self.kinds(), {1: "passed", 2: "check", 3: "check", 4: "empty", 5: "empty",
                                        6: "lost", 7: "signal", 8: "timeout", 9: "lost"})
        self.assertIn("check: link*.replays = *, expected *..*  (2 runs)", done.stdout)
        self.assertIn("repeat with: weft run links8 --set 'link*.level=model' --seed 2",
                      done.stdout)
        buckets = self.result()["buckets"]
        self.assertEqual((buckets[0]["count"], [r["seed"] for r in buckets[0]["runs"]]), (2, [2, 3]))
        suite = ElementTree.parse(self.folder / "runs/plan/junit.xml").getroot().find("testsuite")
        self.assertEqual([suite.get(k) for k in ("tests", "failures", "errors", "skipped")],
                         ["9", "4", "4", "0"])
        case = suite.findall("testcase")[1]
        self.assertEqual((case.get("classname"), case.get("name")), ("plan.a", "a[2]"))
        properties = {p.get("name"): p.get("value") for p in case.iter("property")}
        self.assertEqual(properties["random_seed"], "2")
        self.assertEqual(properties["config_hash"], "c0ffee")
        self.assertTrue(properties["repro"].endswith("--seed 2"), properties)
        self.assertEqual(properties["directory"], "a-s2")
        self.assertIn("<hello> & bye", case.find("system-out").text)

    def test_only_failed_ones_again(self):
        self.check(self.faked("a", "--seeds", "1", "2", "4"), 1)
        again = self.faked("--rerun-failed")
        self.check(again, 1)
        self.assertEqual([run["seed"] for run in self.result()["runs"]], [2, 4])
        self.assertTrue((self.folder / "runs/plan/a-s1").is_dir())
        self.check(self.faked("a"), 0)
        nothing = self.faked("--rerun-failed")
        self.check(nothing, 2)
        self.assertIn("no run of it failed the last time", nothing.stderr)

    def test_waves_of_what_failed(self):
        self.check(self.faked("b", "--seeds", "2", "3", "4", "--max-waves", "2"), 1)
        runs = {run["seed"]: run for run in self.result()["runs"]}
        # One run of each bucket comes first; the failure of seed 4 names no link.
        self.assertEqual(runs[2]["waves"], ["b-s2/waves/link3.fst"])
        self.assertEqual(runs[3]["waves"], [])
        self.assertEqual(runs[4]["waves"], ["b-s4/waves/link7.fst"])  # the last that it is given
        self.assertEqual(runs[4]["waves_note"], "the failure names no link")
        self.check(self.faked("a", "--seeds", "2"), 1)  # no link in RTL
        self.assertEqual(self.result()["runs"][0]["waves"], [])
        self.check(self.faked("b", "--seeds", "2", "--no-waves"), 1)
        self.assertEqual(self.result()["runs"][0]["waves"], [])

    def test_fail_fast(self):
        self.check(self.faked("a", "-j1", "--fail-fast", "--seeds", "2", "1", "3"), 1)
        self.assertEqual(self.kinds(), {2: "check", 1: "queued", 3: "queued"})
        self.check(self.faked("a", "-j2", "--fail-fast", "--seeds", "8", "2", "1"), 1)
        self.assertEqual(self.kinds(), {8: "stopped", 2: "check", 1: "queued"})

    def test_ctrl_c_leaves_results_and_nobody(self):
        with subprocess.Popen([self.program, "regress", "plan.toml", "a", "--program",
                               str(self.stand_in), "-j2", "--seeds", "1", "8"], cwd=self.folder,
                              stdout=subprocess.PIPE, text=True) as running:
            state = self.folder / "runs/plan/a-s8/run/summary.json"
            deadline = time.monotonic() + 30
            while not state.exists() and time.monotonic() < deadline:
                time.sleep(0.02)
            while self.kinds_or_none().get(1) != "passed" and time.monotonic() < deadline:
                time.sleep(0.05)
            running.send_signal(signal.SIGINT)
            out, _ = running.communicate(timeout=30)
        self.assertEqual(running.returncode, 130, out)
        self.assertIn("INTERRUPTED  1 of 2 runs passed, 1 killed", out)
        self.assertEqual((self.result()["verdict"], self.result()["end"]), ("interrupted", True))
        self.assertTrue((self.folder / "runs/plan/junit.xml").exists())

    def kinds_or_none(self):
        try:
            return self.kinds()
        except (OSError, ValueError):
            return {}

    def test_refusals(self):
        for words, text in ((["nothing_*"], "no test matches"), (["-i", "slow"], "no test has the tag"),
                            (["b", "-i", "quick"], "the selection is empty"),
                            (["-j", "0"], "--jobs: \"0\" is no whole number"),
                            (["--seeds", "1", "--reseed", "2"], "exclude each other"),
                            (["-x", "no/such/x.xml"], "no place for a file"),
                            (["--out", "."], "no regression made it"),
                            (["--set", "lnk3.level=rtl"], "would be refused"),
                            (["--rerun-failed"], "there is no earlier result")):
            done = self.faked(*words)
            self.check(done, 2)
            self.assertIn(text, done.stderr)
            self.assertEqual(done.stdout, "")
        self.assertFalse((self.folder / "runs").exists())

    def test_what_would_run(self):
        listed = self.regress("-l")
        self.check(listed, 0)
        self.assertEqual(listed.stdout.splitlines()[1].split(), ["a", "1", "links8", "quick"])
        dry = self.regress("-n", "b", "-s", "4")
        self.assertEqual(dry.stdout, "weft run links8 --seed 4\n")
        first = self.regress("-n", "-r", "2").stdout.splitlines()
        self.assertEqual(self.regress("-n", "b", "-r", "2").stdout.splitlines(), first[2:])

    def test_children_end_with_it(self):
        with subprocess.Popen([self.program, "regress", "plan.toml", "a", "--program",
                               str(self.stand_in), "--seeds", "8"], cwd=self.folder,
                              stdout=subprocess.DEVNULL) as running:
            console = self.folder / "runs/plan/a-s8/console.txt"
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline and "says" not in (
                    console.read_text() if console.exists() else ""):
                time.sleep(0.02)
            children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
            self.assertEqual(len(children), 1)
            busy = self.faked("a")
            self.check(busy, 2)
            self.assertIn("another regression is at work here", busy.stderr)
            running.kill()
        while time.monotonic() < deadline and Path(f"/proc/{children[0]}/exe").exists():
            time.sleep(0.02)
        self.assertFalse(Path(f"/proc/{children[0]}/exe").exists())
        self.assertEqual(self.result()["verdict"], "running")
        self.check(self.faked("a"), 0)

    def test_waves_from_a_time_on(self):
        self.file("short.toml", SHORT.replace("model", "rtl").replace("1us", "9us"))
        sizes, seen = [], set()
        for words in ([], ["--waves-from", "6us"]):
            done = self.weft("run", "short.toml", "--out", "none", "--waves", "link3.a:x.fst", *words)
            self.check(done, 0)
            sizes.append((self.folder / "x.fst").stat().st_size)
            seen.add(program.hashes(done.stdout))
        self.assertLess(sizes[1], sizes[0] * 0.7)
        self.assertEqual(len(seen), 1)
        (self.folder / "x.fst").unlink()
        late = self.weft("run", "short.toml", "--out", "none", "--waves", "link3.a:x.fst",
                         "--waves-from", "1ms")
        self.check(late, 0)
        self.assertFalse((self.folder / "x.fst").exists())

    def test_the_real_program(self):
        self.file("short.toml", SHORT)
        self.file("real.toml", REAL)
        done = self.regress("-j2", "-x", "here.xml", plan="real.toml")
        self.check(done, 1)
        runs = self.result("runs/real")["runs"]
        self.assertEqual([run["state"] for run in runs], ["passed"] * 2 + ["failed"] * 2, done.stdout)
        self.assertEqual(runs[2]["message"], "link3.replays = 0, expected 5..100")
        for run in runs[2:]:
            self.assertEqual([os.path.basename(w) for w in run["waves"]],
                             ["link3.a.fst", "link3.b.fst"], done.stdout)
            self.assertNotIn("waves_note", run)
            for wave in run["waves"]:
                self.assertGreater((self.folder / "runs/real" / wave).stat().st_size, 5_000)
        xml = ElementTree.parse(self.folder / "here.xml").getroot()
        waves = [p.get("value") for p in xml.iter("property") if p.get("name") == "waves"]
        self.assertTrue(all((self.folder / wave).exists() for wave in waves) and waves, waves)
        # The line that repeats a run does.
        words = runs[2]["repeat"].split()
        again = self.weft(*[word.replace("'", "") for word in words[1:]])
        self.assertEqual(again.returncode, 1, again.stdout + again.stderr)
        self.assertEqual(program.hashes(again.stdout)[0], runs[2]["digest"])


if __name__ == "__main__":
    program.main(__doc__)
