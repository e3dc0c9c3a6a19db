package wfs

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

// Services without startIndex, as most of WFS 1 are, give no more than their cap,
// told or not. Two ways lead beyond it: asking for what comes after the greatest
// value of a key that was met, and asking for one part of the map after the other.

// filterable: no condition stands in the address of the source, which would exclude one of ours.
func (l *layer) filterable() bool {
	for name := range l.rest {
		switch strings.ToLower(name) {
		case "filter", "cql_filter", "bbox", "featureid", "resourceid", "storedquery_id":
			return false
		}
	}
	return true
}

// others are the plans for services that do not page.
func (l *layer) others(v variant) []plan {
	if !l.filterable() {
		return nil
	}
	var list []plan
	for _, a := range l.schema.identifying() {
		list = append(list, plan{variant: v, sort: a, after: true, count: l.page()})
	}
	if l.total >= 0 { // without a count nobody would miss features that have no place
		for _, form := range l.forms() {
			list = append(list, plan{variant: v, boxes: form, count: l.page()})
		}
	}
	return list
}

// byKey reads in the order of a key, each page from the greatest value of the one
// before on. That the values rise shows that the service sorts and compares in the
// same way, and so leaves nothing out.
func (w *walk) byKey(ctx context.Context) error {
	for {
		before := w.n
		if err := w.page(ctx, w.parameters(w.count, 0)...); err != nil {
			return err
		}
		if w.n == before {
			break
		}
	}
	if w.n > 1 { // MapServer, over some kinds of file, finds nothing whatever the filter
		if n, err := w.some(ctx, "filter", w.condition("PropertyIsGreaterThan", table.Unquote([]byte(w.least)))); err != nil || n == 0 {
			return &answerError{failed("the service does not find by a filter what it has (%v)", err)}
		}
	}
	if w.total < 0 && w.n > 0 {
		n, err := w.some(ctx, "filter", w.condition("PropertyIsNull", ""))
		if err != nil || n > 0 {
			return &answerError{failed("whether %s is empty in some features the service does not say (%d, %v)", w.sort, n, err)}
		}
	}
	return w.even()
}

// condition is a filter on the attribute that pages are sorted by (FES 2.0 §7, Filter Encoding 1.1 §9).
func (w *walk) condition(operator, value string) string {
	prefix, space, reference := "ogc", "http://www.opengis.net/ogc", "PropertyName"
	if w.layer.caps.first() == 2 {
		prefix, space, reference = "fes", "http://www.opengis.net/fes/2.0", "ValueReference"
	}
	literal := ""
	if value != "" {
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(value)) // a strings.Builder takes everything
		literal = fmt.Sprintf("<%s:Literal>%s</%[1]s:Literal>", prefix, b.String())
	}
	return fmt.Sprintf(`<%[1]s:Filter xmlns:%[1]s="%[2]s"><%[1]s:%[3]s><%[1]s:%[4]s>%[5]s</%[1]s:%[4]s>%[6]s</%[1]s:%[3]s></%[1]s:Filter>`,
		prefix, space, operator, reference, w.sort, literal)
}

// rises notes the value of the key of a feature, which must be greater than the one before.
func (w *walk) rises(value string) error {
	if w.greatest != "" && !less(w.greatest, value) {
		return &answerError{failed("the service does not sort by %s: %q came after %q", w.sort, catalog.Excerpt(value), catalog.Excerpt(w.greatest))}
	}
	if w.greatest = value; w.least == "" {
		w.least = value
	}
	return nil
}

// less compares two JSON values: numbers as such, texts by their bytes.
func less(a, b string) bool {
	if i, err := strconv.ParseInt(a, 10, 64); err == nil {
		if j, err := strconv.ParseInt(b, 10, 64); err == nil {
			return i < j
		}
	}
	x, errA := strconv.ParseFloat(a, 64)
	y, errB := strconv.ParseFloat(b, 64)
	if errA == nil && errB == nil {
		return x < y
	}
	return errA != nil && errB != nil && table.Unquote([]byte(a)) < table.Unquote([]byte(b))
}

// some counts the features of an answer that would have one at most.
func (w *walk) some(ctx context.Context, parameters ...string) (n int, err error) {
	at := w.layer.request(w.variant, append([]string{w.layer.countParameter(), "1"}, parameters...)...)
	_, err = w.layer.ask(ctx, at, func(feature) error {
		n++
		return errStop
	})
	if errors.Is(err, errStop) {
		err = nil
	}
	return n, err
}
