# SPDX-License-Identifier: Apache-2.0
"""The program links permissively licensed libraries and the system's own, and nothing else."""
import re
import subprocess

import common

ALLOWED = {
    "libsystemc": "Apache-2.0",
    "libtomlplusplus": "MIT",
    "libboost_program_options": "BSL-1.0",
    "libxxhash": "BSD-2-Clause",
    "libz": "Zlib",
    "libstdc++": "GCC runtime exception", "libgcc_s": "GCC runtime exception",
    "libatomic": "GCC runtime exception", "libgomp": "GCC runtime exception",
    "libasan": "Apache-2.0", "libubsan": "Apache-2.0",
    "libc": "LGPL, the system's", "libm": "LGPL, the system's", "libdl": "LGPL, the system's",
    "libpthread": "LGPL, the system's", "librt": "LGPL, the system's", "ld-linux": "LGPL, the system's",
}


def needed(program):
    out = subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True)
    return re.findall(r"\(NEEDED\).*\[(.+?)\]", out.stdout)


def check(root, program):
    del root
    libraries = needed(program)
    if not libraries:
        return [f"{program}: links no shared library at all: is it the program?"]
    print(f"{program}: {' '.join(libraries)}")
    stems = [(library, re.sub(r"(-[\w.-]+)?\.so.*", "", library)) for library in libraries]
    return [f"{program}: {library}: not in the list of libraries it may link"
            for library, stem in stems if stem not in ALLOWED and library.split("-x86")[0] not in ALLOWED]


if __name__ == "__main__":
    common.main(__doc__, check, [(("program",), {"help": "an ELF file"})])
