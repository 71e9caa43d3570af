# SPDX-License-Identifier: Apache-2.0
"""The quickstart: firmware, NPUs and a switch over RTL links; one digest whatever the speed, one
result whoever drives and whatever the level."""
import re

import program

SCENARIO = program.ROOT / "testbench/scenarios/quickstart.toml"
SHORT = ["--set", "workload.bytes=64KiB", "--set", 'expect."link3.replays"="0..100"']
MODEL = ["--set", '"link*".level=model']
ENGINE = ["--set", "workload.driver=engine"]
PLAIN_MACHINE = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2"}


class Fabric(program.Weft):
    maxDiff = None

    def quickstart(self, *words, short=True, **options):
        done = self.weft("run", SCENARIO, *(SHORT if short else []), *words, **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout

    def test_every_byte_arrives_though_a_fibre_is_bad(self):
        said = self.quickstart(short=False)
        rows = program.table(said)
        self.assertEqual(list(rows), [f"link{i}" for i in range(8)])
        for link, row in rows.items():
            self.assertEqual(int(row["replays"]) > 0, link == "link3", (link, row))
            self.assertGreater(int(row["packets"]), 2 * 14 * 8 * 4)
        retired = re.search(r"^retired (\d+) of (\d+); lost 0, duplicated 0, misordered 0, corrupted "
                            r"silently 0; credits leaked 0; replays [1-9]\d*$", said, re.M)
        self.assertTrue(retired, said)
        self.assertEqual(retired.group(1), retired.group(2))
        # 14 steps of 128 KiB in packets of 4 KiB from each of 8 NPUs
        self.assertEqual(int(retired.group(1)), 8 * 14 * 32)
        line = re.search(r"^1048576 +262144 +float +sum +([\d.]+) +([\d.]+) +([\d.]+) +0$", said, re.M)
        self.assertTrue(line, said)
        time_us, algbw, busbw = map(float, line.groups())
        self.assertAlmostEqual(algbw, 1048.576 / time_us, delta=0.02)
        self.assertAlmostEqual(busbw, algbw * 14 / 8, delta=0.02)
        self.assertLess(busbw, 100)  # of a link of 800 Gb/s
        self.assertRegex(said, r"(?m)^PASS ")

    def test_the_digest_is_the_same_whatever_the_speed(self):
        base = program.hashes(self.quickstart())
        variants = {
            "burst 1": ["--set", "sim.burst=1cycle"],
            "burst 7": ["--set", "sim.burst=7cycles"],
            "idle clocks evaluated": ["--set", "sim.idle_skip=false"],
            "2 threads": ["--threads", "2"],
            "3 threads, burst 5": ["--threads", "3", "--set", "sim.burst=5cycles"],
        }
        rows = {name: program.hashes(self.quickstart(*words)) for name, words in variants.items()}
        rows["without FMA and AVX2"] = program.hashes(self.quickstart(environment=PLAIN_MACHINE))
        self.assertEqual(rows, {name: base for name in rows})

    def test_the_result_is_the_same_at_either_level_and_with_either_driver(self):
        runs = {"rtl, firmware": [], "model, firmware": MODEL, "rtl, engine": ENGINE,
                "model, engine": [*MODEL, *ENGINE]}
        results = {name: program.hashes(self.quickstart(*words)) for name, words in runs.items()}
        self.assertEqual(len({result for _, result in results.values()}), 1, results)
        digests = {name: digest for name, (digest, _) in results.items()}
        self.assertNotEqual(digests["rtl, firmware"], digests["rtl, engine"])
        # The model is exact to the cycle: the level is not part of a run, and nothing else differs.
        self.assertEqual(digests["rtl, firmware"], digests["model, firmware"])
        self.assertEqual(digests["rtl, engine"], digests["model, engine"])

    def test_tells_runs_apart(self):
        base = program.hashes(self.quickstart(*MODEL))
        for words in (["--seed", "2"], ["--set", "workload.type=int32"],
                      ["--set", "workload.bytes=65540B"]):
            other = program.hashes(self.quickstart(*MODEL, *words))
            self.assertNotEqual(base[0], other[0], words)
            self.assertNotEqual(base[1], other[1], words)
        pieces = program.hashes(self.quickstart(*MODEL, "--set", "workload.pieces=1"))
        self.assertNotEqual(base[0], pieces[0])

    def test_a_switch_may_match_inputs_and_outputs_one_by_one(self):
        said = self.quickstart(*MODEL, "--set", '"sw*".crossbar=islip')
        self.assertRegex(said, r"(?m)^PASS ")


if __name__ == "__main__":
    program.main(__doc__)
