# SPDX-License-Identifier: Apache-2.0
"""Every key at the ends of its range: the run is judged or refused, and is never Weft's own fault."""
import re

import program

# What is allowed at an end of a range but refused beside the other keys' defaults, or fails.
ENDS = {0: "pass", 1: "fail", 2: "refused", 3: "hung"}


def ranges(text):
    """(key, least, most) of each key that has a range."""
    found = re.findall(r"^([a-z][\w*.]*)(?: = .*)?\n    \w+(?: in [^,\[]+)?, \[(\S+), (\S+)\]: ", text,
                       re.M)
    return [row for row in found if not row[0].startswith(("expect.", "node", "link["))]


class Extremes(program.Weft):
    def run_with(self, key, value):
        quoted = value if re.fullmatch(r"[\d.e+-]+", value) else f'"{value}"'
        begin, _, rest = key.partition(".")
        assignment = f'"{begin}".{rest} = {quoted}'
        until = [] if key == "sim.until" else ["--set", "sim.until=12us"]
        return self.weft("run", "x.toml", "--set", assignment, *until)

    def test_keys_at_the_ends_of_their_ranges(self):
        self.file("x.toml", program.MODEL.replace('"up"', '"train"'))
        keys = ranges(self.weft("keys").stdout)
        self.assertGreaterEqual(len(keys), 20)
        seen = []
        for key, least, most in keys:
            for value in (least, most):
                done = self.run_with(key, value)
                seen.append(f"{key} = {value}: {ENDS.get(done.returncode, done.returncode)} "
                            f"{done.stderr.splitlines()[:1]}")
                with self.subTest(key=key, value=value):
                    self.assertIn(done.returncode, ENDS, done.stderr)
                    self.assertNotIn("of range", done.stderr)
                    self.assertEqual(bool(done.stdout), done.returncode != 2)
        print("\n" + "\n".join(seen))


if __name__ == "__main__":
    program.main(__doc__)
