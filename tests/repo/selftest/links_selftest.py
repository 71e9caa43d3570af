# SPDX-License-Identifier: Apache-2.0
import support
from support import CheckTest

import links


class Links(CheckTest):
    check = staticmethod(links.check)

    def test_accepts_links_and_paths_that_exist(self):
        self.write("models/a.h", "")
        self.write("docs/b.md", "[a](../models/a.h) `models/a.h` `models/` [w](https://example.org/x)\n"
                   "```sh\ncat models/gone.h `models/gone.h`\n```\n")
        self.assert_clean()

    def test_refuses_links_and_paths_that_do_not(self):
        self.write("README.md", "fine\n[a](models/gone.h#part) and `systemc/gone.h`\n")
        self.assert_complains("README.md:2: models/gone.h", "README.md:2: systemc/gone.h", count=2)


support.main()
