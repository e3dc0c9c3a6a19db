package postgis

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// openings keeps when the records of the stage are open, also of those that did
// not change: the reading of hours may have. Only what differs is written.
func openings(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `
		delete from opening o using stage s
		where o.record_id = s.id and s.known
		  and (s.opening is null or not s.opening::jsonb @> jsonb_build_array(jsonb_build_object('opens', o.opens, 'closes', o.closes, 'days', o.days)))`); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		insert into opening (record_id, opens, closes, days)
		select s.id, o.opens, o.closes, o.days
		from stage s, jsonb_to_recordset(s.opening::jsonb) o(opens smallint, closes smallint, days smallint)
		where s.opening is not null
		on conflict do nothing`)
	return err
}

// openAt keeps what is open at t: by the hours of that day, or by those of the
// day before that go on after midnight.
func (f *filter) openAt(t time.Time) {
	t = t.In(catalog.Rome)
	minute := t.Hour()*60 + t.Minute()
	f.add("id in (select record_id from opening where opens <= %s and closes > %s and days & %s::smallint <> 0 or closes > %s and days & %s::smallint <> 0)",
		minute, minute, 1<<catalog.OpeningDay(t), minute+24*60, 1<<catalog.OpeningDay(t.AddDate(0, 0, -1)))
}
