# SPDX-License-Identifier: Apache-2.0
import json

import support
from support import CheckTest

import toml

PAGE = """
name = "x"
n = 3
r = 2.0
b = true
big = inf
d = 2024-01-01
"link3.phy" = { ber = 1.5e-3 }
["npu*"]
l = [1, 2]
[[fault]]
kind = "down"
"""
READ = {"name": "x", "n": 3, "r": 2, "b": True, "big": "inf", "d": "2024-01-01", "link3.phy.ber": 0.0015,
        "npu*.l": [1, 2], "fault": [{"kind": "down"}]}


class Toml(CheckTest):
    check = staticmethod(toml.check)

    def answer(self, *answers):
        lines = "".join(json.dumps(a) + "\n" for a in answers)
        return self.write("reader", f"#!/bin/sh\ncat <<'END'\n{lines}END\n", 0o755)

    def assert_differs(self, **change):
        changed = {k: v for k, v in {**READ, **change}.items() if v is not None}
        self.assert_complains(*change, reader=self.answer({"read": changed}))

    def setUp(self):
        super().setUp()
        self.write("models/a.toml", PAGE)

    def test_accepts_the_same_reading(self):
        self.assert_clean(reader=self.answer({"read": READ}))

    def test_refuses_every_other_reading(self):
        self.assert_differs(n=4)
        self.assert_differs(n=True)
        self.assert_differs(n="3")
        self.assert_differs(n=3.0)
        self.assert_differs(b=1)
        self.assert_differs(name=None)
        self.assert_differs(extra=1)
        self.assert_differs(fault=[])
        self.assert_differs(**{"npu*.l": [1, 2, 3]})
        self.assert_differs(**{"link3.phy.ber": 0.0015000000000000002})

    def test_refuses_a_refusal_of_a_good_file(self):
        self.assert_complains("Weft refuses it: why", reader=self.answer({"refused": "why"}))

    def test_refuses_a_reading_of_a_wrong_file(self):
        self.write("models/a.toml", "a = 1")
        self.write("tests/bad/b.toml", "a = \n")
        self.assert_clean(reader=self.answer({"read": {"a": 1}}, {"refused": "why"}))
        self.assert_complains("tests/bad/b.toml: Weft reads what tomllib refuses",
                              reader=self.answer({"read": {"a": 1}}, {"read": {}}))

    def test_refuses_missing_answers(self):
        self.assert_complains("0 answers for 1 files", reader=self.answer())


support.main()
