# SPDX-License-Identifier: Apache-2.0
"""Every source in rtl/ is in the file list of some top, so that no check passes it by."""
import common
import rtl


def check(root):
    try:
        tops = rtl.tops(root)
    except rtl.ListError as e:
        return [str(e)]
    reached = {name for top in tops for name in top.files}
    return [f"{name}: in the file list of no top of {rtl.TOPS}"
            for name in rtl.sources(root) if name not in reached]


if __name__ == "__main__":
    common.main(__doc__, check)
