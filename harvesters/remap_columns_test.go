package harvesters_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/harvesters"
)

// tableOf are rows of a table whose first line names the columns; the column
// "codice" is their key.
func tableOf(lines ...string) []catalog.Harvested {
	layer := &catalog.Layer{}
	key := 0
	for i, name := range strings.Fields(lines[0]) {
		layer.Columns = append(layer.Columns, catalog.Column{Name: name, Type: catalog.ColumnText})
		if name == "codice" {
			key = i
		}
	}
	var list []catalog.Harvested
	for n, line := range lines[1:] {
		cells := strings.Fields(line)
		h := catalog.Harvested{Key: cells[key], Layer: layer, MediaType: "text/csv", Raw: []byte(line), Line: n + 2}
		for _, c := range cells {
			h.Values = append(h.Values, c)
		}
		list = append(list, h)
	}
	return list
}

// facts are the published rows: their key, title and what the source calls what.
func facts(t *testing.T, store *postgis.Store) string {
	t.Helper()
	var s string
	if err := store.DB().QueryRow(t.Context(), `
		select coalesce(string_agg(source_key || ' ' || title || ': ' || (
			select string_agg(key || '=' || (value #>> '{}'), ' ' order by key) from jsonb_each(properties)
			where key in ('codice', 'nome', 'telefono', 'via', 'tel', 'web', 'phone')), E'\n' order by source_key), '')
		from published where kind = 'place'`).Scan(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// Rows of a table whose columns were added, dropped, renamed and put into another
// order since they were stored are each read by the columns that they came with:
// a run that broke off and a listing of changes alone leave such rows behind.
// All have four values, so that nothing but the columns tells them apart.
func TestRemapOfRowsWithOtherColumns(t *testing.T) {
	store := postgistest.New(t)
	s := &told{cursor: "1", list: tableOf("codice nome telefono via", "1 Uno 0574-1 Roma", "2 Due 0574-2 Pisa", "3 Tre 0574-3 Lucca")}
	src := toldSource(t, s)
	src.Mapping = catalog.Mapping{Kind: catalog.KindPlace, Fields: map[string]string{"title": "nome"}}
	harvestWith(t, store, src, http.DefaultClient, harvesters.Options{})

	s.list, s.err = tableOf("via nome codice telefono", "Siena Uno-bis 1 0574-9"), fmt.Errorf("broke off: %w", catalog.ErrFailedListing)
	broken := harvestWith(t, store, src, http.DefaultClient, harvesters.Options{})
	if broken.Outcome != catalog.RunFailed || broken.Changed != 1 {
		t.Fatalf("%+v; want a failed run with one change", broken)
	}
	s.list, s.err, s.partial = tableOf("tel nome codice web", "0574-600007 Due-bis 2 due.it"), nil, true
	if r := harvestWith(t, store, src, http.DefaultClient, harvesters.Options{}); r.Outcome != catalog.RunCompleted || r.Changed != 1 {
		t.Fatalf("%+v; want one change", r)
	}
	before, contents := facts(t, store), said(t, store)
	nothing := remap(t, store, src)
	if r := nothing; r.Read != 3 || r.Unchanged != 3 || len(r.Layers) != 1 || r.Layers[0].Read != 3 {
		t.Errorf("with the same mapping %+v; want 3 of one table unchanged", r)
	}
	if diff := cmp.Diff(before, facts(t, store)); diff != "" {
		t.Errorf("it changed (-want +got):\n%s", diff)
	}

	src.Mapping.Fields = map[string]string{"title": "codice", "phone": "tel"}
	r := remap(t, store, src)
	if r.Read != 3 || r.Changed != 3 {
		t.Errorf("%+v; want 3 changed", r)
	}
	want := "1 1: nome=Uno-bis telefono=0574-9 via=Siena\n2 2: nome=Due-bis phone=+390574600007 web=due.it\n3 3: nome=Tre telefono=0574-3 via=Lucca"
	if diff := cmp.Diff(want, facts(t, store)); diff != "" {
		t.Errorf("remapped (-want +got):\n%s", diff)
	}
	var columns string
	if err := store.DB().QueryRow(t.Context(), `select string_agg(c ->> 'name', ' ') from layer, jsonb_array_elements(described -> 'columns') c where name = ''`).Scan(&columns); err != nil || columns != "tel nome codice web" {
		t.Errorf("the table is described with %q, %v; want the columns read last", columns, err)
	}

	// Undone, everything is as it was; so is a row under columns of a run before.
	for _, id := range []int64{r.Run, nothing.Run} {
		if _, err := store.Revert(t.Context(), src, catalog.Run{ID: id, SourceID: src.ID}, false); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(contents, said(t, store)); diff != "" {
		t.Errorf("after the revert of both (-want +got):\n%s", diff)
	}
	if _, err := store.Revert(t.Context(), src, catalog.Run{ID: broken.Run, SourceID: src.ID}, false); err != nil {
		t.Fatal(err)
	}
	remap(t, store, src)
	want = strings.Replace(want, "nome=Uno-bis telefono=0574-9 via=Siena", "nome=Uno telefono=0574-1 via=Roma", 1)
	if diff := cmp.Diff(want, facts(t, store)); diff != "" {
		t.Errorf("remapped after the revert of a harvest (-want +got):\n%s", diff)
	}

	// What the columns of a row are is not guessed.
	for _, sql := range []string{`update harvested set reading = null where key = '3'`, `update harvested set reading = 1 where key = '3'`} {
		if _, err := store.DB().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
		src.Mapping.Fields = map[string]string{"title": "nome"}
		if r := remap(t, store, src); r.Refused != 1 || r.Rules["stored-before"] != 1 || r.Read != 3 {
			t.Errorf("%s: %+v; want one refused", sql, r)
		}
		if got := facts(t, store); !strings.HasSuffix(got, "\n3 3: nome=Tre telefono=0574-3 via=Lucca") {
			t.Errorf("%s: the record became\n%s", sql, got)
		}
	}
}

// What a mapping drops goes out of what is stored too, bytes included.
func TestRemapDrops(t *testing.T) {
	store := postgistest.New(t)
	s := &told{list: tableOf("codice nome telefono via", "1 Uno 0574-1 Roma")}
	src := toldSource(t, s)
	src.Mapping = catalog.Mapping{Kind: catalog.KindPlace}
	s.list[0].Layer.Guess.Fields = map[string]string{"title": "nome", "phone": "telefono"}
	harvest(t, store, src)
	src.Mapping.Drop = []string{" Telefono"}
	if r := remap(t, store, src); r.Changed != 1 || r.Outcome != catalog.RunCompleted {
		t.Errorf("%+v; want one changed", r)
	}
	if got := facts(t, store); got != "1 Uno: codice=1 via=Roma" {
		t.Errorf("published %s", got)
	}
	var raw, parsed string
	if err := store.DB().QueryRow(t.Context(), `select convert_from(raw, 'UTF8'), convert_from(parsed, 'UTF8') from harvested where key = '1'`).Scan(&raw, &parsed); err != nil {
		t.Fatal(err)
	}
	if raw != `{"codice":"1","nome":"Uno","via":"Roma"}` || strings.Contains(parsed, "0574") {
		t.Errorf("stored %s and %s", raw, parsed)
	}
}
