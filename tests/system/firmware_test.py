# SPDX-License-Identifier: Apache-2.0
"""Firmware that traps, keeps silent, strays or is no firmware: how the run ends and what it says."""
import re
from pathlib import Path

import program

SCENARIO = """schema = 1
system = "star8"

[workload]
kind = "all_reduce"
bytes = "4KiB"
begin = "3us"

["link*"]
level = "model"
start = "train"

["npu3"]
firmware = "%s"

[sim]
watchdog = "20us"

[expect]
complete = true
"npu*.mismatches" = 0
"""


class Firmware(program.Weft):
    def run_with(self, firmware):
        return self.weft("run", self.file("x.toml", SCENARIO % firmware))

    def built(self, name):
        return Path(self.program).parent / "firmware" / (name + ".elf")

    def test_the_good_one_passes(self):
        done = self.run_with("collective")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)

    def test_that_traps_fails_the_run(self):
        done = self.run_with("trap")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stdout, r"(?m)^FIRMWARE FAULT  npu3: the firmware gave up: illegal instruction "
                                      r"at 0x8000\w+ \(main\+0x\w+\), value 0xffffffff$")
        self.assertIn("FAIL  complete = false, expected true", done.stdout)

    def test_that_writes_outside_its_memory_fails_the_run(self):
        done = self.run_with("wild")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stdout, r"(?m)^FIRMWARE FAULT  npu3: the firmware gave up: store access fault at "
                                      r"0x8000\w+ \(main\+0x\w+\), value 0x40000000$")

    def test_that_never_answers_hangs_and_is_named(self):
        done = self.run_with("silent")
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertRegex(done.stdout, r"(?m)^HUNG  npu\d has not got on for 2\dus: ")
        waiting = re.findall(r"(?m)^  (npu\d): (.*)$", done.stdout)
        self.assertEqual([name for name, _ in waiting], [f"npu{i}" for i in range(8)], done.stdout)
        self.assertIn("waits for firmware to be armed for its job; core in wfi at", dict(waiting)["npu3"])
        self.assertIn("waits for all other NPUs to be armed", dict(waiting)["npu4"])

    def refuse(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        done = self.run_with(f"./{name}")
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        return done.stderr.replace(str(self.folder) + "/", "").replace("./", "")

    def test_that_is_cut_short_is_refused(self):
        whole = self.built("collective").read_bytes()
        for size in (0, 3, 40, 100, len(whole) // 2):
            said = self.refuse("cut.elf", whole[:size])
            self.assertTrue(said.startswith("cut.elf: "), said)
            self.assertLessEqual(said.count("\n"), 2, said)

    def test_for_another_machine_is_refused(self):
        other = bytearray(self.built("collective").read_bytes())
        other[18:20] = (183).to_bytes(2, "little")
        said = self.refuse("arm.elf", bytes(other))
        self.assertRegex(said, r"^arm\.elf: .*183.*RISC-V")

    def test_that_is_no_elf_is_refused(self):
        said = self.refuse("text.elf", b"int main(void) { return 0; }\n" * 10)
        self.assertRegex(said, r"^text\.elf: .*ELF")


if __name__ == "__main__":
    program.main(__doc__)
