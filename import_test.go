package ponet_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
)

const module = "po-net.prato.it/ponet"

// rooms is the table of ARCHITECTURE.md: each folder and those of ours that it
// may import. A folder below a room belongs to it, and may be imported by it,
// unless it is a room itself. The first match counts.
var rooms = []struct {
	room    string
	imports string // also with everything below, as in the first column
}{
	{"geo", ""},
	{"catalog/postgis", "catalog catalog/match geo"},
	{"catalog/search", "catalog geo"},
	{"catalog/match", "catalog geo"},
	{"catalog", "geo"},
	{"harvesters/fetch", "catalog"},
	{"harvesters/table", "catalog geo harvesters/fetch"},
	{"harvesters/xmldoc", "catalog geo harvesters/fetch"},
	{"harvesters/rdf", "catalog harvesters/fetch harvesters/xmldoc"},
	{"harvesters/iso", "catalog geo harvesters/xmldoc"},
	{"harvesters/ogctest", ""},
	{"harvesters/harvesttest", "catalog"},
	{"harvesters/*", "catalog geo harvesters/fetch harvesters/iso harvesters/rdf harvesters/table harvesters/xmldoc"},
	{"harvesters", "harvesters/* harvesters/fetch catalog"},
	{"datasets", "catalog geo"},
	{"api", "catalog geo datasets"},
	{"portal", "catalog geo datasets"},
	{"bench", "*"},
	{"cmd/ponet", "*"},
	{".", ""},
}

// keepers are modules that one room only may import: what they are for is that
// room's business. Programs in cmd put the parts together and may name them.
var keepers = []struct {
	imports string // of these modules and packages
	rooms   string
	why     string
}{
	{"github.com/jackc/pgx github.com/jackc/tern database/sql", "catalog/postgis harvesters/* bench", "SQL stands in catalog/postgis only"},
	{"github.com/typesense", "catalog/search", "Typesense stands in catalog/search only"},
	{"github.com/danielgtaylor/huma", "api", "OpenAPI operations stand in api only"},
	{"net/http", "harvesters harvesters/* api portal datasets/demo catalog/search bench", "geo, catalog and the store know no HTTP"},
}

// badNames say nothing about what is inside.
var badNames = []string{"internal", "pkg", "util", "utils", "common", "model", "models", "types", "helpers"}

// A pkg is one of our packages, as go list -json tells of it.
type pkg struct {
	ImportPath string
	Imports    []string
}

func TestDoorsOpenOneWay(t *testing.T) {
	pkgs := list(t)
	if len(pkgs) < 4 {
		t.Fatalf("go list found only %d packages", len(pkgs))
	}
	for _, p := range pkgs {
		for _, wrong := range faults(p) {
			t.Error(wrong)
		}
	}
}

// The rules above catch what they are there for.
func TestFaultsAreFound(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"geo", module + "/catalog", "may not import"},
		{"catalog", module + "/catalog/postgis", "may not import"},
		{"catalog", "net/http", "know no HTTP"},
		{"catalog", "github.com/jackc/pgx/v5", "SQL stands"},
		{"catalog/search", module + "/catalog/postgis", "may not import"},
		{"harvesters/ckan", module + "/harvesters/csw", "may not import"},
		{"harvesters/ckan", module + "/harvesters", "may not import"},
		{"api", module + "/harvesters", "may not import"},
		{"api", module + "/portal", "may not import"},
		{"api", "github.com/jackc/pgx/v5/pgxpool", "SQL stands"},
		{"portal", module + "/catalog/postgis", "may not import"},
		{"attic", "fmt", "no room"},
		{"api/internal/x", "fmt", "says nothing"},
	} {
		found := strings.Join(faults(pkg{ImportPath: module + "/" + c.from, Imports: []string{c.to}}), "\n")
		if !strings.Contains(found, c.want) {
			t.Errorf("%s importing %s: found %q; want %q", c.from, c.to, found, c.want)
		}
	}
	for _, c := range []struct{ from, to string }{
		{"catalog", module + "/geo"},
		{"harvesters", module + "/harvesters/file"},
		{"datasets", module + "/datasets/reference"},
		{"portal", module + "/datasets"},
		{"cmd/ponet", module + "/catalog/postgis/private"},
		{"catalog/postgis/private", "github.com/jackc/pgx/v5"},
	} {
		if found := faults(pkg{ImportPath: module + "/" + c.from, Imports: []string{c.to}}); len(found) > 0 {
			t.Errorf("%s importing %s: found %v; want nothing", c.from, c.to, found)
		}
	}
}

// faults are what is wrong with a package's name and with what it imports.
// Tests may import what they need, such as the store with a real database.
func faults(p pkg) []string {
	name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
	if name == "" {
		name = "."
	}
	var wrong []string
	for part := range strings.SplitSeq(name, "/") {
		for _, bad := range badNames {
			if part == bad {
				wrong = append(wrong, fmt.Sprintf("%s: the name %q says nothing about what is inside", p.ImportPath, bad))
			}
		}
	}
	here, allowed := roomOf(name)
	if here == "" {
		return append(wrong, fmt.Sprintf("%s has no room in the table of import_test.go and ARCHITECTURE.md", p.ImportPath))
	}
	for _, to := range p.Imports {
		if mine, ours := strings.CutPrefix(to, module+"/"); ours && !mayImport(here, name, allowed, mine) {
			wrong = append(wrong, fmt.Sprintf("%s may not import %s; the room %s may: %s", p.ImportPath, to, here, allowed))
		}
		for _, k := range keepers {
			if isOneOf(to, k.imports) && here != "cmd/ponet" && !inOneOf(name, k.rooms) {
				wrong = append(wrong, fmt.Sprintf("%s may not import %s: %s", p.ImportPath, to, k.why))
			}
		}
	}
	return wrong
}

// roomOf is the room of a package and what it may import.
func roomOf(name string) (room, imports string) {
	for _, r := range rooms {
		if in(name, r.room) {
			return r.room, r.imports
		}
	}
	return "", ""
}

// mayImport reports whether a package may import another of ours. Within a
// room packages know each other, but harvesters of two protocols do not.
func mayImport(here, from, allowed, to string) bool {
	there, _ := roomOf(to)
	if there == here {
		return !strings.HasSuffix(here, "*") || firstTwo(from) == firstTwo(to)
	}
	for a := range strings.FieldsSeq(allowed) {
		if a == "*" || a == there {
			return true
		}
	}
	return false
}

func firstTwo(name string) string {
	parts := strings.SplitN(name, "/", 3)
	return path.Join(parts[:min(2, len(parts))]...)
}

// in reports whether a package is a room or below it; "harvesters/*" is any
// folder below harvesters.
func in(name, room string) bool {
	if above, ok := strings.CutSuffix(room, "/*"); ok {
		return strings.HasPrefix(name, above+"/")
	}
	return name == room || strings.HasPrefix(name, room+"/")
}

func inOneOf(name, rooms string) bool {
	for r := range strings.FieldsSeq(rooms) {
		if in(name, r) {
			return true
		}
	}
	return false
}

func isOneOf(importPath, modules string) bool {
	for m := range strings.FieldsSeq(modules) {
		if importPath == m || strings.HasPrefix(importPath, m+"/") {
			return true
		}
	}
	return false
}

// list asks go list for every package of the module.
func list(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(out); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	return pkgs
}
