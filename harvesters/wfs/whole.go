package wfs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// A plan is a way to read a layer whole.
type plan struct {
	variant
	paged bool   // by startIndex
	sort  string // attribute that pages are sorted by; "": not sorted
	after bool   // each page begins after the greatest value of sort before it
	boxes int    // box by box, by that of boxForms, from 1; 0: not
	count int    // features to ask for in one answer; 0: without a limit of ours
}

func (p plan) String() string {
	switch {
	case p.after:
		return "in the order of " + p.sort
	case p.boxes > 0:
		return "box by box"
	case p.sort != "":
		return "in pages sorted by " + p.sort
	case p.paged:
		return "in pages, not sorted"
	}
	return "in one answer"
}

// plans are the ways to try, in this order. One answer is best where it can hold
// all; the count of a server that counts no further than it gives is not believed
// here. WFS 1 has no paging in its standard, though most servers do.
func (l *layer) plans(v variant) []plan {
	page, limit := l.page(), l.caps.limit
	var sorted []plan
	for _, a := range l.schema.identifying() {
		sorted = append(sorted, plan{variant: v, paged: true, sort: a, count: page})
	}
	one, natural := plan{variant: v, count: max(l.total, 0)}, plan{variant: v, paged: true, count: page}
	if l.total >= 0 && l.total <= page {
		one.count = page
		return slices.Concat([]plan{one}, sorted, []plan{natural})
	}
	if l.caps.first() == 1 && (limit == 0 || l.total >= 0 && l.total < limit) {
		one.count = 0
		return slices.Concat([]plan{one}, sorted, []plan{natural})
	}
	return slices.Concat(sorted, []plan{one, natural})
}

// whole reads the layer in the first way that comes out even. What it returns
// together with an error is the most that could be read.
func (l *layer) whole(ctx context.Context) (*walk, error) {
	var best, single *walk
	var problems []string
	defer func() { single.close() }()
	keep := func(w *walk) {
		if best == nil || w != nil && w.n > best.n {
			best, w = w, best
		}
		w.close()
	}
	for _, v := range l.variants() {
		for _, p := range slices.Concat(l.plans(v), l.others(v)) {
			w, err := l.walk(ctx, p)
			if err == nil {
				best.close()
				return w, nil
			}
			var unsure *unsureError
			if errors.As(err, &unsure) && single == nil {
				single = w
			} else {
				keep(w)
			}
			if ctx.Err() != nil || !isAnswer(err) {
				return best, err
			}
			if text := strings.TrimSuffix(err.Error(), ": "+catalog.ErrFailedListing.Error()); !slices.Contains(problems, text) {
				problems = append(problems, p.String()+": "+text)
			}
		}
		if best != nil && best.n > 0 || single != nil {
			break // the form is not what is wrong
		}
	}
	if single != nil {
		err := single.accept(ctx)
		if err == nil {
			best.close()
			w := single
			single = nil
			return w, nil
		}
		keep(single)
		single = nil
		if ctx.Err() != nil {
			return best, ctx.Err()
		}
		problems = append(problems, strings.TrimSuffix(err.Error(), ": "+catalog.ErrFailedListing.Error()))
	}
	return best, failed("%s", strings.Join(problems, "; "))
}

// isAnswer: the service was reached and said something, so that it may be asked in
// another way.
func isAnswer(err error) bool {
	var status *fetch.StatusError
	var says *exception
	var wrong *answerError
	return errors.As(err, &status) || errors.As(err, &says) || errors.As(err, &wrong)
}

// An answerError is what is wrong with an answer, as opposed to none.
type answerError struct{ error }

// Unwrap is what it says.
func (e *answerError) Unwrap() error { return e.error }

// walk reads the layer by one plan.
func (l *layer) walk(ctx context.Context, p plan) (*walk, error) {
	w, err := newWalk(l, p)
	if err != nil {
		return nil, err
	}
	return w, w.read(ctx)
}

func (w *walk) read(ctx context.Context) error {
	switch {
	case w.after:
		return w.byKey(ctx)
	case w.boxes > 0:
		return w.byBox(ctx)
	case !w.paged:
		if err := w.page(ctx, w.parameters(w.count, 0)...); err != nil {
			return err
		}
		more, err := w.confirm(ctx)
		if more {
			w.layer.total = -1
			return &answerError{failed("the service gave %d features and has more", w.n)}
		}
		return err
	}
	for {
		before := w.n
		err := w.page(ctx, w.parameters(w.count, before)...)
		var says *exception
		var status *fetch.StatusError
		switch got := w.n - before; {
		case err != nil && got == 0 && w.pages > 1 && w.short && w.total < 0 && (errors.As(err, &says) || errors.As(err, &status) && status.Code < 500):
			return nil // beyond the end there is an error; the page before it was not full
		case err != nil:
			return err
		case got == 0:
			return w.even()
		case w.complete():
			more, err := w.confirm(ctx)
			if !more {
				return err
			}
			w.total = -1 // the server counts no further than it gives
		default:
			w.short = got < w.count
		}
	}
}

// complete: all that the server counted were read.
func (w *walk) complete() bool { return w.total >= 0 && w.n >= w.total }

// roundTotal is what the limit of a server is probably a multiple of.
const roundTotal = 50

// confirm asks for one feature beyond the last when what was read may be all that
// the server gives, and not all that it has: as many as its limit, or a round number.
func (w *walk) confirm(ctx context.Context) (has bool, err error) {
	limit := w.layer.caps.limit
	counted := w.total >= 0
	if w.n == 0 || counted && (w.n < w.total || w.n%roundTotal != 0 && w.n != limit) {
		return false, w.even()
	}
	before, more := w.n, 0
	if err := w.guard.Ask(w.layer.request(w.variant, w.parameters(1, before)...), "beyond"); err != nil {
		return false, err
	}
	repeated := false
	_, err = w.layer.ask(ctx, w.layer.request(w.variant, w.parameters(1, before)...), func(f feature) error {
		more++
		repeated = w.has(f)
		return errStop
	})
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case more > 0 && !repeated:
		return true, nil
	case more > 0 && before == limit:
		return false, &answerError{failed("the service gives %d features at most, and startIndex does not lead beyond them", limit)}
	case more == 0 && err != nil && before == limit:
		return false, &answerError{failedBy(err, "the service gave as many features as its limit of %d allows, and whether it has more it does not say", limit)}
	case more > 0 || err != nil: // startIndex is not looked at, or not known
		return false, &unsureError{&answerError{failed("the service gave %d features, and startIndex does not tell whether it has more", before)}}
	}
	return false, w.even()
}

// even compares what was read with what the server counted.
func (w *walk) even() error {
	total, limit := w.total, w.layer.caps.limit
	if total >= 0 && w.n < total {
		return &answerError{failed("the service counts %d features and gave %d", total, w.n)}
	}
	if total >= 0 && w.n > total && total != limit {
		w.layer.found = append(w.layer.found, fmt.Sprintf("features: the service counted %d, there were %d", total, w.n))
	}
	return nil
}

// parameters are those of one page.
func (w *walk) parameters(count, start int) []string {
	all := []string{}
	if count > 0 {
		all = append(all, w.layer.countParameter(), strconv.Itoa(count))
	}
	if start > 0 {
		all = append(all, "startIndex", strconv.Itoa(start))
	}
	if w.sort != "" {
		all = append(all, "sortBy", w.sort)
	}
	if w.after && w.greatest != "" {
		all = append(all, "filter", w.condition("PropertyIsGreaterThan", table.Unquote([]byte(w.greatest))))
	}
	return all
}
