package csw

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// Limits of a listing.
const (
	pageRows  = 25             // records asked for; many servers give 10 whatever is asked (spec §3.3)
	maxSweeps = 3              // readings of a catalogue that changes while it is read
	maxLost   = 50             // records that a server may be unable to give; with more it is out of order
	overlap   = 48 * time.Hour // of incremental listings: a record's date is not that of its arrival
	maxProbes = 4              // dialects of which is found out whether a single record is refused
)

// service lists what a server has, or what changed there.
func (l *listing) service(ctx context.Context, c capabilities) error {
	listing := l.src.Listing()
	l.rows = listing.Rows(pageRows)
	all := l.custom.among(dialects(c))
	if cursor, err := time.Parse(time.RFC3339, listing.Since); err == nil && c.asks("modified") {
		l.since = cursor.Add(-overlap).Format(time.DateOnly)
		first, err := l.choose(ctx, sinceDialects(all))
		if err == nil {
			first, err = l.trusted(ctx, first)
		}
		if err == nil && first != nil {
			listing.Partial = true
			l.found("records changed since %s: %d", l.since, first.matched)
			return l.sweeps(ctx, first)
		}
		if err != nil && !refusal(err) {
			return err
		}
		l.since = ""
	}
	first, err := l.choose(ctx, all)
	if err != nil {
		return err
	}
	if len(first.records)+first.lost == 0 {
		return failed("the catalogue holds no record (it counts %d)", max(first.matched, 0))
	}
	if first.matched >= 0 {
		l.found("records: %d", first.matched)
	}
	return l.sweeps(ctx, first)
}

// sinceDialects are those in which records may be asked for by their date: where
// none of them is understood, all is listed.
func sinceDialects(all []dialect) []dialect {
	return slices.DeleteFunc(slices.Clone(all), func(d dialect) bool { return !d.sort || d.core() || !d.iso() })
}

// choose finds the first dialect that the server understands, and gives the page
// that it answered with.
func (l *listing) choose(ctx context.Context, all []dialect) (*answer, error) {
	var refused error
	var empty *answer // counted as nothing, perhaps because the filter means nothing there
	var emptyBy dialect
	plain := false // it says that ISO 19115 is not to be had
	for _, d := range all {
		if d.core() && !plain && refused != nil {
			break // rather a failed listing than all records as Dublin Core has them, because a server is ill
		}
		a, err := l.ask(ctx, query{dialect: d, start: 1, rows: l.rows, since: l.since, element: "full", custom: l.custom})
		switch {
		case err == nil && len(a.records) == 0 && a.matched > 0:
			err = fmt.Errorf("%s: %d, but %w: %w", d, a.matched, errNoRecords, catalog.ErrFailedListing)
		case err == nil && len(a.records) == 0:
			if empty == nil {
				empty, emptyBy = &a, d
			}
			if l.since != "" {
				return l.chosen(d, &a), nil
			}
			continue
		case err == nil && !d.core() && !anyISO(a.records):
			err = fmt.Errorf("%s: it gives <%s> instead, so that %w: %w", d, a.records[0].Data, errNoRecords, catalog.ErrFailedListing)
		}
		if err == nil {
			return l.chosen(d, &a), nil
		}
		if !refusal(err) {
			return nil, err
		}
		if alive, err := l.alive(ctx, d, err); alive != nil || err != nil {
			return alive, err
		}
		if refused == nil {
			refused = err
		}
		plain = plain || refusesSchema(err)
	}
	if empty != nil {
		return l.chosen(emptyBy, empty), nil
	}
	return nil, refused
}

// refusesSchema reports whether err says that records of the schema that was asked
// for are not to be had.
func refusesSchema(err error) bool {
	var said *exceptionError
	if errors.As(err, &said) {
		what := strings.ToLower(said.locator + " " + said.text)
		return strings.Contains(what, "schema") || strings.Contains(what, "typename") || strings.Contains(said.code, "ParameterValue")
	}
	var status *fetch.StatusError
	return errors.Is(err, errNoRecords) || errors.As(err, &status) && status.Code < 500
}

// chosen settles on a dialect, in which a is the first page.
func (l *listing) chosen(d dialect, a *answer) *answer {
	l.d = d
	l.found("%s", l.d)
	if len(a.records) > 0 {
		l.good = 1
	}
	return a
}

// alive finds out whether it is a record on the first page that spoils it, and not
// the dialect that the server does not understand: then it gives one of the first
// few alone. The first page comes in halves.
func (l *listing) alive(ctx context.Context, d dialect, why error) (*answer, error) {
	var said *exceptionError
	if errors.Is(why, errNoRecords) || errors.As(why, &said) && (said.locator != "" || strings.Contains(said.code, "ParameterValue") || strings.Contains(said.code, "NotSupported")) || !d.sort || l.probes == maxProbes {
		return nil, nil
	}
	l.probes++
	for start := 1; start <= 3; start++ {
		a, err := l.ask(ctx, query{dialect: d, start: start, rows: 1, since: l.since, element: "full", custom: l.custom})
		if err != nil && !refusal(err) {
			return nil, nil
		}
		if err != nil || len(a.records) == 0 || !d.core() && !anyISO(a.records) {
			continue
		}
		l.chosen(d, &a)
		l.good = start
		first, err := l.page(ctx, l.query(1, l.rows), a.matched)
		first.stamp = a.stamp
		if first.matched < 0 {
			first.matched = a.matched
		}
		return &first, err
	}
	return nil, nil
}

// trusted is the first page of what changed, nil when the server says that nothing
// did although it does not know that property: then nothing at all is newer than
// the beginning of time.
func (l *listing) trusted(ctx context.Context, first *answer) (*answer, error) {
	if len(first.records) > 0 || first.matched > 0 {
		return first, nil
	}
	a, err := l.ask(ctx, query{dialect: l.d, start: 1, rows: 1, since: "1900-01-01", element: "brief", custom: l.custom})
	if err != nil {
		return nil, err
	}
	if a.matched <= 0 && len(a.records) == 0 {
		return nil, nil
	}
	return first, nil
}

// cursor notes where the next run may go on: at the server's own time when this
// listing began. One that does not tell it is listed whole every time.
func (l *listing) cursor(began string) {
	if at, err := time.Parse(time.RFC3339, began); err == nil {
		l.src.Listing().Cursor = at.UTC().Format(time.RFC3339)
	}
}

// sweeps reads the listing until every record that is matched was met. The
// catalogue may change meanwhile, and one that gives no order mixes its pages: then
// it is read once more, and only what was not met is new.
func (l *listing) sweeps(ctx context.Context, first *answer) error {
	began := first.stamp
	if len(first.records) == 0 && l.since != "" {
		l.cursor(began)
		return nil
	}
	for sweep := 1; ; sweep++ {
		before := len(l.seen) + l.lost
		s, err := l.sweep(ctx, first)
		if err != nil {
			return err
		}
		first = nil
		met := len(l.seen) + l.lost
		switch {
		case s.matched < 0 || met >= s.matched && !s.changed:
			l.cursor(began)
			return nil
		case !s.changed && l.d.sort && s.received >= s.matched:
			done, err := l.reconcile(ctx, s)
			if err != nil {
				return err
			}
			if done {
				l.cursor(began)
				return nil
			}
		case s.received < s.matched && met == before:
			return failed("the listing ends after %d records, the server counts %d", s.received, s.matched)
		}
		if met >= s.matched && sweep > 1 && met == before { // it changed, and is read as it is now
			l.cursor(began)
			return nil
		}
		if sweep == maxSweeps {
			return failed("the server counts %d records, but %d readings met %d different ones%s", s.matched, sweep, met, l.disorder())
		}
	}
}

// disorder explains why records may be missed.
func (l *listing) disorder() string {
	if l.d.sort {
		return ""
	}
	return "; it refuses to sort them (" + strings.TrimSpace(l.d.String()) + ")"
}

// spoils reports whether err may be due to one record of the page that was asked
// for.
func spoils(err error) bool {
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return false
	}
	return refusal(err) || !isNetwork(err)
}
