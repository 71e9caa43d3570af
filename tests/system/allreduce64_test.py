# SPDX-License-Identifier: Apache-2.0
"""Sixty-four NPUs: the large scenario passes at both levels with one result."""
import program

MODEL = ["--set", '"link*".level=model']


class AllReduce64(program.Weft):
    def test_passes_at_both_levels_with_one_result(self):
        hashes = []
        for words in ([], MODEL):
            done = self.weft("run", "allreduce64", *words, timeout=1200)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
            print(done.stdout)
            hashes.append(program.hashes(done.stdout))
        self.assertEqual(hashes[0][1], hashes[1][1])


if __name__ == "__main__":
    program.main(__doc__)
