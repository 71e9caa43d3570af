# SPDX-License-Identifier: Apache-2.0
import support
from support import CheckTest

import readme_blocks

PROGRAM = """#!/bin/sh
mkdir -p runs/x
echo "8 links, seed ${1-1}"
echo "done in    0.$(date +%N | cut -c1-3) s wall, 12.5 M cycles/s wall"
exit ${2-0}
"""
SHOWN = "$ weft 1\n8 links, seed 1\ndone in 9.1 s wall, 3 M cycles/s wall\n"


class ReadmeBlocks(CheckTest):
    check = staticmethod(readme_blocks.check)

    def setUp(self):
        super().setUp()
        self.write("build/release/weft", PROGRAM, 0o755)

    def page(self, block, name="README.md"):
        return self.write(name, f"# weft\n\n```console\n{block}```\n\n```sh\nexit 1\n```\n")

    def blocks(self, **options):
        return self.complaints(build=self.root / "build/release", **options)

    def test_accepts_what_is_printed_whatever_the_speed(self):
        self.page(SHOWN + "$ weft 2 | head -n 1\n8 links, seed 2\n$ true\n")
        self.assertEqual(self.blocks(), [])
        self.assertFalse((self.root / "runs").exists())

    def test_refuses_another_text(self):
        self.page(SHOWN.replace("8 links", "9 links"))
        self.assertIn("README.md:3: 'weft 1' prints something else", self.blocks()[0])
        self.page(SHOWN + "and more\n")
        self.assertEqual(len(self.blocks()), 1)
        self.page(SHOWN.replace("done in 9.1 s wall, ", ""))
        self.assertEqual(len(self.blocks()), 1)

    def test_refuses_a_number_that_is_no_speed(self):
        self.page(SHOWN.replace("seed 1", "seed 7"))
        self.assertEqual(len(self.blocks()), 1)

    def test_refuses_a_command_that_fails(self):
        self.page(SHOWN.replace("$ weft 1", "$ weft 1 3"))
        self.assertIn("exits 3", self.blocks()[0])

    def test_refuses_a_block_without_a_command(self):
        self.page("8 links\n", "ARCHITECTURE.md")
        self.assertIn("ARCHITECTURE.md:3: a console block begins with", self.blocks()[0])

    def test_refuses_pages_without_a_block(self):
        self.write("README.md", "# weft\n")
        self.assertIn("no console block", self.blocks()[0])

    def test_update_pastes_what_is_printed(self):
        page = self.page("$ weft 5\nold\n")
        self.assertEqual(self.blocks(update=True), [])
        self.assertIn("$ weft 5\n8 links, seed 5\ndone in", page.read_text())
        self.assertIn("```sh\nexit 1\n```", page.read_text())
        self.assertEqual(self.blocks(), [])


support.main()
