package portal

import (
	"context"
	"errors"
	"net/http"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// checked says who has looked whether rec is true, and when, or that nobody has; late: it
// should be done again.
func (s *server) checked(rec *catalog.Record, c *catalog.Check) (text string, late bool) {
	switch {
	case rec.Kind.CheckedEvery() == 0:
		return "", false
	case c == nil:
		return s.texts.t("controllo.mai"), false
	case c.Overdue(rec.Kind, s.now()):
		return s.texts.t("controllo.scaduto", c.Body, romeDay(c.At), romeDay(c.Due(rec.Kind))), true
	}
	return s.texts.t("controllo.fatto", c.Body, romeDay(c.At)), false
}

// lastCheck is the last check of rec, nil when there was none.
func (s *server) lastCheck(ctx context.Context, rec *catalog.Record) (*catalog.Check, error) {
	c, err := s.store.LastCheck(ctx, rec.ID)
	if errors.Is(err, catalog.ErrNotFound) {
		return nil, nil
	}
	return &c, err
}

// ldCheck says in JSON-LD who has checked rec, and when: schema.org knows that of the page
// about a thing.
func (s *server) ldCheck(out map[string]any, r *http.Request, rec *catalog.Record, c *catalog.Check) {
	if c == nil {
		return
	}
	out["mainEntityOfPage"] = map[string]any{
		"@type": "WebPage", "@id": s.absolute(r, recordPath(rec)), "lastReviewed": c.At.In(catalog.Rome).Format(time.DateOnly),
		"reviewedBy": map[string]any{"@type": "Organization", "name": c.Body, "url": s.absolute(r, bodyPath(c.BodyID))},
	}
}

// checksShown is how many records to check the page of a body names.
const checksShown = 5

// A bodyChecks is what of a body's records somebody should check.
type bodyChecks struct {
	All  int64
	List []dueCheck
}

type dueCheck struct{ Title, URL, When string }

// bodyChecks fills in what of a body's records somebody should check.
func (s *server) bodyChecks(ctx context.Context, p *bodyPage) error {
	due, all, err := s.store.ChecksDue(ctx, p.Body.ID, s.now(), checksShown)
	if err != nil || all == 0 {
		return err
	}
	p.Checks = &bodyChecks{All: all}
	for _, d := range due {
		when := s.texts.t("controllo.mai-fatto")
		if d.At != nil {
			when = s.texts.t("controllo.ultimo", romeDay(*d.At), romeDay(*d.Due))
		}
		p.Checks.List = append(p.Checks.List, dueCheck{d.Title, "/id/" + d.ID, when})
	}
	return nil
}

// romeDay is the day of t in Italy.
func romeDay(t time.Time) string { return day(t.In(catalog.Rome)) }
