package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"po-net.prato.it/ponet/catalog"
)

// Past is embedded in the inputs of answers that can be had as they were.
type Past struct {
	AsOf string `query:"asOf" maxLength:"40" doc:"The records as they were published at a past moment: a time (RFC 3339), or a date, which is its end in Italy." example:"2026-11-21"`
	at   *time.Time
}

// Resolve reads the moment. One that is still to come is refused, today's date
// with it: the answer would not stay true.
func (p *Past) Resolve(huma.Context) []error {
	if p.AsOf == "" {
		return nil
	}
	at, err := catalog.ParseMoment(p.AsOf, time.Now())
	if err != nil {
		return []error{badQuery("asOf", p.AsOf, strings.TrimSuffix(err.Error(), ": "+catalog.ErrInvalid.Error()))}
	}
	p.at = &at
	return nil
}

// moment is the one asked for, nil for now.
func (p *Past) moment() *time.Time { return p.at }

// pastCaching is how long an answer about the past may be kept. It does not change,
// but what was erased on request has to be gone from it: who has kept it for an hour
// asks again, and is told that it is still good by the same tag.
const pastCaching = "public, max-age=3600, must-revalidate"

// caching says how long an answer may be kept, unless that has been said.
func caching(ctx huma.Context) {
	if _, w := humago.Unwrap(ctx); w.Header().Get("Cache-Control") == "" {
		ctx.SetHeader("Cache-Control", revalidate)
	}
}

// mementoHeader says of which moment an answer is (RFC 7089, section 2.1.1).
const mementoHeader = "Memento-Datetime"

// memento is the answer a with what says that it is of the moment at, and where the
// present one is.
func (s *server) memento(a *answer, at time.Time) *answer {
	return &answer{func(ctx huma.Context) {
		r, _ := humago.Unwrap(ctx)
		ctx.SetHeader(mementoHeader, at.UTC().Format(http.TimeFormat))
		ctx.AppendHeader("Link", fmt.Sprintf(`<%s>; rel="original"`, s.here(r, "asOf", "")))
		if catalog.Settled(at, time.Now()) {
			ctx.SetHeader("Cache-Control", pastCaching)
		}
		a.Body(ctx)
	}}
}

// stateTag is the tag of an answer from the records of collection ("": of all), now
// or at a past moment.
func (s *server) stateTag(ctx context.Context, r *http.Request, collection, mediaType string, at *time.Time) (string, error) {
	if at == nil {
		return s.dataTag(ctx, r, collection, mediaType)
	}
	mark, err := s.store.PastMark(ctx, *at)
	if err != nil {
		return "", err
	}
	return s.tag(r, mediaType, fmt.Sprintf("past %d", mark)), nil
}

// appendMoment says in an answer of which moment it is.
func appendMoment(b []byte, at *time.Time) []byte {
	if at == nil {
		return b
	}
	return appendText(append(b, `,"timeStamp":`...), at.UTC().Format(time.RFC3339Nano))
}

// pastly is address, of a resource that can be had as of a moment, as of that of r.
func pastly(r *http.Request, address string) string {
	asOf := r.URL.Query().Get("asOf")
	if asOf == "" {
		return address
	}
	sign := "?"
	if strings.Contains(address, "?") {
		sign = "&"
	}
	return address + sign + "asOf=" + strings.NewReplacer("+", "%2B", ":", "%3A").Replace(asOf)
}
