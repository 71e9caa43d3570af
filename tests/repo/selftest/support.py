# SPDX-License-Identifier: Apache-2.0
"""A small repository to break rules in."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

CPP = "// SPDX-License-Identifier: Apache-2.0\n"
HASH = "# SPDX-License-Identifier: Apache-2.0\n"


class CheckTest(unittest.TestCase):
    """A test of the check in `check`, on files written below `root`."""

    check = None  # staticmethod, set by each test

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="weft-selftest-")
        self.addCleanup(temporary.cleanup)
        self.root = Path(temporary.name)

    def write(self, name, text, mode=0o644):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def complaints(self, **options):
        return self.check(self.root, **options)

    def assert_clean(self, **options):
        self.assertEqual(self.complaints(**options), [])

    def assert_complains(self, *words, count=1, **options):
        """`count` complaints, and every word is in one of them."""
        found = self.complaints(**options)
        self.assertEqual(len(found), count, found)
        for word in words:
            self.assertTrue(any(word in c for c in found), f"{word!r} is not in {found}")


main = unittest.main
