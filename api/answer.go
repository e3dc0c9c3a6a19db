package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// handler answers one operation: bytes or an error, which becomes a problem.
type handler[I any] func(context.Context, *I) (*answer, error)

// answer is a response that writes itself: the features in it are already
// encoded, and marshalling them again would cost half the speed.
type answer struct {
	Body func(huma.Context)
}

// with is a with one more header.
func (a *answer) with(name, value string) *answer {
	return &answer{func(ctx huma.Context) {
		ctx.SetHeader(name, value)
		a.Body(ctx)
	}}
}

func wrap[I any](s *server, handle handler[I]) func(context.Context, *I) (*answer, error) {
	return func(ctx context.Context, in *I) (*answer, error) {
		a, err := handle(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		if p, ok := any(in).(interface{ moment() *time.Time }); ok && p.moment() != nil {
			return s.memento(a, *p.moment()), nil
		}
		return a, nil
	}
}

// revalidate is the caching of everything that follows the data: keep it, but
// ask before using it, which costs one 304. So nobody sees an older state.
const revalidate = "public, no-cache"

// tag is the strong ETag of an answer: equal tags, equal bytes. state is what
// the answer depends on besides the request and the build: the mark of the
// data, or the answer itself.
func (s *server) tag(r *http.Request, mediaType, state string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s\x00%s\x00%s", s.build, s.base(r), r.URL.Path, r.URL.Query().Encode(), mediaType, state)
	return `"` + base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15]) + `"`
}

// dataTag is the tag of an answer from the records of collection ("": of all),
// known before any of them is read.
func (s *server) dataTag(ctx context.Context, r *http.Request, collection, mediaType string) (string, error) {
	if r.URL.Query().Get("related") != "" {
		collection = "" // what is called how in another decides too
	}
	mark, err := s.store.Mark(ctx, collection)
	if err != nil {
		return "", err
	}
	return s.tag(r, mediaType, fmt.Sprintf("%s %d", collection, mark)), nil
}

// unchanged is the 304 for a client that already has tag, nil for the others.
func unchanged(r *http.Request, tag string) *answer {
	held := heldTag(r.Header.Get("If-None-Match"), tag)
	if held == "" {
		return nil
	}
	return &answer{func(ctx huma.Context) {
		ctx.SetHeader("ETag", held)
		caching(ctx)
		ctx.SetStatus(http.StatusNotModified)
	}}
}

// heldTag is the member of an If-None-Match header that means tag, as it was
// sent: the compressing wrapper adds the encoding to a tag, "x-gzip", because
// other bytes need another strong tag, and the client gives that one back.
func heldTag(header, tag string) string {
	plain := strings.Trim(tag, `"`)
	for held := range strings.SplitSeq(header, ",") {
		held = strings.TrimPrefix(strings.TrimSpace(held), "W/")
		name, quoted := strings.CutSuffix(strings.TrimPrefix(held, `"`), `"`)
		name = strings.TrimSuffix(strings.TrimSuffix(name, gzipSuffix), zstdSuffix)
		if name == plain && quoted && held[0] == '"' {
			return held
		}
	}
	return ""
}

// send is a whole answer in memory.
func send(mediaType, tag string, body []byte) *answer {
	return &answer{func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", mediaType)
		ctx.SetHeader("ETag", tag)
		caching(ctx)
		ctx.SetHeader("Content-Length", fmt.Sprint(len(body)))
		ctx.SetStatus(http.StatusOK)
		if r, _ := humago.Unwrap(ctx); r.Method != http.MethodHead {
			ctx.BodyWriter().Write(body) // an error means the client has gone
		}
	}}
}

// sendJSON is an answer made of value, whose tag is that of its own bytes: for
// what is small and does not follow the change log.
func (s *server) sendJSON(r *http.Request, mediaType string, value any) (*answer, error) {
	body, err := encodeJSON(value)
	if err != nil {
		return nil, err
	}
	return s.sendSmall(r, mediaType, body), nil
}

func (s *server) sendSmall(r *http.Request, mediaType string, body []byte) *answer {
	tag := s.tag(r, mediaType, string(body))
	if a := unchanged(r, tag); a != nil {
		return a
	}
	return send(mediaType, tag, body)
}

// encodeJSON leaves <, > and & as they are: this is no HTML.
func encodeJSON(value any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), nil
}
