package datasets

import (
	"slices"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// What a record names stands in columns of its own: addresses, and the titles that its
// licence allows. A column of the source keeps its name and its values.
func TestRelated(t *testing.T) {
	open, _ := Vocabularies().Licence("CC BY 4.0")
	kept, _ := Vocabularies().Licence("ODbL 1.0")
	targets := []catalog.Target{
		{Direction: "takes_place_in", ID: "1", Title: "Teatro \"Metastasio\"", Licence: open.URI},
		{Direction: "takes_place_in", ID: "2", Title: "Bar", Licence: kept.URI},
		{Direction: "organised_by", ID: "3", Title: "Comune", Licence: open.URI},
	}
	both := `"relation_takes_place_in":"/id/1 /id/2","relation_takes_place_in_title":"Teatro \"Metastasio\""`
	for feature, want := range map[string]string{
		`{"properties":{},"geometry":null}`:                                 `{"properties":{` + both + `},"geometry":null}`,
		`{"properties":{"licence":"` + open.URI + `"},"id":"x"}`:            `{"properties":{"licence":"` + open.URI + `",` + both + `},"id":"x"}`,
		`{"properties":{"a":"}","relation_organised_by":"Pro Loco"}}`:       `{"properties":{"a":"}","relation_organised_by":"Pro Loco",` + both + `}}`,
		`{"properties":{"licence":"` + kept.URI + `"}, "geometry" : null }`: `{"properties":{"licence":"` + kept.URI + `","relation_takes_place_in":"/id/1 /id/2","relation_takes_place_in_title":"Teatro \"Metastasio\" | Bar"}, "geometry" : null }`,
	} {
		c := catalog.Collection{Kind: catalog.KindEvent, Columns: []catalog.Column{{Name: "a"}, {Name: "relation_organised_by"}}}
		c, records := Related(c, func(yield func(*catalog.Record, error) bool) {
			yield(&catalog.Record{Feature: []byte(feature), Targets: targets}, nil)
		}, func(id string) string { return "/id/" + id })
		for r, err := range records {
			if err != nil || string(r.Feature) != want {
				t.Errorf("%s: %s %v; want %s", feature, r.Feature, err, want)
			}
		}
		var names []string
		for _, col := range c.Columns {
			names = append(names, col.Name)
		}
		if !slices.Contains(names, "relation_takes_place_in_title") || slices.Contains(names, "relation_organised_by_title") || slices.Contains(names, "relation_holds") {
			t.Errorf("columns %v", names)
		}
	}
}
