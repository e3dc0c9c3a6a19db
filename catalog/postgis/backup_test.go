package postgis_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// A backup that is restored elsewhere is the same catalogue: every row of every
// table, the indexes, references, comments and rights, and the change log goes on.
func TestBackupRoundTrip(t *testing.T) {
	from, fromURL := filled(t, 2000)
	before := tables(t, from)
	file := backup(t, fromURL)

	m, c, err := postgis.CheckBackup(t.Context(), bytes.NewReader(file), ignore)
	if err != nil {
		t.Fatal(err)
	}
	if m.Ponet != "test" || c.Tables["record"].Rows != 2000 || len(m.Tables) != len(c.Tables) {
		t.Errorf("Manifest %+v, contents %+v", m, c)
	}
	for name := range before {
		if _, ok := c.Tables[name]; !ok {
			t.Errorf("table %s is not in the backup", name)
		}
	}

	toURL := postgistest.URL(t)
	wantSchema := definitions(t, toURL)
	if err := restore(t, toURL, file, false); err != nil {
		t.Fatal(err)
	}
	to := open(t, toURL)
	if diff := cmp.Diff(before, tables(t, to)); diff != "" {
		t.Errorf("tables after the restore (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantSchema, definitions(t, toURL)); diff != "" {
		t.Errorf("definitions after the restore (-want +got):\n%s", diff)
	}

	// a second backup of it holds the same
	_, again, err := postgis.CheckBackup(t.Context(), bytes.NewReader(backup(t, toURL)), ignore)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sizes(c), sizes(again)); diff != "" {
		t.Errorf("backup of the restored one (-want +got):\n%s", diff)
	}
}

// A server that has counted fewer transactions than the one of the backup shows
// the changes that follow all the same, and no number comes twice.
func TestChangesGoOnAfterRestore(t *testing.T) {
	from, fromURL := filled(t, 10)
	exec(t, from, `update change set xid = '900000000000' where seq = (select max(seq) from change)`)
	all := changes(t, from, catalog.Position{}, 9)
	if len(all) != 9 {
		t.Fatalf("%d changes are read; want 9, the last is far in the future", len(all))
	}
	exec(t, from, `insert into mark (reader, xid, seq) select 'follower', xid, seq from change order by xid desc, seq desc limit 1`)
	file := backup(t, fromURL)

	to := postgistest.URL(t)
	if err := restore(t, to, file, false); err != nil {
		t.Fatal(err)
	}
	store := open(t, to)
	at, err := store.Position(t.Context(), "follower")
	if err != nil {
		t.Fatal(err)
	}
	if before := changes(t, store, catalog.Position{}, 10); len(before) != 10 {
		t.Errorf("%d changes of the backup are read; want 10", len(before))
	}
	if more, err := store.Changes(t.Context(), at, 10); err != nil || len(more) != 0 {
		t.Errorf("the follower reads %+v again, %v", more, err)
	}
	exec(t, store, `insert into change (record_id, collection, kind, op) values (gen_random_uuid(), 'places', 'place', 'create')`)
	more := changes(t, store, at, 1)
	if len(more) != 1 || more[0].Seq <= at.Seq+1 {
		t.Errorf("after a change the follower reads %+v; want one, with a number far from %d", more, at.Seq)
	}
}

// What is in the place is replaced only when that is asked for, and not under
// the hands of a process that harvests.
func TestRestoreOverACatalogue(t *testing.T) {
	_, fromURL := filled(t, 20)
	file := backup(t, fromURL)
	old, oldURL := filled(t, 30)
	before := tables(t, old)

	err := restore(t, oldURL, file, false)
	if !errors.Is(err, catalog.ErrExists) {
		t.Errorf("Restore = %v; want ErrExists", err)
	}
	busy, err2 := postgis.Open(t.Context(), oldURL, "ponet serve 4711-abc")
	if err2 != nil {
		t.Fatal(err2)
	}
	if _, err := busy.Mark(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if err := restore(t, oldURL, file, true); !errors.Is(err, catalog.ErrExists) {
		t.Errorf("Restore beside ponet serve = %v; want ErrExists", err)
	}
	busy.Close()
	if diff := cmp.Diff(before, tables(t, old)); diff != "" {
		t.Errorf("the old catalogue changed (-want +got):\n%s", diff)
	}
	for range 2 { // over the old one, then over itself
		if err := restore(t, oldURL, file, true); err != nil {
			t.Fatal(err)
		}
		if n := tables(t, old)["record"].Rows; n != 20 {
			t.Errorf("%d records after the restore; want 20", n)
		}
	}
}

// A file that was cut or changed anywhere is refused, and nothing happens to
// what is there.
func TestDamagedBackup(t *testing.T) {
	_, fromURL := filled(t, 50)
	file := backup(t, fromURL)
	for _, keep := range []int{0, 1, 100, len(file) / 2, len(file) - 1} {
		if _, _, err := postgis.CheckBackup(t.Context(), bytes.NewReader(file[:keep]), ignore); !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("CheckBackup of the first %d bytes of %d = %v; want ErrInvalid", keep, len(file), err)
		}
	}
	random := rand.New(rand.NewPCG(20261122, 1))
	for range 40 {
		changed := bytes.Clone(file)
		i := random.IntN(len(changed))
		changed[i] ^= 1 << random.IntN(8)
		if m, c, err := postgis.CheckBackup(t.Context(), bytes.NewReader(changed), ignore); err == nil {
			if want := c.Tables["record"].Rows; want != 50 || m.Format == "" {
				t.Errorf("with byte %d changed: no error and %d records", i, want)
			}
		} else if !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("with byte %d changed: %v; want ErrInvalid", i, err)
		}
	}

	// damage that shows only while it is restored: the old catalogue stays
	old, oldURL := filled(t, 30)
	before := tables(t, old)
	if err := restore(t, oldURL, file[:len(file)*3/4], true); err == nil {
		t.Error("Restore of a cut file: no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := postgis.Restore(ctx, bytes.NewReader(file), postgis.Restoration{URL: oldURL, Force: true, Progress: func(string, int64) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Restore when stopped = %v; want context.Canceled", err)
	}
	if diff := cmp.Diff(before, tables(t, old)); diff != "" {
		t.Errorf("the old catalogue changed (-want +got):\n%s", diff)
	}
	_, contents, err := postgis.CheckBackup(t.Context(), bytes.NewReader(file), ignore)
	if err != nil {
		t.Fatal(err)
	}
	last := contents.Tables["vocabulary"] // after all the others have been filled
	last.Rows++
	contents.Tables["vocabulary"] = last
	exec(t, old, "insert into vocabulary (scheme, code, label_it) values ('prova', 'a', 'A')")
	before = tables(t, old)
	if err := postgis.Restore(t.Context(), bytes.NewReader(file), postgis.Restoration{URL: oldURL, Contents: contents, Force: true}); err == nil {
		t.Error("Restore of a file with fewer rows than it says: no error")
	}
	if diff := cmp.Diff(before, tables(t, old)); diff != "" {
		t.Errorf("the old catalogue changed (-want +got):\n%s", diff)
	}
}

// A backup of a release with fewer migrations is brought to this schema.
// When its records are open, which it did not know, the next harvest says.
func TestRestoreOfAnOlderSchema(t *testing.T) {
	for _, version := range []int32{7, 10} {
		store, url := filled(t, 20)
		before := tables(t, store)
		if before["opening"].Rows == 0 {
			t.Error("nothing is open in the catalogue of the test")
		}
		if err := postgis.MigrateDown(t.Context(), url, version); err != nil {
			t.Fatal(err)
		}
		file := backup(t, url)
		to := postgistest.URL(t)
		want := definitions(t, to)
		if err := restore(t, to, file, false); err != nil {
			t.Fatalf("schema %d: %v", version, err)
		}
		if diff := cmp.Diff(want, definitions(t, to)); diff != "" {
			t.Errorf("definitions after the restore of schema %d (-want +got):\n%s", version, diff)
		}
		after := tables(t, open(t, to))
		if after["record"].Rows != before["record"].Rows || after["opening"].Rows != 0 {
			t.Errorf("schema %d: %d records, %d opening times; want %d, 0", version, after["record"].Rows, after["opening"].Rows, before["record"].Rows)
		}
	}
}

// filled is a catalogue with n records and a row or more in the tables that
// postgistest.Fill leaves out, with what is awkward to write as text.
func filled(t *testing.T, n int) (*postgis.Store, string) {
	t.Helper()
	url := postgistest.URL(t)
	store := open(t, url)
	postgistest.Fill(t, store, n)
	exec(t, store, `
		insert into run (source_id, state, finished, receipt) values ('luoghi', 'completed', now(), '{"read": 3, "text": "tab\t, \"quotes\" and \\N"}');
		insert into issue (run_id, rule, key, read) select max(id), 'title-present', E'a\tb\nc\\', E'\\N' from run;
		insert into harvested (source_id, layer, key, hash, media_type, raw, record_id, first_run, last_run)
			select 'luoghi', '', row_number() over (order by id)::text, '\x00ff', 'text/csv', convert_to(E'riga\r\n;''"\\.\n', 'UTF8'), id, 1, 1 from record;
		insert into record_version (record_id, version, during, run_id, status, record, feature, geom)
			select id, 1, tstzrange(created, updated), 1, status, properties, feature, geom from record limit 5;
		insert into relation (from_id, to_id, type) select id, id, 'part_of' from record limit 1;
		create table observation_2026_11 (like observation including all);
		alter table observation attach partition observation_2026_11 for values from ('2026-11-01T00:00:00Z') to ('2026-12-01T00:00:00Z');
		insert into datastream (id, source_id, station, property, title, aggregation, clock, reading, starts, ends, count)
			values (gen_random_uuid(), 'luoghi', 'IT1', 'PM10', 'PM10', 'mean', 'solar', 'solar', '2026-11-02', '2026-11-21T11:00:00Z', 2);
		insert into observation (datastream, phenomenon_start, phenomenon_end, value, run_id, reason)
			select number, t::timestamptz, t::timestamptz + interval '1 hour', 12.5, 1, '' from datastream, unnest(array['2026-11-02', '2026-11-21T10:00:00Z']) t;
		insert into editorial_team (id, body_id, name) values ('cultura', 'c_g999', 'Redazione cultura');
		insert into river_job (args, kind, max_attempts, queue, priority, state) values ('{"source": "luoghi"}', 'harvest', 5, 'harvest', 1, 'available')`)
	return store, url
}

func open(t *testing.T, url string) *postgis.Store {
	t.Helper()
	store, err := postgis.Open(t.Context(), url, "ponet test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

func exec(t *testing.T, store *postgis.Store, sql string) {
	t.Helper()
	if _, err := store.DB().Exec(t.Context(), sql, pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatal(err)
	}
}

func ignore(string, int64) {}

func backup(t *testing.T, url string) []byte {
	t.Helper()
	var file bytes.Buffer
	if _, _, err := postgis.Backup(t.Context(), url, "test", &file, ignore); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func restore(t *testing.T, url string, file []byte, force bool) error {
	t.Helper()
	_, contents, err := postgis.CheckBackup(t.Context(), bytes.NewReader(file), ignore)
	if err != nil && !errors.Is(err, catalog.ErrInvalid) {
		t.Fatal(err)
	}
	return postgis.Restore(t.Context(), bytes.NewReader(file), postgis.Restoration{URL: url, Contents: contents, Force: force})
}

func sizes(c postgis.Contents) map[string]int64 {
	m := map[string]int64{}
	for name, t := range c.Tables {
		m[name] = t.Rows
	}
	return m
}

// A table as it is: how many rows, and a hash of all of them.
type table struct {
	Rows int64
	Hash string
}

// tables are all of ours with their rows, in no order.
func tables(t *testing.T, store *postgis.Store) map[string]table {
	t.Helper()
	ctx := t.Context()
	rows, _ := store.DB().Query(ctx, `
		select c.relname::text from pg_class c
		where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relpersistence = 'p' and not relispartition
		  and relname not in ('spatial_ref_sys', 'river_migration', 'schema_version')`)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]table{}
	for _, name := range names {
		var got table
		sql := fmt.Sprintf(`select count(*), coalesce(md5(string_agg(h, '' order by h)), '') from (select md5(x::text) as h from %s x) hashes`, pgx.Identifier{name}.Sanitize())
		if err := store.DB().QueryRow(ctx, sql).Scan(&got.Rows, &got.Hash); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = got
	}
	return all
}

// definitions are the tables, columns, indexes, references, comments and rights
// of a catalogue.
func definitions(t *testing.T, url string) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, _ := conn.Query(t.Context(), `
		select format('%s %s rights %s comment %s', relkind, relname, relacl, obj_description(oid, 'pg_class')) from pg_class where relnamespace = 'public'::regnamespace and relname !~ '^observation_[0-9]'
		union all
		select format('%s.%s %s default %s', attrelid::regclass, attname, atttypid::regtype, pg_get_expr(d.adbin, d.adrelid))
		from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
		where c.relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped and c.relname !~ '^observation_[0-9]'
		union all
		select indexdef from pg_indexes where schemaname = 'public' and tablename !~ '^observation_[0-9]'
		union all
		select format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace and conname !~ '^observation_[0-9]'
		union all
		select pg_get_triggerdef(oid) || tgenabled::text from pg_trigger where not tgisinternal
		union all
		select format('%s %s', polrelid::regclass, polname) from pg_policy
		union all
		select 'version ' || version from schema_version union all select 'jobs ' || max(version) from river_migration`)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// Whatever a file holds, reading it ends with an error or with what was written.
func FuzzCheckBackup(f *testing.F) {
	f.Add([]byte("no backup"))
	f.Add([]byte("\x28\xb5\x2f\xfd\x04\x00\x01\x00\x00\x99\xe9\xd8\x51"))
	f.Fuzz(func(t *testing.T, file []byte) {
		m, c, err := postgis.CheckBackup(t.Context(), bytes.NewReader(file), ignore)
		switch {
		case err == nil && len(slices.Collect(maps.Keys(c.Tables))) < len(m.Tables):
			t.Errorf("no error, and %d of %d tables", len(c.Tables), len(m.Tables))
		case err != nil && !errors.Is(err, catalog.ErrInvalid):
			t.Errorf("CheckBackup = %v; want ErrInvalid", err)
		}
	})
}
