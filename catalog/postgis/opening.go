package postgis

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// openings keeps when the records of the stage are open, also of those that did
// not change: the reading of hours may have. Only what differs is written.
func openings(ctx context.Context, tx pgx.Tx) error {
	patrons, err := json.Marshal(catalog.PatronDays())
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		create temporary table if not exists opening_wanted (like opening including generated) on commit delete rows`); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		insert into opening_wanted (record_id, `+openingColumns+`, patron)
		select s.id, `+openingColumns+`, ($1::jsonb ->> s.istat_code)::smallint
		from stage s, jsonb_to_recordset(s.opening::jsonb) o(opens smallint, closes smallint, n smallint, days smallint,
			year_from smallint, year_to smallint, easter_from smallint, easter_to smallint, date_from integer, date_to integer, nth smallint, weeks bigint)
		where s.opening is not null and s.status = 'published'`, string(patrons)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		delete from opening o using stage s
		where o.record_id = s.id and s.known
		  and not exists (select from opening_wanted w where w.record_id = o.record_id and row(w.*) is not distinct from row(o.*))`); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into opening (record_id, `+openingColumns+`, patron)
		select record_id, `+openingColumns+`, patron from opening_wanted
		on conflict do nothing`)
	return err
}

const openingColumns = `opens, closes, n, days, year_from, year_to, easter_from, easter_to, date_from, date_to, nth, weeks`

// openAt keeps what is open at t: by the hours of that day, or by those of the
// day before that go on after midnight.
func (f *filter) openAt(t time.Time) {
	m := catalog.OpeningMomentAt(t)
	today, yesterday := f.openOn(m.Today), f.openOn(m.Yesterday)
	f.add("id in (select record_id from opening where opens <= %s and closes > %s and "+today+" or closes > %s and "+yesterday+")",
		m.Minute, m.Minute, m.Minute+24*60)
}

// openOn is that times hold on a day. On the day of its patron saint a place is
// as on public holidays.
func (f *filter) openOn(d catalog.OpeningDay) string {
	year, easter, date := f.arg(d.Year), f.arg(d.Easter), f.arg(d.Date)
	days := "days & 128 <> 0"
	if d.Bit != 1<<catalog.PublicHoliday {
		days = "days & case when patron = " + year + " then 128 else " + f.arg(d.Bit) + " end::smallint <> 0"
	}
	return days + " and (not seasonal or coalesce(year_from, 0) <= " + year + " and coalesce(year_to, 366) >= " + year +
		" and coalesce(easter_from, -366) <= " + easter + " and coalesce(easter_to, 366) >= " + easter +
		" and coalesce(date_from, 0) <= " + date + " and coalesce(date_to, 2147483647) >= " + date +
		" and coalesce(nth, -1) & " + f.arg(d.Nth) + " <> 0 and coalesce(weeks, -1) & " + f.arg(d.Week) + "::bigint <> 0)"
}
