package search

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

func TestNewDocument(t *testing.T) {
	r := &catalog.Record{
		ID: "1", Kind: catalog.KindFeature, Collection: "edifici", Title: "Città", SourceID: "s", SourceKey: "k", Start: "2026-01-01",
		Geometry: orb.LineString{{11, 43}, {12, 45}},
		Properties: catalog.Properties{
			{Name: "piani", Value: int64(3)}, {Name: "peso", Value: 1.5}, {Name: "vero", Value: true}, {Name: "parole", Value: []string{"a", "b"}}, {Name: "nullo", Value: nil},
		},
	}
	d := newDocument(r)
	if diff := cmp.Diff([]string{"piani=3", "peso=1.5", "vero=true", "parole=a", "parole=b"}, d.Pairs); diff != "" {
		t.Errorf("pairs: -want +got\n%s", diff)
	}
	if l := *d.Location; l[0] != 44 || l[1] != 11.5 || *d.West != 11 || *d.North != 45 {
		t.Errorf("location %v, west %v, north %v: latitude comes first", l, *d.West, *d.North)
	}
	if *d.Ends <= *d.Starts || !d.DatasetRow || d.TitleOrder != "citta" {
		t.Errorf("document = %+v", d)
	}
	r.Kind = catalog.KindEvent
	if d := newDocument(r); *d.Ends != *d.Starts {
		t.Errorf("an event without an end goes on until %d", *d.Ends)
	}
}

// What is in a value means nothing to the filter.
func TestFilterQuotes(t *testing.T) {
	got, err := filterBy(catalog.Query{Types: []string{"a`] || title:=[`x"}}, "")
	if want := "type:=[`a] || title:=[x`]"; err != nil || got != want {
		t.Errorf("filterBy = %s, %v; want %s", got, err, want)
	}
}
