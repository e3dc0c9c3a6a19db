package csw

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/iso"
)

// A swept is what one reading of the listing found.
type swept struct {
	matched  int  // that the server counts, -1: it does not
	changed  bool // the count changed meanwhile
	received int  // positions that were read
}

// sweep reads the listing once from its beginning to its end; first is its first
// page if that is known. nextRecord is believed only where nothing is counted: some
// servers say 0 before the last record, 1, the same as before, or one after
// the end.
func (l *listing) sweep(ctx context.Context, first *answer) (swept, error) {
	s := swept{matched: -1}
	var guard fetch.Guard
	for start := 1; ; {
		if err := ctx.Err(); err != nil {
			return s, err
		}
		q := l.query(start, l.rows)
		if err := guard.Ask(q.address(l.at)); err != nil {
			return s, err
		}
		page := first
		if first = nil; page == nil {
			p, err := l.page(ctx, q, s.matched)
			if err != nil {
				return s, err
			}
			page = &p
		}
		if n := page.matched; n >= 0 {
			s.changed = s.changed || s.matched >= 0 && s.matched != n
			s.matched = n
		}
		got := len(page.records) + page.lost
		if got == 0 {
			return s, nil
		}
		if len(page.records) > 1 { // a single one may come twice, if several have its identifier
			if err := guard.Got(page.keys()); err != nil {
				return s, err
			}
		}
		if err := l.take(page); err != nil {
			return s, err
		}
		s.received += got
		before := start
		start += got
		switch {
		case s.matched > 0 && start == s.matched+1 && s.matched%roundCount == 0 && l.more(ctx, start):
			return s, failed("the server counts %d records and has more: it counts no further; make several sources of it, each with a constraint in its address", s.matched)
		case s.matched >= 0 && start > s.matched, s.matched < 0 && page.next <= before:
			return s, nil
		}
	}
}

// roundCount: a count that it divides may be where a server stops counting, as
// search engines do at 10,000.
const roundCount = 1000

// more reports whether there are records in a position behind what is counted.
func (l *listing) more(ctx context.Context, start int) bool {
	a, err := l.ask(ctx, l.query(start, 1))
	return err == nil && len(a.records) > 0
}

func (l *listing) query(start, rows int) query {
	return query{dialect: l.d, start: start, rows: rows, since: l.since, element: "full", custom: l.custom}
}

// keys are the identifiers of a page, by which it is told from others: servers
// write the hour into their answers.
func (a *answer) keys() []byte {
	var keys []byte
	for _, n := range a.records {
		key, _ := a.doc.key(n)
		keys = append(append(keys, key...), 0)
	}
	return keys
}

// page is the records from a position on. A page that the server cannot give is
// asked for in halves, until the record that spoils it stands alone (spec §3.3).
func (l *listing) page(ctx context.Context, q query, matched int) (answer, error) {
	a, err := l.ask(ctx, q)
	if err == nil && len(a.records) > 0 {
		l.good = q.start
	}
	if err == nil || !spoils(err) {
		return a, err
	}
	if l.good > 0 { // is it that page, or the server?
		if _, broken := l.ask(ctx, l.query(l.good, 1)); broken != nil {
			return a, err
		}
	}
	end := q.start + q.rows
	if matched >= 0 {
		end = min(end, matched+1)
	}
	return l.around(ctx, q.start, end, err)
}

// around is the records of the positions from start to before end, without those
// that the server cannot give.
func (l *listing) around(ctx context.Context, start, end int, why error) (answer, error) {
	if end-start <= 1 {
		return l.lose(ctx, start, why)
	}
	middle := (start + end) / 2
	low, err := l.half(ctx, start, middle)
	if err != nil || len(low.records)+low.lost < middle-start { // the server's own limit; the listing goes on from there
		return low, err
	}
	high, err := l.half(ctx, middle, end)
	if err != nil {
		return low, err
	}
	if err := l.take(&low); err != nil { // each page has a document of its own
		return low, err
	}
	high.lost += len(low.records) + low.lost
	return high, nil
}

func (l *listing) half(ctx context.Context, start, end int) (answer, error) {
	a, err := l.ask(ctx, l.query(start, end-start))
	if spoils(err) {
		return l.around(ctx, start, end, err)
	}
	return a, err
}

// lose tells of the record in a position that the server cannot give. Its
// identifier, which the server may still know, says which one stays as it was; while
// nobody knows it, nothing is withdrawn.
func (l *listing) lose(ctx context.Context, position int, why error) (answer, error) {
	a := answer{matched: -1, next: -1, lost: 1}
	q := l.query(position, 1)
	q.element, q.schema = "brief", core(l.d.version)
	key := ""
	if b, err := l.ask(ctx, q); err == nil && len(b.records) == 1 {
		key = identify(b.records[0])
	} else if err != nil && !spoils(err) {
		return a, err
	}
	if l.failing++; l.failing > maxLost {
		return a, failed("more than %d records cannot be had: %v", maxLost, why)
	}
	switch {
	case l.seen[key] || key == "" && l.lostAt[position]:
		return a, nil
	case key != "":
		l.seen[key] = true
	default:
		l.lost++
		l.lostAt[position] = true
	}
	return a, l.refuse(catalog.Issue{
		Rule: "record-unreadable", Key: key, Line: position, Read: catalog.Excerpt(why.Error()), Listed: true,
		Expected: "a record that the server can give; what was harvested of it before stays",
	})
}

func core(version string) string {
	if version == version3 {
		return csw300
	}
	return csw202
}

// isNetwork reports whether err says that the server was not reached or is busy, so
// that no record is to blame.
func isNetwork(err error) bool {
	var status *fetch.StatusError
	var operation *net.OpError
	if errors.As(err, &status) {
		return status.Code == http.StatusTooManyRequests || status.Code == http.StatusServiceUnavailable || status.Code == http.StatusUnauthorized || status.Code == http.StatusForbidden
	}
	return errors.As(err, &operation) && operation.Op == "dial"
}

// anyISO reports whether one of the records is of ISO 19115.
func anyISO(records []*xmlquery.Node) bool {
	for _, n := range records {
		if iso.Is(n) || n.Data == "FC_FeatureCatalogue" {
			return true
		}
	}
	return false
}
