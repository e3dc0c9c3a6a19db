package catalog

import (
	"time"

	"github.com/paulmach/orb"
)

// A Query selects published records. The zero value selects all of them. Every
// face of the catalogue (API, portal, download, tile) asks with one of these,
// which is why they agree.
type Query struct {
	Collection     string     // "": every collection
	Text           string     // Italian full text; also codes and identifiers
	BBox           *orb.Bound // intersects, CRS84; Min is west, south; a west > east box crosses the antimeridian
	From, To       *time.Time // intersects [Start, End]; nil: open
	AsOf           *time.Time // the catalogue as it was at that moment; nil: as it is
	Themes         []Theme
	Types          []string // codes
	Municipalities []string // names or ISTAT codes
	Bodies         []string
	Sources        []string
	Accessible     bool
	OpenAt         *time.Time // open at that moment, as far as the hours can be read
	Related        string     // id of a record: what has to do with it in the way Relation
	Relation       string     // name of a Direction
	Targets        bool       // of Records: fill in what each names
	NoDatasets     bool       // things on the ground only; the datasets have a catalogue of their own
	NoGazetteer    bool       // no streets and street numbers, which would hide all else
	Near           *orb.Point // lon, lat
	RadiusMetres   float64    // with Near; 0: no limit
	Where          []Condition
	Order          Order
	Limit          int
	After, Before  string // cursor of a Page: keyset, never an offset
	Offset         int    // for the portal's numbered pages and the search only
}

// A Condition asks that a published property has one of the values.
type Condition struct {
	Property string
	Values   []string
}

// Order is how results are ordered.
type Order string

// The orders. OrderKey is stable under change and the only one that pages by key.
const (
	OrderKey       Order = ""
	OrderRelevance Order = "rilevanza"
	OrderDistance  Order = "distanza"
	OrderTitle     Order = "nome"
	OrderUpdated   Order = "aggiornati"
)

// A Page of records in the order of their key.
type Page struct {
	Records    []*Record // Feature and ID filled; the rest only where the caller asked for Full
	Next, Prev string    // cursors, "" at the ends
	Matched    int64     // how many the query selects, exact if Exact
	Exact      bool
	Mark       int64 // the change up to which this is true
}

// A Collection is what the API calls one: every record of a kind, or the rows
// of a dataset.
type Collection struct {
	Name        string
	Title       string
	Description string
	Kind        Kind
	Count       int64
	Extent      *orb.Bound // CRS84; nil: no geometry
	From, To    *time.Time
	Columns     []Column // the properties, in order
	Licence     string   // URI
	Body        string   // name
	SourceID    string   // "" for a kind's collection
	SourceURL   string
	DatasetID   string // the record of the dataset whose rows these are, "" for none
	Updated     time.Time
	Mark        int64 // the last change in it
}

// Results of a search.
type Results struct {
	Hits     []Hit
	Total    int64
	Exact    bool
	Facets   map[string][]Facet // "theme", "type", "municipality", "body", "collection"
	Spelling string             // a better spelling when there are few results
	Reduced  bool               // the search engine of the settings is down: the database answered by plain match
	Mark     int64
}

// A Hit is one record found. DistanceMetres is -1 without Query.Near.
type Hit struct {
	Record         *Record
	DistanceMetres float64
	Score          float64
}

// A Facet is one value of a facet and how many results have it, all filters
// but its own applied.
type Facet struct {
	Value string
	Label string
	Count int64
}

// A Change is one line of the log of everything that was published.
type Change struct {
	Seq         int64
	Transaction uint64 // that made it
	RecordID    string
	Collection  string
	Kind        Kind
	Op          string // "create", "update", "withdraw"
	At          time.Time
}

// Position is where the change stands among those that a reader has read.
func (c Change) Position() Position { return Position{c.Transaction, c.Seq} }

// A Position is how far a reader of the change log has come: it knows all of the
// transactions before Transaction, and of that one all up to Seq. Seq alone
// would not do: a transaction that began later may have taken the lower
// number and still be at work when the higher one is read.
type Position struct {
	Transaction uint64
	Seq         int64
}

// Before reports whether p comes before q in the log.
func (p Position) Before(q Position) bool {
	return p.Transaction < q.Transaction || p.Transaction == q.Transaction && p.Seq < q.Seq
}
