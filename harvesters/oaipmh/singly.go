package oaipmh

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// Limits of reading otherwise what a listing did not give.
const (
	maxSingly  = 20_000 // records asked for one by one
	maxUnhad   = 1_000  // that cannot be had
	fewRecords = 200    // that are asked for one by one at once; more are looked for in lists of a month before
	maxBarren  = 3      // months in a row that bring nothing new
)

// otherwise reads what a listing that failed did not give. One record that breaks the
// page in which it stands, a token that leads back, a list whose order shifted: the
// identifiers can still be listed, and each of them be asked for. Then it is known
// that nothing is missing. why is returned when that fails too.
func (l *lister) otherwise(ctx context.Context, set, from string, why error) error {
	missing, err := l.unmet(ctx, set, from)
	if err != nil || len(missing) > maxSingly {
		return errors.Join(ctx.Err(), why)
	}
	if len(missing) > fewRecords {
		if missing, err = l.months(ctx, set, missing); err != nil {
			return err
		}
	}
	had, unhad := 0, 0
	for _, h := range missing {
		lost, err := l.single(ctx, set, h)
		switch {
		case err != nil:
			return err
		case lost == nil:
			had++
			continue
		}
		if unhad++; unhad > maxUnhad || had == 0 && unhad > maxEmpty {
			return fmt.Errorf("%w; and of the records that its list of identifiers has, %d cannot be had one by one: %s", why, unhad, lost.why)
		}
		if !l.lost(*lost) {
			return errStopped
		}
	}
	return nil
}

// worthwhile reports whether what a listing failed by leaves the hope that the
// repository answers other requests.
func worthwhile(ctx context.Context, err error) bool {
	var operation *net.OpError
	var status *fetch.StatusError
	switch {
	case ctx.Err() != nil, errors.Is(err, errStopped), !errors.Is(err, catalog.ErrFailedListing), errors.As(err, &operation):
		return false
	case errors.As(err, &status):
		return status.Code/100 == 5 && status.Code != http.StatusServiceUnavailable
	}
	return !isProblem(err, "noRecordsMatch", "badArgument", "badVerb", "cannotDisseminateFormat", "noSetHierarchy")
}

// unmet lists identifiers alone and returns the headers of those that were not met;
// what is deleted is handed on.
func (l *lister) unmet(ctx context.Context, set, from string) (missing []header, err error) {
	ids := &lister{verb: "ListIdentifiers", repo: l.repo, c: l.c, seconds: l.seconds, seen: map[[16]byte]sighting{}}
	ids.begin = func() {
		if l.begin != nil {
			l.begin()
			l.begin = nil
		}
	}
	ids.lost = func(lostRecord) bool { return true }
	ids.each = func(a *answer, n *xmlquery.Node, h header) bool {
		if l.first == "" {
			l.first = a.date
		}
		_, met := l.seen[seenKey(set, h.id)]
		switch {
		case met || h.id == "":
		case h.deleted:
			l.seen[seenKey(set, h.id)] = sighting{}
			return l.each(a, n, h)
		default:
			missing = append(missing, h)
		}
		return true
	}
	return missing, ids.pages(ctx, set, from)
}

// months looks for records in lists of the month of their datestamps, which leave
// out those that break theirs, and returns those that did not come.
func (l *lister) months(ctx context.Context, set string, missing []header) ([]header, error) {
	var months []time.Time
	for _, h := range missing {
		if at, ok := instant(h.datestamp); ok {
			months = append(months, time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC))
		}
	}
	slices.SortFunc(months, time.Time.Compare)
	barren := 0
	for _, m := range slices.Compact(months) {
		before := len(l.seen)
		w := &walk{set: set, from: stamp(m, l.seconds), until: stamp(m.AddDate(0, 1, 0).Add(-time.Second), l.seconds), restarted: true}
		if err := l.walk(ctx, w); err != nil && !worthwhile(ctx, err) && !isProblem(err, "noRecordsMatch") {
			return nil, err
		}
		if barren++; len(l.seen) > before {
			barren = 0
		}
		if barren == maxBarren {
			break
		}
	}
	return slices.DeleteFunc(missing, func(h header) bool {
		_, met := l.seen[seenKey(set, h.id)]
		return met
	}), nil
}

// single asks for one record; lost says why it cannot be had.
func (l *lister) single(ctx context.Context, set string, h header) (lost *lostRecord, err error) {
	a, err := ask(ctx, l.c, l.repo.request("GetRecord", "identifier", h.id, "metadataPrefix", l.repo.prefix), l.drop)
	if err != nil && !worthwhile(ctx, err) && !refused(err) && !isProblem(err, "cannotDisseminateFormat", "badArgument") {
		return nil, err
	}
	l.seen[seenKey(set, h.id)] = sighting{}
	if err != nil {
		return &lostRecord{h.id, err.Error()}, nil
	}
	for _, n := range xmldoc.Nodes(a.Node, pageRecords) {
		if got := headerOf(n); got.id == h.id {
			if !l.each(a, n, got) {
				return nil, errStopped
			}
			return nil, nil
		}
	}
	return &lostRecord{h.id, "the answer to GetRecord does not hold it"}, nil
}
