package harvesters_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// said are the hashes of all that the catalogue says, table by table, without the
// keeping of books: numbers of runs, versions, times of writing. What a run made
// and another undid is withdrawn and counts as not there, as it was before.
func said(t *testing.T, store *postgis.Store) map[string]string {
	t.Helper()
	queries := map[string]string{
		"record": `(select to_jsonb(r) - '{version,updated,run_id,created,properties,feature}'::text[]
			|| jsonb_build_object('p', properties - 'updated', 'f', regexp_replace(convert_from(feature, 'UTF8'), '"updated":"[^"]*"', '')) as x
			from record r where status <> 'withdrawn' or exists (select from harvested h where h.record_id = r.id))`,
		"collection_mark": `(select jsonb_build_array(collection, count) as x from collection_mark where count <> 0)`,
		"datastream":      `(select to_jsonb(d) - '{updated}'::text[] as x from datastream d)`,
		"observation":     `(select to_jsonb(o) - '{run_id}'::text[] as x from observation o)`,
	}
	for _, name := range []string{"harvested", "layer", "occurrence", "opening", "name", "word", "area", "body", "relation"} {
		queries[name] = "(select t::text as x from " + name + " t)"
	}
	all := map[string]string{}
	for name, query := range queries {
		var sum string
		if err := store.DB().QueryRow(t.Context(), `
			select count(*) || ' ' || coalesce(md5(string_agg(h, '' order by h)), '') from (select md5(x::text) as h from `+query+` q) hashes`).Scan(&sum); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = sum
	}
	return all
}

// A madeUp source is one whose content changes at random.
type madeUp struct {
	src   catalog.Source
	items map[int]int // what there is, with its version
	write func(r *rand.Rand, items map[int]int) string
}

// lines writes the items in order, one after the other.
func lines(items map[int]int, line func(item, version int) string) string {
	var b strings.Builder
	for i := range 12 {
		if v, ok := items[i]; ok {
			b.WriteString(line(i, v))
		}
	}
	return b.String()
}

func madeUpSources(dir string) []*madeUp {
	hours := []string{"", "Mo-Fr 09:00-18:00", "Sa,Su 10:00-13:00", "24/7"}
	day := func(days int) string { return time.Now().AddDate(0, 0, days).Format("20060102") }
	fields := map[string]string{"title": "nome", "code": "codice", "opening_hours": "orario"}
	table := func(_ *rand.Rand, items map[int]int) string {
		extra, more := "", ""
		if len(items)%2 == 0 { // the columns change too
			extra, more = ";nota", ";una nota"
		}
		return "codice;nome;orario;lat;lon" + extra + "\n" + lines(items, func(i, v int) string {
			return fmt.Sprintf("S%d;Luogo %d variante %d;%s;43,8%d;11,0%d%s\n", i, i, v%3, hours[(i+v)%len(hours)], v%10, i%10, more)
		})
	}
	path := func(name string) string { return filepath.Join(dir, name) }
	return []*madeUp{
		{src: catalog.Source{ID: "luoghi", Protocol: "file", URL: path("luoghi.csv"), Mapping: catalog.Mapping{Kind: catalog.KindPlace, Key: []string{"codice"}, Fields: fields}}, write: table},
		{src: catalog.Source{ID: "centraline", Protocol: "file", URL: path("centraline.csv"), Mapping: catalog.Mapping{Kind: catalog.KindStation, Key: []string{"codice"}, Fields: fields}}, write: table},
		{src: catalog.Source{ID: "righe", Protocol: "file", URL: path("righe.csv"), Mapping: catalog.Mapping{Key: []string{"codice"}}}, write: table},
		{src: catalog.Source{ID: "agenda", Protocol: "ical", URL: path("agenda.ics")}, write: func(_ *rand.Rand, items map[int]int) string {
			return "BEGIN:VCALENDAR\n" + lines(items, func(i, v int) string {
				return fmt.Sprintf("BEGIN:VEVENT\nUID:e%d\nSUMMARY:Evento %d %d\nDTSTART;VALUE=DATE:%s\nRRULE:FREQ=WEEKLY;COUNT=%d\nEND:VEVENT\n", i, i, v%2, day(i+v), 1+v%4)
			}) + "END:VCALENDAR\n"
		}},
		{src: catalog.Source{ID: "aria", Protocol: "file", URL: path("aria.csv"), Mapping: airSource("", solarHours).Mapping}, write: func(_ *rand.Rand, items map[int]int) string {
			return airHeader + lines(items, func(i, v int) string {
				return fmt.Sprintf("S%d;PM10;2026-01-%02d;%d;%d,5;ug/m3;\n", i%3, 1+i, 1+i, 10+v)
			})
		}},
		{src: catalog.Source{ID: "portale", Protocol: "ckan", URL: path("portale.json")}, write: func(_ *rand.Rand, items map[int]int) string {
			all := strings.TrimSuffix(lines(items, func(i, v int) string {
				return fmt.Sprintf(`{"id":"d%d","name":"d%d","title":"Dati %d %d","holder_identifier":"ente%d","holder_name":"Ente %d"},`, i, i, i, v, v%4, v%4)
			}), ",")
			return fmt.Sprintf(`{"success":true,"result":{"count":%d,"results":[%s]}}`, len(items), all)
		}},
	}
}

// change lets the source add, change and lose items; one is always there.
func (m *madeUp) change(t *testing.T, r *rand.Rand) {
	t.Helper()
	if m.items == nil {
		m.items = map[int]int{}
	}
	for i := range 12 {
		_, there := m.items[i]
		switch chance := r.IntN(10); {
		case !there && chance < 4 || i == 0:
			m.items[i] = r.IntN(40)
		case there && chance < 2:
			delete(m.items, i)
		case there && chance < 5:
			m.items[i]++
		}
	}
	writeFile(t, m.src.URL, m.write(r, m.items))
}

// An undoable is a run with what the catalogue said before and after.
type undoable struct {
	source        *madeUp
	run           int64
	before, after map[string]string
}

// Whatever sources of every structure say in whatever order, undoing the last
// run gives what was before it, undoing that what was after it, table by table.
func TestUndoOfRandomHistories(t *testing.T) {
	for seed := range uint64(2) {
		r := rand.New(rand.NewPCG(seed, 7))
		store := postgistest.New(t)
		sources := madeUpSources(t.TempDir())
		var done, undone []undoable
		revert := func(u undoable) undoable {
			t.Helper()
			run, err := store.Run(t.Context(), u.run)
			if err != nil {
				t.Fatal(err)
			}
			receipt, err := store.Revert(t.Context(), u.source.src, run, false)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			return undoable{u.source, receipt.Run, u.after, u.before}
		}
		now := said(t, store)
		for step := range 24 {
			switch chance := r.IntN(10); {
			case chance < 3 && len(done) > 0:
				u := done[len(done)-1]
				done, undone = done[:len(done)-1], append(undone, revert(u))
				now = u.before
			case chance < 5 && len(undone) > 0:
				u := undone[len(undone)-1]
				undone, done = undone[:len(undone)-1], append(done, revert(u))
				now = u.before
			default:
				m := sources[r.IntN(len(sources))]
				m.change(t, r)
				before := now
				receipt := run(t, store, m.src)
				if receipt.Outcome != catalog.RunCompleted {
					t.Fatalf("seed %d: %+v", seed, receipt)
				}
				now = said(t, store)
				done, undone = append(done, undoable{m, receipt.Run, before, maps.Clone(now)}), nil
			}
			if diff := cmp.Diff(now, said(t, store)); diff != "" {
				t.Fatalf("seed %d, step %d (-want +got):\n%s", seed, step, diff)
			}
		}
	}
}
