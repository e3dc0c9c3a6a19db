package postgis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Limits of what is found beside a record.
const (
	maxTwins     = 3
	twinMetres   = 25.0 // between two records of one name that are held to be one
	sameNameSeen = 200  // records of one name that are looked at
)

// Findings are what is known of r beside it, for its assessment: what was found at
// links, the issues of its harvest, and which records it may be the same as.
func (s *Store) Findings(ctx context.Context, r *catalog.Record, links []catalog.Link) (f catalog.Findings, err error) {
	addresses := make([]string, len(links))
	for i, l := range links {
		addresses[i] = l.Address
	}
	if f.Links, err = s.LinkChecks(ctx, addresses); err != nil {
		return f, err
	}
	rows, _ := s.public.Query(ctx, complaintsOf, r.SourceID, r.ID)
	if f.Complaints, err = pgx.CollectRows(rows, scanComplaint); err != nil {
		return f, fmt.Errorf("record %s: complaints: %w", r.ID, err)
	}
	if f.Twins, err = s.twins(ctx, r); err != nil {
		return f, fmt.Errorf("record %s: twins: %w", r.ID, err)
	}
	if f.Apart, err = s.apart(ctx, r); err != nil {
		return f, fmt.Errorf("record %s: positions: %w", r.ID, err)
	}
	check, err := s.LastCheck(ctx, r.ID)
	switch {
	case err == nil:
		f.Check = &check
	case !errors.Is(err, catalog.ErrNotFound):
		return f, err
	}
	return f, nil
}

// apart are the two sources of r that place it farthest from each other, one of them the one
// whose position is shown if that is far from any; nil when all agree.
func (s *Store) apart(ctx context.Context, r *catalog.Record) (*catalog.Apart, error) {
	shown := ""
	for _, p := range r.Provenance() {
		if slices.Contains(p.Fields, "geometry") {
			shown = p.Source
		}
	}
	if shown == "" {
		return nil, nil
	}
	var a catalog.Apart
	err := s.public.QueryRow(ctx, `
		select coalesce(nullif(x.title, ''), x.id), coalesce(nullif(y.title, ''), y.id), metres
		from apart
		join source x on x.id = case when other = $2 then other else source end
		join source y on y.id = case when other = $2 then source else other end
		where record_id = $1 and metres > $3
		order by $2 in (source, other) desc, metres desc, x.id, y.id
		limit 1`, r.ID, shown, catalog.MaxApart).Scan(&a.Source, &a.Other, &a.Metres)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &a, err
}

// twins are the records that r may be the same as: those that wait for a person's
// word, and those of the same kind, name and place, or begin.
func (s *Store) twins(ctx context.Context, r *catalog.Record) ([]string, error) {
	if r.Kind == catalog.KindFeature {
		return nil, nil
	}
	rows, _ := s.public.Query(ctx, `
		select id::text
		from (
			select b as id from suspected where a = $1
			union
			select a from suspected where b = $1
			union
			select p.id
			from (select id, kind, geom, starts from published where left(plain(title), 80) = left(plain($2), 80) limit $3) p
			join published r on r.id = $1
			where p.id <> r.id and p.kind = r.kind and r.kind <> 'dataset' and p.starts is not distinct from r.starts
			  and p.geom is not null and ST_DWithin(p.geom::geography, r.geom::geography, $4)) t
		order by id
		limit $5`, r.ID, r.Title, sameNameSeen, twinMetres, maxTwins)
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// LinkChecks are what was last found at addresses, by address; what nobody has
// looked at is not among them.
func (s *Store) LinkChecks(ctx context.Context, addresses []string) (map[string]catalog.LinkCheck, error) {
	found := map[string]catalog.LinkCheck{}
	if len(addresses) == 0 {
		return found, nil
	}
	rows, _ := s.public.Query(ctx, `select address, at, status, ms, state, reason from link where address = any($1) and at is not null`, addresses)
	var address string
	var c catalog.LinkCheck
	if _, err := pgx.ForEachRow(rows, []any{&address, &c.At, &c.Status, &c.Millis, &c.State, &c.Reason}, func() error {
		c.At = c.At.UTC().Truncate(time.Second)
		found[address] = c
		return nil
	}); err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	return found, nil
}
