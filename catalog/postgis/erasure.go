package postgis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// An erasures knows the descriptions of a source that were erased; nil: none.
type erasures struct {
	salts   [][]byte
	digests map[string]bool
}

// loadErasures reads those of the source.
func (h *Harvest) loadErasures(ctx context.Context) error {
	h.erased = nil
	rows, err := h.conn.Query(ctx, `select salt, digests from erasure where source_id = $1`, h.src.ID)
	if err != nil {
		return err
	}
	var salt []byte
	var digests [][]byte
	_, err = pgx.ForEachRow(rows, []any{&salt, &digests}, func() error {
		if h.erased == nil {
			h.erased = &erasures{digests: map[string]bool{}}
		}
		if !slices.ContainsFunc(h.erased.salts, func(s []byte) bool { return string(s) == string(salt) }) {
			h.erased.salts = append(h.erased.salts, salt)
		}
		for _, d := range digests {
			h.erased.digests[string(d)] = true
		}
		salt, digests = nil, nil
		return nil
	})
	return err
}

func (e *erasures) has(what, layer string, value []byte) bool {
	if e == nil || len(value) == 0 {
		return false
	}
	return slices.ContainsFunc(e.salts, func(salt []byte) bool {
		return e.digests[string(catalog.ErasureDigest(salt, what, layer, value))]
	})
}

// about reports whether what a description is about was erased under another key.
func (e *erasures) about(layer string, l catalog.Likeness) bool {
	return e.has(catalog.ErasedContent, layer, l.Content) || l.Firm && e.has(catalog.ErasedAlike, layer, l.Alike)
}

// station reports whether the measured values of a station were erased.
func (e *erasures) station(name string) bool {
	return e.has(catalog.ErasedStation, "", []byte(strings.ToLower(name)))
}

// refuseErased is the issue of a description that is not stored again. It says
// nothing of it.
func refuseErased(layer string, line int) catalog.Issue {
	return catalog.Issue{Rule: "erased-on-request", File: layer, Line: line,
		Expected: "not to be stored: it was erased on request; ponet source purge --allow lifts that", Refused: true}
}

// refuseItem counts an item of a page that was erased.
func (h *Harvest) refuseItem(counts *catalog.BatchCounts, issues *[]catalog.Issue, page catalog.Batch, item catalog.BatchItem) {
	*issues = append(*issues, refuseErased(page.Layer.Name, item.Harvested.Line))
	counts.Refused++
	counts.Erased = append(counts.Erased, item.Harvested.Key)
}

// discreet are the refusals of a page, which quote nothing of what was erased.
func (h *Harvest) discreet(page catalog.Batch) []catalog.Issue {
	for i, issue := range page.Refused {
		if h.erased.has(catalog.ErasedKey, page.Layer.Name, []byte(issue.Key)) {
			page.Refused[i] = refuseErased(page.Layer.Name, issue.Line)
		}
	}
	return page.Refused
}

// unerased is a page of measured values without those of erased stations.
func (h *Harvest) unerased(page *catalog.ObservationPage, counts *catalog.BatchCounts) {
	if h.erased == nil {
		return
	}
	told := map[string]bool{}
	kept := page.Observations[:0]
	for _, o := range page.Observations {
		if !h.erased.station(o.Stream.Station) {
			kept = append(kept, o)
			continue
		}
		counts.Refused++
		if !told[o.Stream.Station] {
			told[o.Stream.Station] = true
			page.Issues = append(page.Issues, refuseErased("", 0))
		}
	}
	page.Observations = kept
}

// block notes that a record is not to be stored again, before what tells its keys
// is erased.
func block(ctx context.Context, tx pgx.Tx, source, record string) error {
	salt, err := saltOf(ctx, tx, source)
	if err != nil {
		return err
	}
	var digests [][]byte
	rows, err := tx.Query(ctx, `
		select layer, key, content, alike, firm from harvested where source_id = $1 and record_id = $2
		union all
		select layer, key, null, null, false from former where source_id = $1 and record_id = $2
		union all -- of what is kept no longer, the layer is not known
		select l.name, r.source_key, null, null, false
		from record r, (select name from layer where source_id = $1 union select '') l
		where r.id = $2 and r.source_id = $1 and r.source_key <> ''
		  and not exists (select from harvested where record_id = r.id) and not exists (select from former where record_id = r.id)`, source, record)
	if err != nil {
		return err
	}
	var layer, key string
	var content, alike []byte
	var firm bool
	add := func(what, layer string, value []byte) {
		if len(value) > 0 {
			digests = append(digests, catalog.ErasureDigest(salt, what, layer, value))
		}
	}
	if _, err := pgx.ForEachRow(rows, []any{&layer, &key, &content, &alike, &firm}, func() error {
		add(catalog.ErasedKey, layer, []byte(key))
		add(catalog.ErasedContent, layer, content)
		if firm {
			add(catalog.ErasedAlike, layer, alike)
		}
		return nil
	}); err != nil {
		return err
	}
	rows, err = tx.Query(ctx, `select distinct lower(station) from datastream where source_id = $1 and station_id = $2`, source, record)
	if err != nil {
		return err
	}
	if _, err := pgx.ForEachRow(rows, []any{&key}, func() error {
		add(catalog.ErasedStation, "", []byte(key))
		return nil
	}); err != nil || len(digests) == 0 { // erased before
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into erasure as e (source_id, record_id, salt, digests) values ($1, $2, $3, $4)
		on conflict (source_id, record_id) do update set digests = e.digests || excluded.digests`, source, record, salt, digests)
	return err
}

// saltOf is the key of the digests of a source: one, so that a key is hashed once.
func saltOf(ctx context.Context, tx pgx.Tx, source string) ([]byte, error) {
	var salt []byte
	err := tx.QueryRow(ctx, `select salt from erasure where source_id = $1 order by erased limit 1`, source).Scan(&salt)
	if errors.Is(err, pgx.ErrNoRows) {
		salt = make([]byte, 32)
		_, err = rand.Read(salt)
	}
	return salt, err
}

// Erasures are the records of a source, or with "" of all, that are not to be
// stored again, those erased last first.
func (s *Store) Erasures(ctx context.Context, source string) ([]catalog.Erasure, error) {
	rows, _ := s.db.Query(ctx, `
		select source_id, record_id::text, salt, digests, erased
		from erasure
		where $1 = '' or source_id = $1
		order by erased desc, record_id`, source)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Erasure])
	if err != nil {
		return nil, fmt.Errorf("erasures: %w", err)
	}
	return list, nil
}

// Allow lets the source bring back a record that was erased.
func (s *Store) Allow(ctx context.Context, source, record string) error {
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `delete from erasure where source_id = $1 and record_id::text = lower($2)`, source, record)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return fmt.Errorf("no record %s of it was erased: %w", record, catalog.ErrNotFound)
		}
		return forgetListing(ctx, tx, source)
	})
	if err != nil {
		return fmt.Errorf("source %s: %w", source, err)
	}
	return nil
}

// EraseAgain erases what a backup of before has brought back, and takes over what
// is not to be stored again. It gives the number of records erased. Sources
// that the catalogue has not are left out.
func (s *Store) EraseAgain(ctx context.Context, list []catalog.Erasure) (int64, error) {
	var n int64
	for _, e := range list {
		src, err := s.Source(ctx, e.Source)
		if errors.Is(err, catalog.ErrNotFound) {
			continue
		}
		if err != nil {
			return n, err
		}
		receipt, err := s.Purge(ctx, src, e.Record, catalog.Request{Why: "again, after a backup was restored"})
		if err != nil && !errors.Is(err, catalog.ErrNotFound) {
			return n, err
		}
		n += receipt.Read
		if _, err := s.db.Exec(ctx, `
			insert into erasure (source_id, record_id, salt, digests, erased) values ($1, $2, $3, $4, $5)
			on conflict (source_id, record_id) do update set salt = excluded.salt, digests = excluded.digests, erased = excluded.erased`,
			e.Source, e.Record, e.Salt, e.Digests, e.Erased); err != nil {
			return n, fmt.Errorf("erasures of %s: %w", e.Source, err)
		}
	}
	return n, nil
}
