package postgis

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/twpayne/go-geom/encoding/ewkb"

	"po-net.prato.it/ponet/catalog"
)

// known is what harvested holds of a description.
type known struct {
	recordID          string
	hash              [16]byte
	firstRun, lastRun int64
	missed            int16
}

// Put stores one page of the run in one transaction: descriptions that are
// known and unchanged cost one look-up and write nothing; the others are made
// into records, staged by COPY and compared as sets. With dry, the
// transaction is undone at its end, and the differences say what it would have done.
func (h *Harvest) Put(ctx context.Context, page catalog.Batch, normalize catalog.Normalize, dry bool) (catalog.BatchCounts, error) {
	counts := catalog.BatchCounts{Refused: int64(len(page.Refused)), Rules: map[string]int64{}}
	olds, err := h.known(ctx, page)
	if err != nil {
		return counts, fmt.Errorf("run %d: %w", h.run.ID, err)
	}
	issues := append(h.discreet(page), page.Issues...)
	var staged, postponed []stagedRow
	keys := append(slices.Clone(page.Layer.Guess.Key), h.src.Mapping.Key...)
	reading := page.Layer.ReadingNumber()
	for _, item := range page.Items {
		if h.erased.has(catalog.ErasedKey, page.Layer.Name, []byte(item.Harvested.Key)) {
			h.refuseItem(&counts, &issues, page, item)
			continue
		}
		item.Hash = h.hash(item)
		old, found := olds[item.Harvested.Key]
		if found && !h.anew && old.still(item.Hash) {
			add(&counts, old, h.run.ID)
			continue
		}
		r, doubts := normalize(item.Harvested)
		if found {
			r.ID = old.recordID
		}
		about := catalog.NewLikeness(item.Harvested, r, keys)
		if !found && h.erased.about(page.Layer.Name, about) {
			h.refuseItem(&counts, &issues, page, item)
			continue
		}
		issues = append(issues, doubts...)
		row, err := h.stage(r, item, about, reading, found, old, page.Own)
		if err != nil {
			return counts, fmt.Errorf("run %d, %s line %d: %w", h.run.ID, page.Layer.Name, item.Harvested.Line, err)
		}
		waits := false
		if mayWait(found, page.Own) {
			if waits, err = h.waits(ctx, about); err != nil {
				return counts, fmt.Errorf("run %d: %w", h.run.ID, err)
			}
		}
		if waits {
			postponed = append(postponed, row)
			counts.Postponed++
		} else {
			staged = append(staged, row)
		}
	}
	if len(staged)+len(postponed) > 0 && !dry {
		if err := h.note(ctx, page.Layer, reading); err != nil {
			return counts, err
		}
	}
	if err := h.postpone(ctx, page.Layer, postponed); err != nil {
		return counts, fmt.Errorf("run %d: %w", h.run.ID, err)
	}
	if len(staged) == 0 && len(issues) == 0 {
		return counts, nil
	}
	err = h.page(ctx, func(tx pgx.Tx) error {
		if err := h.write(ctx, tx, page.Layer.Name, staged, &issues, &counts); err != nil {
			return err
		}
		if !dry {
			return nil
		}
		if counts.Differences, err = h.differences(ctx, tx, page.Layer.Name); err != nil {
			return err
		}
		return ends(dry)
	})
	if err != nil && err != errDry {
		return counts, fmt.Errorf("run %d: %w", h.run.ID, err)
	}
	for _, i := range issues {
		quote(&counts, i)
	}
	return counts, nil
}

// hash identifies a description together with the areas that its place is looked
// up in: when those change, it is read anew, and its record learns where it is.
func (h *Harvest) hash(item catalog.BatchItem) []byte {
	if item.Harvested.Geometry == nil {
		return item.Hash
	}
	mixed := make([]byte, len(item.Hash))
	subtle.XORBytes(mixed, item.Hash, h.areas)
	return mixed
}

// errDry undoes the transaction of a dry run.
var errDry = fmt.Errorf("dry run")

// quote counts an issue, and keeps the first three of its rule.
func quote(c *catalog.BatchCounts, i catalog.Issue) {
	if !i.Refused {
		c.Issues++
	}
	if c.Rules[i.Rule]++; c.Rules[i.Rule] <= 3 {
		c.Samples = append(c.Samples, i)
	}
}

// known looks up the page's descriptions in harvested. One that is there no more,
// as the run that brought it was undone, still knows its record.
func (h *Harvest) known(ctx context.Context, page catalog.Batch) (map[string]known, error) {
	keys := make([]string, len(page.Items))
	for i, item := range page.Items {
		keys[i] = item.Harvested.Key
	}
	// the limit makes it one look-up in the index for each key, also while nothing
	// is known of how large the table has become
	rows, err := h.conn.Query(ctx, `
		select d.*
		from unnest($3::text[]) k,
		lateral (
			select key, record_id::text, case when content is null or parsed is null or reading is null then ''::bytea else hash end, first_run, last_run, missed
			from harvested
			where source_id = $1 and layer = $2 and key = k
			limit 1
		) d`, h.src.ID, page.Layer.Name, keys)
	if err != nil {
		return nil, err
	}
	olds := make(map[string]known, len(keys))
	var (
		key  string
		k    known
		hash []byte
	)
	if _, err = pgx.ForEachRow(rows, []any{&key, &k.recordID, &hash, &k.firstRun, &k.lastRun, &k.missed}, func() error {
		k.hash = [16]byte{}
		copy(k.hash[:], hash)
		olds[key] = k
		return nil
	}); err != nil || !h.former {
		return olds, err
	}
	rows, err = h.conn.Query(ctx, `select key, record_id::text from former where source_id = $1 and layer = $2 and key = any($3)`, h.src.ID, page.Layer.Name, keys)
	if err != nil {
		return nil, err
	}
	_, err = pgx.ForEachRow(rows, []any{&key, &k.recordID}, func() error {
		if _, there := olds[key]; !there {
			olds[key] = known{recordID: k.recordID}
		}
		return nil
	})
	return olds, err
}

// stageTable holds a page while it is compared with the catalogue. It belongs
// to the run's connection and is emptied by each commit.
const stageTable = `
	create temporary table if not exists stage (
		id uuid primary key, known boolean, first_run bigint, last_run bigint, missed smallint,
		key text, hash bytea, media_type text, raw bytea, parsed bytea, reading bigint, line integer,
		kind text, collection text, slug text, title text, summary text, theme text, type text,
		municipality text, istat_code text, body_id text, licence text,
		starts timestamptz, ends timestamptz, accessible boolean,
		properties text, source_ewkb bytea, accuracy_metres real, words_a text, words_b text, note text,
		occurrences text, opening text, content bytea, alike bytea, firm boolean,
		source_id text, said text, own_ewkb bytea, evidence text, subject text, named text, town text, handles_said text, refs_said text,
		ours boolean default true, status text default 'published', merged_into uuid, shown_source text, shown_key text,
		geom geometry, srid integer, reason text, differs boolean, was text, was_in text, was_called text
	) on commit delete rows`

// openStage makes the tables of the session in which a page is prepared.
func openStage(ctx context.Context, db interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}) error {
	for _, sql := range []string{
		stageTable,
		`create temporary table if not exists evidence (own uuid, source_id text, kind text, value text) on commit delete rows`,
		likenedTable,
		`create temporary table if not exists golden (like stage) on commit delete rows`,
	} {
		if _, err := db.Exec(ctx, sql); err != nil {
			return fmt.Errorf("stage: %w", err)
		}
	}
	return nil
}

// clearStage empties them before the transaction ends.
func clearStage(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `truncate stage, evidence, likened, golden`)
	return err
}

var stageColumns = []string{
	"id", "known", "first_run", "last_run", "missed", "key", "hash", "media_type", "raw", "parsed", "reading", "line",
	"kind", "collection", "slug", "title", "summary", "theme", "type",
	"municipality", "istat_code", "body_id", "licence", "starts", "ends", "accessible",
	"properties", "source_ewkb", "accuracy_metres", "words_a", "words_b", "note",
	"occurrences", "opening", "content", "alike", "firm", "source_id", "said", "own_ewkb", "evidence", "subject", "named", "town", "handles_said", "refs_said",
}

// A stagedRow has the values of stageColumns.
type stagedRow []any

func (h *Harvest) stage(r catalog.Record, item catalog.BatchItem, about catalog.Likeness, reading int64, found bool, old known, own bool) (stagedRow, error) {
	t := item.Harvested
	raw := t.Raw
	if raw == nil {
		raw = []byte{}
	}
	parsed, err := t.Stored()
	if err != nil {
		return nil, err
	}
	record, err := stagedRecord(r)
	if err != nil {
		return nil, err
	}
	known, err := recognition(r, t.Key, record[slices.Index(recordStage, "source_ewkb")], own)
	if err != nil {
		return nil, err
	}
	handles, refs, err := ties(&r)
	if err != nil {
		return nil, err
	}
	return slices.Concat(
		stagedRow{r.ID, found, old.firstRun, old.lastRun, old.missed, t.Key, item.Hash, t.MediaType, raw, parsed, reading, t.Line},
		record,
		stagedRow{append([]byte{}, about.Content...), append([]byte{}, about.Alike...), about.Firm, h.src.ID},
		known,
		stagedRow{handles, refs},
	), nil
}

// recognitionStage are the columns of stage by which records are recognised across sources.
var recognitionStage = stageColumns[slices.Index(stageColumns, "said") : slices.Index(stageColumns, "town")+1]

// recognition are the values of recognitionStage; of kinds that are not recognised, none.
// What we describe ourselves (own) is the administrator's, and by itself.
func recognition(r catalog.Record, key string, shape any, own bool) (stagedRow, error) {
	row := make(stagedRow, len(recognitionStage))
	if !r.Kind.Recognised() {
		return row, nil
	}
	said, err := r.StoredRecord()
	if err != nil {
		return nil, err
	}
	row[0], row[1] = noNUL(strings.ReplaceAll(string(said), `\u0000`, "")), shape
	switch {
	case own:
		return row, nil
	case r.Kind == catalog.KindDataset:
		row[2], err = jsonList(r.Evidence(key))
		return row, err
	}
	return row, likened(r, row)
}

// recordStage are the columns of stage that hold a record.
var recordStage = stageColumns[slices.Index(stageColumns, "kind") : slices.Index(stageColumns, "opening")+1]

// stagedRecord are the values of recordStage.
func stagedRecord(r catalog.Record) (stagedRow, error) {
	var wkb []byte
	if r.SourceGeometry != nil {
		var err error
		if wkb, err = ewkb.Marshal(r.SourceGeometry, ewkb.NDR); err != nil {
			return nil, fmt.Errorf("geometry: %w", err)
		}
	}
	occurrences, err := jsonList(r.Occurrences)
	if err != nil {
		return nil, err
	}
	var times []catalog.OpeningDays
	if hours, ok := r.Hours(); ok {
		times, _ = hours.Rows()
	}
	opening, err := jsonList(times)
	if err != nil {
		return nil, err
	}
	return stagedRow{
		string(r.Kind), r.Collection, r.Slug, noNUL(r.Title), noNUL(r.Summary), string(r.Theme), r.Type,
		noNUL(r.Municipality), r.ISTATCode, r.BodyID, r.Licence, instant(r.Start), instant(r.End), r.Accessible(),
		string(r.Properties.AppendJSON(nil)), wkb, float32(r.AccuracyMetres), noNUL(wordsA(r)), noNUL(wordsB(r)), noNUL(note(r)),
		occurrences, opening,
	}, nil
}

// jsonList is the JSON of list, nil when it is empty.
func jsonList[T any](list []T) (any, error) {
	if len(list) == 0 {
		return nil, nil
	}
	b, err := json.Marshal(list)
	return noNUL(string(b)), err
}

// wordsA are the words of a record that count most in a search: its name. The
// accents go here and not in the database's dictionary, which takes four times
// as long as all the rest of its work; a query still goes through that.
func wordsA(r catalog.Record) string { return catalog.Plain(r.Title + " " + r.TypeLabel) }

// wordsB are the other texts of a record, without accents: everything published
// but addresses of pages, which would only match their own parts. At most
// maxWords bytes.
func wordsB(r catalog.Record) string {
	var b strings.Builder
	for _, p := range r.Properties {
		s, ok := p.Value.(string)
		if !ok || p.Name == "title" || p.Name == "type_label" || p.Name == "kind" || strings.Contains(s, "://") {
			continue
		}
		if room := maxWords - b.Len(); len(s) > room { // of a long text, its beginning
			s = s[:max(0, room)]
		}
		b.WriteString(s)
		b.WriteByte(' ')
	}
	return catalog.Plain(strings.ToValidUTF8(b.String(), ""))
}

// maxWords is how many bytes of a record's other texts are searched: enough for
// a press release, and far below what a tsvector holds (1 MB).
const maxWords = 20000

// note is what a suggestion shows beside the name.
func note(r catalog.Record) string {
	switch {
	case r.TypeLabel != "" && r.Municipality != "":
		return r.TypeLabel + " · " + r.Municipality
	case r.Municipality != "":
		return r.Municipality
	}
	return r.TypeLabel
}

// instant is the first moment of an RFC 3339 date or time, nil if there is none.
func instant(s string) *time.Time {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return &t
		}
	}
	return nil
}

// noNUL drops what PostgreSQL cannot hold in a text.
func noNUL(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\ufffd")
}
