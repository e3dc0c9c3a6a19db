package datasets

import (
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// Which licence may enter an export under which, each pair of one of every sort.
// A row is what enters, a column the export.
func TestMayEnter(t *testing.T) {
	exports := strings.Fields("CC0-1.0 cc-by-4.0 iodl2 odc-odbl cc-by-sa-4.0 CC_BY-NC_4.0 CC_BY-NC-SA_4.0 CC_BY-ND_4.0 C.1.1")
	v := Vocabularies()
	for _, row := range []struct{ licence, may string }{
		{"CC0 1.0", "y y y y y y y - y"},
		{"CC BY 4.0", "- y y y y y y - y"},
		{"IODL 2.0", "- y y y y y y - y"},
		{"ODbL 1.0", "- - - y - - - - -"},
		{"CC BY-SA 4.0", "- - - - y - - - -"},
		{"CC BY-NC 4.0", "- - - - - y y - y"},
		{"CC BY-NC-SA 4.0", "- - - - - - y - -"},
		{"CC BY-ND 4.0", "- - - - - - - y -"},
		{"C.1.1", "- - - - - - - - y"},
	} {
		l, ok := v.Licence(row.licence)
		if !ok {
			t.Fatalf("%s is not in the table", row.licence)
		}
		for i, want := range strings.Fields(row.may) {
			under, ok := v.Licence(strings.ReplaceAll(exports[i], "_", " "))
			if !ok {
				t.Fatalf("%s is not in the table", exports[i])
			}
			got, why := l.MayEnter(under)
			if got != (want == "y") || got == (why != "") {
				t.Errorf("%s in an export under %s: %t (%s); want %s", l.Notation, under.Notation, got, why, want)
			}
		}
	}
}

// Laws of every pair of the table: a licence enters its own export, nothing that
// is share-alike or not open enters CC BY, nothing but what asks for nothing enters
// CC0.
func TestMayEnterEveryPair(t *testing.T) {
	v := Vocabularies()
	for _, l := range v.Licences {
		for _, under := range v.Licences {
			ok, _ := l.MayEnter(under)
			same := l.Notation == under.Notation
			switch {
			case same && !ok:
				t.Errorf("%s may not enter its own export", l.Notation)
			case same || !ok:
			case l.ShareAlike, l.NoDerivatives, l.Openness == catalog.OpennessUnknown:
				t.Errorf("%s enters an export under %s", l.Notation, under.Notation)
			case under.Openness == catalog.Open && (l.Openness != catalog.Open || l.NonCommercial):
				t.Errorf("%s, which is not open, enters an export under %s", l.Notation, under.Notation)
			case !under.Attribution && l.Attribution && under.Openness != catalog.OpennessUnknown:
				t.Errorf("%s enters an export under %s, which names no author", l.Notation, under.Notation)
			}
		}
	}
}

func TestExportLicence(t *testing.T) {
	for _, c := range []struct {
		licences string
		want     string // notation, "" when there is none
	}{
		{"CC0 1.0", "A.1.1"}, {"CC0 1.0|CC BY 4.0", "A.2.1"}, {"CC BY 4.0|IODL 2.0|CC0 1.0", "A.2.1"}, {"CC BY 4.0|ODbL 1.0", "A.3.10"}, {"CC BY 4.0|ODbL 1.0|CC BY-SA 4.0", ""},
		{"CC BY 4.0|CC BY-NC 4.0", "B.1.1"}, {"CC BY 4.0|quel che vuoi", ""}, {"CC BY-ND 4.0|CC BY 4.0", ""}, {"", ""},
	} {
		var uris []string
		if c.licences != "" {
			uris = strings.Split(c.licences, "|")
		}
		if got, ok := Vocabularies().ExportLicence(uris); ok != (c.want != "") || ok && got.Notation != c.want {
			t.Errorf("ExportLicence(%s) = %s, %t; want %q", c.licences, got.Notation, ok, c.want)
		}
	}
}

// An export under CC BY holds no record of ODbL, nor one whose terms nobody knows.
func TestUnder(t *testing.T) {
	v := Vocabularies()
	var records []*catalog.Record
	for _, said := range []string{"CC BY 4.0", "ODbL 1.0", "CC0 1.0", "", "CC BY-SA 4.0"} {
		l, _ := v.Licence(said)
		records = append(records, &catalog.Record{Title: said, Feature: []byte(`{"type":"Feature","properties":{"licence":"` + l.URI + `"}}`)})
	}
	all := func(yield func(*catalog.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
	var kept, left []string
	for r, err := range Under(v.DefaultLicence(), all, func(l catalog.Licence) { left = append(left, l.Notation) }) {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, r.Title)
	}
	if strings.Join(kept, "|") != "CC BY 4.0|CC0 1.0" || strings.Join(left, "|") != "A.3.10|C.1.1|A.3.1" {
		t.Errorf("kept %v, left out %v", kept, left)
	}
}
