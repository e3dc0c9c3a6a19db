package csw

import (
	"context"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// reconcile explains why fewer different records came than the server counts, by a
// listing of identifiers alone: records that it leaves out of its pages, since it
// cannot write them in this schema, and identifiers that several records have.
// done: every record is accounted for.
func (l *listing) reconcile(ctx context.Context, s swept) (done bool, err error) {
	times, positions, err := l.identifiers(ctx, s.matched)
	if err != nil || positions < s.matched {
		return false, nil // it does not list them: the reading is repeated
	}
	var missing, repeated []string
	for _, id := range sorted(times) {
		if !l.seen[id] {
			missing = append(missing, id)
		}
		for range times[id] - 1 {
			repeated = append(repeated, id)
		}
	}
	if len(missing)+len(repeated) > maxLost {
		return false, nil
	}
	for _, id := range missing {
		if err := l.rescue(ctx, id); err != nil {
			return false, err
		}
	}
	for _, id := range repeated {
		if err := l.refuse(catalog.Issue{Rule: "identifier-shared", Key: id, Field: "fileIdentifier", Read: id, Listed: true, Expected: "an identifier that no other record has; the first was kept"}); err != nil {
			return false, err
		}
	}
	return len(l.seen)+l.lost+len(repeated) >= s.matched, nil
}

// identifiers lists how often each identifier is in the catalogue, and how many
// positions were read.
func (l *listing) identifiers(ctx context.Context, matched int) (times map[string]int, positions int, err error) {
	times = map[string]int{}
	var guard fetch.Guard
	for start := 1; start <= matched; {
		q := l.query(start, 4*l.rows)
		q.element, q.schema = "brief", core(l.d.version)
		if err := guard.Ask(q.address(l.at)); err != nil {
			return nil, 0, err
		}
		a, err := l.ask(ctx, q)
		if err != nil {
			return nil, 0, err
		}
		for _, n := range a.records {
			if id := identify(n); id != "" {
				times[id]++
				positions++
			}
		}
		if len(a.records) == 0 {
			break
		}
		start += len(a.records)
	}
	return times, positions, nil
}

// rescue reads a record that the listing leaves out, if the server gives it by its
// identifier, and else tells of it.
func (l *listing) rescue(ctx context.Context, id string) error {
	d, err := l.byID(ctx, id)
	if err == nil {
		err = exception(d.root())
	}
	if err != nil && !spoils(err) {
		return err
	}
	if err == nil {
		for _, n := range recordsIn(d.root()) {
			if identify(n) == id {
				return l.takeRecord(d, n)
			}
		}
		err = failed("it is counted, but neither in its page nor given by its identifier")
	}
	l.seen[id] = true
	return l.refuse(catalog.Issue{
		Rule: "record-unreadable", Key: id, Read: catalog.Excerpt(err.Error()), Listed: true,
		Expected: "a record that the server can give; what was harvested of it before stays",
	})
}
