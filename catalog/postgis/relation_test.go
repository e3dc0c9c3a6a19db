package postgis_test

import (
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
