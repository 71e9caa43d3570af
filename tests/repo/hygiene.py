# SPDX-License-Identifier: Apache-2.0
"""Nothing of one machine, no secret and no careless kill in the project's files."""
import re

import common

# Written in pieces so that this file does not find itself.
PRIVATE_PAGES = ["DE" "SIGN", "LINK-DE" "SIGN", "ST" "YLE", "TAR" "GETS", "US" "ERS", "AT" "TACH",
                 "PACKET-EN" "GINE", "RTL-IN-THE-" "LOOP", "PROTO" "COLS"]
RULES = [
    (r"(?<![\w.})$*-])/(?:wo" r"rk|ro" r"ot|fa" r"rm)/[\w.]", "a path of one machine"),
    (r"/tmp/(?:ba" r"sh_jobs|br" r"ief)|/home/\w+/", "a path of one machine"),
    (r"(?<![\w/.-])(?:\.\./)?sha" r"red/[A-Z]", "a path of one machine"),
    (r"(?<![\w./-])(?:" + "|".join(PRIVATE_PAGES) + r")\.md\b", "a page that is not in the project"),
    (r"\b(?:pk" r"ill|kill" r"all)\b", "end a process by the id you started it with"),
    (r"-----BEGIN [A-Z ]*PRIV" r"ATE KEY", "a private key"),
    (r"\bgh[pousr]_[A-Za-z0-9]{30,}|\bAK" r"IA[0-9A-Z]{16}\b", "an access token"),
]
COMPILED = [(re.compile(pattern), what) for pattern, what in RULES]


def check(root):
    complaints = []
    for name in common.files(root):
        if common.is_vendored(name):
            continue
        text = common.read(root, name)
        if "\0" in text[:4096]:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, what in COMPILED:
                found = pattern.search(line)
                if found and not (name == "LICENSE"):
                    complaints.append(f"{name}:{number}: '{found.group()}': {what}")
    return complaints


if __name__ == "__main__":
    common.main(__doc__, check)
