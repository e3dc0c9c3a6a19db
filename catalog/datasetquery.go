package catalog

// A DatasetQuery selects published datasets. The zero value selects all.
type DatasetQuery struct {
	Text     string
	Themes   []Theme
	Bodies   []string // identifiers
	Formats  []string // short names in small letters: "csv"
	Licences []string // URIs
	Rows     Rows
	Order    Order // relevance with a text, else by title; OrderUpdated
	Limit    int
	Offset   int
}

// Rows says whether the rows of a dataset are in the catalogue.
type Rows string

// The values of Rows.
const (
	RowsAny  Rows = ""
	RowsHere Rows = "qui"   // they are records of ours
	RowsLink Rows = "altri" // the dataset only says where they are
)

// DatasetResults are datasets found.
type DatasetResults struct {
	Hits   []DatasetHit
	Total  int64
	Facets map[string][]Facet // "theme", "body", "format", "licence", "rows"
}

// A DatasetHit is one dataset found and how many of its rows are records, or
// measured values: those count as one table.
type DatasetHit struct {
	Record  *Record
	Tables  int
	Records int64
}

// A Table is a part of a dataset whose rows are records.
type Table struct {
	Collection Collection // with the columns of the rows
	Source     string     // only the rows of this source, when others share the collection; "": all of it
	Count      int64
}

// Query selects the rows of t.
func (t Table) Query() Query {
	q := Query{Collection: t.Collection.Name}
	if t.Source != "" {
		q.Sources = []string{t.Source}
	}
	return q
}
