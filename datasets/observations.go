package datasets

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A Measured is one reading with the datastream that it belongs to.
type Measured struct {
	Datastream *catalog.Datastream
	Reading    catalog.Reading
}

// An ObservationFile is a format in which measured values are taken away.
type ObservationFile struct {
	Name, MediaType, Extension, Label string
	Encode                            func(w io.Writer, list iter.Seq2[Measured, error]) error
}

// The formats of measured values.
var (
	ObservationsCSV     = ObservationFile{"csv", "text/csv; charset=utf-8; header=present", "csv", "CSV", EncodeObservations}
	ObservationsParquet = ObservationFile{"parquet", "application/vnd.apache.parquet", "parquet", "Parquet", EncodeObservationsParquet}
)

// ObservationFormat is the format called name.
func ObservationFormat(name string) (ObservationFile, bool) {
	for _, f := range []ObservationFile{ObservationsCSV, ObservationsParquet} {
		if f.Name == name {
			return f, true
		}
	}
	return ObservationFile{}, false
}

// observationColumns are those of EncodeObservations.
const observationColumns = "datastream,station,station_code,property,uri,title,unit,aggregation,interval,start,end,value,quality,reason,result_time,min,max,count,missing,source,source_title,body,licence\r\n"

// ObservationColumns are the names of the columns of files of measured values.
func ObservationColumns() []string {
	return strings.Split(strings.TrimSuffix(observationColumns, "\r\n"), ",")
}

// EncodeObservations writes measured values as a table like EncodeCSV: times in
// UTC (RFC 3339), numbers with a decimal point, units by their UCUM code, the source
// and licence in every line. Where there is no value its cell is empty and reason
// says why. min, max, count and missing are those of hours, days and months.
// After an error the file ends in a line that has one field and an open quote.
func EncodeObservations(w io.Writer, list iter.Seq2[Measured, error]) error {
	buf := append(make([]byte, 0, 2*flushAt), observationColumns...)
	n := 0
	for m, err := range list {
		if err != nil {
			return incomplete(w, append(buf, '"'), n, err)
		}
		buf = appendMeasured(buf, m)
		n++
		if buf, err = flush(w, buf, flushAt); err != nil {
			return err
		}
	}
	_, err := flush(w, buf, 0)
	return err
}

func appendMeasured(buf []byte, m Measured) []byte {
	d, r := m.Datastream, m.Reading
	words := func(texts ...string) {
		for _, t := range texts {
			buf = append(appendText(buf, []byte(t)), ',')
		}
	}
	number := func(v *float64) {
		if v != nil {
			buf = strconv.AppendFloat(buf, *v, 'f', -1, 64)
		}
		buf = append(buf, ',')
	}
	words(d.ID, d.StationID, d.Station, cmp.Or(d.Code, d.Property), d.URI, d.Title, d.Unit, string(d.Aggregation), d.Interval.String())
	buf = append(r.Start.UTC().AppendFormat(buf, time.RFC3339), ',')
	buf = append(r.End.UTC().AppendFormat(buf, time.RFC3339), ',')
	number(r.Value)
	words(string(r.Quality), r.Reason)
	if r.ResultTime != nil {
		buf = r.ResultTime.UTC().AppendFormat(buf, time.RFC3339)
	}
	buf = append(buf, ',')
	number(r.Min)
	number(r.Max)
	if r.Count+r.Missing > 0 {
		buf = fmt.Appendf(buf, "%d,%d,", r.Count, r.Missing)
	} else {
		buf = append(buf, ',', ',')
	}
	words(d.SourceID, d.SourceTitle, cmp.Or(d.BodyName, d.BodyID))
	return append(appendText(buf, []byte(d.Licence)), '\r', '\n')
}
