package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
)

// A Problem is what every error looks like (RFC 9457): what was wrong, where,
// and how to put it right.
type Problem struct {
	Type   string  `json:"type" format:"uri-reference" doc:"Names the kind of problem." example:"about:blank"`
	Title  string  `json:"title" doc:"The kind of problem in words." example:"Bad Request"`
	Status int     `json:"status" doc:"The HTTP status." example:"400"`
	Detail string  `json:"detail" doc:"What was wrong this time, where, and how to put it right." example:"query parameter limit: expected number >= 1, read \"0\""`
	Errors []Fault `json:"errors,omitempty" nullable:"false" doc:"Each thing that was wrong, when it is the request."`
}

// A Fault is one thing that is wrong with a request.
type Fault struct {
	Location string `json:"location,omitempty" doc:"Where: query.NAME or path.NAME." example:"query.limit"`
	Value    string `json:"value,omitempty" doc:"What was read there, cut at 200 bytes." example:"0"`
	Message  string `json:"message" doc:"What is wrong with it." example:"expected number >= 1"`
}

// faultValueBytes is how much of a wrong value is sent back.
const faultValueBytes = 200

func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status, for huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is always the one of problem documents, whatever was negotiated.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// useProblems makes huma answer with our problem documents. Its hook is a
// variable of the package, so it is set once for the process.
var useProblems = sync.OnceFunc(func() {
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return newProblem(status, message, errs...)
	}
	huma.NewErrorWithContext = func(_ huma.Context, status int, message string, errs ...error) huma.StatusError {
		return newProblem(status, message, errs...)
	}
})

// newProblem is the problem of what huma found. Validation is a 400 like every
// other mistake in a request; what went wrong here is not told.
func newProblem(status int, message string, errs ...error) *Problem {
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: message}
	if status >= http.StatusInternalServerError {
		return p
	}
	var details []string
	for _, err := range errs {
		f := faultOf(err)
		p.Errors = append(p.Errors, f)
		details = append(details, f.String())
	}
	if len(details) > 0 {
		p.Detail = strings.Join(details, "; ")
	}
	return p
}

func faultOf(err error) Fault {
	if f, ok := errors.AsType[*Fault](err); ok {
		return *f
	}
	if d, ok := err.(huma.ErrorDetailer); ok {
		detail := d.ErrorDetail()
		f := Fault{Location: detail.Location, Message: detail.Message}
		if detail.Value != nil {
			f.Value = cut(fmt.Sprint(detail.Value))
		}
		return f
	}
	return Fault{Message: err.Error()}
}

func cut(value string) string {
	if len(value) > faultValueBytes {
		return strings.ToValidUTF8(value[:faultValueBytes], "") + "…"
	}
	return value
}

func (f *Fault) Error() string { return f.String() }

// String is the fault as a clause: where, what, and what was read.
func (f Fault) String() string {
	text := f.Message
	if in, name, ok := strings.Cut(f.Location, "."); ok {
		text = in + " parameter " + name + ": " + text
	}
	if f.Value != "" {
		text += fmt.Sprintf(", read %q", f.Value)
	}
	return text
}

// badQuery is the error of a query parameter that huma could not judge.
func badQuery(name, value, message string) error {
	return &Fault{Location: "query." + name, Value: cut(value), Message: message}
}

// problem turns the error of a handler into what the caller is told.
func (s *server) problem(ctx context.Context, err error) error {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	switch {
	case isFault(err):
		return newProblem(http.StatusBadRequest, err.Error(), err)
	case errors.Is(err, catalog.ErrNotFound):
		return newProblem(http.StatusNotFound, err.Error())
	case errors.Is(err, catalog.ErrWithdrawn):
		return newProblem(http.StatusGone, err.Error())
	case errors.Is(err, catalog.ErrInvalid), errors.Is(err, geo.ErrBBox), errors.Is(err, geo.ErrDatetime):
		return newProblem(http.StatusBadRequest, err.Error())
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return newProblem(http.StatusServiceUnavailable, "the request was given up") // nobody reads it
	case errors.Is(err, context.DeadlineExceeded), timedOut(err):
		return newProblem(http.StatusServiceUnavailable, "the answer took too long: ask for a smaller bbox or a lower limit, or try again later")
	}
	s.log.ErrorContext(ctx, "request failed", "err", err)
	return newProblem(http.StatusInternalServerError, "the request could not be served: the fault is ours and has been logged; try again later")
}

// timedOut reports whether the database gave a statement up for taking too
// long: SQLSTATE 57014, query_canceled.
func timedOut(err error) bool {
	var state interface{ SQLState() string }
	return errors.As(err, &state) && state.SQLState() == "57014"
}

func isFault(err error) bool {
	_, ok := errors.AsType[*Fault](err)
	return ok
}
