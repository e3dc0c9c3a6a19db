package datasets

import (
	"io"
	"iter"

	"po-net.prato.it/ponet/catalog"
)

// An Encoder writes records to w as they come, in constant memory. Of a record
// it reads Feature alone, so that every format says the same. It stops at the
// first error of the iterator and returns it, and leaves what it has written
// visibly unfinished: a GeoJSON without its closing bracket, a Parquet file
// without footer, a last line that is no record.
//
// The columns are c.Columns in their order; properties that are not among them
// are written by the formats that carry whole features.
type Encoder func(w io.Writer, c catalog.Collection, records iter.Seq2[*catalog.Record, error]) error

// A Format is one way to take records away.
type Format struct {
	Name      string // in addresses, commands and settings
	MediaType string
	Extension string // of a file, without the dot
	Label     string // in Italian
	Encode    Encoder
}

// Formats lists the formats in the order in which they are offered.
var Formats = []Format{
	{"csv", "text/csv; charset=utf-8; header=present", "csv", "CSV (tabella)", EncodeCSV},
	{"geojson", "application/geo+json", "geojson", "GeoJSON", EncodeGeoJSON},
	{"geojsonseq", "application/geo+json-seq", "geojsons", "GeoJSONSeq (un oggetto per riga)", EncodeGeoJSONSeq},
	{"parquet", "application/vnd.apache.parquet", "parquet", "GeoParquet", EncodeParquet},
	{"ics", "text/calendar; charset=utf-8", "ics", "iCalendar (eventi e corsi)", EncodeICS},
}

// FormatByName is the format called name.
func FormatByName(name string) (Format, bool) {
	for _, f := range Formats {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// flushAt is how many bytes an encoder gathers before it writes them: few
// enough to be quickly on their way, enough to make writing cheap.
const flushAt = 64 << 10
