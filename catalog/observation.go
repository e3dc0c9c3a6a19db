package catalog

import (
	"time"
)

// The entities of OGC SensorThings 1.1 under our names: a station is a record
// of kind KindStation; a Datastream is one observed property at one station,
// with one unit; an Observation is one value of it.

// KindObservation is what the rows of a source of measured values are. It is a
// kind of a mapping only: observations are a table of their own, not records.
const KindObservation Kind = "observation"

// ObservationsCollection is the name under which observations are read.
const ObservationsCollection = "observations"

// An ObservationMapping says how a source writes when and what it measured.
type ObservationMapping struct {
	// Clock is what times without an offset follow; it must be given, for
	// Italian sources write solar time as often as legal time and never say so.
	Clock Clock `json:"clock,omitempty"`
	// Hours is "0-23", or "1-24": the hours of a day numbered by their end, 24
	// being the next midnight.
	Hours Hours `json:"hours,omitempty"`
	// Interval is how long a value stands for, an ISO 8601 duration: "PT1H",
	// "P1D", "P1M". Empty: an instant, unless the field end says when it ends.
	Interval Interval `json:"interval,omitzero"`
	// Label says whether the time is the start or the end of the interval.
	Label Label `json:"label,omitempty"`
	// Aggregation says what the value is of all that was measured in the
	// interval: mean unless the property says another.
	Aggregation Aggregation `json:"aggregation,omitempty"`
	// Series are columns that are a datastream each, with what they are called:
	// properties, or stations where the field property is mapped and station is
	// not. "*" is every column that is mapped to nothing.
	Series map[string]string `json:"series,omitempty"`
	// Missing lists what the source writes for "no value", besides the usual.
	Missing []string `json:"missing,omitempty"`
	// Quality turns the source's words for the quality of a value into ours.
	Quality map[string]Quality `json:"quality,omitempty"`
}

// Hours is how a source numbers the hours of a day.
type Hours string

// The ways to number hours.
const (
	Hours0to23 Hours = "0-23"
	Hours1to24 Hours = "1-24"
)

// A Label is the end of its interval that the time of an observation names.
type Label string

// The two ends. A daily mean labelled with the day on which its sampling ended
// is LabelEnd.
const (
	LabelStart Label = "start"
	LabelEnd   Label = "end"
)

// An Aggregation is what one value says of an interval.
type Aggregation string

// The aggregations of spec §1.6.
const (
	AggregationInstant Aggregation = "instant"
	AggregationMean    Aggregation = "mean"
	AggregationMax     Aggregation = "max"
	AggregationMin     Aggregation = "min"
	AggregationSum     Aggregation = "sum"
)

// Aggregations lists them.
var Aggregations = []Aggregation{AggregationInstant, AggregationMean, AggregationMax, AggregationMin, AggregationSum}

// A Quality says how far a value may be trusted.
type Quality string

// The qualities of spec §1.6. A value that is not there is Invalid, or
// BelowDetection where the source says so.
const (
	QualityRaw            Quality = "raw"
	QualityProvisional    Quality = "provisional"
	QualityValidated      Quality = "validated"
	QualityInvalid        Quality = "invalid"
	QualityBelowDetection Quality = "below_detection"
)

// Qualities lists them.
var Qualities = []Quality{QualityRaw, QualityProvisional, QualityValidated, QualityInvalid, QualityBelowDetection}

// A Stream identifies a datastream inside its source: what the source calls the
// station and the property, and how its times were read.
type Stream struct{ Station, Property string }

// An Observation is one value of a stream. End equals Start for an instant.
type Observation struct {
	Stream     Stream
	Unit       string // as the source writes it
	Start, End time.Time
	// Later is where the observation lies when legal time names two hours, as in
	// the night in which summer time ends, and the first is taken; zero otherwise.
	Later      time.Time
	Value      *float64 // nil: there is none, and Reason says why
	Quality    Quality
	Reason     string     // the source's words where there is no value: "<0,5", "-999", "" for an empty cell
	ResultTime *time.Time // when the value was published
	// Empty marks an empty cell of a wide table, which says something only where
	// there was a value before.
	Empty bool
}

// A Datastream as it is kept: one observed property at one station.
type Datastream struct {
	ID        string // UUIDv7, ours
	Number    int32  // inside the database
	SourceID  string
	Station   string // what the source calls it
	StationID string // the record of the station; "" while there is none
	Property  string // as the source says it
	// Code, URI and Title are those of the observed property in our vocabulary;
	// Code is empty and Title the source's word where it is not in it.
	Code, URI, Title string
	Unit             string // UCUM
	Aggregation      Aggregation
	Interval         Interval
	Clock            Clock
	Reading          string // how times were read; another reading is another datastream

	SourceTitle, SourceURL, Licence, BodyID, BodyName string // filled when read

	First, Last *time.Time // start of the first observation, end of the last
	Count       int64
	Latest      *Reading // the newest with a value that is not invalid
	Updated     time.Time
}

// A Reading is an observation, or what all of an hour, day or month come to, as
// it is read.
type Reading struct {
	Start, End time.Time
	Value      *float64 // of several: the sum for a sum, else the mean of the valid ones
	Quality    Quality  // of several: ""
	Reason     string
	ResultTime *time.Time
	Min, Max   *float64 // of several
	Count      int64    // valid values among them; 0 for a single one
	Missing    int64    // observations among them without a valid value
}

// An ObservationPage is a part of a harvest that is stored in one transaction.
type ObservationPage struct {
	Reading      string
	Clock        Clock
	Interval     Interval
	Streams      map[Stream]StreamInfo // of all observations of the page
	Observations []Observation
	Refused      []Issue
	Issues       []Issue
}

// StreamInfo is what a datastream is, besides its name.
type StreamInfo struct {
	Code, URI, Title string
	Unit             string // UCUM
	Aggregation      Aggregation
}

// Interval of time between observations or that one stands for: calendar part
// and clock part of an ISO 8601 duration.
type Interval struct {
	Months, Days int
	Clock        time.Duration
}

// MarshalText writes i as ISO 8601 does; "" for none.
func (i Interval) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads what ParseInterval reads; nothing is no interval.
func (i *Interval) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = Interval{}
		return nil
	}
	v, err := ParseInterval(string(b))
	*i = v
	return err
}

// A Step is how the observations of a window are told.
type Step string

// Each as it is, or what all of an hour, day or month come to, by the clock of
// the datastream.
const (
	StepRaw   Step = "raw"
	StepHour  Step = "hour"
	StepDay   Step = "day"
	StepMonth Step = "month"
)

// Steps lists them.
var Steps = []Step{StepRaw, StepHour, StepDay, StepMonth}

// An ObservationQuery selects the observations of one datastream that meet the
// window from From to To; nil is open. One that only touches it does not meet it.
type ObservationQuery struct {
	Datastream Datastream
	From, To   *time.Time
	Step       Step
	Limit      int // 0: all
	// After is the start and end of the last one of the page before.
	After *[2]time.Time
}

// A DatastreamQuery selects datastreams of all stations. The zero value selects
// all of them.
type DatastreamQuery struct {
	Source     string
	Properties []string // codes, or words of the source
}
