package catalog

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestIdentifiers(t *testing.T) {
	for _, tt := range []struct {
		p    Properties
		want string
	}{
		{Properties{{"code", "IT-PO0001"}, {"isil", "it-po0001"}}, "isil IT-PO0001"},
		{Properties{{"code", "PO-UFF-001"}, {"ipa_code", "C_G999"}}, "ipa c_g999"},
		{Properties{{"wikidata", "https://www.wikidata.org/wiki/Q42"}}, "wikidata Q42"},
		{Properties{{"@type", "node"}, {"@id", int64(12)}}, "osm node/12"},
		{Properties{{"@id", "way/7"}}, "osm way/7"},
		{Properties{{"@id", "12"}}, ""}, // of which kind?
		{Properties{{"nct", json.RawMessage(`{"region":"09","number":"00281540","suffix":"A"}`)}}, "nct 0900281540A"},
		{Properties{{"nct", "09/00281540"}}, "nct 0900281540"},
		{Properties{{"nct", "09 281540"}}, "nct 0900281540"}, {Properties{{"nct", json.RawMessage(`{"region":"9","number":"281540"}`)}}, "nct 0900281540"},
		{Properties{{"nct", "281540"}}, ""}, {Properties{{"nct", json.RawMessage(`{"number":"00281540"}`)}}, ""}, // no number without its region
		{Properties{{"external_ids", json.RawMessage(`[{"scheme":"wikidata","value":"Q1"},{"scheme":"ISIL","value":"IT-FI0098"},{"scheme":"x","value":"1"}]`)}}, "isil IT-FI0098; wikidata Q1"},
		{Properties{{"external_ids", json.RawMessage(`"Q1"`)}, {"qid", "Quattro"}, {"nct", json.RawMessage(`[1]`)}}, ""},
	} {
		var got []string
		for _, id := range (&Record{Properties: tt.p}).Identifiers() {
			got = append(got, id.Scheme+" "+id.Value)
		}
		if s := strings.Join(got, "; "); s != tt.want {
			t.Errorf("identifiers of %v: %q; want %q", tt.p, s, tt.want)
		}
	}
}

// FuzzIdentifiers: what a source writes is an identifier in its form or none, and
// can stand in an address.
func FuzzIdentifiers(f *testing.F) {
	f.Add("IT-PO0001", `{"region":"09","number":"00281540"}`)
	f.Add("https://www.wikidata.org/wiki/", `[{"scheme":"osm","value":"node/1"}]`)
	f.Fuzz(func(t *testing.T, text, raw string) {
		var p Properties
		for _, s := range identifierSchemes {
			for _, name := range s.properties {
				p = append(p, Property{name, text})
			}
		}
		for _, rec := range []*Record{{Properties: p}, {Properties: Properties{{"nct", json.RawMessage(raw)}, {"external_ids", json.RawMessage(raw)}}}} {
			for _, id := range rec.Identifiers() {
				if strings.ContainsAny(id.Value, " \"'<>?#&%\n") {
					t.Errorf("%s", fmt.Sprintf("%q of %q, %q", id, text, raw))
				}
			}
		}
	})
}
