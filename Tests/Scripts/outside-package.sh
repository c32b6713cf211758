#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0

# Makes plugins with `backplane new plugin` where a user would, outside this repository, and goes the
# user's way: build, test, mount in each slot. First a plugin in C and one in Swift as they come; then
# the Swift one grows by a package (swift-nio), a library beside it and a data file.
#
#     outside-package.sh PRODUCTS      the folder of the built backplane and backplane-worker
#
# What was built stays in a folder of the system's temporary files, so that a second run is quick.
set -euo pipefail

products=$(cd "$1" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export PATH="$products:$PATH"
unset BACKPLANE_SOCKET

place="${TMPDIR:-/tmp}/backplane-outside-$(id -u)"
mkdir -p -m 700 "$place"
[ -O "$place" ] || { echo "$place belongs to somebody else" >&2; exit 1; }
# One run at a time: they share what they build.
exec 9>"$place/lock"
flock 9

host=
trap 'if [ -n "$host" ]; then kill -9 "$host" 2>/dev/null || true; fi' EXIT

fail() {
    printf 'outside-package: %s\n' "$*" >&2
    exit 1
}

quietly() { # what it says is shown when it fails
    "$@" >"$place/said" 2>&1 9>&- || { cat "$place/said" >&2; fail "$* failed"; }
}

make_plugin() { # NAME [OPTION...]: a new package, with what was built of the last of its name
    cd "$place"
    rm -rf "$1"
    backplane new plugin "$1" --backplane "$root" "${@:2}" >/dev/null
    cd "$1"
    mkdir -p "$place/builds/$1"
    ln -s "$place/builds/$1" .build
}

expect() { # RESULT TARGET ARGUMENTS
    local result
    result=$(backplane call "$2" "$3") || fail "$2 $3 failed in slot $slot"
    [ "$result" = "$1" ] || fail "$2 $3 gave $result instead of $1 in slot $slot"
}

in_each_slot() { # COMMAND...: runs it beside a host, for each slot
    local slot ready
    for slot in in-process async forked; do
        sed "s/slot: [a-z-]*/slot: $slot/" services.yaml >.slot.yaml
        rm -f .output
        mkfifo .output
        backplane run -c .slot.yaml >.output 2>.errors 9>&- &
        host=$!
        # Its output ends, and with it the wait, should it end before it is ready.
        ready=$(timeout 60 sed -n '/^ready: /{p;q}' .output) || true
        [ "$ready" = "ready: 1 of 1" ] || { cat .errors >&2; fail "$slot: '$ready'"; }
        "$@"
        kill "$host"
        wait "$host" || fail "$slot: the host did not end well"
        host=
        echo "outside-package: ${PWD##*/} runs $slot"
    done
}

greets() { expect "\"$1\"" "${PWD##*/}.greet" '"world"'; }

make_plugin greeter-in-c --language c
quietly make test
in_each_slot greets "hello, world"

make_plugin outsider
quietly swift build
quietly swift test
in_each_slot greets "hello, world"

cp -R "$here/outside-package/." .
quietly "${CC:-cc}" -shared -fPIC -o libbeside.so beside.c
sed -i \
    -e 's|^    dependencies: \[$|&\n        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),|' \
    -e '0,/dependencies: \[\.product(name: "Backplane"/s//dependencies: [\n                    "CBeside", .product(name: "NIOCore", package: "swift-nio"),\n                    .product(name: "NIOPosix", package: "swift-nio"), .product(name: "Backplane"/' \
    -e 's|^    targets: \[$|&\n        .systemLibrary(name: "CBeside"),|' \
    -e 's|"-Xlinker", "-Bsymbolic",|"-L", Context.packageDirectory, &|' \
    Package.swift
libraries=$(swift build --show-bin-path)
mkdir -p "$libraries"
cp libbeside.so outsider.txt "$libraries/"
quietly swift build -Xlinker -L"$PWD"
quietly swift test -Xlinker -L"$PWD"
measures() {
    expect 12 outsider.bytes '"hëllo wörl"'
    expect '"d"' outsider.last '"world"'
    expect 42 outsider.beside '[]'
    expect '"a file beside the plugin"' outsider.data '[]'
}
in_each_slot measures
