# SPDX-License-Identifier: Apache-2.0
"""The run digest is the same whatever changes speed only, and the result hash at either level.

The demo, shortened. Its ports have pipelines of 64 cycles here, so that bursts above 16 differ.
"""
import re
import unittest

import program

SCENARIO = program.ROOT / "testbench/scenarios/links8.toml"
SHORT = ["--set", "workload.duration=12us", "--set", '"link*".port.pipeline=64cycles',
         "--set", 'expect."link3.replays"="1..500"',
         "--set", 'expect."link7.throughput_ab"="1Gb/s.."',
         "--set", 'expect."link1.latency_p50"="..1us"']
MODEL = ["--set", '"link*".level=model']
PLAIN_MACHINE = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2"}


class Digest(program.Weft):
    maxDiff = None

    def run_short(self, *words, **options):
        done = self.weft("run", SCENARIO, *SHORT, *words, **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertGreater(int(program.table(done.stdout)["link3"]["replays"]), 0)
        return done.stdout

    def compare(self, variants, base):
        """Prints the table of digests; all of them must be that of `base`."""
        rows = {name: program.hashes(self.run_short(*words, **options))
                for name, (words, options) in variants.items()}
        width = max(map(len, rows))
        print()
        for name, (digest, result) in rows.items():
            print(f"{name:{width}}  run digest {digest}  result hash {result}")
        self.assertEqual(rows, {name: base for name in rows})

    def test_is_the_same_whatever_the_speed(self):
        base = program.hashes(self.run_short())
        waves = self.folder / "waves.fst"
        self.compare({
            **{f"burst {n}": (["--set", f"sim.burst={n}cycles"], {}) for n in (1, 7, 10, 38, 50)},
            "idle clocks evaluated": (["--set", "sim.idle_skip=false"], {}),
            "2 threads": (["--threads", "2"], {}),
            "2 threads, burst 7, idle clocks evaluated":
                (["--threads", "2", "--set", "sim.burst=7cycles", "--set", "sim.idle_skip=false"], {}),
            "with waves": (["--waves", f"link3.a:{waves}"], {}),
            "without FMA and AVX2": ([], {"environment": PLAIN_MACHINE}),
        }, base)
        self.assertGreater(waves.stat().st_size, 10_000)

    def test_tells_runs_apart(self):
        base, other = (self.run_short(*words) for words in ([], ["--seed", "2"]))
        self.assertNotEqual(program.hashes(base)[0], program.hashes(other)[0])
        self.assertNotEqual(program.hashes(base)[1], program.hashes(other)[1])
        longer = self.run_short("--set", "link5.phy.fibre=21m")
        self.assertNotEqual(program.hashes(base)[0], program.hashes(longer)[0])
        self.assertEqual(program.hashes(base)[1], program.hashes(longer)[1])

    def test_the_result_is_the_same_at_either_level(self):
        rtl, model = self.run_short(), self.run_short(*MODEL)
        self.assertRegex(rtl, r"links 8 rtl;")
        self.assertRegex(model, r"links 8 model;")
        self.assertEqual(program.hashes(rtl)[1], program.hashes(model)[1])
        print(f"\nrtl    run digest {program.hashes(rtl)[0]}\nmodel  run digest "
              f"{program.hashes(model)[0]}")
        mixed = self.run_short(*MODEL, "--set", "link3.level=rtl")
        self.assertTrue(re.search(r"links 1 rtl \(link3\), 7 model;", mixed), mixed)
        self.assertEqual(program.hashes(rtl)[1], program.hashes(mixed)[1])

    def test_is_the_same_for_the_model_whatever_the_speed(self):
        base = program.hashes(self.run_short(*MODEL))
        self.compare({
            "model, burst 1": ([*MODEL, "--set", "sim.burst=1cycle"], {}),
            "model, burst 50": ([*MODEL, "--set", "sim.burst=50cycles"], {}),
            "model, idle clocks evaluated": ([*MODEL, "--set", "sim.idle_skip=false"], {}),
            "model, 2 threads": ([*MODEL, "--threads", "2"], {}),
        }, base)


if __name__ == "__main__":
    unittest.TestLoader.sortTestMethodsUsing = None
    program.main(__doc__)
