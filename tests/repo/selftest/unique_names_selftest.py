# SPDX-License-Identifier: Apache-2.0
import support
from support import CheckTest

import unique_names


class UniqueNames(CheckTest):
    check = staticmethod(unique_names.check)

    def tests(self, *names):
        self.write("CTestTestfile.cmake", "".join(f'add_test("{n}" "true")\n' for n in names))

    def test_accepts_names_that_differ(self):
        self.tests("unit/A.B", "unit/A.C")
        self.assert_clean(build=self.root)

    def test_refuses_a_name_given_twice(self):
        self.tests("unit/A.B", "unit/A.C", "unit/A.B")
        self.assert_complains("unit/A.B: 2 tests", build=self.root)

    def test_refuses_a_build_without_tests(self):
        self.tests()
        self.assert_complains("ctest knows no test", build=self.root)


support.main()
