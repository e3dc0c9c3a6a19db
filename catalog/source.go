package catalog

import "time"

// A Source is one place that is harvested: an address, the protocol it speaks
// and what its records mean. ID is chosen by the administrator and, for a
// dataset, is the name of its collection.
type Source struct {
	ID       string    `json:"id"`
	Protocol string    `json:"kind"` // "file", "ckan", …: the name in harvesters.Protocols
	URL      string    `json:"url"`  // http(s) address, or an absolute local path given on the command line
	Title    string    `json:"title,omitempty"`
	BodyID   string    `json:"body,omitempty"`
	BodyName string    `json:"body_name,omitempty"` // filled when read
	Licence  string    `json:"licence,omitempty"`   // URI; the licence of every record of the source
	Mapping  Mapping   `json:"mapping"`
	Paused   bool      `json:"paused,omitempty"`
	Rhythm   Duration  `json:"rhythm"`   // time between two harvests
	Deadline Duration  `json:"deadline"` // after which a run is ended as failed
	Added    time.Time `json:"added"`
	// What one run may receive and ask for; 0: as much as any (harvesters.MaxBytes
	// and MaxRequests).
	MaxBytes    int64 `json:"max_bytes,omitempty"`
	MaxRequests int   `json:"max_requests,omitempty"`
	// Credentials are the keys that it wants with every request.
	Credentials []Credential `json:"credentials,omitempty"`

	// FederatedNationally: the national catalogue harvests it, or has its datasets
	// from where it has them, so that they are never fed to it again.
	FederatedNationally bool `json:"federated_nationally,omitempty"`

	// Standing: with what right it speaks of what it describes.
	Standing Standing `json:"standing,omitempty"`

	listing *Listing // of the run under way
	part    bool
}

// AsPart is s as one of several files that a mapping is for: what it names need
// not be in each.
func (s Source) AsPart() Source {
	s.part = true
	return s
}

// IsPart reports whether s is that.
func (s Source) IsPart() bool { return s.part }

// WithListing is s for the run that l belongs to.
func (s Source) WithListing(l *Listing) Source {
	s.listing = l
	return s
}

// Listing is what the run under way and its protocol tell each other; outside a
// run an empty one.
func (s Source) Listing() *Listing {
	if s.listing == nil {
		return &Listing{}
	}
	return s.listing
}

// A Mapping says what the columns of a source are. Everything in it can be
// left out: what is not given is detected.
type Mapping struct {
	Kind  Kind   `json:"kind,omitempty"`  // default feature
	Theme Theme  `json:"theme,omitempty"` // for every record, unless its type says another
	Type  string `json:"type,omitempty"`  // place or event type for every record

	// Fields maps a field of ours to a column of theirs, "title":
	// "denominazione". A value in single quotes is a constant: "'Museo'".
	// Several columns joined with "+" are joined with a space.
	Fields map[string]string `json:"fields,omitempty"`
	// Key is the columns that identify a row; none: a hash of the row.
	Key []string `json:"key,omitempty"`
	// Types gives columns a type instead of the detected one.
	Types map[string]ColumnType `json:"types,omitempty"`
	// Drop lists the columns that are not stored: what concerns persons.
	Drop []string `json:"drop,omitempty"`
	// Only leaves out every row but those whose columns hold one of these
	// values: {"provincia": ["Prato"]}. One that ends with * stands for all that
	// begin so, one that begins with ! leaves its rows out. For files, of which a
	// whole country may be one.
	Only map[string][]string `json:"only,omitempty"`
	// TypeMap turns a value of the column mapped to "type" into a type of ours.
	TypeMap map[string]string `json:"type_map,omitempty"`

	Format    string   `json:"format,omitempty"`    // csv, geojson, shp, …
	Encoding  string   `json:"encoding,omitempty"`  // utf-8, windows-1252, …
	Delimiter string   `json:"delimiter,omitempty"` // one character, or "tab"
	Decimal   string   `json:"decimal,omitempty"`   // "," or "."
	Header    int      `json:"header,omitempty"`    // line (from 1) of the header; -1: there is none
	Layers    []string `json:"layers,omitempty"`    // the layers or sheets to read; none: all
	Query     string   `json:"query,omitempty"`     // for SPARQL: a SELECT or CONSTRUCT
	Path      string   `json:"path,omitempty"`      // for JSON and XML: where the rows lie, "data.items", "$.it[*]", "//museo"
	SRID      int      `json:"srid,omitempty"`      // EPSG code that overrides the declared one
	SwapAxes  *bool    `json:"swap_axes,omitempty"` // coordinates come as latitude, longitude

	// Observation is for kind observation only: how measured values are written.
	Observation *ObservationMapping `json:"observation,omitempty"`
	// Paging is for the protocols json and xml only: how further pages are had.
	Paging *Paging `json:"paging,omitempty"`
}

// The fields of ours that a Mapping may name. What each means is said in
// docs/mapping.md.
var MappingFields = []string{
	"title", "description", "summary", "type", "theme", "address", "postcode",
	"locality", "municipality", "istat_code", "province", "phone", "email", "certified_email",
	"website", "opening_hours", "accessibility", "image", "keywords",
	"start", "end", "modified", "url", "code", "body", "body_name", "licence",
	"lon", "lat", "geometry", "accuracy",
	// of observations:
	"station", "property", "time", "value", "unit", "quality", "result_time",
}

// A ColumnType is the type of every value of a column.
type ColumnType string

// The types of columns. A column gets one other than Text only if every value
// survives the round trip in the column's notation.
const (
	ColumnText     ColumnType = "text"
	ColumnInteger  ColumnType = "integer"
	ColumnNumber   ColumnType = "number"
	ColumnBoolean  ColumnType = "boolean"
	ColumnDate     ColumnType = "date"
	ColumnDateTime ColumnType = "datetime"
	ColumnJSON     ColumnType = "json" // an object or array, kept as it came
)

// A Column of a layer, as published: Name is the source's own name.
type Column struct {
	Name     string     `json:"name"`
	Type     ColumnType `json:"type"`
	Notation string     `json:"notation,omitempty"` // how values are written: "1.234,56", "dd/mm/yyyy"
	Nulls    bool       `json:"nulls,omitempty"`
}

// A Layer is one table of a source: a CSV file is one, a GeoPackage may hold
// many. All its rows share the pointer.
type Layer struct {
	Name     string   `json:"name"`               // "" when the source has only one
	Title    string   `json:"title,omitempty"`    // for people, when the source's title does not do
	Dataset  string   `json:"dataset,omitempty"`  // key of the dataset whose rows these are; "": the source itself is one
	Wanted   string   `json:"wanted,omitempty"`   // name of the collection, if it is free; "": from the source and Name
	Columns  []Column `json:"columns"`            // in the order of the source, dropped ones left out
	SRID     int      `json:"srid,omitempty"`     // EPSG code of the geometry; 0: no geometry
	Accuracy float64  `json:"accuracy,omitempty"` // metres lost by the transform to WGS 84; 0: not known to be worse than the source
	// Found explains what was detected, a line each, for `ponet source test`.
	Found []string `json:"found,omitempty"`
	// Guess is the part of the mapping that was detected: title, lon, lat, ….
	Guess Mapping `json:"guess"`
	// Passing marks a source that lists only the newest, as a feed does: that
	// something is no longer listed says nothing.
	Passing bool `json:"passing,omitempty"`
	// As is the source as which the rows are read, where that is not the one
	// harvested: the file of a dataset.
	As *Source `json:"as,omitempty"`
	// RowsApart says of a layer of datasets that their rows come as layers of the
	// same listing: their files are not read.
	RowsApart bool `json:"rows_apart,omitempty"`
	// Ours says that the columns are named by us and not by the source: those that
	// are mapped to a field are not published a second time.
	Ours bool `json:"ours,omitempty"`
	// Dropped are the fields that the mapping left out when the rows were read.
	Dropped []string `json:"dropped,omitempty"`
	// About is what the service says of the layer as a dataset: its description,
	// who publishes it, the time that it covers, its terms of use. nil: nothing.
	About *Dataset `json:"-"`
}

// Duration is a time.Duration that is written "24h0m0s" in JSON.
type Duration time.Duration

// MarshalText writes d as time.Duration prints it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	*d = Duration(v)
	return err
}

// Kind is what the records of a layer of s are: as its mapping says, else as
// was detected, else rows of a dataset. A layer that its protocol gives as
// measured values is nothing else.
func (s Source) Kind(l *Layer) Kind {
	switch {
	case l.Guess.Kind == KindObservation:
		return KindObservation
	case s.Mapping.Kind != "" && !gazetteerBoth(s.Mapping.Kind, l.Guess.Kind):
		return s.Mapping.Kind
	case l.Guess.Kind != "":
		return l.Guess.Kind
	}
	return KindFeature
}

// gazetteerBoth reports whether a source was said to be of streets or street numbers,
// and the columns of its layer tell which of the two.
func gazetteerBoth(said, guessed Kind) bool { return said.Gazetteer() && guessed.Gazetteer() }
