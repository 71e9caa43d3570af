# SPDX-License-Identifier: Apache-2.0
"""Waves of an RTL link land where they were asked for, as FST."""
import signal
import struct
import subprocess

import program

RTL = program.MODEL.replace('level = "model"', 'level = "rtl"').replace("5us", "1us")
FST_HEADER_BLOCK = 0
FST_VALUE_BLOCKS = {1, 5, 8}
FST_HIERARCHY_BLOCKS = {4, 6, 7}


class Waves(program.Weft):
    def wave(self, name):
        data = (self.folder / name).read_bytes()
        self.assertGreater(len(data), 5_000, name)
        self.assertEqual(data[0], FST_HEADER_BLOCK, name)
        return data

    def test_of_one_end(self):
        self.file("x.toml", RTL)
        done = self.weft("run", "x.toml", "--waves", "link3.b:b.fst")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.wave("b.fst")
        self.assertIn("\nwaves of link3.b: b.fst\n", done.stdout)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["b.fst", "runs", "x.toml"])

    def test_of_both_ends(self):
        self.file("x.toml", RTL)
        done = self.weft("run", "x.toml", "--waves", "link3:both.fst")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotEqual(self.wave("both.a.fst"), self.wave("both.b.fst"))

    def whole(self, name):
        """The blocks of a file go to its end; times of the header and a hierarchy are there."""
        data, at, kinds = self.wave(name), 0, []
        while at < len(data):
            kinds.append(data[at])
            at += 1 + struct.unpack(">Q", data[at + 1:at + 9])[0]
        self.assertEqual(at, len(data), name)
        begin, end = struct.unpack(">QQ", data[9:25])
        self.assertLess(begin, end, name)
        self.assertTrue(set(kinds) & FST_HIERARCHY_BLOCKS and set(kinds) & FST_VALUE_BLOCKS, kinds)

    def behind_header(self, name):
        """The header has the time of day."""
        data = self.wave(name)
        return data[1 + struct.unpack(">Q", data[1:9])[0]:]

    def in_run(self, place):
        return sorted(p.name for p in (self.folder / place).iterdir() if ".fst" in p.name)

    def test_in_the_run_directory(self):
        self.file("x.toml", RTL)
        for word, names in (("link3", ["link3.a.fst", "link3.b.fst"]), ("link3.b", ["link3.b.fst"])):
            done = self.weft("run", "x.toml", "--waves", word)  # the second replaces the first
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(self.in_run("runs/x-s1"), names)
            for name in names:
                self.whole("runs/x-s1/" + name)
                self.assertIn(f"\nwaves of {name[:-4]}: runs/x-s1/{name}\n", done.stdout)
        self.weft("run", "x.toml", "--waves", "link3.b:b.fst", "--out", "none")
        self.assertEqual(self.behind_header("b.fst"), self.behind_header("runs/x-s1/link3.b.fst"))

    def test_in_the_run_directory_from_a_time_on(self):
        self.file("x.toml", RTL)
        done = self.weft("run", "x.toml", "--waves", "link3.a", "--waves-from", "600ns", "--out", "d")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.whole("d/link3.a.fst")

    def test_of_an_interrupted_run_are_whole(self):
        self.file("x.toml", RTL)
        running = subprocess.Popen([self.program, "run", "x.toml", "--set", "workload.duration=1s", "--out",
                                    "d", "--waves", "link3"], cwd=self.folder, stdout=subprocess.PIPE, text=True)
        self.assertTrue(running.stdout.readline().startswith("weft "))
        with self.assertRaises(subprocess.TimeoutExpired):
            running.wait(1)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
        self.assertEqual(running.returncode, 130)
        self.assertEqual(self.in_run("d"), ["link3.a.fst", "link3.b.fst"])
        for side in "ab":
            self.whole(f"d/link3.{side}.fst")

    def test_without_a_place_are_refused(self):
        self.file("x.toml", RTL)
        for words, message in ((["--waves", "link3", "--out", "none"], 'where there is no run directory'),
                               (["--waves", "link3:"], '--waves: "link3:" names no file'),
                               (["--waves", "link33"], "--waves: there is no link")):
            done = self.weft("run", "x.toml", *words)
            self.assertEqual((done.returncode, done.stdout), (2, ""), words)
            self.assertIn(message, done.stderr)
        self.assertEqual([p.name for p in self.folder.iterdir()], ["x.toml"])

    def test_that_cannot_be_written(self):
        self.file("x.toml", RTL)
        done = self.weft("run", "x.toml", "--waves", "link3.a:no/such/folder/x.fst")
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertIn("no/such/folder/x.fst: cannot write waves to this file", done.stderr)


if __name__ == "__main__":
    program.main(__doc__)
