#!/bin/sh
# A throwaway PostgreSQL + PostGIS for the tests: a Unix socket only, fsync off, no JIT, as in the private one.
# usage: testdb.sh start|stop|url   (folder: $PONET_TESTDB, default ./.testdb of the repository)
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
dir=${PONET_TESTDB:-$here/.testdb}
# the socket's path must stay under 104 bytes, wherever the repository lies
sock=/tmp/ponet-testdb-$(printf %s "$dir" | cksum | cut -d' ' -f1)

if [ "${1:-}" = url ]; then echo "postgres:///postgres?host=$sock&user=postgres"; exit 0; fi

bin=${PGBIN:-}
[ -n "$bin" ] || for n in $(ls /usr/lib/postgresql 2>/dev/null | sort -rn); do
  if [ -x "/usr/lib/postgresql/$n/bin/initdb" ] && [ -e "/usr/share/postgresql/$n/extension/postgis.control" ]; then
    bin=/usr/lib/postgresql/$n/bin; break
  fi
done
if [ -z "$bin" ] && command -v pg_config >/dev/null && [ -e "$(pg_config --sharedir)/extension/postgis.control" ]; then bin=$(pg_config --bindir); fi
[ -n "$bin" ] || { echo "testdb: no PostgreSQL with PostGIS here; deploy/deps.sh test installs it on Debian and Ubuntu" >&2; exit 1; }

# PostgreSQL does not run as root
as() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
own() { mkdir -p "$1"; if [ "$(id -u)" = 0 ]; then chown postgres "$1"; fi; as test -x "$1"; }

own "$sock" || { echo "testdb: $sock belongs to somebody else; remove it" >&2; exit 1; }
# the repository may lie below a folder that postgres may not enter, such as /root
own "$dir" 2>/dev/null || dir=$sock

case ${1:-} in
start)
  if as "$bin/pg_ctl" -D "$dir/pg" status >/dev/null 2>&1; then
    if [ -S "$sock/.s.PGSQL.5432" ]; then exit 0; fi
    as "$bin/pg_ctl" -D "$dir/pg" -m immediate stop >/dev/null # somebody cleared /tmp: nobody reaches it any more
  fi
  if [ ! -f "$dir/pg/PG_VERSION" ]; then
    rm -rf "$dir/pg"
    as "$bin/initdb" -D "$dir/pg" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$sock/initdb.log" 2>&1 || { cat "$sock/initdb.log" >&2; exit 1; }
  fi
  as "$bin/pg_ctl" -D "$dir/pg" -w -t 60 -l "$dir/pg.log" \
    -o "-k $sock -c listen_addresses='' -c unix_socket_permissions=0700 -c fsync=off -c jit=off -c shared_preload_libraries=postgis-3 -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=256MB -c max_connections=200 -c max_wal_size=4GB" start >/dev/null ||
    { tail -n 5 "$dir/pg.log" >&2; exit 1; }
  ;;
stop)
  as "$bin/pg_ctl" -D "$dir/pg" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$sock"
  ;;
*)
  echo "usage: testdb.sh start|stop|url" >&2; exit 2 ;;
esac
