#!/bin/sh
# A throwaway PostgreSQL + PostGIS for the tests: its own folder, a Unix socket only, fsync off.
# usage: testdb.sh start|stop|url   (folder: $PONET_TESTDB, default ./.testdb of the repository)
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
dir=${PONET_TESTDB:-$here/.testdb}
bin=${PGBIN:-}
if [ -z "$bin" ]; then
  for d in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn); do
    if [ -x "$d/postgres" ] && ls "$("$d/pg_config" --sharedir 2>/dev/null || echo "/usr/share/postgresql/$(basename "$(dirname "$d")")")"/extension/postgis.control >/dev/null 2>&1; then bin=$d; break; fi
  done
fi
[ -n "$bin" ] || { echo "testdb: no PostgreSQL with PostGIS found; run: make deps" >&2; exit 1; }
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
# the socket path must stay under 107 bytes, wherever the repository lies
sock=/tmp/ponet-testdb-$(printf %s "$dir" | cksum | cut -d' ' -f1)
case ${1:-} in
start)
  if as "$bin/pg_ctl" -D "$dir/pg" status >/dev/null 2>&1; then exit 0; fi
  mkdir -p "$dir" "$sock"
  if [ "$(id -u)" = 0 ]; then
    chown postgres "$dir" "$sock"
    # the folder may lie below one that postgres may not enter (a home, a root-only checkout)
    if ! as test -x "$dir"; then dir=$sock; fi
  fi
  if [ ! -f "$dir/pg/PG_VERSION" ]; then
    rm -rf "$dir/pg"
    as "$bin/initdb" -D "$dir/pg" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
  fi
  as "$bin/pg_ctl" -D "$dir/pg" -w -t 60 -l "$dir/pg.log" \
    -o "-k $sock -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=256MB -c max_connections=200 -c max_wal_size=4GB" start >/dev/null
  ;;
stop)
  for d in "$dir" "$sock"; do [ -f "$d/pg/PG_VERSION" ] && as "$bin/pg_ctl" -D "$d/pg" -m immediate stop >/dev/null 2>&1 || true; done
  ;;
url)
  echo "postgres:///postgres?host=$sock&user=postgres"
  ;;
*)
  echo "usage: testdb.sh start|stop|url" >&2; exit 2 ;;
esac
