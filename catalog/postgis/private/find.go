package private

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldest is the first major version of PostgreSQL that we are tested with.
const oldest = 15

// An installation is one PostgreSQL on this machine.
type installation struct {
	bin     string // folder of postgres and initdb
	major   int
	version string // "15.18"
	postgis bool
}

// places are where packages put PostgreSQL: Debian and Ubuntu, PGDG's RPMs,
// Homebrew, Postgres.app, Fedora and the rest.
var places = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql@*/bin",
	"/usr/local/opt/postgresql@*/bin",
	"/opt/homebrew/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
	"/usr/local/pgsql/bin",
	"/usr/local/bin",
	"/usr/bin",
}

// installations lists what is on this machine, newest first.
func installations() []installation {
	var bins []string
	for _, p := range places {
		found, _ := filepath.Glob(p)
		bins = append(bins, found...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		bins = append(bins, filepath.Dir(path))
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		bins = append(bins, strings.TrimSpace(string(out)))
	}
	var all []installation
	seen := map[string]bool{}
	for _, bin := range bins {
		real, err := filepath.EvalSymlinks(filepath.Join(bin, "postgres"))
		if err != nil || seen[real] {
			continue
		}
		seen[real] = true
		if in, ok := inspect(filepath.Dir(real)); ok {
			all = append(all, in)
		}
	}
	slices.SortStableFunc(all, func(a, b installation) int { return b.major - a.major })
	return all
}

var versionLine = regexp.MustCompile(`^postgres \(PostgreSQL\) ((\d+)\S*)`)

// inspect says what the PostgreSQL in a folder is, and whether there is one
// that can make a database.
func inspect(bin string) (installation, bool) {
	if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
		return installation{}, false
	}
	out, err := exec.Command(filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return installation{}, false
	}
	m := versionLine.FindStringSubmatch(string(out))
	if m == nil {
		return installation{}, false
	}
	in := installation{bin: bin, version: m[1]}
	in.major, _ = strconv.Atoi(m[2])
	for _, share := range in.shareDirs() {
		if _, err := os.Stat(filepath.Join(share, "extension", "postgis.control")); err == nil {
			in.postgis = true
		}
	}
	return in, true
}

// shareDirs are where the extensions of an installation may be: where its own
// pg_config says, or, as that is in another package, where Debian puts them.
func (in installation) shareDirs() []string {
	dirs := []string{"/usr/share/postgresql/" + strconv.Itoa(in.major)}
	if out, err := exec.Command(filepath.Join(in.bin, "pg_config"), "--sharedir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	return dirs
}

// usable is the newest installation that can hold a catalogue, of one major
// version unless that is 0.
func usable(all []installation, major int) (installation, bool) {
	for _, in := range all {
		if in.postgis && in.major >= oldest && (major == 0 || in.major == major) {
			return in, true
		}
	}
	return installation{}, false
}

// install is the command that brings what is missing: PostgreSQL with PostGIS
// of one major version, or of the distribution's own when that is 0.
func install(major int) string {
	if _, err := os.Stat("/etc/debian_version"); err != nil {
		return "the installation of PostgreSQL " + strconv.Itoa(max(major, oldest)) + " or newer with PostGIS 3 (macOS: brew install postgresql@17 postgis; Fedora: dnf install postgresql-server postgis)"
	}
	if major == 0 {
		return "sudo apt install postgresql postgresql-postgis postgresql-postgis-scripts"
	}
	n := strconv.Itoa(major)
	return "sudo apt install postgresql-" + n + " postgresql-" + n + "-postgis-3 postgresql-" + n + "-postgis-3-scripts"
}

// missing says why no installation can be used.
func missing(all []installation) *Problem {
	for _, in := range all {
		switch {
		case in.major >= oldest:
			return &Problem{"PostgreSQL " + in.version + " is here (" + in.bin + "), but PostGIS for it is missing", "Run " + install(in.major) + ".", nil}
		default:
			return &Problem{"PostgreSQL " + in.version + " (" + in.bin + ") is too old: " + strconv.Itoa(oldest) + " or newer is needed", "Run " + install(0) + ", or install a newer one from the project's own package source (postgresql.org/download).", nil}
		}
	}
	return &Problem{"PostgreSQL with PostGIS is missing", "Run " + install(0) + " (or make run, which does it), or set PONET_DATABASE_URL to a database elsewhere.", nil}
}
