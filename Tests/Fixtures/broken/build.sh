#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0

# Builds the plugins of this folder, each broken in its own way, into OUTDIR; the head of its source
# says what is wrong with it. Stops at the first thing that does not build, with status 1.
#
#     build.sh OUTDIR [NAME...]      lib<NAME>.so for each NAME, or all there are
#
# CC and SWIFTC name other compilers than those on the PATH.
set -euo pipefail

if [ $# -lt 1 ]; then
    echo "usage: build.sh OUTDIR [NAME...]" >&2
    exit 64
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
headers="$here/../../../Sources/CBackplane/include"
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
wanted=("$@")

# is_wanted NAME: whether it was asked for; takes it off the list.
is_wanted() {
    [ "$all" = yes ] && return 0
    local index
    for index in "${!wanted[@]}"; do
        if [ "${wanted[$index]}" = "$1" ]; then
            unset "wanted[$index]"
            return 0
        fi
    done
    return 1
}

# Results appear whole or not at all, so that they can be built anew while something opens them.
link_c() { # NAME SOURCE [FLAG...]
    local name=$1 source=$2
    shift 2
    is_wanted "$name" || return 0
    "${CC:-clang}" -std=gnu11 -O1 -fPIC -fvisibility=hidden -Wall -Wextra -Werror -shared \
        -I "$headers" -o "$out/.$$.$name" "$here/$source" "$@"
    mv -f "$out/.$$.$name" "$out/lib$name.so"
}

link_swift() { # NAME C-SOURCE SWIFT-SOURCE [FLAG...]
    local name=$1 c_source=$2 swift_source=$3
    shift 3
    is_wanted "$name" || return 0
    "${CC:-clang}" -std=gnu11 -O1 -fPIC -fvisibility=hidden -Wall -Wextra -Werror -c \
        -I "$headers" -o "$out/.$$.$name.o" "$here/$c_source"
    "${SWIFTC:-swiftc}" -swift-version 6 -parse-as-library -O -module-name Fixture -emit-library \
        -o "$out/.$$.$name" "$here/$swift_source" "$out/.$$.$name.o" "$@"
    rm -f "$out/.$$.$name.o"
    mv -f "$out/.$$.$name" "$out/lib$name.so"
}

all=$([ ${#wanted[@]} -eq 0 ] && echo yes || echo no)
major=$(awk '$2 == "BACKPLANE_ABI_MAJOR" { print $3 }' "$headers/backplane/plugin.h")
minor=$(awk '$2 == "BACKPLANE_ABI_MINOR" { print $3 }' "$headers/backplane/plugin.h")

link_c sound sound.c
link_c abi-major-ahead abi.c -DFIXTURE_MAJOR=$((major + 1))
link_c abi-minor-ahead abi.c -DFIXTURE_MINOR=$((minor + 1))
link_c abi-two-minors-ahead abi.c -DFIXTURE_MINOR=$((minor + 2))
link_c abi-bad-magic abi.c -DFIXTURE_MAGIC=0x21212121u
link_c abi-too-short abi.c -DFIXTURE_SIZE=64
link_c no-entry no-entry.c
link_c null-descriptor null-descriptor.c
link_c unresolved unresolved.c
link_c state-versions state-versions.c
link_c bundled-yaml bundled-yaml.c -fsemantic-interposition -Wl,-Bsymbolic
link_c bundled-yaml-interposable bundled-yaml.c -fsemantic-interposition
link_c constructor-crash constructor-crash.c
link_c constructor-exit constructor-exit.c
link_c constructor-hang constructor-hang.c
link_c constructor-noise constructor-noise.c
link_swift static-runtime sound.c static-runtime.swift -static-stdlib

if [ ${#wanted[@]} -gt 0 ]; then
    echo "build.sh: there is no fixture named: ${wanted[*]}" >&2
    exit 64
fi
