package dcat_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
)

// An entry of Project Open Data 1.1 is read whole, its bytes as they came.
func TestEntry(t *testing.T) {
	entry := `{ "@type": "dcat:Dataset", "identifier": "it-1", "title": "Alberi", "description": "Gli alberi.", "keyword": ["verde", "alberi"], "theme": "ambiente, verde",
		"issued": "2025-01-02", "modified": "R/P1D", "publisher": {"@type": "org:Organization", "name": "Comune di Prato (IPA: c_g999)"},
		"contactPoint": {"@type": "vcard:Contact", "fn": "Ufficio verde", "hasEmail": "mailto:verde@example.it"}, "accessLevel": "public", "language": ["it"],
		"spatial": "11.0,43.8,11.2,44.0", "temporal": "2020-01-01/2020-12-31", "license": "https://creativecommons.org/licenses/by/4.0/", "landingPage": "https://example.it/alberi verdi", "conformsTo": "https://e.it/s", "isPartOf": "serie",
		"distribution": [{"title": "CSV", "downloadURL": "https://example.it/a.csv", "mediaType": "text/csv"}, {"accessURL": "https://example.it/api", "format": "API"}, {"title": "vuota"}] }`
	kept, _ := read(t, "data.json", `{"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": [`+entry+`]}`)
	if len(kept) != 1 || string(kept[0].Raw) != entry || kept[0].MediaType != "application/json" || kept[0].Key != "it-1" {
		t.Fatalf("kept %+v", kept)
	}
	got := map[string]string{}
	for _, c := range kept[0].Layer.Columns {
		if v := value(t, kept[0], c.Name); v != "" {
			got[c.Name] = v
		}
	}
	if d := cmp.Diff(map[string]string{
		"name": "Alberi", "text": "Gli alberi.", "tags": "verde, alberi", "page": "https://example.it/alberi%20verdi", "holder_id": "c_g999", "holder_name": "Comune di Prato",
		"terms": "https://creativecommons.org/licenses/by/4.0/", "licence_declared": "https://creativecommons.org/licenses/by/4.0/", "identifier": "it-1", "themes": `["ambiente","verde"]`,
		"publisher": `{"id":"c_g999","name":"Comune di Prato"}`, "contact_points": `[{"name":"Ufficio verde","email":"verde@example.it"}]`, "frequency": "R/P1D", "issued": "2025-01-02",
		"language": `["it"]`, "temporal": `[{"start":"2020-01-01","end":"2020-12-31"}]`, "spatial": `[{"bbox":[11,43.8,11.2,44]}]`, "conforms_to": `[{"id":"https://e.it/s"}]`,
		"access_rights": "http://publications.europa.eu/resource/authority/access-right/PUBLIC", "in_series": "serie",
	}, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]catalog.Distribution{
		{Title: "CSV", DownloadURL: "https://example.it/a.csv", MediaType: "text/csv"}, {AccessURL: "https://example.it/api", Format: "API", Service: true},
	}, kept[0].Distributions); d != "" {
		t.Error(d)
	}
	if got, want := rules(kept[0]), []string{"address-repaired", "distribution-without-address"}; !slices.Equal(got, want) {
		t.Errorf("issues %v, want %v", got, want)
	}
}

// DKAN 2 with show-reference-ids, a bare list as its metastore gives it.
func TestReferencesOfDKAN(t *testing.T) {
	kept, _ := read(t, "items.json", `[{"identifier": "a1", "title": "Alberi", "publisher": {"identifier": "9f", "data": {"@type": "org:Organization", "name": "Comune di Prato"}},
		"keyword": [{"identifier": "7c", "data": "verde"}], "distribution": [{"identifier": "3d", "data": {"downloadURL": "https://example.it/a.csv", "format": "csv", "title": "A"}}]}]`)
	if len(kept) != 1 || value(t, kept[0], "holder_name") != "Comune di Prato" || value(t, kept[0], "tags") != "verde" ||
		len(kept[0].Distributions) != 1 || kept[0].Distributions[0].DownloadURL != "https://example.it/a.csv" {
		t.Errorf("kept %+v", kept)
	}
}

// Shapes that are met instead of those of the schema.
func TestEntryShapes(t *testing.T) {
	for _, tt := range []struct{ name, fields, column, want string }{
		{"yearly", `"accrualPeriodicity": "R/P1Y"`, "frequency", "R/P1Y"},
		{"how often under modified", `"modified": "R/P6M"`, "frequency", "R/P6M"},
		{"a word", `"accrualPeriodicity": "mensile"`, "frequency", "mensile"},
		{"publisher as text", `"publisher": "Comune"`, "publisher", `{"name":"Comune"}`},
		{"keywords as text", `"keyword": "a, b ,a"`, "tags", "a, b"},
		{"numeric identifier", `"identifier": 12`, "identifier", "12"},
		{"place by name", `"spatial": "Prato"`, "spatial", `[{"name":"Prato"}]`},
		{"place as numbers", `"spatial": [11, 43, 12, 44]`, "spatial", `[{"bbox":[11,43,12,44]}]`},
		{"place as GeoJSON", `"spatial": {"type": "Point", "coordinates": [11.1, 43.9]}`, "spatial", `[{"bbox":[11.1,43.9,11.1,43.9]}]`},
		{"a person", `"contactPoint": {"fn": "Jane Doe", "hasEmail": "mailto:jane.doe@agency.gov"}`, "contact_points", ""},
		{"a person, 1.0", `"contactPoint": "Jane Doe", "mbox": "jane.doe@agency.gov"`, "contact_points", `[{"name":"Jane Doe"}]`},
		{"not public", `"accessLevel": "non-public"`, "access_rights", "http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC"},
	} {
		kept, refused := read(t, "data.json", `{"dataset": [{"title": "T", `+tt.fields+`}]}`)
		if len(kept) != 1 || len(refused) != 0 {
			t.Errorf("%s: kept %v, refused %v", tt.name, keysOf(kept), refused)
			continue
		}
		if got := value(t, kept[0], tt.column); got != tt.want {
			t.Errorf("%s: %s is %q, want %q", tt.name, tt.column, got, tt.want)
		}
	}
}

// The list alone, and the file's own address fields, are Project Open Data 1.0.
func TestOldEntry(t *testing.T) {
	kept, _ := read(t, "data.json", `[{"title": "T", "identifier": "x", "accessURL": "http://e.it/a.csv", "format": "text/csv", "webService": "http://e.it/api", "person": "Jane Doe", "mbox": "jane@e.it"}]`)
	if len(kept) != 1 {
		t.Fatalf("%d kept", len(kept))
	}
	if d := cmp.Diff([]catalog.Distribution{{AccessURL: "http://e.it/a.csv", MediaType: "text/csv"}, {AccessURL: "http://e.it/api", Service: true}}, kept[0].Distributions); d != "" {
		t.Error(d)
	}
	if got := value(t, kept[0], "contact_points"); got != "" {
		t.Errorf("contacts %s", got)
	}
}

// Of several descriptions with one identifier the last counts, and that is told
// (spec §3.9); what is no description is refused, and the rest is read.
func TestRepeatedAndBrokenEntries(t *testing.T) {
	kept, refused := read(t, "data.json", `{"dataset": [{"identifier": "a", "title": "A, old"}, {"identifier": "b", "title": "B"}, 5, {"identifier": "a", "title": "A, new"}, {"identifier": "c"}, {"title": "no id", "landingPage": "http://e.it/n"}]}`)
	if !slices.Equal(keysOf(kept), []string{"b", "a", "http://e.it/n no id"}) || len(refused) != 2 {
		t.Fatalf("kept %v, refused %v", keysOf(kept), refused)
	}
	if kept[1].Values[0] != "A, new" || !slices.Equal(rules(kept[1]), []string{"identifier-repeated"}) || !slices.Equal(rules(kept[2]), []string{"identifier-missing"}) {
		t.Errorf("%v with %v and %v", kept[1].Values[0], rules(kept[1]), rules(kept[2]))
	}
}

func TestBrokenDataJSON(t *testing.T) {
	for doc, want := range map[string]string{
		`{"dataset": [{"title": "T", "identifier": "a"}, {"title": `: "JSON that cannot be read",
		`{"dataset": []}`:                      "holds no dataset",
		`{"success": true, "result": [1]}`:     "holds no dataset",
		`{"dataset": {"title": "T"}}`:          "holds no dataset",
		`{"title": "T", "dataset": "altrove"}`: "holds no dataset",
		`[]`:                                   "holds no dataset",
	} {
		path := filepath.Join(t.TempDir(), "data.json")
		if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
		kept, _, err := collect(t, nil, catalog.Source{URL: path})
		if len(kept) != 0 || !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: kept %v, %v; want an error with %q", doc, keysOf(kept), err, want)
		}
	}
}

// A file larger than an RDF document may be is streamed.
func TestLargeDataJSON(t *testing.T) {
	if testing.Short() {
		t.Skip("60 MB")
	}
	filler := strings.Repeat("x", 60_000)
	s, _ := serve(t, nil)
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var b bytes.Buffer
		b.WriteString(`{"catalog": {"deep": [[{"dataset": []}]]}, "dataset": [`)
		for i := range 1000 {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"identifier": "d-%d", "title": "T %d", "description": %q}`, i, i, filler)
		}
		b.WriteString(`]}`)
		if _, err := io.Copy(w, &b); err != nil {
			t.Error(err)
		}
	})
	kept, _, err := collect(t, s.Client(), catalog.Source{URL: s.URL + "/data.json"})
	if err != nil || len(kept) != 1000 {
		t.Errorf("%d kept, %v", len(kept), err)
	}
}
