package postgis

import (
	"context"
	"fmt"
	"slices"
)

// Limits of what is looked for to be told as doubtful.
const (
	alikeTitles = 0.9 // trigram similarity of two titles, from which on they are told
	maxAlike    = 200 // descriptions that share evidence; where there are more, it tells nothing
)

// doubt keeps the pairs that a person should look at: those that the grouping
// found, and those that share the checksum of a file, or holder, theme, nearly the title and the
// time of change (spec/metadata.md §4.1, steps 5 and 6).
func (g *grouping) doubt(ctx context.Context) error {
	if len(g.around) > 0 {
		if _, err := g.tx.Exec(ctx, `delete from doubt where kind not in ('sum', 'title') and (a = any($1) or b = any($1))`, g.around); err != nil {
			return fmt.Errorf("doubts: %w", err)
		}
	}
	for _, d := range g.doubts {
		if _, err := g.tx.Exec(ctx, `insert into doubt (a, b, kind, value, score) values ($1, $2, $3, $4, $5) on conflict do nothing`,
			d.A, d.B, string(d.Kind), d.Value, d.Score); err != nil {
			return fmt.Errorf("doubts: %w", err)
		}
	}
	if _, err := g.tx.Exec(ctx, `
		insert into doubt (a, b, kind, score)
		select a, b, 'alike', score from compared where verdict = 'review' and (a = any($1) or b = any($1))
		on conflict (a, b, kind) do update set score = excluded.score`, slices.Concat(g.changed, g.around)); err != nil {
		return fmt.Errorf("doubts: %w", err)
	}
	if len(g.changed) == 0 {
		return nil
	}
	_, err := g.tx.Exec(ctx, `
		with shared as materialized (
			select distinct m.own, j.own as other, m.kind, case m.kind when 'sum' then m.value else '' end as value
			from identifier m join identifier j on j.value = m.value and j.kind = m.kind and j.source_id <> m.source_id
			where m.own = any($1) and m.kind in ('sum', 'title')
			  and (select count(*) from (select from identifier k where k.value = m.value and k.kind = m.kind limit $2 + 1) k) <= $2
		)
		insert into doubt (a, b, kind, value, score)
		select distinct on (least(s.own, s.other), greatest(s.own, s.other), s.kind)
			least(s.own, s.other), greatest(s.own, s.other), s.kind, s.value, case s.kind when 'sum' then 0.9 else t.alike * 0.8 end
		from shared s
		join record a on a.id = s.own
		join record b on b.id = s.other,
		lateral (
			select similarity(plain(a.title), plain(b.title)) as alike,
				substring(a.properties ->> 'modified' from '^\d{4}-\d\d-\d\d')::date - substring(b.properties ->> 'modified' from '^\d{4}-\d\d-\d\d')::date as days
		) t
		where s.kind = 'sum' or t.alike >= $3 and coalesce(abs(t.days), 0) <= 366
		on conflict (a, b, kind) do nothing`, g.changed, maxAlike, alikeTitles)
	if err != nil {
		return fmt.Errorf("doubts: %w", err)
	}
	return nil
}
