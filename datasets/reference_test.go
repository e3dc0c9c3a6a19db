package datasets

import (
	"encoding/csv"
	"io/fs"
	"strings"
	"testing"
	"time"
)

// eupl is the licence of this program, and of software that tables took facts
// from; it is none of data.
const eupl = "https://eupl.eu/1.2/en/"

// Every table parses, is used as published, and has title, source, licence and
// date beside it; nothing else lies in the folder.
func TestReference(t *testing.T) {
	list, err := References()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, r := range list {
		known[r.Name+".csv"], known[r.Name+".json"] = true, true
		if r.Title == "" || !strings.HasPrefix(r.Licence, "https://") || len(r.Sources) == 0 {
			t.Errorf("%s.json: title %q, licence %q, %d sources; want all", r.Name, r.Title, r.Licence, len(r.Sources))
		}
		if _, err := time.Parse(time.DateOnly, r.Date); err != nil {
			t.Errorf("%s.json: %v", r.Name, err)
		}
		for _, s := range r.Sources {
			if s.Title == "" || s.URL == "" || s.Licence == "" || s.Date == "" {
				t.Errorf("%s.json: source %+v is not complete", r.Name, s)
			}
			if _, ok := Vocabularies().Licence(s.Licence); !ok && s.Licence != eupl {
				t.Errorf("%s.json: licence %s of a source is not one we know", r.Name, s.Licence)
			}
		}
		columns := readHeader(t, r.Name)
		for c := range r.Columns {
			if !columns[c] {
				t.Errorf("%s.json explains column %q, which the table does not have", r.Name, c)
			}
		}
	}
	files, err := fs.ReadDir(reference, "reference")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[f.Name()] {
			t.Errorf("%s has no .json that says where it comes from", f.Name())
		}
	}
}

func readHeader(t *testing.T, name string) map[string]bool {
	t.Helper()
	f, err := reference.Open("reference/" + name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil || len(lines) < 2 {
		t.Fatalf("%s.csv: %d lines, %v; want a header and rows", name, len(lines), err)
	}
	columns := map[string]bool{}
	for _, c := range lines[0] {
		columns[c] = true
	}
	return columns
}
