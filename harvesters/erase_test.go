package harvesters_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/klauspost/compress/zstd"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/harvesters"
)

// marker is what is looked for: a word that no stemmer touches.
const marker = "zqxvkmrk"

// marked are the tables of the catalogue, the job queue's with them, in which the
// marker stands in any column, also inside bytes.
func marked(t *testing.T, store *postgis.Store) (names []string) {
	t.Helper()
	rows, _ := store.DB().Query(t.Context(), `
		select relname::text from pg_class
		where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'm') and not relispartition and relname <> 'spatial_ref_sys' order by 1`)
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		var n int
		if err := store.DB().QueryRow(t.Context(), fmt.Sprintf(`select count(*) from %s x where lower(x::text) ~ any($1)`, pgx.Identifier{name}.Sanitize()),
			[]string{marker, hex.EncodeToString([]byte(marker)), hex.EncodeToString([]byte(strings.ToUpper(marker)))}).Scan(&n); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n > 0 {
			names = append(names, fmt.Sprint(name, " ", n))
		}
	}
	return names
}

// inBackup reports whether the marker stands in a backup that is made now.
func inBackup(t *testing.T, store *postgis.Store) bool {
	t.Helper()
	var b bytes.Buffer
	if _, _, err := postgis.Backup(t.Context(), store.DB().Config().ConnString(), "test", &b, func(string, int64) {}); err != nil {
		t.Fatal(err)
	}
	z, err := zstd.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	all, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	all = bytes.ToLower(all)
	return bytes.Contains(all, []byte(marker)) || bytes.Contains(all, []byte(hex.EncodeToString([]byte(marker))))
}

// job puts a harvest into the queue as one that is done, with what the worker
// writes there: the receipt and the errors of attempts before.
func job(t *testing.T, store *postgis.Store, r catalog.Receipt) {
	t.Helper()
	output, err := json.Marshal(map[string]any{"output": r})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.DB().Exec(t.Context(), `
		insert into river_job (state, kind, args, max_attempts, metadata, errors, finalized_at)
		values ('completed', 'harvest', jsonb_build_object('source', $1::text), 5, $2, array[jsonb_build_object('error', $3::text)], now())`,
		r.Source, output, "row of "+marker); err != nil {
		t.Fatal(err)
	}
}

// A record that was read, changed, quoted in complaints, rehearsed, undone, parked
// and rated is erased from every column of every table, and from a backup made
// after; what else there is of the source stays.
func TestErasedEverywhere(t *testing.T) {
	store := postgistest.New(t)
	s := &told{}
	src := toldSource(t, s)
	src.Mapping = catalog.Mapping{Kind: catalog.KindPlace, Fields: map[string]string{"title": "nome", "body_name": "ente", "opening_hours": "orario", "email": "mail"}}
	list := func(name string, others int) {
		layer := &catalog.Layer{Found: []string{"column nome: such as " + name}}
		for _, c := range []string{"codice", "nome", "ente", "orario", "mail"} {
			layer.Columns = append(layer.Columns, catalog.Column{Name: c, Type: catalog.ColumnText})
		}
		row := func(key, name, body string) catalog.Harvested {
			return catalog.Harvested{Key: key, Layer: layer, MediaType: "text/csv", Raw: []byte(key + name + body), Line: 2,
				Values: []any{key, name, body, "Mo-Fr 09:00-18:00", name + " non è posta"},
				Issues: []catalog.Issue{{Rule: "value-type", Key: key, Field: "nome", Read: name}}}
		}
		s.list = nil
		if name != "" {
			s.list = append(s.list, row("k-"+marker, name, "Studio "+marker), row("k-"+marker, name+" doppio", ""))
		}
		for i := range others {
			s.list = append(s.list, row(fmt.Sprint("altro", i), fmt.Sprint("Luogo ", i), ""))
		}
	}
	do := func(o harvesters.Options) catalog.Receipt {
		r := harvestWith(t, store, src, http.DefaultClient, o)
		if !o.DryRun {
			job(t, store, r)
		}
		return r
	}
	list("Casa "+marker, 70)
	do(harvesters.Options{})
	list("Villa "+marker, 70)
	do(harvesters.Options{})
	remap(t, store, src)
	s.err = fmt.Errorf("after the row of %s: %w", marker, catalog.ErrFailedListing)
	do(harvesters.Options{})
	s.err = nil
	list("Torre "+marker, 70)
	last := do(harvesters.Options{})
	for _, run := range []int64{last.Run} {
		if _, err := store.Revert(t.Context(), src, catalog.Run{ID: run, SourceID: src.ID}, true); err != nil {
			t.Fatal(err)
		}
	}
	list("", 20)
	do(harvesters.Options{})
	if r := do(harvesters.Options{}); r.Outcome != catalog.RunParked {
		t.Fatalf("%+v; want a parked run", r)
	}
	list("Torre "+marker, 70)
	do(harvesters.Options{})
	var id string
	if err := store.DB().QueryRow(t.Context(), `select id::text from record where source_key like 'k-%'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if _, err := store.DB().Exec(t.Context(), `insert into rating (id, page, stars) select gen_random_uuid(), '/luoghi/' || slug || '-' || id || '/storia', 1 from record where id::text = $1`, id); err != nil {
		t.Fatal(err)
	}
	if got := marked(t, store); len(got) < 12 {
		t.Fatalf("before, it stands only in %v", got)
	}
	receipt, err := store.Purge(t.Context(), src, id, catalog.Request{})
	if err != nil || receipt.Gone != 1 {
		t.Fatalf("%+v, %v", receipt, err)
	}
	if got := marked(t, store); len(got) > 0 {
		t.Errorf("it still stands in %v", got)
	}
	if inBackup(t, store) {
		t.Error("it stands in a backup made after")
	}
	if n := len(strings.Fields(published(t, store, src.ID))); n != 70 {
		t.Errorf("%d records are published; want the 70 others", n)
	}

	// The source still says it, in the same words and under another key.
	s.list[0].Layer.Found = nil
	for _, o := range []harvesters.Options{{DryRun: true}, {}, {Full: true}} {
		r := do(o)
		if r.Rules["erased-on-request"] == 0 || r.Refused != 2 || r.New+r.Changed != 0 {
			t.Errorf("%+v: %+v; want both rows refused as erased", o, r)
		}
	}
	s.list[0].Key, s.list[1].Key = "x-"+marker, "y-"+marker
	s.list[0].Values[0], s.list[1].Values[0] = s.list[0].Key, s.list[1].Key
	s.list[0].Layer.Guess.Key = []string{"codice"}
	s.list = append(s.list[:1], s.list[2:]...)
	if r := do(harvesters.Options{}); r.Refused != 1 || r.New != 0 {
		t.Errorf("under another key: %+v; want it refused", r)
	}
	if _, err := store.DB().Exec(t.Context(), `delete from river_job`); err != nil { // the test's own errors
		t.Fatal(err)
	}
	if got := marked(t, store); len(got) > 0 {
		t.Errorf("after more harvests it stands in %v", got)
	}

	// Until somebody lets it.
	if list, err := store.Erasures(t.Context(), src.ID); err != nil || len(list) != 1 || list[0].Record != id {
		t.Fatalf("erasures %+v, %v", list, err)
	}
	if err := store.Allow(t.Context(), src.ID, id); err != nil {
		t.Fatal(err)
	}
	if r := do(harvesters.Options{}); r.New != 1 {
		t.Errorf("after it was allowed: %+v; want it new", r)
	}
}

// One field of all records is erased from the same places; the rest of the
// records, their addresses and their versions stay.
func TestErasedField(t *testing.T) {
	store := postgistest.New(t)
	s := &told{}
	src := toldSource(t, s)
	src.Mapping = catalog.Mapping{Kind: catalog.KindPlace, Fields: map[string]string{"title": "nome", "phone": "Recapito"}}
	list := func(version string, columns ...string) {
		s.list = tableOf(strings.Join(columns, " "))
		for i := range 30 {
			values := map[string]string{"codice": fmt.Sprint("c", i), "nome": fmt.Sprint("Luogo", i, version), "Recapito": fmt.Sprint(marker, i, version), "via": "Roma"}
			var line []string
			for _, c := range columns {
				line = append(line, values[c])
			}
			s.list = append(s.list, tableOf(strings.Join(columns, " "), strings.Join(line, " "))...)
			h := &s.list[len(s.list)-1]
			h.Layer = s.list[0].Layer
			h.Issues = []catalog.Issue{{Rule: "value-type", Key: h.Key, Field: "Recapito", Read: values["Recapito"]}}
		}
	}
	do := func() catalog.Receipt {
		r := harvestWith(t, store, src, http.DefaultClient, harvesters.Options{})
		job(t, store, r)
		return r
	}
	list("", "codice", "nome", "Recapito", "via")
	do()
	list("-bis", "nome", "codice", "via", "Recapito")
	do()
	s.err = fmt.Errorf("after %s: %w", marker, catalog.ErrFailedListing)
	list("-ter", "Recapito", "nome", "codice", "via")
	s.list = s.list[:5]
	last := do()
	s.err = nil
	if _, err := store.Revert(t.Context(), src, catalog.Run{ID: last.Run, SourceID: src.ID}, false); err != nil {
		t.Fatal(err)
	}
	// One that is known no more how to read, and one that was withdrawn.
	if _, err := store.DB().Exec(t.Context(), `update harvested set reading = null where key = 'c29'; update harvested set missed = 2 where key = 'c28'`); err != nil {
		t.Fatal(err)
	}
	if got := marked(t, store); len(got) < 7 {
		t.Fatalf("before, it stands only in %v", got)
	}
	layers, err := store.Readings(t.Context(), src.ID)
	if err != nil {
		t.Fatal(err)
	}
	var fed catalog.Fed
	for _, l := range layers {
		src.Feed(&fed, l, "recapito")
	}
	if !fed.Columns || fed.Columnar || fed.Key {
		t.Fatalf("the field gives %+v", fed)
	}
	src.Mapping = src.Mapping.LeavingOut("recapito", layers)
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	remap(t, store, src)
	receipt, err := store.PurgeField(t.Context(), src, "recapito", fed, catalog.Request{})
	if err != nil || receipt.Gone != 2 || receipt.Read != 30 {
		t.Fatalf("%+v, %v; want 30, of which 2 were emptied", receipt, err)
	}
	if got := marked(t, store); len(got) > 0 {
		t.Errorf("it still stands in %v", got)
	}
	if inBackup(t, store) {
		t.Error("it stands in a backup made after")
	}
	var features, versions, whole int
	if err := store.DB().QueryRow(t.Context(), `
		select (select count(*) from published where kind = 'place' and convert_from(feature, 'UTF8')::json -> 'properties' ->> 'via' = 'Roma'),
			(select count(*) from published_version where convert_from(feature, 'UTF8')::json ->> 'id' = id::text and convert_from(feature, 'UTF8')::json -> 'properties' ->> 'via' = 'Roma'),
			(select count(*) from published_version where convert_from(feature, 'UTF8')::jsonb -> 'properties' = properties)`).Scan(&features, &versions, &whole); err != nil {
		t.Fatal(err)
	}
	if features != 28 || versions < 28 || whole != versions {
		t.Errorf("%d records and %d versions are whole, %d of them in both ways; want 28 and some", features, versions, whole)
	}

	if _, err := store.DB().Exec(t.Context(), `delete from river_job`); err != nil { // into which the test itself writes
		t.Fatal(err)
	}
	list("-bis", "nome", "codice", "via") // as its reader leaves it out
	for i := range s.list {
		s.list[i].Issues = nil
	}
	if r := harvest(t, store, src); r.New != 0 || r.Changed != 2 {
		t.Errorf("the next harvest: %+v; want the two emptied ones back", r)
	}
	if got := marked(t, store); len(got) > 0 {
		t.Errorf("after it, it stands in %v", got)
	}
}
