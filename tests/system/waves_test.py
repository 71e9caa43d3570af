# SPDX-License-Identifier: Apache-2.0
"""Waves of an RTL link land where they were asked for, as FST."""
import program

RTL = program.MODEL.replace('level = "model"', 'level = "rtl"').replace("5us", "1us")
FST_HEADER_BLOCK = 0


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

    def test_that_cannot_be_written(self):
        self.file("x.toml", RTL)
        done = self.weft("run", "x.toml", "--waves", "link3.a:no/such/folder/x.fst")
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertIn("no/such/folder/x.fst: cannot write waves to this file", done.stderr)


if __name__ == "__main__":
    program.main(__doc__)
