package table_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

// spool keeps features and harvests them as the only layer.
func spool(t testing.TB, m catalog.Mapping, set func(*table.Table), features ...table.Feature) (*catalog.Layer, []catalog.Harvested, []error) {
	t.Helper()
	s, err := table.NewSpool()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, f := range features {
		if err := s.Add(f); err != nil {
			return nil, nil, []error{err}
		}
	}
	tab := s.Table("")
	if set != nil {
		set(tab)
	}
	var rows []catalog.Harvested
	var refused []error
	err = tab.Harvest(t.Context(), m, -1, func(h catalog.Harvested, err error) bool {
		if err != nil {
			refused = append(refused, err)
		} else {
			rows = append(rows, h)
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return tab.Layer, rows, refused
}

// What the reader says of a row, and what the caller says of the table, counts.
func TestSpoolKeepsWhatItIsTold(t *testing.T) {
	list := []table.Feature{
		{Raw: []byte("<a/>"), Media: "application/gml+xml", Properties: []byte(`{"codice":"0471","nome":"uno"}`), Geometry: geom.NewPointFlat(geom.XY, []float64{668000, 4860000}), Line: 7,
			Issues: []catalog.Issue{{Rule: "odd", Read: "1"}}},
		{Raw: []byte("<b/>"), Media: "application/gml+xml", Properties: []byte(`{"codice":"0012","nome":"due"}`), Geometry: geom.NewPointEmpty(geom.XY)},
		{Raw: []byte("<c/>"), Media: "application/gml+xml", Issues: []catalog.Issue{{Rule: "bad", Read: "x", Refused: true, Listed: true}}},
		{Raw: []byte(" {\"codice\":\"0013\"}\n")},
	}
	layer, rows, refused := spool(t, catalog.Mapping{}, func(tab *table.Table) {
		tab.SRID, tab.KeyHint, tab.Title, tab.InferTypes = 25832, "codice", "Strade", true
		tab.Found = append(tab.Found, "WFS 2.0.0")
		tab.Guess.Kind = catalog.KindPlace
	}, list...)
	if layer.SRID != 25832 || layer.Title != "Strade" || layer.Found[0] != "WFS 2.0.0" || layer.Guess.Kind != catalog.KindPlace || strings.Join(layer.Guess.Key, " ") != "codice" {
		t.Errorf("layer %+v", layer)
	}
	if len(rows) != 3 || rows[0].Key != "0471" || rows[0].Line != 7 || rows[0].MediaType != "application/gml+xml" || rows[0].Issues[0].Rule != "odd" ||
		rows[0].Geometry.SRID() != 25832 || rows[1].Geometry != nil || rows[1].Line != 2 || rows[2].MediaType != "application/json" {
		t.Errorf("rows %+v", rows)
	}
	var row *catalog.RowError
	if len(refused) != 1 || !errors.As(refused[0], &row) || row.Issue.Rule != "bad" || !row.Issue.Listed {
		t.Errorf("refused %v", refused)
	}
}

// Dropped columns are nowhere, also not in the bytes; only keeps one territory.
func TestSpoolMapping(t *testing.T) {
	m := catalog.Mapping{Drop: []string{"cf"}, Only: map[string][]string{"comune": {"prato"}}}
	_, rows, _ := spool(t, m, nil, table.Feature{Raw: []byte(`{"comune":"Prato","cf":"RSSMRA"}`)}, table.Feature{Raw: []byte(`{"comune":"Lucca","cf":"VRDMRA"}`)})
	if len(rows) != 1 || bytes.Contains(rows[0].Raw, []byte("RSS")) || len(rows[0].Values) != 1 {
		t.Errorf("%+v", rows)
	}
}

// Rows that are none, or too large, end the listing.
func TestSpoolRefuses(t *testing.T) {
	for want, f := range map[string]table.Feature{
		"is not valid JSON": {Raw: []byte(`{"a":`)},
		"at most":           {Raw: bytes.Repeat([]byte(" "), 33<<20)},
	} {
		if _, _, errs := spool(t, catalog.Mapping{}, nil, f); len(errs) != 1 || !errors.Is(errs[0], catalog.ErrFailedListing) || !strings.Contains(errs[0].Error(), want) {
			t.Errorf("%v; want a failed listing that says %q", errs, want)
		}
	}
	if _, rows, errs := spool(t, catalog.Mapping{}, nil, table.Feature{Raw: []byte(`3`)}); len(rows) != 0 || len(errs) != 1 || !errors.Is(errs[0], catalog.ErrInvalid) {
		t.Errorf("a number for a row: %v, %v", rows, errs)
	}
	s, err := table.NewSpool()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 1000 {
		if err := s.Add(table.Feature{Raw: []byte(`{"a":1}`)}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Table("").Harvest(ctx, catalog.Mapping{}, -1, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// A million features: both passes, and what they hold in memory.
func BenchmarkSpool(b *testing.B) {
	var peak atomic.Uint64
	rows := 0
	watch := time.NewTicker(10 * time.Millisecond)
	defer watch.Stop()
	go func() {
		for range watch.C {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapInuse+m.StackInuse))
		}
	}()
	for b.Loop() {
		s, err := table.NewSpool()
		if err != nil {
			b.Fatal(err)
		}
		for i := range 1_000_000 {
			f := fmt.Sprintf(`{"type":"Feature","id":"civici.%d","properties":{"objectid":%d,"via":"Via %d","civico":"%d/A","cap":"59100","comune":"Prato","aggiornato":"2026-01-%02d"},"geometry":{"type":"Point","coordinates":[%.6f,%.6f]}}`,
				i, i, i%3000, i%200, i%28+1, 11+float64(i%1000)/5000, 43.8+float64(i%700)/5000)
			if err := s.Add(table.Feature{Raw: []byte(f), Media: "application/geo+json"}); err != nil {
				b.Fatal(err)
			}
		}
		err = s.Table("").Harvest(b.Context(), catalog.Mapping{}, -1, func(h catalog.Harvested, err error) bool {
			rows++
			return err == nil
		})
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(peak.Load())/(1<<20), "peak-MB")
}

// Whatever JSON it is given, both passes over it end, and every row has a key
// of its own and the values of its layer.
func FuzzSpool(f *testing.F) {
	f.Add([]byte(`{"type":"Feature","id":7,"properties":{"lat":"43,9","lon":"11,1","a":{"b":"x"}},"geometry":null}`), []byte(`{"a":{"b":[1]}}`), "x")
	f.Add([]byte(`{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2,3,4]}}`), []byte(`null`), "")
	f.Fuzz(func(t *testing.T, raw, properties []byte, id string) {
		_, rows, errs := spool(t, catalog.Mapping{}, nil, table.Feature{Raw: raw}, table.Feature{ID: id, Raw: raw, Media: "text/xml", Properties: properties}, table.Feature{Raw: raw})
		seen := map[string]bool{}
		for _, h := range rows {
			if h.Key == "" || seen[h.Key] || len(h.Values) != len(h.Layer.Columns) || !bytes.Equal(h.Raw, raw) {
				t.Fatalf("%+v", h)
			}
			seen[h.Key] = true
		}
		for _, err := range errs {
			if !errors.Is(err, catalog.ErrInvalid) && !errors.Is(err, catalog.ErrFailedListing) {
				t.Fatal(err)
			}
		}
	})
}
