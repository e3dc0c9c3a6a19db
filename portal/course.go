package portal

import (
	"encoding/json"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A courseInstance is one time that a course is held (spec/metadata.md §1.5),
// days or times as RFC 3339 writes them.
type courseInstance struct {
	Start     string `json:"start"`
	End       string `json:"end"`
	Schedule  string `json:"schedule"`
	Hours     any    `json:"hours"`
	Place     string `json:"place"`
	Mode      string `json:"mode"`
	Seats     any    `json:"seats"`
	EnrolFrom string `json:"enrol_from"`
	EnrolTo   string `json:"enrol_to"`
	Price     any    `json:"price"`
	Status    string `json:"status"`
}

// courseInstances are those of rec; without any, its own start and end are one.
func courseInstances(rec *catalog.Record) []courseInstance {
	var list []courseInstance
	if raw, ok := rec.Properties.Get("instances").(json.RawMessage); ok {
		_ = json.Unmarshal(raw, &list) // a column of the source with that name may hold anything: it is shown among the others
	}
	if len(list) == 0 && (rec.Start != "" || rec.End != "") {
		list = []courseInstance{{Start: rec.Start, End: rec.End}}
	}
	return list
}

// enrolment is the last day, still to come, on which one may enrol.
func (s *server) enrolment(rec *catalog.Record, now time.Time) string {
	for _, i := range courseInstances(rec) {
		if t, ok := instantOf(i.EnrolTo); ok && !t.Before(midnight(now)) {
			return s.texts.t("detail.entro", dayOf(i.EnrolTo))
		}
	}
	return ""
}

// courseLine says what a person who might go has to know first: until when one
// may enrol, or else when it begins or how long it lasts.
func (s *server) courseLine(rec *catalog.Record, now time.Time) string {
	line, best := when(rec), time.Time{}
	for _, i := range courseInstances(rec) {
		for _, d := range []struct{ key, date string }{{"corso.iscrizioni", i.EnrolTo}, {"corso.inizia", i.Start}, {"corso.finisce", i.End}} {
			t, ok := instantOf(d.date)
			if len(d.date) == len(time.DateOnly) {
				t = t.AddDate(0, 0, 1) // the day counts
			}
			if !ok || t.Before(now) {
				continue
			}
			if best.IsZero() || t.Before(best) {
				line, best = s.texts.t(d.key, dayOf(d.date)), t
			}
			break
		}
	}
	return line
}
