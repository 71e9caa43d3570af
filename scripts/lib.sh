# SPDX-License-Identifier: Apache-2.0
# Sourced by scripts/run, test, bench and doctor: packages, configure, build, and how long it took.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C.UTF-8
jobs=$(nproc)
current_stage=

on_exit() {
  local status=$?
  if [ -n "$current_stage" ]; then
    printf '== %s failed after %d s (exit %d)\n' "$current_stage" "$((SECONDS - stage_start))" "$status" >&2
  fi
}
trap on_exit EXIT

# stage TITLE COMMAND...: runs it and says how long it took.
stage() {
  current_stage=$1
  stage_start=$SECONDS
  shift
  printf '== %s\n' "$current_stage"
  "$@"
  printf '== %s: %d s\n' "$current_stage" "$((SECONDS - stage_start))"
  current_stage=
}

# die SENTENCE...: the machine lacks something (exit 4).
die() {
  current_stage=
  printf '%s\n' "$@" >&2
  exit 4
}

# packages_of GROUP...: names, one per line.
packages_of() {
  local group package rest
  while read -r group package rest; do
    case " $* " in *" $group "*) printf '%s\n' "$package" ;; esac
  done < scripts/packages.txt
}

# installed_packages NAME...: those of them that are installed, with their version.
installed_packages() {
  dpkg-query -W -f '${Package} ${Version} ${Status}\n' "$@" 2>/dev/null |
    sed -n 's/ install ok installed$//p' || true
}

# missing_of GROUP...: packages that are not installed.
missing_of() {
  local wanted have package
  mapfile -t wanted < <(packages_of "$@")
  have=" $(installed_packages "${wanted[@]}" | cut -d' ' -f1 | tr '\n' ' ')"
  for package in "${wanted[@]}"; do
    case "$have" in *" $package "*) ;; *) printf '%s\n' "$package" ;; esac
  done
}

# install_packages GROUP...: installs what is missing, and asks for root only then.
install_packages() {
  local needed missing as_root=()
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    die "Weft is built and tested on Debian 12, and this machine has no apt. It needs what these packages hold:" \
      "  $(packages_of "$@" | tr '\n' ' ')"
  mapfile -t needed < <(missing_of "$@")
  mapfile -t missing < <(missing_of "$@" prefer)
  if [ "${#missing[@]}" -eq 0 ]; then
    echo "every package is there"
    return
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
      as_root=(sudo)
    elif [ "${#needed[@]}" -eq 0 ]; then
      echo "going on without ${missing[*]} (would need root)"
      return
    else
      die "Packages are missing and need root to install. As root, once:" \
        "  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    fi
  fi
  echo "missing: ${missing[*]}"
  "${as_root[@]}" apt-get -q update || die "apt-get update failed: see above"
  apt-get install --assume-no --no-install-recommends -o Debug::NoLocking=1 "${missing[@]}" 2>/dev/null |
    grep -E '^(Need to get|After this operation)' || true
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 install \
    --no-install-recommends "${missing[@]}" > /dev/null || die "apt-get install failed: see above"
}

# configure_and_build PRESET [TARGET...]
configure_and_build() {
  local preset=$1
  shift
  stage "Configure $preset" cmake --preset "$preset" --log-level=WARNING
  stage "Build $preset" cmake --build --preset "$preset" --parallel "$jobs" ${1:+--target "$@"}
}
