package postgis

import (
	"time"

	"po-net.prato.it/ponet/catalog"
)

// openAt keeps what is open at t: by the hours of that day, or by those of the
// day before that go on after midnight.
func (f *filter) openAt(t time.Time) {
	t = t.In(catalog.Rome)
	minute := t.Hour()*60 + t.Minute()
	f.add("id in (select record_id from opening where day = %s and opens <= %s and closes > %s or day = %s and closes > %s)",
		catalog.OpeningDay(t), minute, minute, catalog.OpeningDay(t.AddDate(0, 0, -1)), minute+24*60)
}
