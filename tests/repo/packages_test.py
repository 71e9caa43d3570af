# SPDX-License-Identifier: Apache-2.0
"""How scripts/lib.sh installs packages, with apt, dpkg, sudo and id replaced by programs that tell.

usage: packages_test.py
"""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FAKES = {
    "dpkg-query": """for word; do case " $INSTALLED " in *" $word "*) echo "$word 1.0 install ok installed" ;; esac; done
case " $* " in *" git "*) [ -z "$REMOVED" ] || echo "git 1.0 deinstall ok config-files" ;; esac
exit 1""",
    "apt-get": """echo "apt-get $*" >> "$CALLS"
case "$*" in *--assume-no*) echo "Need to get 12.3 MB of archives."; exit 1 ;; esac
[ -z "$APT_FAILS" ]""",
    "sudo": """echo "sudo $*" >> "$CALLS"
[ -z "$SUDO_FAILS" ] || exit 1
[ "$1" != -n ] || shift
"$@\"""",
    "id": 'echo "$USER_ID"',
}


class Packages(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.calls = self.folder / "calls"
        for name, body in FAKES.items():
            self.fake(name, body)
        rows = [line.split()[:2] for line in (ROOT / "scripts/packages.txt").read_text().splitlines()
                if not line.startswith("#")]
        self.build = [name for group, name in rows if group == "build"]
        self.prefer = [name for group, name in rows if group == "prefer"]

    def fake(self, name, body):
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def install(self, installed, user=0, groups="build", **settings):
        environment = {**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}",
                       "INSTALLED": " ".join(installed), "USER_ID": str(user), "CALLS": str(self.calls),
                       "REMOVED": "", "APT_FAILS": "", "SUDO_FAILS": "", **settings}
        done = subprocess.run(
            ["bash", "-c", f"source {ROOT}/scripts/lib.sh; install_packages {groups}"], text=True,
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        calls = self.calls.read_text().splitlines() if self.calls.exists() else []
        return done.returncode, done.stdout, calls

    def test_calls_nothing_when_everything_is_there(self):
        status, said, calls = self.install(self.build + self.prefer, user=1000)
        self.assertEqual((status, said, calls), (0, "every package is there\n", []))

    def test_installs_only_what_is_missing_and_says_how_large_it_is(self):
        have = [p for p in self.build + self.prefer if p not in ("yosys", "git")]
        status, said, calls = self.install(have, REMOVED="yes")
        self.assertEqual(status, 0, said)
        self.assertIn("missing: git yosys\nNeed to get 12.3 MB", said)
        self.assertEqual([c.split()[0:1] + c.split()[-2:] for c in calls[1:]], [["apt-get", "git", "yosys"]] * 2)
        self.assertEqual(calls[0], "apt-get -q update")
        self.assertTrue(all("--no-install-recommends" in c for c in calls[1:]))

    def test_uses_sudo_when_there_is_one(self):
        status, said, calls = self.install(self.build[1:] + self.prefer, user=1000)
        self.assertEqual(status, 0, said)
        self.assertTrue(calls[0].startswith("sudo -n true"), calls)
        self.assertTrue(any(c.startswith("sudo env DEBIAN_FRONTEND=noninteractive apt-get") for c in calls), calls)

    def test_says_the_exact_line_when_it_cannot_become_root(self):
        status, said, calls = self.install(self.build[2:] + self.prefer, user=1000, SUDO_FAILS="yes")
        self.assertEqual(status, 4)
        self.assertIn("  apt-get update && apt-get install --no-install-recommends "
                      f"{self.build[0]} {self.build[1]}\n", said)
        self.assertEqual([c for c in calls if c.startswith("apt-get")], [])

    def test_goes_on_without_a_package_that_is_only_preferred(self):
        status, said, _ = self.install(self.build, user=1000, SUDO_FAILS="yes")
        self.assertEqual(status, 0)
        self.assertIn(f"going on without {' '.join(self.prefer)}", said)

    def test_fails_with_four_when_apt_fails(self):
        status, said, _ = self.install([], APT_FAILS="yes")
        self.assertEqual(status, 4)
        self.assertIn("apt-get update failed", said)

    def test_takes_the_coverage_tool_only_when_asked(self):
        status, said, calls = self.install(self.build + self.prefer, groups="build full")
        self.assertEqual(status, 0)
        self.assertIn("missing: gcovr", said)
        self.assertTrue(calls[-1].endswith(" gcovr"))

    def test_lists_packages_once_and_in_known_groups(self):
        rows = [line.split(None, 2) for line in (ROOT / "scripts/packages.txt").read_text().splitlines()
                if line and not line.startswith("#")]
        self.assertEqual({row[0] for row in rows}, {"build", "prefer", "full"})
        names = [row[1] for row in rows]
        self.assertEqual(len(names), len(set(names)))


if __name__ == "__main__":
    unittest.main()
