package catalog_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// One failure is no verdict, nor are many on one day.
func TestLinkStates(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 30, 0, 0, catalog.Rome) }
	type look struct {
		at    time.Time
		fault catalog.LinkFault
		want  catalog.LinkState
	}
	for _, c := range []struct {
		name  string
		looks []look
	}{
		{"works", []look{{at(1, 9), "", "works"}, {at(8, 9), "", "works"}}},
		{"fails on two days", []look{{at(1, 9), "", "works"}, {at(8, 9), "missing", "failing"}, {at(9, 9), "missing", "broken"}, {at(12, 9), "server", "broken"}, {at(15, 9), "", "works"}}},
		{"fails all day", []look{{at(1, 0), "unreachable", "failing"}, {at(1, 12), "unreachable", "failing"}, {at(1, 23), "unreachable", "failing"}, {at(2, 0), "unreachable", "broken"}}},
		{"an evening", []look{{at(1, 9), "server", "failing"}, {at(2, 9), "", "works"}, {at(9, 9), "server", "failing"}}},
		{"a busy server says nothing", []look{{at(1, 9), "busy", "new"}, {at(2, 9), "", "works"}, {at(8, 9), "busy", "works"}, {at(9, 9), "missing", "failing"}, {at(10, 9), "busy", "failing"}, {at(11, 9), "missing", "broken"}}},
		{"nobody may look", []look{{at(1, 9), "robots", "unsure"}, {at(8, 9), "missing", "failing"}, {at(9, 9), "forbidden", "unsure"}, {at(16, 9), "missing", "failing"}}},
	} {
		l := catalog.Link{Address: "https://example.org/", LinkCheck: catalog.LinkCheck{State: catalog.LinkNew}}
		for i, look := range c.looks {
			l = l.After(catalog.LinkFinding{At: look.at, Fault: look.fault}, 0)
			if l.State != look.want {
				t.Errorf("%s: after look %d: %s; want %s", c.name, i+1, l.State, look.want)
			}
			if !l.Due.After(look.at) {
				t.Errorf("%s: after look %d it is due at once", c.name, i+1)
			}
			if l.State == catalog.LinkFailing && look.fault.Failure() && l.Due.In(catalog.Rome).Day() == look.at.Day() {
				t.Errorf("%s: after look %d it is due on the same day, %s", c.name, i+1, l.Due)
			}
		}
	}
}

func TestLinksOfRecord(t *testing.T) {
	r := &catalog.Record{Kind: catalog.KindDataset, SourceURL: "https://dati.example.org/alberi", Website: "ftp://dati.example.org/x", Distributions: []catalog.Distribution{
		{AccessURL: "https://dati.example.org/alberi", DownloadURL: "https://dati.example.org/alberi.csv", Format: "csv"},
		{AccessURL: "https://dati.example.org/alberi.csv", Format: "csv"}, {DownloadURL: "https://dati.example.org/wms", Format: "wms", Service: true}, {DownloadURL: "data:text/csv,a", Format: "csv"},
	}}
	want := []catalog.Link{{Address: "https://dati.example.org/alberi.csv", File: true}, {Address: "https://dati.example.org/alberi"}, {Address: "https://dati.example.org/wms"}}
	if diff := cmp.Diff(want, datasets.Vocabularies().Links(r)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	r.Kind = catalog.KindFeature
	r.Distributions = nil
	if got := datasets.Vocabularies().Links(r); len(got) > 0 {
		t.Errorf("links of a row: %v; want none", got)
	}
}
