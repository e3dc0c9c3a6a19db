package postgis_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// relations are those of a record, a line each: "hosts key Concerto".
func relations(t testing.TB, store *postgis.Store, id string) []string {
	t.Helper()
	groups, err := store.Relations(t.Context(), id, catalog.RelationQuery{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, g := range groups {
		for _, r := range g.Related {
			list = append(list, fmt.Sprintf("%s %s %s", g.Name(), r.How, r.Record.Title))
		}
	}
	return list
}

// titled is the published record with a title.
func titled(t testing.TB, store *postgis.Store, title string) *catalog.Record {
	t.Helper()
	page, err := store.Items(t.Context(), catalog.Query{Where: []catalog.Condition{{Property: "title", Values: []string{title}}}})
	if err != nil || len(page.Records) != 1 {
		t.Fatalf("%d records called %q, %v", len(page.Records), title, err)
	}
	r, err := store.Item(t.Context(), page.Records[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Records are related by the keys of their own source, in both directions; the
// same key in another source is somebody else's.
func TestRelationsByKey(t *testing.T) {
	store := postgistest.New(t)
	for _, id := range []string{"beni", "altri-beni"} {
		src := catalog.Source{ID: id, Protocol: "file", URL: "/" + id + ".csv", Mapping: catalog.Mapping{
			Kind: catalog.KindHeritageItem, Key: []string{"codice"}, Fields: map[string]string{"title": "codice", "code": "codice"},
		}}
		harvestLayer(t, store, src, texts("codice", "part_of"), [][]any{{id + "1", nil}, {id + "2", id + "1"}, {id + "3", "beni1"}}, nil)
	}
	for title, want := range map[string][]string{
		"beni1": {"has_part key beni2", "has_part key beni3"}, "beni2": {"part_of key beni1"}, "beni3": {"part_of key beni1"}, "altri-beni3": nil,
	} {
		if got := relations(t, store, titled(t, store, title).ID); !slices.Equal(got, want) {
			t.Errorf("%s: %v; want %v", title, got, want)
		}
	}
}

// texts is a layer of columns with texts, the first of them the key.
func texts(names ...string) *catalog.Layer {
	l := &catalog.Layer{}
	for i, name := range names {
		l.Columns = append(l.Columns, catalog.Column{Name: name, Type: catalog.ColumnText, Nulls: i > 0})
	}
	return l
}

// A relation that leads to many pages by key: each once, and as many as are counted
// and as a search with the same relation finds.
func TestRelationsPage(t *testing.T) {
	store := postgistest.New(t)
	source := func(id string, kind catalog.Kind) catalog.Source {
		return catalog.Source{ID: id, Protocol: "file", URL: "/" + id + ".csv", Mapping: catalog.Mapping{Kind: kind, Key: []string{"codice"}, Fields: map[string]string{"title": "nome", "municipality": "comune"}}}
	}
	harvestLayer(t, store, source("luoghi", catalog.KindPlace), texts("codice", "nome", "comune", "isil"), [][]any{{"l", "Teatro Metastasio", "Prato", "IT-PO0002"}}, nil)
	const events = 230
	var rows [][]any
	for i := range events {
		rows = append(rows, []any{fmt.Sprint("e", i), fmt.Sprint("Evento ", i), "Prato", "IT-PO0002"})
	}
	harvestLayer(t, store, source("eventi", catalog.KindEvent), texts("codice", "nome", "comune", "place"), rows, nil)
	id := titled(t, store, "Teatro Metastasio").ID
	seen := map[string]bool{}
	for q := (catalog.RelationQuery{Direction: "hosts", Limit: 100}); ; {
		groups, err := store.Relations(t.Context(), id, q)
		if err != nil || len(groups) != 1 || groups[0].Count != events {
			t.Fatalf("%d groups, %v", len(groups), err)
		}
		for _, r := range groups[0].Related {
			seen[r.Record.ID] = true
		}
		if q.After = groups[0].Next; q.After == "" {
			break
		}
	}
	found, err := store.Search(t.Context(), catalog.Query{Related: id, Relation: "hosts", Limit: 1})
	if err != nil || found.Total != events || len(seen) != events {
		t.Errorf("%d on the pages, %d found, %v; want %d", len(seen), found.Total, err, events)
	}
	if _, err := store.Search(t.Context(), catalog.Query{Related: id, Relation: "hospitals"}); !errors.Is(err, catalog.ErrInvalid) {
		t.Errorf("a relation that is none: %v", err)
	}
}
