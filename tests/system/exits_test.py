# SPDX-License-Identifier: Apache-2.0
"""How a run ends, and with which exit code."""
import re
import shutil
import signal
import subprocess
import time

import program


class Exits(program.Weft):
    def scenario(self, more=""):
        return self.file("x.toml", program.MODEL + more)

    def run_it(self, more="", *words):
        return self.weft("run", self.scenario(more), *words)

    def test_0_when_all_is_as_expected(self):
        done = self.run_it()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(program.to_verdict(done.stdout).endswith("PASS  1 of 1 check\n"), done.stdout)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["runs", "x.toml"])

    def test_1_when_something_is_not(self):
        done = self.run_it('"link3.replays" = "1.."\n"gen*.issued" = "1.."\n')
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("FAIL  link3.replays = 0, expected 1..\n", done.stdout)
        self.assertIn("ok    gen*.issued = ", done.stdout)
        self.assertTrue(program.to_verdict(done.stdout).endswith("FAIL  2 of 3 checks\n"), done.stdout)

    def test_1_when_nothing_was_checked(self):
        done = self.run_it('\n["gen*"]\nload = 1e-9\n')
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("ok    complete = true\n", done.stdout)
        self.assertIn("FAIL  retired (of every run) = 0, expected 1..\n", done.stdout)

    def test_1_when_the_time_is_over(self):
        done = self.run_it('\n[sim]\nuntil = "5us"\n')
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("FAIL  complete = false, expected true\n", done.stdout)
        self.assertIn("INCOMPLETE  sim.until came before all was done\n", done.stdout)
        self.assertIn("5us simulated", done.stdout)

    def test_3_when_nothing_moves(self):
        done = self.run_it('\n["link3".phy]\npre_fec_ber = 0.01\n\n[sim]\nwatchdog = "20us"\n')
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertRegex(program.to_verdict(done.stdout),
                         r"HUNG  nothing arrived over link3 for 2[0-4]us, and \d+ "
                         r"transactions are under way\n"
                         r"  gen3a: \d+ transactions under way over link3\n"
                         r"  gen3b: \d+ transactions under way over link3\n"
                         r"  link3\.a: state \w+, \d+ flits not acknowledged\n"
                         r"  link3\.b: state \w+, \d+ flits not acknowledged\n$")
        self.assertRegex(done.stdout, r"\nlink3 is not up: link3\.a is in state \w+, link3\.b is in "
                                      r"state \w+\n\nretired ")
        self.assertIn("lost 0, duplicated 0, misordered 0, corrupted silently 0", done.stdout)

    def test_a_link_that_is_not_up_leaks_no_credit_but_can_be_expected_up(self):
        done = self.run_it('"link*.up" = true\n\n["gen3*"]\nload = 0.0\n\n["link3"]\nstart = "train"\n'
                           '\n["link3".phy]\npre_fec_ber = 0.1\n')
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("FAIL  link*.up = false (link3.up), expected true  (7 of 8 parts)\n", done.stdout)
        self.assertIn("link3 is not up: link3.a is in state PARAM, link3.b is in state PARAM\n",
                      done.stdout)
        self.assertTrue(program.to_verdict(done.stdout).endswith("FAIL  1 of 2 checks\n"), done.stdout)

    def test_4_when_the_link_object_is_missing_and_says_the_command(self):
        elsewhere = self.folder / "bin"
        elsewhere.mkdir()
        shutil.copy(self.program, elsewhere / "weft")
        done = subprocess.run([elsewhere / "weft", "run", self.scenario(), "--set", "link3.level=rtl"],
                              cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"^weft run: there is no link object \S*/bin/links/ofl\.so\n"
                                      r"  hint: build it: scripts/build_link --protocol \S*/ofl\.toml "
                                      r"--out \S*/bin/links\n$")

    def test_4_when_what_is_there_is_no_link_object(self):
        self.file("no.so", "this is no shared object\n")
        done = self.run_it('\n["link3"]\nlevel = "rtl"\nrtl = "./no.so"\n')
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("no.so", done.stderr)

    def test_4_when_the_report_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([self.program, "run", self.scenario()], stdout=full,
                                  stderr=subprocess.PIPE, text=True, cwd=self.folder)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("cannot write the report", done.stderr)

    def interrupted(self, number):
        scenario = self.scenario().name
        running = subprocess.Popen([self.program, "run", scenario, "--set", "workload.duration=1s"],
                                   cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
        self.assertTrue(running.stdout.readline().startswith("weft "))  # the run has begun
        time.sleep(0.5)
        running.send_signal(number)
        out, err = running.communicate(timeout=60)
        self.assertEqual((running.returncode, err), (130, ""), out)
        return out

    def test_130_when_interrupted_with_what_there_is(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            out = self.interrupted(number)
            self.assertEqual(len(program.table(out)), 8)
            self.assertGreater(int(re.search(r"^retired (\d+)", out, re.M).group(1)), 0)
            self.assertTrue(program.to_verdict(out).endswith("INTERRUPTED  by the user\n"), out)

    def test_the_line_that_repeats_a_run_repeats_it(self):
        self.scenario()
        first = self.weft("run", "x.toml", "--set", '"gen[1]*".load = 0.5', "--seed", "7")
        self.assertEqual(first.returncode, 2)  # no such pattern
        first = self.weft("run", "x.toml", "--set", '"gen*".load = 0.25', "--seed", "7",
                          "--threads", "2")
        line = re.search(r"^repeat with: weft (.*)$", first.stdout, re.M).group(1)
        self.assertEqual(line, "run x.toml --set '\"gen*\".load = 0.25' --seed 7")
        again = subprocess.run(f"{self.program} {line}", shell=True, cwd=self.folder, text=True,
                               capture_output=True)
        self.assertEqual(program.hashes(first.stdout), program.hashes(again.stdout))
        other = self.weft("run", "x.toml", "--set", '"gen*".load = 0.25', "--seed", "8")
        self.assertNotEqual(program.hashes(first.stdout), program.hashes(other.stdout))


class Asking(program.Weft):
    def test_help_goes_to_stdout_everywhere(self):
        for words in ([], ["run"], ["keys"], ["list"], ["protocol"]):
            done = self.weft(*words, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""), words)
            self.assertTrue(done.stdout.startswith("usage: weft"), words)

    def test_version(self):
        self.assertRegex(self.weft("--version").stdout, r"^weft \d+\.\d+\.\d+ \(\S+\), \S+, .*\nwith SystemC .*\n$")

    def test_unknown_command(self):
        done = self.weft("rnu")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr, 'weft: unknown command "rnu"\n  hint: did you mean "run"?\n')
        self.assertEqual(self.weft().returncode, 2)

    def test_keys(self):
        everything = self.weft("keys").stdout
        for key in ("schema", "workload.sizes", "gen*.load", "link*.phy.fibre", "sim.burst",
                    "expect.link*.replays", "node[].name"):
            self.assertRegex(everything, r"(?m)^" + re.escape(key) + r"( = .*)?$")
        fibre = self.weft("keys", "link3.phy.fibre").stdout
        self.assertEqual(fibre, '# Links\nlink*.phy.fibre = "20m"\n'
                                "    length in m, [0m, 100km]: length of the fibre, at 4.9 ns per metre\n")
        self.assertEqual(self.weft("keys", "link*.phy.fi*").stdout, fibre)
        done = self.weft("keys", "fiber")
        self.assertEqual((done.returncode, done.stderr),
                         (2, 'weft keys: no key matches "fiber"\n  hint: did you mean "fibre"?\n'))

    def test_list(self):
        for kind, name in {"scenarios": "links8", "systems": "links8", "protocols": "ofl",
                           "phys": "lpo800", "levels": "link: rtl"}.items():
            done = self.weft("list", kind)
            self.assertEqual(done.returncode, 0)
            self.assertRegex(done.stdout, rf"(?m)^{name}  +\S")
        done = self.weft("list", "scenario")
        self.assertEqual((done.returncode, done.stderr),
                         (2, 'weft list: Weft has no list of "scenario"\n'
                             '  hint: did you mean "scenarios"?\n'))


if __name__ == "__main__":
    program.main(__doc__)
