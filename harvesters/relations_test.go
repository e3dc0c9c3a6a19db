package harvesters_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// tables are the columns of the sources of a small territory, and what they are of.
var tables = map[string]struct {
	kind    catalog.Kind
	columns string
	fields  map[string]string
}{
	"luoghi": {catalog.KindPlace, "codice;nome;indirizzo;comune;isil;managed_by", map[string]string{"title": "nome", "address": "indirizzo", "municipality": "comune"}},
	"eventi": {catalog.KindEvent, "codice;nome;place;comune;ente;super_event;inizio", map[string]string{"title": "nome", "municipality": "comune", "body": "ente", "start": "inizio"}},
	"beni":   {catalog.KindHeritageItem, "codice;nome;holder_place;comune;part_of", map[string]string{"title": "nome", "municipality": "comune"}},
	"enti":   {catalog.KindOrganization, "codice;nome;ipa_code;sede;comune", map[string]string{"title": "nome", "address": "sede", "municipality": "comune"}},
	"uffici": {catalog.KindOffice, "codice;nome;ente", map[string]string{"title": "nome", "body": "ente"}},
}

// A territory is a catalogue of sources that are files in a folder.
type territory struct {
	t     *testing.T
	store *postgis.Store
	dir   string
}

func newTerritory(t *testing.T) territory {
	return territory{t, postgistest.New(t), t.TempDir()}
}

func (w territory) source(id string) catalog.Source {
	table := tables[id]
	return catalog.Source{ID: id, Protocol: "file", URL: filepath.Join(w.dir, id+".csv"), Mapping: catalog.Mapping{Kind: table.kind, Key: []string{"codice"}, Fields: table.fields}}
}

// says harvests a source that lists rows, n times.
func (w territory) says(n int, id string, rows ...string) (runs []int64) {
	w.t.Helper()
	text := tables[id].columns + "\n" + strings.Join(rows, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(w.dir, id+".csv"), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	src := w.source(id)
	if err := w.store.PutSource(w.t.Context(), src); err != nil {
		w.t.Fatal(err)
	}
	for range n {
		runs = append(runs, harvest(w.t, w.store, src).Run)
	}
	return runs
}

// id is that of the published record with a title.
func (w territory) id(title string) string {
	w.t.Helper()
	var id string
	if err := w.store.DB().QueryRow(w.t.Context(), `select id::text from published where title = $1`, title).Scan(&id); err != nil {
		w.t.Fatalf("%s: %v", title, err)
	}
	return id
}

// of are the relations of a record, "hosts name Concerto", but for the dataset whose
// row it is.
func (w territory) of(id string) (list []string) {
	w.t.Helper()
	groups, err := w.store.Relations(w.t.Context(), id, catalog.RelationQuery{Limit: 100})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, g := range groups {
		if g.RelationType.Name == catalog.Documents {
			continue
		}
		if int(g.Count) != len(g.Related) {
			w.t.Errorf("%s counts %d and has %d", g.Name(), g.Count, len(g.Related))
		}
		for _, r := range g.Related {
			list = append(list, g.Name()+" "+r.How+" "+r.Record.Title)
		}
	}
	return list
}

func (w territory) want(what, title string, want ...string) {
	w.t.Helper()
	if got := w.of(w.id(title)); !slices.Equal(got, want) {
		w.t.Errorf("%s: %s: %q; want %q", what, title, got, want)
	}
}

// all are the relations of all published records. Each is there from both sides.
func (w territory) all() string {
	w.t.Helper()
	var lines []string
	both := map[string]int{}
	for r, err := range w.store.Records(w.t.Context(), catalog.Query{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		groups, err := w.store.Relations(w.t.Context(), r.ID, catalog.RelationQuery{Limit: 100})
		if err != nil {
			w.t.Fatal(err)
		}
		for _, g := range groups {
			for _, o := range g.Related {
				lines = append(lines, fmt.Sprintf("%s %s %s %s", r.Properties.Get("title"), g.Name(), o.How, o.Record.Title))
				pair := []string{r.ID, o.Record.ID}
				if g.Back {
					slices.Reverse(pair)
				}
				both[g.RelationType.Name+" "+strings.Join(pair, " ")]++
			}
		}
	}
	for pair, n := range both {
		if n != 2 {
			w.t.Errorf("%s is seen from %d sides", pair, n)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// A target that comes later is found; one that goes takes its relations along, and
// brings them back; a name that two have leads nowhere.
func TestRelationsFollowTheirTargets(t *testing.T) {
	w := newTerritory(t)
	w.says(1, "eventi", `e1;Concerto;"Teatro Metastasio, via Cairoli 59";Prato;c_g999;;2027-01-01`, "e2;Prova;Teatro metastasio;Vaiano;;Concerto;2027-01-02")
	w.want("no place yet", "Concerto", "has_part title Prova")
	w.says(1, "enti", "o1;Comune di Prato;c_g999;Piazza del Comune 2;Prato")
	teatro := []string{"l1;Teatro Metastasio;via Cairoli 59;Prato;;Comune di Prato", "l2;Palazzo comunale;Piazza del Comune, 2;Prato;IT-PO0002;"}
	w.says(1, "luoghi", teatro...)
	w.want("the place is there", "Concerto", "takes_place_in name Teatro Metastasio", "organised_by identifier Comune di Prato", "has_part title Prova")
	w.want("in another municipality", "Prova", "part_of title Concerto")
	w.want("inverse", "Teatro Metastasio", "hosts name Concerto", "managed_by name Comune di Prato")
	w.want("inverse", "Comune di Prato", "organises identifier Concerto", "located_at address Palazzo comunale", "manages name Teatro Metastasio")

	w.says(1, "luoghi", append(teatro, "l3;TEATRO Metastasio.;;Prato;;")...)
	w.want("two of the name", "Concerto", "organised_by identifier Comune di Prato", "has_part title Prova")
	w.says(2, "luoghi", teatro...)
	w.want("one of them is withdrawn", "Teatro Metastasio", "hosts name Concerto", "managed_by name Comune di Prato")

	w.says(1, "beni", "b1;Pala d’altare;it-po0002;Prato;", "b2;Predella;Palazzo comunale;Prato;b1")
	w.want("an identifier, a name", "Palazzo comunale", "holds identifier Pala d’altare", "holds name Predella", "seat_of address Comune di Prato")
	w.want("a key", "Predella", "held_by name Palazzo comunale", "part_of key Pala d’altare")

	place := w.id("Palazzo comunale")
	w.says(2, "luoghi", teatro[0])
	if _, err := w.store.Relations(t.Context(), place, catalog.RelationQuery{}); err != nil {
		t.Error(err)
	}
	if got := w.of(place); got != nil {
		t.Errorf("a withdrawn place has %q", got)
	}
	w.want("its target is gone", "Predella", "part_of key Pala d’altare")
	w.says(1, "luoghi", teatro...)
	w.want("and back", "Palazzo comunale", "holds identifier Pala d’altare", "holds name Predella", "seat_of address Comune di Prato")
	if _, err := w.store.Purge(t.Context(), w.source("beni"), w.id("Predella"), catalog.Request{By: "test", Why: "test"}); err != nil {
		t.Fatal(err)
	}
	w.want("one is erased", "Palazzo comunale", "holds identifier Pala d’altare", "seat_of address Comune di Prato")
	var left int
	if err := w.store.DB().QueryRow(t.Context(), `select count(*) from tie where refs::text like '%Palazzo comunale%' or exists (select from unnest(handles) h where h like '%predella')`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d rows of what was erased are left, %v", left, err)
	}
}

// In whatever order sources are harvested, changed and undone, what has to do with
// what is the same as if they had only said at once what they say last.
func TestRelationsDoNotDependOnOrder(t *testing.T) {
	names := []string{"Teatro", "Museo civico", "Biblioteca", "Palazzo comunale"}
	bodies := []string{"c_g999", "c_l537"}
	rows := map[string]func(*rand.Rand, int) string{
		"luoghi": func(r *rand.Rand, i int) string {
			return fmt.Sprintf("l%d;%s;Via Roma %d;Prato;IT-PO000%d;Ente %d", i, names[(i+r.IntN(2))%len(names)], 1+r.IntN(3), r.IntN(3), r.IntN(2))
		},
		"eventi": func(r *rand.Rand, i int) string {
			return fmt.Sprintf("e%d;Evento %d;%s;Prato;%s;e%d;2027-01-0%d", i, i, names[r.IntN(len(names))], bodies[r.IntN(2)], r.IntN(3), 1+r.IntN(8))
		},
		"beni": func(r *rand.Rand, i int) string {
			return fmt.Sprintf("b%d;Bene %d;%s;Prato;b%d", i, i, []string{"IT-PO0001", "l1", names[0], "altrove"}[r.IntN(4)], r.IntN(3))
		},
		"enti": func(r *rand.Rand, i int) string {
			return fmt.Sprintf("o%d;Ente %d;%s;Via Roma %d;Prato", i, i, bodies[i%2], 1+r.IntN(4))
		},
		"uffici": func(r *rand.Rand, i int) string { return fmt.Sprintf("u%d;Ufficio %d;%s", i, i, bodies[r.IntN(2)]) },
	}
	ids := []string{"beni", "enti", "eventi", "luoghi", "uffici"}
	r := rand.New(rand.NewPCG(11, 5))
	w := newTerritory(t)
	said := map[string][]string{}
	for step := range 14 {
		id := ids[r.IntN(len(ids))]
		if step < len(ids) {
			id = ids[(step+2)%len(ids)]
		}
		var now []string
		for i := range 1 + r.IntN(4) {
			now = append(now, rows[id](r, i))
		}
		runs := w.says(2, id, now...) // the second withdraws
		if len(said[id]) > 0 && r.IntN(3) == 0 {
			for _, run := range slices.Backward(runs) {
				if _, err := w.store.Revert(t.Context(), w.source(id), catalog.Run{ID: run}, false); err != nil {
					t.Fatalf("run %d of %s: %v", run, id, err)
				}
			}
			continue
		}
		said[id] = now
	}
	fresh := newTerritory(t)
	for _, id := range ids {
		fresh.says(1, id, said[id]...)
	}
	got, want := w.all(), fresh.all()
	if got != want {
		t.Errorf("after all that:\n%s\nat once:\n%s", got, want)
	}
	if n := strings.Count(want, "\n"); n < 20 {
		t.Errorf("only %d relations:\n%s", n, want)
	}
}

// A reference to a description that turns out to be the same as another leads to the
// record that they are together, whichever is shown.
func TestRelationsFollowMerges(t *testing.T) {
	store := postgistest.New(t)
	dir := t.TempDir()
	says := func(id, rows string) {
		t.Helper()
		path := filepath.Join(dir, id+".csv")
		if err := os.WriteFile(path, []byte("codice;nome;identifier;in_series\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
		src := catalog.Source{ID: id, Protocol: "file", URL: path, Mapping: catalog.Mapping{Kind: catalog.KindDataset, Key: []string{"codice"}, Fields: map[string]string{"title": "nome"}}}
		if err := store.PutSource(t.Context(), src); err != nil {
			t.Fatal(err)
		}
		harvest(t, store, src)
	}
	w := territory{t, store, dir}
	says("b", "B1;Serie di B;https://example.org/serie;\nB2;Anno 2025;;B1\n")
	w.want("alone", "Serie di B", "has_member key Anno 2025")
	old := w.id("Serie di B")
	says("a", "A1;Serie di A;https://example.org/serie;\n")
	head := w.of(old)
	if !slices.Equal(head, []string{"has_member key Anno 2025"}) {
		t.Errorf("made of two: %q", head)
	}
	if err := store.Decide(t.Context(), old, w.merged("A1"), catalog.Different, "test", ""); err != nil {
		t.Fatal(err)
	}
	w.want("two again", "Serie di A")
	if _, err := store.RemoveSource(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Item(t.Context(), old); !errors.Is(err, catalog.ErrWithdrawn) {
		t.Errorf("the series of b: %v; want it withdrawn", err)
	}
	w.want("it is gone", "Serie di A")
}

// merged is the record that a key alone would be.
func (w territory) merged(key string) (id string) {
	w.t.Helper()
	if err := w.store.DB().QueryRow(w.t.Context(), `select id::text from record where source_key = $1`, key).Scan(&id); err != nil {
		w.t.Fatal(err)
	}
	return id
}
