package postgis

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

const (
	// qualityReader is the name under which it is remembered how far the change log
	// has been measured: another number, and everything is measured anew.
	qualityReader = "quality 1"
	// measureBatch is how many changes, or records, are measured at a time.
	measureBatch = 1000
	// firstLook is within what time a new address is looked at for the first time.
	firstLook = time.Hour
)

// Measure brings the table quality, and with it the links, up to the change log, a
// part at a time: it is the number of changes read, 0 when there are none left.
func (s *Store) Measure(ctx context.Context, v *catalog.Vocabularies) (int, error) {
	at, err := s.Position(ctx, qualityReader)
	if err != nil {
		return 0, err
	}
	changes, err := s.Changes(ctx, at, measureBatch)
	if err != nil || len(changes) == 0 {
		return 0, err
	}
	ids := make([]string, 0, len(changes))
	seen := map[string]bool{}
	for _, c := range changes {
		if !seen[c.RecordID] {
			seen[c.RecordID] = true
			ids = append(ids, c.RecordID)
		}
	}
	if err := s.measure(ctx, v, ids); err != nil {
		return 0, err
	}
	return len(changes), s.SetPosition(ctx, qualityReader, changes[len(changes)-1].Position())
}

// measure makes what is kept of the quality of records what it is now.
func (s *Store) measure(ctx context.Context, v *catalog.Vocabularies, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	records, err := s.RecordsByID(ctx, ids)
	if err != nil {
		return err
	}
	links := map[string][]catalog.Link{}
	var addresses []string
	for _, r := range records {
		links[r.ID] = v.Links(r)
		for _, l := range links[r.ID] {
			addresses = append(addresses, l.Address)
		}
	}
	checks, err := s.LinkChecks(ctx, addresses)
	if err != nil {
		return err
	}
	now := time.Now()
	q := &judgements{}
	for _, r := range records {
		q.add(r, v.Assess(r, catalog.Findings{Links: checks}, now), links[r.ID])
	}
	if err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error { return q.store(ctx, tx, ids, now) }); err != nil {
		return fmt.Errorf("quality: %w", err)
	}
	return nil
}

// judgements are the rows of quality, link and record_link of some records, a column each.
type judgements struct {
	ids, bodies, kinds   []string
	completeness, mqa    []*int
	ours                 []bool
	givers, given, hosts []string
	files                []bool
	firstLook            []time.Duration
}

func (m *judgements) add(r *catalog.Record, q catalog.Assessment, links []catalog.Link) {
	var completeness, mqa *int
	if q.Completeness >= 0 {
		completeness = &q.Completeness
	}
	if q.MQA != nil {
		mqa = &q.MQA.Score
	}
	m.ids, m.bodies, m.kinds = append(m.ids, r.ID), append(m.bodies, r.BodyID), append(m.kinds, string(r.Kind))
	m.completeness, m.mqa, m.ours = append(m.completeness, completeness), append(m.mqa, mqa), append(m.ours, r.OurDescription())
	for _, l := range links {
		u, err := url.Parse(l.Address)
		if err != nil || u.Hostname() == "" || strings.Contains(l.Address, "\x00") {
			continue
		}
		m.givers, m.given, m.hosts = append(m.givers, r.ID), append(m.given, l.Address), append(m.hosts, strings.ToLower(u.Hostname()))
		m.files, m.firstLook = append(m.files, l.File), append(m.firstLook, rand.N(firstLook))
	}
}

// store writes them in place of what was kept of the records ids, of which some may
// be published no more.
func (m *judgements) store(ctx context.Context, tx pgx.Tx, ids []string, now time.Time) error {
	if _, err := tx.Exec(ctx, `delete from quality where record_id = any($1::text[]::uuid[]) and record_id <> all(coalesce($2::text[]::uuid[], '{}'))`, ids, m.ids); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		insert into quality (record_id, body_id, kind, completeness, mqa, ours)
		select id::uuid, body, kind, completeness, mqa, ours
		from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::smallint[], $6::boolean[]) as m(id, body, kind, completeness, mqa, ours)
		order by id
		on conflict (record_id) do update set
			body_id = excluded.body_id, kind = excluded.kind, completeness = excluded.completeness, mqa = excluded.mqa, ours = excluded.ours
		where (quality.body_id, quality.kind, quality.completeness, quality.mqa, quality.ours)
			is distinct from (excluded.body_id, excluded.kind, excluded.completeness, excluded.mqa, excluded.ours)`,
		m.ids, m.bodies, m.kinds, m.completeness, m.mqa, m.ours); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		delete from record_link l
		where record_id = any($1::text[]::uuid[])
		  and not exists (select from unnest($2::text[], $3::text[]) as m(id, address) where m.id::uuid = l.record_id and m.address = l.address)`, ids, m.givers, m.given); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		insert into record_link (record_id, address)
		select id::uuid, address from unnest($1::text[], $2::text[]) as m(id, address)
		on conflict do nothing`, m.givers, m.given); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		insert into link (address, host, file, due)
		select address, min(host), bool_or(file), $5::timestamptz + min(wait)
		from unnest($1::text[], $2::text[], $3::boolean[], $4::interval[]) as m(address, host, file, wait)
		group by address
		order by address
		on conflict (address) do update set file = excluded.file where link.file <> excluded.file and excluded.file`,
		m.given, m.hosts, m.files, m.firstLook, now)
	return err
}
