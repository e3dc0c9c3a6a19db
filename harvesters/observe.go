package harvesters

import (
	"context"
	"time"

	"po-net.prato.it/ponet/catalog"
)

const (
	pageObservations = 20_000 // in one transaction: a wide row has many
	maxRuleIssues    = 1000   // of one rule in a run are stored; all are counted
)

// A watch is what a run of observations remembers from page to page.
type watch struct {
	observers map[*catalog.Layer]*observedLayer
	seen      map[seenSeries]map[int64]struct{} // the starts, in nanoseconds since 1970
	last      map[catalog.Stream]time.Time
	units     map[catalog.Stream]string
	told      map[string]int // issues by rule
}

// A seenSeries is a datastream and how long its values stand for.
type seenSeries struct {
	stream catalog.Stream
	span   time.Duration
}

type observedLayer struct {
	*layerRun
	observer *catalog.Observer
}

// observe stores a page of rows that are measured values. Everything is counted
// in observations; a row that cannot be used is one. What a source no longer
// lists stays: measurements are not withdrawn for being old.
func (r *run) observe(ctx context.Context, src catalog.Source, page catalog.Batch) error {
	l, err := r.observed(src, page.Layer)
	if err != nil {
		return err
	}
	out := l.observer.Page()
	for _, issue := range page.Refused {
		r.located(&issue)
		out.Refused = append(out.Refused, issue)
	}
	for _, item := range page.Items {
		list, issues := l.observer.Observe(item.Harvested)
		for _, issue := range issues {
			r.located(&issue)
			if issue.Refused {
				out.Refused = append(out.Refused, issue)
			} else {
				out.Issues = append(out.Issues, issue)
			}
		}
		for _, o := range list {
			r.watch.take(l.observer, o, item.Harvested, &out, r.located)
		}
		if len(out.Observations)+len(out.Refused) >= pageObservations {
			if err := r.putObservations(ctx, l, out); err != nil {
				return err
			}
			out = l.observer.Page()
		}
	}
	return r.putObservations(ctx, l, out)
}

// observed prepares a layer when its first page comes.
func (r *run) observed(src catalog.Source, layer *catalog.Layer) (*observedLayer, error) {
	w := &r.watch
	if w.observers == nil {
		*w = watch{observers: map[*catalog.Layer]*observedLayer{}, seen: map[seenSeries]map[int64]struct{}{},
			last: map[catalog.Stream]time.Time{}, units: map[catalog.Stream]string{}, told: map[string]int{}}
	}
	if l, ok := w.observers[layer]; ok {
		return l, nil
	}
	observer, err := catalog.NewObserver(src, layer, r.vocab, r.started)
	if err != nil {
		return nil, err
	}
	layer.Dataset = ownDatasetKey(src, layer)
	l := &observedLayer{observer: observer, layerRun: &layerRun{
		LayerReceipt: catalog.LayerReceipt{Name: layer.Name, Collection: catalog.ObservationsCollection}, layer: layer, kind: catalog.KindObservation}}
	w.observers[layer] = l
	r.order = append(r.order, l.layerRun)
	return l, nil
}

// putObservations stores what has gathered and adds it to the receipt.
func (r *run) putObservations(ctx context.Context, l *observedLayer, out catalog.ObservationPage) error {
	read := int64(len(out.Observations) + len(out.Refused))
	if read == 0 && len(out.Issues) == 0 {
		return nil
	}
	more := r.watch.bound(&out)
	counts, err := r.store.PutObservations(ctx, out, r.options.DryRun)
	if err != nil {
		return r.ours(ctx, err)
	}
	for _, issue := range more {
		counts.Rules[issue.Rule]++
		if issue.Refused {
			counts.Refused++
		} else {
			counts.Issues++
		}
	}
	r.add(l.layerRun, read, counts)
	return r.progress(ctx)
}

// bound takes the issues out of a page that are only to be counted, because
// many of their rule are stored already.
func (w *watch) bound(out *catalog.ObservationPage) (counted []catalog.Issue) {
	keep := func(issues []catalog.Issue) []catalog.Issue {
		kept := issues[:0]
		for _, i := range issues {
			if w.told[i.Rule]++; w.told[i.Rule] > maxRuleIssues {
				counted = append(counted, i)
			} else {
				kept = append(kept, i)
			}
		}
		return kept
	}
	out.Refused, out.Issues = keep(out.Refused), keep(out.Issues)
	return counted
}

// take adds one observation to a page. Of two with one time the second is
// refused, unless legal time had that hour twice.
func (w *watch) take(observer *catalog.Observer, o catalog.Observation, h catalog.Harvested, out *catalog.ObservationPage, located func(*catalog.Issue)) {
	refuse := func(rule, read, expected string) {
		issue := catalog.Issue{Rule: rule, File: h.Layer.Name, Line: h.Line, Key: o.Stream.Station + " " + o.Stream.Property, Read: read, Expected: expected, Refused: true}
		located(&issue)
		out.Refused = append(out.Refused, issue)
	}
	if unit, known := w.units[o.Stream]; known && unit != o.Unit {
		refuse("unit-changed", o.Unit, "one unit for every value of a property at a station, here "+unit)
		return
	}
	w.units[o.Stream] = o.Unit
	if expected, odd := observer.OddUnit(o.Unit); odd {
		issue := catalog.Issue{Rule: "unit-unknown", File: h.Layer.Name, Line: h.Line, Field: observer.UnitField(), Read: catalog.Excerpt(o.Unit), Expected: expected}
		located(&issue)
		out.Issues = append(out.Issues, issue)
	}
	if !o.Later.IsZero() {
		o = w.which(o)
	}
	if !w.add(o) {
		refuse("observation-repeated", o.Start.Format(time.RFC3339), "one value of a property at a station for each time")
		return
	}
	w.last[o.Stream] = o.Start
	if _, known := out.Streams[o.Stream]; !known {
		out.Streams[o.Stream] = observer.Info(o)
	}
	out.Observations = append(out.Observations, o)
}

// which tells the two hours apart that legal time calls by one name: the one
// that comes first in the order of the file, then the other.
func (w *watch) which(o catalog.Observation) catalog.Observation {
	later := o
	later.Start, later.End = o.Later, o.End.Add(o.Later.Sub(o.Start))
	descending := w.last[o.Stream].After(o.Later)
	if w.has(o) || descending && !w.has(later) {
		return later
	}
	return o
}

func seriesOf(o catalog.Observation) seenSeries { return seenSeries{o.Stream, o.End.Sub(o.Start)} }

func (w *watch) has(o catalog.Observation) bool {
	_, ok := w.seen[seriesOf(o)][o.Start.UnixNano()]
	return ok
}

// add reports whether o is the first with its time.
func (w *watch) add(o catalog.Observation) bool {
	s := seriesOf(o)
	if w.seen[s] == nil {
		w.seen[s] = map[int64]struct{}{}
	}
	if w.has(o) {
		return false
	}
	w.seen[s][o.Start.UnixNano()] = struct{}{}
	return true
}
