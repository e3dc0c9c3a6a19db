package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog/postgis"
)

// A catalogue with history, a failed run and a withdrawn source moves to
// another data folder, with another server and socket: every row arrives, and
// the next harvest finds everything unchanged.
func TestBackupMovesToAnotherMachine(t *testing.T) {
	if testing.Short() {
		t.Skip("starts catalogues of its own")
	}
	if os.Getenv("PONET_TEST_DATABASE_URL") == "" && os.Getenv("CI") == "" {
		t.Skip("needs PostgreSQL; run make test")
	}
	program := myself(t)
	here, there := newPonet(t, program), newPonet(t, program)
	files := t.TempDir()
	for id, data := range map[string]string{"scuole": "scuole.csv", "verde": "prato-verde.kml", "comuni": "comuni.geojson", "uffici": "uffici-statali.csv"} {
		b, err := os.ReadFile("../../datasets/demo/data/" + data)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(files, data)
		if err := os.WriteFile(name, b, 0o644); err != nil {
			t.Fatal(err)
		}
		here.run(t, "source", "add", "file", name, "--id", id, "--body", "c_g999")
	}
	here.run(t, "harvest", "--all")
	schools := filepath.Join(files, "scuole.csv")
	b, err := os.ReadFile(schools)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(schools, []byte(strings.Replace(string(b), "Prato", "Prato ", 3)), 0o644); err != nil {
		t.Fatal(err)
	}
	here.run(t, "harvest", "scuole")
	here.run(t, "source", "remove", "uffici")

	file := filepath.Join(t.TempDir(), "copia.tar.zst")
	out := here.run(t, "backup", "-o", file, "--json")
	var said struct {
		Bytes    int64
		Contents postgis.Contents
	}
	if err := json.Unmarshal(out, &said); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Size() != said.Bytes || info.Mode().Perm() != 0o600 {
		t.Errorf("file %v, %v; want %d bytes for the owner alone", info, err, said.Bytes)
	}
	if n := said.Contents.Tables["record_version"].Rows; n == 0 {
		t.Error("there is no history in the backup")
	}

	there.run(t, "restore", "--check", file)
	there.run(t, "restore", file)
	if diff := cmp.Diff(here.tables(t), there.tables(t)); diff != "" {
		t.Errorf("after the restore (-here +there):\n%s", diff)
	}
	for _, id := range []string{"scuole", "verde", "comuni"} {
		if r := there.harvest(t, id); r.Read == 0 || r.Unchanged != r.Read {
			t.Errorf("harvest of %s after the restore: %+v; want everything unchanged", id, r)
		}
	}
	if out := there.fails(t, "restore", file); !strings.Contains(out, "--force puts the backup in its place") || !strings.Contains(out, "3 sources") && !strings.Contains(out, "4 sources") {
		t.Errorf("restore over a catalogue: %s", out)
	}
	before := there.tables(t)
	cut := filepath.Join(t.TempDir(), "cut.tar.zst")
	if err := os.WriteFile(cut, read(t, file)[:info.Size()/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if out := there.fails(t, "restore", "--force", cut); !strings.Contains(out, "ends too early") {
		t.Errorf("restore of a cut file: %s", out)
	}
	if diff := cmp.Diff(before, there.tables(t)); diff != "" {
		t.Errorf("the catalogue after what failed (-before +after):\n%s", diff)
	}
	there.run(t, "restore", "--force", file)
	if diff := cmp.Diff(here.tables(t), there.tables(t)); diff != "" {
		t.Errorf("after the second restore (-here +there):\n%s", diff)
	}
}

// What is not whole is not there.
func TestPartOfABackupIsRemoved(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "copia.tar.zst")
	err := writeWhole(name, func(w io.Writer) error {
		if _, err := io.WriteString(w, "half"); err != nil {
			return err
		}
		return context.Canceled
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("writeWhole = %v; want what was wrong", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fails runs a command that must not succeed, and gives what it said.
func (p ponetIn) fails(t *testing.T, args ...string) string {
	t.Helper()
	out, err := p.command(args...).CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("ponet %s: %v; want an exit status\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// tables are a hash of every table of the catalogue, by its name.
func (p ponetIn) tables(t *testing.T) map[string]string {
	t.Helper()
	var names []string
	p.query(t, `
		select array_agg(relname::text) from pg_class
		where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relpersistence = 'p' and not relispartition
		  and relname not in ('spatial_ref_sys', 'river_migration', 'schema_version')`, &names)
	var hashes []string
	for _, name := range names {
		rows := name
		if name == "change" { // each server counts transactions from its own beginning
			rows = "(select seq, record_id, collection, kind, op, bbox, run_id, at from change)"
		}
		hashes = append(hashes, "select '"+name+"', (select count(*) || ' ' || coalesce(md5(string_agg(md5(x::text), '' order by md5(x::text))), '') from "+rows+" x)")
	}
	all := map[string]string{}
	p.query(t, "select jsonb_object_agg(name, hash) from ("+strings.Join(hashes, " union all ")+") t(name, hash)", &all)
	return all
}

func contains(text string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}
