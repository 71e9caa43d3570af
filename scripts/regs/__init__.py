# SPDX-License-Identifier: Apache-2.0
"""Register pages: one TOML file in, RTL, C++, C and Markdown out."""
