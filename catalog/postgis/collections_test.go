package postgis_test

import (
	"errors"
	"testing"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

func columnNames(c catalog.Collection) map[string]catalog.ColumnType {
	names := map[string]catalog.ColumnType{}
	for _, col := range c.Columns {
		names[col.Name] = col.Type
	}
	return names
}

func TestCollections(t *testing.T) {
	store := postgistest.New(t)
	if list, err := store.Collections(t.Context()); err != nil || len(list) != 0 {
		t.Fatalf("empty catalogue: %v, %v", list, err)
	}
	postgistest.Fill(t, store, 100)
	list, err := store.Collections(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range list {
		got = append(got, c.Name)
	}
	if len(got) != 3 || got[0] != "places" || got[1] != "edifici" || got[2] != "libri" {
		t.Fatalf("collections = %q", got)
	}
	places, edifici, libri := list[0], list[1], list[2]
	if places.Count != 60 || places.Kind != catalog.KindPlace || places.Title != "Luoghi" || places.Extent == nil || places.From == nil || places.Mark == 0 || places.Updated.Year() != 2026 {
		t.Errorf("places = %+v", places)
	}
	if edifici.Count != 30 || edifici.Title != "Edifici" || edifici.Licence == "" || edifici.Body != "Provincia di Prato" || edifici.SourceURL == "" || edifici.From != nil {
		t.Errorf("edifici = %+v", edifici)
	}
	if libri.Extent != nil || libri.Body != "" {
		t.Errorf("libri = %+v", libri)
	}
	if c := columnNames(places); c["address"] == "" || c["numero"] != "" || c["phone"] != "" || c["title"] == "" {
		t.Errorf("columns of places = %v", c)
	}
	if c := columnNames(edifici); c["numero"] != catalog.ColumnInteger || c["address"] != "" {
		t.Errorf("columns of edifici = %v", c)
	}
}

// A summary that was read before follows what changed since.
func TestCollectionFollowsChanges(t *testing.T) {
	store := postgistest.New(t)
	insert(t, store, "places", `{"type":"Point","coordinates":[11,43]}`, `{"title":"Uno"}`)
	first, err := store.Collection(t.Context(), "places")
	if err != nil {
		t.Fatal(err)
	}
	if first.Count != 1 || *first.Extent != (orb.Bound{Min: orb.Point{11, 43}, Max: orb.Point{11, 43}}) || first.From != nil {
		t.Errorf("first = %+v", first)
	}
	insert(t, store, "places", `{"type":"Point","coordinates":[12,44]}`, `{"title":"Due","phone":"1","start":"2026-01-01"}`)
	second, err := store.Collection(t.Context(), "places")
	if err != nil {
		t.Fatal(err)
	}
	if second.Count != 2 || second.Mark <= first.Mark || *second.Extent != (orb.Bound{Min: orb.Point{11, 43}, Max: orb.Point{12, 44}}) ||
		second.From == nil || columnNames(second)["phone"] == "" {
		t.Errorf("second = %+v", second)
	}
}

func TestCollectionByName(t *testing.T) {
	store := postgistest.New(t)
	if c, err := store.Collection(t.Context(), "events"); err != nil || c.Count != 0 || c.Title != "Eventi" {
		t.Errorf("events = %+v, %v; want an empty one", c, err)
	}
	if _, err := store.Collection(t.Context(), "none"); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("none: %v; want ErrNotFound", err)
	}
	postgistest.Fill(t, store, 10)
	if c, err := store.Collection(t.Context(), "libri"); err != nil || c.Title != "Libri di testo" {
		t.Errorf("libri = %+v, %v", c, err)
	}
	for _, name := range []string{"", "places"} {
		if m, err := store.Mark(t.Context(), name); err != nil || m == 0 {
			t.Errorf("Mark(%q) = %d, %v", name, m, err)
		}
	}
	if m, err := store.Mark(t.Context(), "none"); err != nil || m != 0 {
		t.Errorf("Mark(none) = %d, %v; want 0", m, err)
	}
}
