package ogcapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

// overlap is how much of what was listed before is asked for again: the time of a
// change is that of an editor's desk, and the index may be made the night after.
const overlap = 48 * time.Hour

// A cursor is when the source was read, by its server's clock, and how what changed
// since can be asked for in those of its collections where it can.
type cursor struct {
	Read time.Time         `json:"read"`
	By   map[string]asking `json:"by"`
}

// An asking is by which property a collection is asked for what changed.
type asking struct {
	Property string `json:"property"`
	Days     bool   `json:"days,omitempty"` // its values have no hour
	Records  bool   `json:"records,omitempty"`
}

func parseCursor(s string) cursor {
	var c cursor
	if s == "" || json.Unmarshal([]byte(s), &c) != nil {
		return cursor{}
	}
	return c
}

// conclude tells the run what was listed, and notes where the next one goes on.
func (s *service) conclude() {
	l := s.src.Listing()
	l.Partial = s.partial
	if s.began.IsZero() || len(s.by) == 0 {
		return
	}
	if b, err := json.Marshal(cursor{s.began.Add(-overlap), s.by}); err == nil {
		l.Cursor = string(b)
	}
}

// answered notes the server's time of its first answer with items.
func (s *service) answered(h http.Header) {
	if at, err := http.ParseTime(h.Get("Date")); err == nil && s.began.IsZero() {
		s.began = at.UTC()
	}
}

// The newest time of change that the items of a collection tell.
type newest struct {
	at     time.Time
	day    bool // it has no hour
	untold bool // an item does not tell
}

// modified is the property that tells when an item changed: updated of records
// (20-004r1 §8.2), of features the one that the mapping names.
func (l *layer) modified() string {
	if l.datasets != nil {
		return "updated"
	}
	if name := l.src.Mapping.Fields["modified"]; !strings.ContainsAny(name, `+'"`) {
		return name
	}
	return ""
}

// stamp is when an item changed; false: it does not tell so that it can be compared.
func stamp(raw []byte, property string) (at time.Time, day, ok bool) {
	text := table.Unquote(table.Member(table.Member(raw, "properties"), property))
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), layout == time.DateOnly, true
		}
	}
	return time.Time{}, false, false
}

// dated takes the time of change of an item into account. An item older than what
// was asked for shows that the server does not heed the condition.
func (l *layer) dated(raw []byte) error {
	property := l.modified()
	if property == "" {
		return nil
	}
	at, day, ok := stamp(raw, property)
	switch {
	case !ok:
		l.newest.untold = true
	case at.After(l.newest.at):
		l.newest.at, l.newest.day = at, day
	}
	if !l.from.IsZero() && (!ok || at.Before(l.from)) {
		return uneven("the server does not heed the filter: an item has %s %q", property, at.Format(time.RFC3339))
	}
	return nil
}

// since asks for what changed at or after a moment (19-079r2 §7, 21-065r2 §6).
func (l *layer) since(by asking, at time.Time) string {
	l.from = at
	literal := "TIMESTAMP('" + at.Format("2006-01-02T15:04:05Z") + "')"
	if by.Days {
		l.from = at.Truncate(24 * time.Hour)
		literal = "DATE('" + at.Format(time.DateOnly) + "')"
	}
	return with(with(l.items, "filter", by.Property+" >= "+literal), "filter-lang", *l.language)
}

// changes reads what changed in the collection since the last run; done is false when
// everything has to be read. Of features it only finds out whether any has changed,
// since the columns of a table are those of all its rows.
func (l *layer) changes(ctx context.Context) (done bool, err error) {
	by, ok := l.before.By[string(l.ID)]
	if !ok || l.before.Read.IsZero() {
		return false, nil
	}
	if offered, err := l.offers(ctx, by.Property); err != nil || !offered {
		return false, err
	}
	all := l.items
	l.items = l.since(by, l.before.Read)
	l.way++
	defer func() { l.items, l.from, l.matched, l.got = all, time.Time{}, -1, 0 }()
	if by.Records {
		l.decided, l.datasets = true, catalog.DatasetLayer()
		l.datasets.Found = append(l.datasets.Found, "changes since "+l.before.Read.Format(time.RFC3339)+", by the server's clock")
		err = l.walk(ctx)
		done = err == nil
	} else {
		var p page
		p, err = l.page(ctx, l.request(1, ""))
		done = err == nil && p.features == 0
	}
	if done {
		l.by[string(l.ID)], l.partial = by, true
	}
	return done, l.bearable(ctx, err)
}

// bearable is err, unless another way of asking may do better.
func (l *layer) bearable(ctx context.Context, err error) error {
	var other *unevenError
	if err == nil || ctx.Err() == nil && (errors.As(err, &other) || isClientError(err)) {
		return nil
	}
	return err
}

// promise finds out, after the collection was read whole, whether the next run can
// ask for what changed: every item tells when it changed, and the server gives the
// newest of them to who asks for it, and nothing to who asks for what comes after it.
func (l *layer) promise(ctx context.Context) error {
	property := l.modified()
	if property == "" || l.newest.untold || l.newest.at.IsZero() || l.items == "" {
		return nil
	}
	if offered, err := l.offers(ctx, property); err != nil || !offered {
		return l.bearable(ctx, err)
	}
	by := asking{property, l.newest.day, l.datasets != nil}
	all := l.items
	defer func() { l.items, l.from = all, time.Time{} }()
	for _, probe := range []struct {
		at    time.Time
		holds bool
	}{{l.newest.at, true}, {l.newest.at.Add(overlap), false}} {
		l.items = l.since(by, probe.at)
		l.way++
		p, err := l.page(ctx, l.request(10, ""))
		l.items = all
		if err != nil {
			return l.bearable(ctx, err)
		}
		if (p.features > 0) != probe.holds {
			return nil
		}
	}
	l.by[string(l.ID)] = by
	return nil
}

// offers reports whether the server filters (19-079r2, in one of the text forms) and
// the collection by a property.
func (l *layer) offers(ctx context.Context, property string) (bool, error) {
	if l.language == nil {
		language, err := l.conformance(ctx)
		if err = l.bearable(ctx, err); err != nil {
			return false, err
		}
		l.language = &language
	}
	if *l.language == "" {
		return false, nil
	}
	at := l.queryables()
	if at == "" {
		return false, nil
	}
	body, _, err := l.bytes(ctx, l.formatted(at))
	if err != nil {
		return false, l.bearable(ctx, err)
	}
	var schema struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	_ = json.Unmarshal(body, &schema) // what is none offers nothing
	_, ok := schema.Properties[property]
	return ok, nil
}

// conformance is the text form of CQL that the server says it understands, "" for none.
func (l *layer) conformance(ctx context.Context) (string, error) {
	at := l.conforms
	if root, _, ok := strings.Cut(l.items, "/collections/"); at == "" && ok {
		at = root + "/conformance"
	}
	if at == "" {
		return "", nil
	}
	d, err := l.read(ctx, l.formatted(at))
	if err != nil {
		return "", err
	}
	var classes []string
	_ = json.Unmarshal(d.ConformsTo, &classes) // one that is no list names nothing
	best, filters := "", false
	for _, c := range classes {
		switch {
		case strings.HasSuffix(c, "/conf/cql2-text"):
			best = "cql2-text"
		case strings.HasSuffix(c, "/conf/cql-text") && best == "":
			best = "cql-text" // drafts before 1.0
		case strings.HasSuffix(c, "/conf/filter"):
			filters = true
		}
	}
	if !filters {
		return "", nil
	}
	return best, nil
}

// queryables is where the collection tells by which properties it can be filtered.
func (l *layer) queryables() string {
	for _, x := range l.Links {
		if strings.HasSuffix(x.Rel, "queryables") && !strings.Contains(x.Type, "html") && l.at != nil {
			return follow(l.at, x.Href)
		}
	}
	if before, _, ok := strings.Cut(without(l.items, "limit"), "/items"); ok {
		return before + "/queryables"
	}
	return ""
}
