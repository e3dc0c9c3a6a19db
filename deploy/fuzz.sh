#!/bin/sh
# Runs every Fuzz function of the repository for a short while: five seconds
# each but no more than a minute together, or $PONET_FUZZ_SECONDS together.
# Compiling comes on top, about as much again, unless that was done before:
# usage: fuzz.sh [build DIR | run DIR]   (programs into DIR, and from there)
set -eu
cd "$(dirname "$0")/.."
go=$PWD/deploy/go
export CGO_ENABLED=0
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
built=${2:-$out}
mkdir -p "$built"

git ls-files --cached --others --exclude-standard '*_test.go' | xargs grep -oE '^func Fuzz[A-Za-z0-9_]+' | sed 's#/[^/]*:func # #' | sort >"$out/all"
count=$(wc -l <"$out/all")
[ "$count" -gt 0 ] || { echo "no fuzz tests"; exit 0; }
each=$((${PONET_FUZZ_SECONDS:-60} * 1000 / count)) # milliseconds
[ -n "${PONET_FUZZ_SECONDS:-}" ] || [ $each -le 5000 ] || each=5000

while read -r dir name; do
  bin=$built/$(echo "$dir" | tr / _).test
  [ -x "$bin" ] || env GOGC=off GOMEMLIMIT=2GiB "$go" test -c -ldflags='-s -w' -fuzz=Fuzz -o "$bin" "./$dir"
  [ "${1:-}" != build ] || continue
  printf 'fuzz %s %s: ' "$dir" "$name"
  if ! (cd "$dir" && "$bin" -test.run='^$' -test.fuzz="^$name\$" -test.fuzztime=${each}ms -test.fuzzminimizetime=1x -test.fuzzcachedir="$out/cache") >"$out/log" 2>&1; then
    # When time is up in the middle of an input, Go's fuzzer sometimes calls that
    # a failure; a real one names the input that failed.
    if grep -q 'Failing input written' "$out/log" || ! grep -q '^ *context deadline exceeded$' "$out/log"; then
      cat "$out/log"
      exit 1
    fi
  fi
  execs=$(grep -o 'execs: [0-9]*' "$out/log" | tail -n 1)
  echo "${execs:-seeds only}"
done <"$out/all"
