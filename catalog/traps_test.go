package catalog_test

import (
	"encoding/json"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// oneRow normalizes a row of columns and values; of columns that begin with "=" the
// field of ours that they are follows.
func oneRow(t *testing.T, kind catalog.Kind, row ...any) (catalog.Record, string) {
	t.Helper()
	layer := &catalog.Layer{}
	h := catalog.Harvested{Key: "1", Layer: layer}
	mapping := catalog.Mapping{Kind: kind, Fields: map[string]string{}}
	for i := 0; i < len(row); i += 2 {
		name := row[i].(string)
		if field, ours := strings.CutPrefix(name, "="); ours {
			mapping.Fields[field], name = field, field
		}
		c := catalog.Column{Name: name, Type: catalog.ColumnText}
		if _, isJSON := row[i+1].(json.RawMessage); isJSON {
			c.Type = catalog.ColumnJSON
		}
		layer.Columns, h.Values = append(layer.Columns, c), append(h.Values, row[i+1])
	}
	n, err := catalog.NewNormalizer(catalog.Source{ID: "a", Mapping: mapping}, layer, "x", datasets.Vocabularies())
	if err != nil {
		t.Fatal(err)
	}
	r, issues := n.Normalize(h)
	var rules []string
	for _, i := range issues {
		rules = append(rules, i.Rule+" "+i.Expected)
	}
	return r, strings.Join(rules, "\n")
}

// Trap of spec §1.4: 23:59:59 or the midnight of the next day as the end of an event
// of whole days, in tables as in calendars.
func TestTrapEndOfAnAllDayEvent(t *testing.T) {
	for _, tt := range []struct{ start, end, from, to string }{
		{"2026-12-08T00:00:00", "2026-12-08T23:59:59", "2026-12-08", ""},
		{"08/12/2026 00:00", "10/12/2026 23:59", "2026-12-08", "2026-12-10"},
		{"2026-12-08 00:00:00", "2026-12-09 00:00:00", "2026-12-08", ""},
		{"2026-10-25T00:00:00+02:00", "2026-10-25T23:59:59+01:00", "2026-10-25", ""}, // a day of 25 hours
		{"2026-12-08T00:00:00Z", "2026-12-09T00:00:00Z", "2026-12-08", ""},
		{"2026-12-08T20:00:00", "2026-12-08T23:59:59", "2026-12-08T20:00:00+01:00", "2026-12-08T23:59:59+01:00"},
		{"2026-12-08T00:00:00", "2026-12-08T02:00:00", "2026-12-08T00:00:00+01:00", "2026-12-08T02:00:00+01:00"},
		{"2026-12-08", "2026-12-10", "2026-12-08", "2026-12-10"},
	} {
		r, _ := oneRow(t, catalog.KindEvent, "=title", "Mercato", "=start", tt.start, "=end", tt.end)
		if r.Start != tt.from || r.End != tt.to || len(r.Occurrences) != 1 || r.Occurrences[0].Start != tt.from || r.Occurrences[0].End != tt.to {
			t.Errorf("%s to %s: %s to %s, %v; want %s to %s", tt.start, tt.end, r.Start, r.End, r.Occurrences, tt.from, tt.to)
		}
	}
}

// Trap of spec §1.10: ISTAT codes are strings, whose zero spreadsheets eat; a
// metropolitan city has the code of the province and one of its own.
func TestTrapCodesOfAreas(t *testing.T) {
	r, _ := oneRow(t, catalog.KindPlace, "=title", "Bargello", "=istat_code", "48017")
	if r.ISTATCode != "048017" || r.Municipality != "Firenze" {
		t.Errorf("48017: %s, %s; want 048017, Firenze", r.ISTATCode, r.Municipality)
	}
	s, _ := datasets.Vocabularies().Scheme("tuscany-areas")
	for _, code := range []string{"048", "248", "Città metropolitana di Firenze"} {
		if c, ok := s.Recognise(code); !ok || c.Code != "048" {
			t.Errorf("%s is %+v; want Firenze", code, c)
		}
	}
}

// Trap of spec §1.3: the number of the national catalogue is one only together with
// its region, and sources leave out its zeros.
func TestTrapCatalogueNumbers(t *testing.T) {
	for said, want := range map[string]string{"09/281540": "0900281540", "9 281540 A": "0900281540A", "0900281540": "0900281540", "281540": "", "00281540": ""} {
		r, _ := oneRow(t, catalog.KindHeritageItem, "=title", "Annunciazione", "nct", said)
		got := ""
		for _, id := range r.Identifiers() {
			got += id.Value
		}
		if got != want {
			t.Errorf("nct %q identifies as %q; want %q", said, got, want)
		}
	}
}

// Trap of spec §1.7: the codes of bodies that were merged disappear from IndicePA; a body
// keeps them, with the day on which they ended.
func TestTrapCodesOfMergedBodies(t *testing.T) {
	const ids = `[{"scheme":"ipa","value":"c_e123","valid_to":"2017-12-31"},{"scheme":"ipa","value":"c_m377"}]`
	r, rules := oneRow(t, catalog.KindOrganization, "=title", "Comune nuovo", "external_ids", json.RawMessage(ids))
	raw, _ := r.Properties.Get("external_ids").(json.RawMessage)
	if string(raw) != ids || rules != "" {
		t.Errorf("external_ids: %s, %s; want what the source said", raw, rules)
	}
	known := map[string]bool{}
	for _, id := range r.Identifiers() {
		known[id.Value] = true
	}
	if !known["c_e123"] || !known["c_m377"] {
		t.Errorf("identifiers %v; want the old code too", r.Identifiers())
	}
}

// Units become codes of UCUM, with the source's beside; an unknown one stays and is told
// with the nearest.
func TestUnitsOfRecords(t *testing.T) {
	for said, want := range map[string]string{
		"µg/m³": "ug/m3", "ug/m3": "ug/m3", "μg/mc": "ug/m3", "ug m-3": "ug/m3", "°C": "Cel", "gradi centigradi": "", "mm": "mm", "m s-1": "m/s", "m/s": "m/s", "dB(A)": "dB", "%": "%", "mg/l": "mg/L", "kWh": "kW.h", "ettari": "ha", "pH": "[pH]", "ppb": "[ppb]", "W/m²": "W/m2", "cm": "cm", "braccia fiorentine": "",
	} {
		v := datasets.Vocabularies()
		if u, ok := v.Unit(said); u.Code != want || ok != (want != "") {
			t.Errorf("%s is %q; want %q", said, u.Code, want)
		}
	}
	r, rules := oneRow(t, catalog.KindHeritageItem, "=title", "Pala", "measures", json.RawMessage(`[{"name":"altezza","value":120,"unit":"centimetri"},{"name":"peso","value":3,"unit":"chilogramni"},{"value":1,"unit":"cm"}]`))
	raw, _ := r.Properties.Get("measures").(json.RawMessage)
	if want := `[{"name":"altezza","unit":"cm","unit_declared":"centimetri","value":120},{"name":"peso","unit":"chilogramni","value":3},{"unit":"cm","value":1}]`; string(raw) != want || !strings.Contains(rules, "unit-unknown") || !strings.Contains(rules, "perhaps: kg") {
		t.Errorf("measures %s, %s; want %s and a proposal", raw, rules, want)
	}
}

// Languages of any kind of record are codes of the EU's table; a text by language has
// tags of BCP 47.
func TestLanguagesOfRecords(t *testing.T) {
	r, rules := oneRow(t, catalog.KindCourse, "=title", "Corso", "language", "italiano, en-GB; klingon")
	if got, _ := r.Properties.Get("language").(json.RawMessage); string(got) != `["ITA","ENG"]` || !strings.HasPrefix(rules, "language-unknown") {
		t.Errorf("language %s, %s", got, rules)
	}
	for said, want := range map[string]any{`{"it":"Chiesa","en":"Church"}`: "Chiesa", `{"de-AT":"Kirche","en":"Church"}`: "Church", `{"zh-Hant":"教堂"}`: "教堂", `{"lingua italiana":"Chiesa"}`: nil, `{"it":{"a":1}}`: nil} {
		r, _ := oneRow(t, catalog.KindHeritageItem, "=title", "x", "definition", json.RawMessage(said))
		if got := r.Properties.Get("definition"); got != want {
			t.Errorf("definition %s is %v; want %v", said, got, want)
		}
	}
}
