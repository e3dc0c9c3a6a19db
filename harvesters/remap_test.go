package harvesters_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

func remap(t *testing.T, store *postgis.Store, src catalog.Source) catalog.Receipt {
	t.Helper()
	h, err := store.BeginRemap(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	receipt, err := harvesters.Remap(t.Context(), h, src, datasets.Vocabularies(), harvesters.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

// What is stored is enough to make the records of every structure again: with
// the same mapping nothing changes, with another one they are as a harvest with it
// would make them, and undoing that gives what was before. The source is gone.
func TestRemap(t *testing.T) {
	store, other, dir := postgistest.New(t), postgistest.New(t), t.TempDir()
	places := filepath.Join(dir, "luoghi.csv")
	writeFile(t, places, "codice;nome;altro;orario;n;lat;lon\nA;Uno;Primo;Mo-Fr 09:00-18:00;1.234,5;43,88;11,09\nB;Due;Secondo;;7;43,87;11,10\nC;Tre;;24/7;;;\n")
	agenda := filepath.Join(dir, "agenda.ics")
	writeFile(t, agenda, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:e\nSUMMARY:Concerto\nDTSTART;VALUE=DATE:20261121\nRRULE:FREQ=WEEKLY;COUNT=5\nEND:VEVENT\nEND:VCALENDAR\n")
	portal := filepath.Join(dir, "portale.json")
	writeFile(t, portal, `{"success":true,"result":{"count":1,"results":[{"id":"d","name":"d","title":"Dati","resources":[{"id":"r","url":"https://example.org/r.csv","format":"CSV"}]}]}}`)
	sources := []catalog.Source{
		{ID: "luoghi", Protocol: "file", URL: places, Mapping: catalog.Mapping{Kind: catalog.KindPlace, Key: []string{"codice"}, Fields: map[string]string{"title": "nome", "opening_hours": "orario"}}},
		{ID: "righe", Protocol: "file", URL: places, Mapping: catalog.Mapping{Key: []string{"codice"}}},
		{ID: "agenda", Protocol: "ical", URL: agenda},
		{ID: "portale", Protocol: "ckan", URL: portal},
	}
	for _, src := range sources {
		harvest(t, store, src)
		harvest(t, other, src)
	}
	before := said(t, store)
	reads := map[string]int64{"luoghi": 3, "righe": 3, "agenda": 1, "portale": 1}
	for _, src := range sources {
		if r := remap(t, store, src); r.Outcome != catalog.RunCompleted || r.Unchanged != reads[src.ID] || r.Read != reads[src.ID] {
			t.Errorf("%s: %+v; want %d unchanged", src.ID, r, reads[src.ID])
		}
	}
	if diff := cmp.Diff(before, said(t, store)); diff != "" {
		t.Errorf("a remap that changes nothing wrote (-want +got):\n%s", diff)
	}

	src := sources[0]
	src.Mapping.Fields = map[string]string{"title": "altro"}
	src.Mapping.Type = "biblioteca"
	harvest(t, other, src)
	if err := os.Remove(places); err != nil {
		t.Fatal(err)
	}
	r := remap(t, store, src)
	if r.Changed != 3 || r.Read != 3 || r.Refused != 0 {
		t.Errorf("another mapping: %+v; want 3 changed", r)
	}
	if got, want := titles(t, store), titles(t, other); got != want {
		t.Errorf("remapped %s; a harvest makes %s", got, want)
	}
	run, err := store.Run(t.Context(), r.Run)
	if err != nil || run.Kind != catalog.RunRemap {
		t.Fatalf("%+v, %v", run, err)
	}
	if _, err := store.Revert(t.Context(), src, run, false); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, said(t, store)); diff != "" {
		t.Errorf("after the revert (-want +got):\n%s", diff)
	}
}

// titles are the places as they are published, without what identifies them.
func titles(t *testing.T, store *postgis.Store) string {
	t.Helper()
	var s string
	err := store.DB().QueryRow(t.Context(), `
		select string_agg((properties - 'updated')::text || coalesce(ST_AsText(geom), '') || words::text, E'\n' order by source_key) from published where kind = 'place'`).Scan(&s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A description that is older than what is kept for a remap says so, and the next
// harvest, which finds it unchanged, keeps it.
func TestRemapOfWhatIsOlder(t *testing.T) {
	store := postgistest.New(t)
	path := filepath.Join(t.TempDir(), "luoghi.csv")
	writeFile(t, path, "codice;nome\nA;Uno\n")
	src := catalog.Source{ID: "luoghi", Protocol: "file", URL: path, Mapping: catalog.Mapping{Kind: catalog.KindPlace, Key: []string{"codice"}}}
	harvest(t, store, src)
	if _, err := store.DB().Exec(t.Context(), `update harvested set parsed = null`); err != nil {
		t.Fatal(err)
	}
	if r := remap(t, store, src); r.Refused != 1 || r.Read != 1 || r.Rules["stored-before"] != 1 {
		t.Errorf("%+v; want 1 refused", r)
	}
	if r := harvest(t, store, src); r.Unchanged != 1 {
		t.Errorf("the next harvest: %+v; want 1 unchanged", r)
	}
	if r := remap(t, store, src); r.Unchanged != 1 {
		t.Errorf("after it: %+v; want 1 unchanged", r)
	}
}
