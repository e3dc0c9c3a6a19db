#!/bin/sh
# Everything that must hold before a change lands; `make test` runs it.
set -eu
cd "$(dirname "$0")/.."
go=$PWD/deploy/go
export CGO_ENABLED=0 # as the program is delivered; only the race detector needs C

step() { printf '\n== %s (%s s)\n' "$1" "$(($(date +%s) - began))"; }
began=$(date +%s)
beside=

step "database"
PONET_TESTDB=$(mktemp -d)
export PONET_TESTDB
aside=$(mktemp -d)
trap 'kill $beside 2>/dev/null || true; deploy/testdb.sh stop; rm -rf "$PONET_TESTDB" "$aside"' EXIT
trap 'exit 130' INT TERM
deploy/testdb.sh start
PONET_TEST_DATABASE_URL=$(deploy/testdb.sh url)
export PONET_TEST_DATABASE_URL

step "gofmt"
unformatted=$(git ls-files -z '*.go' | xargs -0 "$("$go" env GOROOT)/bin/gofmt" -l)
[ -z "$unformatted" ] || { echo "not as gofmt writes it: $unformatted" >&2; exit 1; }

step "go mod tidy"
"$go" mod tidy -diff

# Compilers and checkers spend a third of their time on collecting garbage of which there is room for;
# the tests themselves run as the program does.
roomy="env GOGC=off GOMEMLIMIT=2GiB"

step "go vet"
$roomy "$go" vet ./...

# Packages that start goroutines, serve requests or guard what others share run under the race detector.
racy=$(git ls-files '*.go' | grep -v '_test\.go$' | xargs grep -lE '\bgo (func|[a-z.]+\()|\berrgroup\.|\bsync\.(RW)?Mutex|\batomic\.|http\.Handler\b' | xargs -n 1 dirname | sort -u | sed 's#^#./#')

# What only computes is done beside the tests, while these wait for processes, servers and browsers.
(
  set +e
  nice -n 19 $roomy "$go" tool staticcheck ./... >"$aside/staticcheck" 2>&1
  echo $? >"$aside/status"
  # shellcheck disable=SC2086
  CGO_ENABLED=1 nice -n 19 $roomy "$go" list -race -test -export ./portal ./cmd/ponet ./api $racy >/dev/null
  nice -n 19 deploy/fuzz.sh build "$aside/fuzz"
) >/dev/null 2>&1 &
beside=$!

# vet has been run above, so go test need not do it again; the longest go first, so that none of them ends alone,
# and one more at a time than there are processors, since many wait for processes, servers and browsers
together=$(($(nproc) + 1))
step "go test"
"$go" test -vet=off -toolexec "$roomy" -p "$together" -timeout 30m ./portal ./harvesters ./cmd/ponet ./harvesters/simulate ./...

# The same code once more, without the tests that only read much data.
step "go test -race -short"
# shellcheck disable=SC2086
CGO_ENABLED=1 "$go" test -vet=off -toolexec "$roomy" -race -short -p "$together" -timeout 30m ./portal ./cmd/ponet ./api $racy

step "staticcheck"
wait $beside || true # programs that could not be built are built again below, and say why
beside=
cat "$aside/staticcheck"
[ "$(cat "$aside/status")" = 0 ]

step "fuzz"
deploy/fuzz.sh run "$aside/fuzz"

step "all good"
