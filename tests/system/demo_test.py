# SPDX-License-Identifier: Apache-2.0
"""The demo does what its page says: every shipped scenario passes, and links8 shows why."""
import re

import program

SCENARIOS = program.ROOT / "testbench/scenarios"
NIGHTLY = {"allreduce64"}  # allreduce64_test.py


class Demo(program.Weft):
    def test_every_shipped_scenario_passes_and_leaves_its_directory_alone(self):
        names = sorted(p.stem for p in SCENARIOS.glob("*.toml"))
        self.assertLessEqual({"links8", "quickstart"} | NIGHTLY, set(names))
        for name in sorted(set(names) - NIGHTLY):
            with self.subTest(name):
                done = self.weft("run", name)
                self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
                self.assertRegex(done.stdout, r"PASS  (\d+) of \1 checks?\nrun directory  runs/\S+\n$")
                self.assertEqual([p.name for p in self.folder.iterdir()], ["runs"])
                self.assertTrue((self.folder / f"runs/{name}-s1/summary.json").exists())

    def test_links8_shows_a_bad_fibre_among_good_ones(self):
        done = self.weft("run", SCENARIOS / "links8.toml")
        rows = program.table(done.stdout)
        self.assertEqual(list(rows), [f"link{i}" for i in range(8)])
        self.assertEqual({row["level"] for row in rows.values()}, {"rtl"})
        loads = [float(row["load"].rstrip("%")) for row in rows.values()]
        self.assertEqual((loads[0], loads[-1], loads), (0, 100, sorted(loads)))
        for link, row in rows.items():
            for column in ("bad", "replays", "resent"):
                self.assertEqual(int(row[column]) > 0, link == "link3", (link, column))
        self.assertEqual(rows["link0"]["packets"], "0")
        self.assertEqual(rows["link0"]["p50 ns"], "-")
        rates = [float(row["a>b Gb/s"]) for row in rows.values()]
        self.assertEqual(rates, sorted(rates))
        self.assertLess(rates[-1], 800 * 30 / 32)  # head and tail are two slots of 32
        retired = re.search(r"^retired (\d+) of (\d+); lost 0, duplicated 0, misordered 0, corrupted "
                            r"silently 0; credits leaked 0; replays \d+$", done.stdout, re.M)
        self.assertTrue(retired, done.stdout)
        self.assertEqual(retired.group(1), retired.group(2))
        self.assertEqual(sum(int(row["packets"]) for row in rows.values()), int(retired.group(1)))

    def test_the_header_says_what_was_run_and_how(self):
        done = self.weft("run", "links8", "--set", "workload.duration=2us")
        for line in (r"weft \d+\.\d+\.\d+ \(.+\), .+", r"scenario +\S*links8\.toml  seed 1  config "
                     r"[0-9a-f]{16}", r"system +links8: 16 generators, 8 links of 800Gb/s; protocol ofl "
                     r"version 1", r"levels .* links 8 rtl; PHY 8 statistical", r"rtl +Verilator .+",
                     r"approximated .+", r"window +16 cycles = min\(burst 32, flight 271, port "
                     r"pipeline 16\); 1 thread; idle clocks left out",
                     r"[\d.]+ s wall, [\d.]+ M clocks/s wall"):
            self.assertRegex(done.stdout, "(?m)^" + line + "$")


if __name__ == "__main__":
    program.main(__doc__)
