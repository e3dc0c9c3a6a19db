package catalog

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// realPhones are the columns of telephone numbers of real files, each with the share of
// its values of which a number is read, at least, and the share of these that say no more than
// the numbers.
var realPhones = []struct {
	file, separator, column string
	read                    float64
}{
	{"csv/iccu-anagrafe-biblioteche.csv", ";", "telefono", 0.992},
	{"csv/iccu-anagrafe-biblioteche.csv", ";", "fax", 0.997},
	{"csv/consultori-italia.csv", ",", "telefono", 0.95}, // numbers without their 0
	{"csv/vetrina-toscana-botteghe-prato.csv", ",", "TELEFONO", 1},
	{"csv/vetrina-toscana-botteghe-prato.csv", ",", "FAX", 0.84}, // of the others some are the names of towns
	{"geojson/prato-negozi.geojson", "", `"(?:contact:)?(?:phone|fax)": ?"([^"]*)"`, 1},
}

// What real sources write for telephone numbers is read, but for so many.
func TestRealPhones(t *testing.T) {
	for _, r := range realPhones {
		values := realColumn(t, r.file, r.separator, r.column)
		read, more := 0, 0
		for _, v := range values {
			p := ReadPhones(v)
			if len(p.Numbers) == 0 || len(p.Unread) > 0 {
				t.Logf("%s %s: %q gives %v, and %v is no number", r.file, r.column, v, p.Numbers, p.Unread)
			}
			if len(p.Numbers) > 0 {
				read++
				if p.More {
					more++
				}
			}
		}
		t.Logf("%s %s: %d values, %d read, %d of them say more", r.file, r.column, len(values), read, more)
		if float64(read) < r.read*float64(len(values)) {
			t.Errorf("%s %s: of %d values %d are read; want %.1f %%", r.file, r.column, len(values), read, r.read*100)
		}
	}
}

// realColumn are the values of a column of a real file, or what a pattern finds in it.
func realColumn(t *testing.T, file, separator, column string) []string {
	path := filepath.Join("..", "..", "shared", "data", filepath.FromSlash(file))
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not here", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	if separator == "" {
		for _, m := range regexp.MustCompile(column).FindAllSubmatch(text, -1) {
			var s string
			if err := json.Unmarshal([]byte(`"`+string(m[1])+`"`), &s); err != nil {
				t.Fatal(err)
			}
			values = append(values, s)
		}
		return values
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = rune(separator[0]), true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := -1
	for i, name := range rows[0] {
		if name == column {
			at = i
		}
	}
	if at < 0 {
		t.Fatalf("%s has no column %s", file, column)
	}
	for _, row := range rows[1:] {
		if at < len(row) && strings.TrimSpace(row[at]) != "" {
			values = append(values, row[at])
		}
	}
	return values
}
