# SPDX-License-Identifier: Apache-2.0
"""Input that is wrong and cannot be kept as a file: too large, derived from another, or absent."""
import random
import time

import program

PROTOCOL = (program.ROOT / "models/protocol/ofl.toml").read_text()


class Refusals(program.Weft):
    def refused(self, *words):
        """The message; asserts that it is one and that nothing else came."""
        begin = time.monotonic()
        done = self.weft("run", *words)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertLess(time.monotonic() - begin, 20)
        self.assertLess(len(done.stderr), 2000)
        self.assertLessEqual(len(done.stderr.splitlines()), 2, done.stderr)
        return done.stderr

    def test_a_key_of_300000_parts(self):
        self.file("x.toml", "schema = 1\n" + ".".join("a" * 300_000) + " = 1\n")
        self.assertEqual(self.refused("x.toml"), "x.toml:2:32: a key of more than 16 parts\n")

    def test_lists_in_lists_without_end(self):
        self.file("x.toml", "a = " + "[" * 100_000 + "\n")
        self.assertIn("x.toml:1:", self.refused("x.toml"))

    def test_2_mib_of_anything(self):
        for name, piece in {"nothing": "\0", "spaces": " ", "lines": "\n", "brackets": "[",
                            "quotes": '"', "letters": "a", "dots": "a.", "comments": "#",
                            "keys": "a = 1\n", "sections": "[a]\n"}.items():
            with self.subTest(name):
                self.file("x.toml", piece * (2 * 1024 * 1024 // len(piece)))
                self.assertEqual(self.refused("x.toml"), "x.toml: the file is larger than 1MiB\n")

    def test_noise(self):
        draw = random.Random(1)
        for size in (1, 10, 1000, 100_000):
            for _ in range(5):
                (self.folder / "x.toml").write_bytes(draw.randbytes(size))
                self.assertIn("x.toml", self.refused("x.toml"))

    def test_scenarios_that_are_not_there(self):
        self.assertEqual(self.refused("link8"), 'weft run: there is no scenario "link8"\n'
                         '  hint: did you mean "links8"?\n')
        self.assertIn('there is no scenario "nowhere/x.toml"', self.refused("nowhere/x.toml"))
        self.assertIn("there is no scenario", self.refused(self.folder))
        self.assertIn("the scenario is missing", self.refused())

    def test_words_that_make_no_sense(self):
        self.file("x.toml", program.MODEL)
        self.assertIn('"y.toml" is one word too many', self.refused("x.toml", "y.toml"))
        self.assertIn('did you mean "--seed"?', self.refused("x.toml", "--sead", "1"))
        self.assertIn('unknown option "-s"', self.refused("x.toml", "-s"))

    def protocol_refused(self, old, new):
        self.assertEqual(PROTOCOL.count(old), 1, old)
        self.file("mine.toml", PROTOCOL.replace(old, new))
        self.file("x.toml", program.MODEL.replace("schema = 1\n",
                                                  'schema = 1\nprotocol = "mine.toml"\n'))
        return self.refused("x.toml")

    def test_a_flit_that_cannot_hold_its_header(self):
        self.assertEqual(
            self.protocol_refused('overhead = "16B"', 'overhead = "256B"'),
            "mine.toml:13:12: flit.overhead: a flit of 256 bytes cannot hold its overhead of 256 "
            "bytes\n  hint: more beats, or less overhead\n")

    def test_a_sequence_space_too_small_for_its_window(self):
        self.assertEqual(
            self.protocol_refused("width       = 10 ", "width       = 8 "),
            "mine.toml:118:15: sequence.window: a window of 256 flits needs more than 8-bit "
            "sequence numbers: at most 128, half of the numbers\n"
            "  hint: a smaller window or a larger sequence.width\n")

    def test_a_replay_timer_that_fires_without_a_loss(self):
        self.assertEqual(
            self.protocol_refused('replay_t    = "2048cycles"', 'replay_t    = "500cycles"'),
            "mine.toml:136:15: timers.replay_t: the replay timer of 500 cycles fires without a "
            "loss: an ack may take 637 cycles (round trip 565, ack_t 64, two flits) (link0 and 7 more)\n"
            "  hint: about three round trips: 1695cycles\n")

    def test_warns_of_a_replay_buffer_below_the_round_trip_and_goes_on(self):
        self.file("mine.toml", PROTOCOL.replace("window      = 256 ", "window      = 64 "))
        self.file("x.toml", program.MODEL.replace(
            "schema = 1\n", 'schema = 1\nprotocol = "mine.toml"\n') + '\n["gen*"]\nload = 1.0\n')
        done = self.weft("run", "x.toml")
        self.assertEqual(done.stderr,
                         "mine.toml:118:15: sequence.window: warning: a window of 64 flits is "
                         "shorter than the round trip of 565 cycles (142 flits): throughput is at "
                         "most 45.3 %, 54.7 % is lost (link0 and 7 more)\n")
        self.assertEqual(done.returncode, 0, done.stdout)
        whole = self.weft("run", "x.toml", "--set", "protocol=ofl")
        self.assertEqual(whole.stderr, "")
        for link, row in program.table(done.stdout).items():
            part = float(row["a>b Gb/s"]) / float(program.table(whole.stdout)[link]["a>b Gb/s"])
            self.assertAlmostEqual(part, 0.453, delta=0.03)


if __name__ == "__main__":
    program.main(__doc__)
