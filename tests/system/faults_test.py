# SPDX-License-Identifier: Apache-2.0
"""[[fault]]: each kind does what it says at either level, and its recovery is scored."""
import re
import time
import unittest

import program

SHIPPED = program.ROOT / "testbench/scenarios/faults8.toml"
LEVELS = ("rtl", "model")

STREAM = """schema = 1
system = "links8"

[workload]
kind = "stream"
duration = "12us"

["gen*"]
load = 0.6

["link*"]
start = "up"

[expect]
complete = true
"""

FABRIC = """schema = 1
system = "star8"

[workload]
kind = "all_reduce"
bytes = "64KiB"
driver = "engine"

["link*"]
start = "up"

[expect]
complete = true
"npu*.mismatches" = 0
"""


def fault(**keys):
    """An entry of [[fault]]; expect "replayed" within 2us unless told otherwise."""
    keys = {"expect": "replayed", "within": "2us", **keys}
    lines = [f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}"
             for key, value in keys.items() if value is not None]
    return "\n".join(["", "[[fault]]", *lines, ""])


def faults(output):
    """The table of faults: one {column: text} a row, in order."""
    lines = output.splitlines()
    first = next(i for i, line in enumerate(lines) if re.match(r" *fault +kind ", line))
    columns = re.split(r"  +", lines[first].strip())
    rows = []
    for line in lines[first + 1:]:
        if not line.startswith(("fault[", " ")) or not line.strip():
            break
        rows.append(dict(zip(columns, re.split(r"  +", line.strip()), strict=True)))
    return rows


class Faults(program.Weft):
    maxDiff = None

    def play(self, text, *words, level="model", code=0):
        """Runs a scenario; exit `code`. What it printed."""
        done = self.weft("run", self.file("x.toml", text), "--set", f"link*.level={level}", *words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def one(self, level, *words, base=STREAM, code=0, **keys):
        """The row of a scenario with one fault, and the row of link1."""
        output = self.play(base + fault(**keys), *words, level=level, code=code)
        (row,) = faults(output)
        return row, program.table(output)["link1"]

    def at_either_level(self, **keys):
        """The same row at both levels."""
        rows = {level: self.one(level, **keys) for level in LEVELS}
        for level in LEVELS:
            self.assertEqual(rows[level][0], rows["model"][0], level)
        return rows["rtl"]

    def test_a_corrupt_flit_is_noticed_and_repeated(self):
        for when in ({"at": "4us"}, {"after": "100flits"}):
            row, link = self.at_either_level(kind="corrupt", where="link1.a_to_b", **when)
            self.assertEqual((row["hits"], row["replays"], link["bad"]), ("1", "1", "1"))

    def test_a_flit_that_is_dropped_is_repeated(self):
        row, link = self.at_either_level(kind="drop", where="link1", at="4us")
        self.assertEqual((row["hits"], row["replays"], link["bad"]), ("2", "2", "0"))

    def test_a_control_flit_that_is_lost_is_made_up_for(self):
        row, _ = self.at_either_level(kind="drop", where="link1.a_to_b", at="2us", flit="ctrl",
                                      expect="none_needed")
        self.assertEqual((row["hits"], row["replays"]), ("1", "0"))

    def test_a_second_copy_is_dropped(self):
        row, link = self.at_either_level(kind="duplicate", where="link1", at="4us", count=3,
                                         expect="none_needed")
        self.assertEqual((row["hits"], row["replays"], link["bad"]), ("6", "0", "0"))

    def test_the_next_credit_limit_makes_up_for_a_lost_one(self):
        row, link = self.at_either_level(kind="lose_credit", where="link1.b_to_a", at="4us",
                                         count=4, expect="none_needed")
        self.assertEqual((row["hits"], row["replays"], link["bad"]), ("4", "0", "0"))

    def test_a_sender_without_credit_stalls(self):
        words = dict(kind="lose_credit", where="link1.b_to_a", at="4us", expect="none_needed")
        few = self.one("model", **words, count=1)[1]
        many = self.one("model", **words, count=150, within="20us")[1]
        self.assertGreater(float(many["stall ns"]), float(few["stall ns"]) + 100)

    def test_chance_hits_the_same_flits_at_either_level(self):
        row, _ = self.at_either_level(kind="corrupt", where="link1.a_to_b", probability=0.005)
        self.assertGreater(int(row["hits"]), 1)
        other, _ = self.one("model", "--seed", "2", kind="corrupt", where="link1.a_to_b",
                            probability=0.005)
        self.assertNotEqual(row["from ns"], other["from ns"])
        most, _ = self.one("model", kind="corrupt", where="link1.a_to_b", probability=0.005,
                           count=1)
        self.assertEqual(most["hits"], "1")

    def test_stuck_acknowledgements_end_in_a_replay_or_a_retrain(self):
        words = dict(kind="stuck_ack", where="link1.b_to_a", at="3us")
        row, _ = self.at_either_level(**words, until="5us")
        self.assertGreater(int(row["hits"]), 10)
        self.at_either_level(**words, until="10us", expect="retrained")

    def test_a_lane_that_is_down_fails_every_codeword(self):
        words = dict(kind="lane_down", where="link1.a_to_b", at="4us", lane=3)
        _, link = self.at_either_level(**words, until="4500ns")
        self.assertGreater(int(link["bad"]), 50)
        self.at_either_level(**words, until="10us", expect="retrained", within="4us")

    def test_a_link_without_a_lane_goes_down(self):
        for level in LEVELS:
            output = self.play(
                STREAM.replace("complete = true", "complete = false\nlost = \"0..\"")
                + fault(kind="lane_down", where="link1", at="4us", expect="link_down",
                        within="8us"), level=level)
            (row,) = faults(output)
            self.assertEqual((row["seen"], row["took ns"]), ("link_down", "-"))

    def test_a_flap_retrains(self):
        row, _ = self.at_either_level(kind="link_flap", where="link1", at="4us", until="4100ns",
                                      expect="retrained", within="4us")
        self.assertGreaterEqual(int(row["retrains"]), 1)
        self.at_either_level(kind="link_flap", where="link1.a_to_b", at="4us", until="4100ns",
                             expect="retrained", within="4us")

    def test_a_drift_of_the_error_rate_ends(self):
        row, link = self.at_either_level(kind="ber_drift", where="link1.a_to_b", at="2us",
                                         until="10us", ber=1.8e-3)
        self.assertGreater(int(row["replays"]), 1)
        self.assertEqual(int(link["replays"]), int(row["replays"]))

    def test_a_port_that_stalls_holds_its_packets_up(self):
        words = dict(kind="port_stall", where="sw0.port1", at="2us", expect="none_needed")
        row, _ = self.at_either_level(base=FABRIC, **words, until="3us")
        self.assertEqual(row["replays"], "0")
        self.one("model", "--set", "sw0.crossbar=islip", base=FABRIC, **words, until="3us")
        hung = FABRIC.replace("complete = true\n\"npu*.mismatches\" = 0", "complete = false")
        row, _ = self.one("model", base=hung, **{**words, "expect": "hang"})
        self.assertEqual(row["seen"], "hang")

    def test_an_npu_that_hangs_goes_on_or_does_not(self):
        words = dict(kind="npu_hang", where="npu2", at="6us", expect="none_needed", within="5us")
        firmware = FABRIC.replace("engine", "firmware")
        for what in ("core", "device"):
            self.at_either_level(base=firmware, **words, what=what, until="8us")
        hung = firmware.replace("complete = true\n\"npu*.mismatches\" = 0", "complete = false")
        for what in ("core", "device"):
            row, _ = self.one("model", base=hung, **{**words, "expect": "hang"}, what=what)
            self.assertEqual(row["seen"], "hang")

    def test_a_wrong_expectation_fails(self):
        words = dict(kind="drop", where="link1.a_to_b", at="4us")
        self.one("model", code=1, **words, expect="none_needed")
        self.one("model", code=1, **words, expect="retrained")
        self.one("model", code=1, **words, expect="hang")
        self.one("model", code=1, **words, within="10ns")
        self.one("model", code=0, **words)

    def test_a_recovery_that_does_not_come_fails(self):
        output = self.play(FABRIC + fault(kind="port_stall", where="sw0.port1", at="2us",
                                          until="300us", expect="none_needed"), code=3)
        self.assertIn("fault[0] port_stall sw0.port1 = hang", output)

    def test_a_fault_that_never_happened_fails(self):
        for words in ({"at": "5ms"}, {"after": "1000000 flits"}, {"probability": 1e-12}):
            output = self.play(STREAM + fault(kind="drop", where="link1", **words), code=1)
            self.assertIn("FAIL  fault[0] drop link1 = never happened", output)

    def test_the_digest_does_not_depend_on_speed(self):
        done = self.weft("run", SHIPPED)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        base = program.hashes(done.stdout), faults(done.stdout)
        for words in (["--set", "sim.burst=1cycles"], ["--set", "sim.burst=7cycles"],
                      ["--threads", "2"], ["--set", "sim.idle_skip=false"],
                      ["--set", "link*.level=model"],
                      ["--set", "link*.level=model", "--set", "sim.burst=7cycles", "--threads", "2"]):
            done = self.weft("run", SHIPPED, *words)
            self.assertEqual((program.hashes(done.stdout), faults(done.stdout)), base, words)

    def test_the_shipped_scenario_is_quick(self):
        began = time.monotonic()
        done = self.weft("run", SHIPPED)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertLess(time.monotonic() - began, 10)
        self.assertGreaterEqual(len({row["kind"] for row in faults(done.stdout)}), 10)

    def test_kinds_and_keys_are_listed(self):
        listed = self.weft("list", "faults").stdout
        self.assertEqual(len(listed.splitlines()), 10)
        self.assertRegex(listed, r"(?m)^stuck_ack  +\S")
        self.assertRegex(self.weft("keys", "fault*").stdout, r"fault\[\]\.within")


if __name__ == "__main__":
    program.main(__doc__)
