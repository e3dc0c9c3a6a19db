#!/bin/sh
# Installs what is missing on Debian and Ubuntu, saying what first; elsewhere it
# says what to install.
# usage: deps.sh run|test|assets
#   run     to build and run Po-net: Go, PostgreSQL with PostGIS
#   test    also what the tests compare with and drive: GDAL, Raptor, MapServer, QGIS Server, Virtuoso, DuckDB and Oxigraph from npm, a browser, curl; a C compiler for go test -race
#   assets  to build the portal's assets anew: Node.js and npm
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mode=${1:-}
case $mode in run | test | assets) ;; *) echo "usage: deps.sh run|test|assets" >&2; exit 2 ;; esac
oldest=15 # the first PostgreSQL we are tested with; also in catalog/postgis/private

have() { command -v "$1" >/dev/null 2>&1; }

# a PostgreSQL that is new enough and has PostGIS, where Debian's and Ubuntu's packages put it
postgis() {
  for dir in /usr/lib/postgresql/*/bin; do
    n=${dir#/usr/lib/postgresql/}; n=${n%/bin}
    case $n in *[!0-9]*) continue ;; esac
    if [ "$n" -ge $oldest ] && [ -x "$dir/initdb" ] && [ -e "/usr/share/postgresql/$n/extension/postgis.control" ]; then return 0; fi
  done
  return 1
}

# the newest PostgreSQL that is new enough but lacks PostGIS; empty if there is none
bare_postgres() {
  for dir in /usr/lib/postgresql/*/bin; do
    n=${dir#/usr/lib/postgresql/}; n=${n%/bin}
    case $n in *[!0-9]*) continue ;; esac
    if [ "$n" -ge $oldest ] && [ -x "$dir/initdb" ]; then echo "$n"; fi
  done | sort -n | tail -n 1
}

browser() { have chromium || have chromium-browser || have google-chrome || have google-chrome-stable || have chrome; }

missing=
need() { missing="$missing $*"; }

if [ "$mode" != assets ]; then
  have go || [ -x /usr/local/go/bin/go ] || need golang-go
  [ -e /etc/ssl/certs/ca-certificates.crt ] || need ca-certificates
  if [ -e /etc/debian_version ] && ! postgis; then
    n=$(bare_postgres)
    if [ -n "$n" ]; then need "postgresql-$n-postgis-3" "postgresql-$n-postgis-3-scripts"
    else need postgresql postgresql-postgis postgresql-postgis-scripts; fi
  fi
fi
if [ "$mode" = test ]; then
  have ogr2ogr || need gdal-bin
  have rapper || need raptor2-utils # reads RDF, for comparison
  have mapserv || need cgi-mapserver # real servers of the OGC's standards
  have virtuoso-t || need virtuoso-opensource-7-bin # a real SPARQL endpoint
  [ -x /usr/lib/cgi-bin/qgis_mapserv.fcgi ] || need qgis-server
  have gcc || need gcc libc6-dev
  # with C, which the race detector needs, paulmach/osm unpacks with the system's zlib
  have pkg-config || need pkg-config
  [ ! -e /etc/debian_version ] || [ -e /usr/include/zlib.h ] || need zlib1g-dev
  browser || need chromium fonts-dejavu-core
  have curl || need curl # runs the examples of docs/api.md
fi
if [ "$mode" = test ] || [ "$mode" = assets ]; then # tests: npm has a DuckDB to read our GeoParquet back with
  have node || need nodejs
  have npm || need npm
fi

if [ ! -e /etc/debian_version ] || ! have apt-get; then
  lacking=
  [ "$mode" = assets ] || have postgres || have pg_config || lacking="PostgreSQL $oldest or newer with PostGIS 3"
  [ -z "$missing" ] || lacking="$lacking${lacking:+, }the programs that Debian has in:$missing"
  if [ -n "$lacking" ]; then
    echo "This is not Debian or Ubuntu, so please install this yourself: $lacking." >&2
    echo "  macOS:  brew install go postgresql@17 postgis   (tests: gdal raptor node and a Chrome or Chromium; assets: node)" >&2
    echo "  Fedora: dnf install golang postgresql-server postgis   (tests: gdal raptor2 chromium gcc zlib-devel nodejs npm; assets: nodejs npm)" >&2
    exit 1
  fi
  missing=
fi

if [ -n "$missing" ]; then
  echo "Po-net needs, and will now install with apt-get:$missing"
  root=
  if [ "$(id -u)" != 0 ]; then
    have sudo || { echo "That needs root, and there is no sudo here. As root: apt-get install$missing" >&2; exit 1; }
    root=sudo
  fi
  # The package would start a server of its own for the whole machine; ours is private.
  quiet=/etc/postgresql-common/createcluster.d/ponet.conf
  case $missing in *postgresql*)
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
      $root mkdir -p /etc/postgresql-common/createcluster.d
      echo "create_main_cluster = false" | $root tee $quiet >/dev/null
    fi ;;
  esac
  log=$(mktemp)
  trap 'rm -f "$log"; [ ! -e $quiet ] || $root rm -f $quiet' EXIT
  $root apt-get update >"$log" 2>&1 || { tail -n 3 "$log" >&2; echo "apt-get update did not succeed; trying with the lists that are here." >&2; }
  # shellcheck disable=SC2086
  if ! $root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $missing >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "The packages could not be installed; what apt-get said is above. They are:$missing" >&2
    exit 1
  fi
  if [ "$mode" != assets ] && ! postgis; then
    echo "This release has only an older PostgreSQL than $oldest. Add the package source of the PostgreSQL project (postgresql.org/download), then run this again." >&2
    exit 1
  fi
  if [ "$mode" = test ] && ! browser; then
    echo "No Chromium was installed: please install Chromium or Chrome yourself." >&2
    exit 1
  fi
fi

if [ "$mode" != assets ]; then "$here/go" version >/dev/null; fi
