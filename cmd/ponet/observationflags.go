package main

import (
	"fmt"

	"po-net.prato.it/ponet/catalog"
)

// observationFlags say how a source of measured values (--as observation)
// writes when and what it measured.
type observationFlags struct {
	Clock       string            `help:"Of measurements: the clock of times without an offset: legal (Italian, with summer time), solar (UTC+1 all the year) or utc."`
	Hours       string            `help:"Of measurements: how hours are numbered, 0-23, or 1-24 by their end."`
	Interval    string            `placeholder:"DURATION" help:"Of measurements: how long a value stands for: PT1H, P1D, P1M; left out: an instant."`
	Label       string            `help:"Of measurements: whether the time is the start or the end of the interval."`
	Aggregation string            `help:"Of measurements: what a value is of its interval: mean, max, min, sum or instant."`
	Series      map[string]string `placeholder:"COLUMN=NAME" help:"Of measurements: columns that are a property each (or a station each, when property is mapped); *=* is every column that is nothing else."`
	Missing     []string          `placeholder:"VALUE" help:"Of measurements: what the source writes for no value, besides -999 and the usual words."`
	Quality     map[string]string `placeholder:"WORD=QUALITY" help:"Of measurements: what its words for quality mean: raw, provisional, validated, invalid, below_detection."`
}

func (f observationFlags) apply(m *catalog.Mapping) error {
	if m.Kind != catalog.KindObservation {
		if f.Clock+f.Hours+f.Interval+f.Label+f.Aggregation != "" || len(f.Series)+len(f.Missing)+len(f.Quality) > 0 {
			return fmt.Errorf("--clock, --hours, --interval, --label, --aggregation, --series, --missing and --quality are for measurements: add --as observation")
		}
		return nil
	}
	if m.Observation == nil {
		m.Observation = &catalog.ObservationMapping{}
	}
	o := m.Observation
	set(&o.Clock, catalog.Clock(f.Clock))
	set(&o.Hours, catalog.Hours(f.Hours))
	set(&o.Label, catalog.Label(f.Label))
	set(&o.Aggregation, catalog.Aggregation(f.Aggregation))
	if f.Interval != "" {
		i, err := catalog.ParseInterval(f.Interval)
		if err != nil {
			return fmt.Errorf("--interval: %w", err)
		}
		o.Interval = i
	}
	merge(&o.Series, f.Series)
	if len(f.Missing) > 0 {
		o.Missing = f.Missing
	}
	words := map[string]catalog.Quality{}
	for word, q := range f.Quality {
		words[word] = catalog.Quality(q)
	}
	merge(&o.Quality, words)
	return m.CheckObservations()
}
