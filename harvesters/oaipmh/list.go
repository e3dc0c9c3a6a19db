package oaipmh

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// Limits of a listing, beside those of fetch.Guard.
const (
	maxRestarts = 20 // of a listing whose token expired, each of which must bring something new
	maxEmpty    = 10 // pages without a record, one after the other
)

// errStopped is that of a listing whose caller has enough.
var errStopped = errors.New("stopped")

// A lister walks the pages of a repository.
type lister struct {
	verb    string // ListRecords or ListIdentifiers
	repo    *repository
	c       *http.Client
	drop    []string
	seconds bool // granularity of datestamps
	// each is given every record once, lost every one that cannot be read; false
	// ends the listing.
	each func(a *answer, record *xmlquery.Node, h header) bool
	lost func(lostRecord) bool

	begin func() // called once, when the repository has answered; nil: nothing is

	first string                // responseDate of the first page of all
	seen  map[[16]byte]sighting // by identifier
	walks int
}

// A sighting is where a record was met last.
type sighting struct{ walk, page int32 }

// A walk is a listing from one first request to its end.
type walk struct {
	set, from, until string
	restarted        bool
	guard            fetch.Guard
	pages            int
	empty            int  // pages in a row
	announced        int  // completeListSize, -1: not told
	cursor           int  // of the last page that told one, -1: none did
	back             bool // it was lower than one before
	received         int  // records, repeated ones included
	distinct         int
	twice            int    // on pages before
	over             bool   // nothing more comes, told by an error
	fresh            int    // that no walk before had met
	last             string // datestamp of the latest record
	ascending        bool   // records came in the order of their datestamps
}

// list reads one set, "" for everything, from a datestamp on, "" for the beginning.
func (l *lister) list(ctx context.Context, set, from string) error {
	err := l.pages(ctx, set, from)
	if worthwhile(ctx, err) {
		return l.otherwise(ctx, set, from, err)
	}
	return err
}

// pages walks the pages of a listing. A token that expires is no failure: the listing
// goes on from the last datestamp.
func (l *lister) pages(ctx context.Context, set, from string) error {
	w := &walk{set: set, from: from, until: l.repo.until}
	for restart := 0; ; restart++ {
		err := l.walk(ctx, w)
		if !isProblem(err, "badResumptionToken") {
			return err
		}
		if restart == maxRestarts || w.fresh == 0 {
			return fmt.Errorf("after %d pages: %w", w.pages, err)
		}
		next := from
		if w.ascending {
			next = l.overlap(w.last, from)
		}
		w = &walk{set: set, from: next, until: l.repo.until, restarted: true}
	}
}

// overlap is from where a listing is taken up whose last record has a datestamp: from
// that on, and a day before where only days are told. Both are of one granularity.
func (l *lister) overlap(last, from string) string {
	t, ok := instant(last)
	if !ok {
		return from
	}
	if !l.seconds {
		t = t.AddDate(0, 0, -1)
	}
	if since := stamp(t, l.seconds); since > from {
		return since
	}
	return from
}

func (l *lister) walk(ctx context.Context, w *walk) error {
	l.walks++
	w.announced, w.cursor, w.ascending = -1, -1, true
	next := l.repo.request(l.verb, "metadataPrefix", l.repo.prefix, "set", w.set, "from", w.from, "until", w.until)
	for {
		if err := w.guard.Ask(next); err != nil {
			if w.complete() { // the last page has the token that led to it
				return w.end()
			}
			return err
		}
		a, err := ask(ctx, l.c, next, l.drop)
		if err != nil {
			err = w.problem(err)
		}
		if a != nil && l.first == "" {
			l.first = a.date
		}
		if err == nil && l.begin != nil {
			l.begin()
			l.begin = nil
		}
		if err != nil || w.over {
			return err
		}
		w.pages++
		if err := l.page(ctx, w, a); err != nil {
			return err
		}
		token := w.token(a)
		if token == "" {
			return w.end()
		}
		if err := w.goesOn(); err != nil {
			return err
		}
		next = l.repo.request(l.verb, "resumptionToken", token)
	}
}

// problem is what an answer that is none means at this point of a listing: an end, a
// token that expired, or the error that it is.
func (w *walk) problem(err error) error {
	first := w.pages == 0
	switch {
	case first && isProblem(err, "noRecordsMatch") && w.from != "" && !w.restarted:
		w.over = true // nothing changed since
		return nil
	case first && isProblem(err, "noRecordsMatch") && w.set != "":
		return fmt.Errorf("set %s: %w", w.set, err)
	case first:
		return err
	case w.complete() && (refused(err) || isProblem(err, "noRecordsMatch", "badResumptionToken")):
		w.over = true // a token too many, after the last page
		return nil
	case refused(err):
		return &problem{"badResumptionToken", err.Error()}
	}
	return fmt.Errorf("page %d: %w", w.pages+1, err)
}

// complete reports whether all the records that were announced have come.
func (w *walk) complete() bool { return w.announced >= 0 && w.distinct == w.announced }

// page hands on the records of one page that were not met before.
func (l *lister) page(ctx context.Context, w *walk, a *answer) error {
	records := xmldoc.Nodes(a.Node, pageRecords)
	var keys strings.Builder
	for _, n := range records {
		if err := ctx.Err(); err != nil {
			return err
		}
		h := headerOf(n)
		w.received++
		keys.WriteString(h.id + "\n")
		if h.datestamp < w.last {
			w.ascending = false
		} else {
			w.last = h.datestamp
		}
		if l.met(w, h.id) {
			continue
		}
		if !l.each(a, n, h) {
			return errStopped
		}
	}
	for _, r := range a.lost {
		w.received++
		keys.WriteString(r.id + "\n")
		if !l.met(w, r.id) && !l.lost(r) {
			return errStopped
		}
	}
	if len(records) == 0 {
		w.empty++
		return nil
	}
	w.empty = 0
	return w.guard.Got([]byte(keys.String()))
}

// met counts a record and reports whether a page before had it. Twice on one page
// is the source's own doing, told of as such.
func (l *lister) met(w *walk, id string) bool {
	key := seenKey(w.set, id)
	before, known := l.seen[key]
	l.seen[key] = sighting{int32(l.walks), int32(w.pages)}
	switch {
	case !known:
		w.fresh++
		w.distinct++
		return false
	case int(before.walk) != l.walks:
		w.distinct++
		return true
	case int(before.page) != w.pages:
		w.twice++
		return true
	}
	return false
}

// seenKey stands for a record of a set.
func seenKey(set, id string) [16]byte {
	sum := sha256.Sum256([]byte(set + "\n" + id))
	return [16]byte(sum[:16])
}

// token is what continues the listing, "" for nothing, with what is told beside it.
func (w *walk) token(a *answer) string {
	n := xmldoc.Node(a.Node, tokenPath)
	if n == nil {
		return ""
	}
	if size, err := strconv.Atoi(xmldoc.Attr(n, "completeListSize")); err == nil && size > 0 {
		w.announced = size // the protocol lets it be corrected on the way
	}
	if cursor, err := strconv.Atoi(xmldoc.Attr(n, "cursor")); err == nil {
		w.back = w.back || cursor < w.cursor
		w.cursor = cursor
	}
	return xmldoc.Inner(n)
}

// goesOn checks that a listing that continues moves.
func (w *walk) goesOn() error {
	switch {
	case w.back:
		return failed("page %d begins before the one that it follows, at %d", w.pages, w.cursor)
	case w.empty >= maxEmpty && !w.complete():
		return failed("%d pages without a record, one after the other, and each has a token for one more", w.empty)
	}
	return nil
}

// end checks that what was announced has come.
func (w *walk) end() error {
	switch {
	case w.twice > 0:
		return failed("%d records came on two pages: the order changed while it was read, and others may have been missed", w.twice)
	case w.announced >= 0 && w.distinct != w.announced && w.received != w.announced:
		return failed("the repository announced %d records and gave %d on %d pages", w.announced, w.distinct, w.pages)
	}
	return nil
}
