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
	l, ok := t.layers[h.Layer]
	if !ok {
		o, err := catalog.NewObserver(t.src, h.Layer, datasets.Vocabularies(), time.Now())
		if err != nil {
			return err
		}
		l = &testedLayer{layer: h.Layer, observer: o}
		t.layers[h.Layer] = l
		t.order = append(t.order, l)
		t.explain(h.Layer)
	}
	l.read++
	list, issues := l.observer.Observe(h)
	for _, i := range issues {
		if t.issues[i.Rule]++; t.issues[i.Rule] <= samples {
			fmt.Fprintf(t.w, "  %s: %s\n", i.Rule, describe(i))
		}
	}
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
