package main

import (
	"fmt"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// observe shows what is read of a row of measured values, with its time in UTC,
// where a wrong clock shows.
func (t *sourceTest) observe(h catalog.Harvested) error {
	l, err := t.layer(h.Layer, func(l *testedLayer) (err error) {
		l.observer, err = catalog.NewObserver(t.src, h.Layer, datasets.Vocabularies(), time.Now())
		return err
	})
	if err != nil {
		return err
	}
	list, issues := l.observer.Observe(h)
	t.tell(issues)
	if l.read > samples {
		return nil
	}
	for _, o := range list {
		info := l.observer.Info(o)
		value := "no value"
		if o.Value != nil {
			value = fmt.Sprint(*o.Value, " ", info.Unit)
		}
		if o.Reason != "" {
			value += fmt.Sprintf(" (%s)", o.Reason)
		}
		fmt.Fprintf(t.w, "  observation %s, %s, %s of %s/%s: %s, %s\n", o.Stream.Station, info.Title, info.Aggregation,
			o.Start.UTC().Format(time.RFC3339), o.End.UTC().Format(time.RFC3339), value, o.Quality)
	}
	return nil
}
