package datasets

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/parquet-go/parquet-go"
)

// A measuredRow is one line of the Parquet file, with the columns of the CSV.
type measuredRow struct {
	Datastream  string     `parquet:"datastream,dict"`
	Station     string     `parquet:"station,dict"`
	StationCode string     `parquet:"station_code,dict"`
	Property    string     `parquet:"property,dict"`
	URI         string     `parquet:"uri,dict"`
	Title       string     `parquet:"title,dict"`
	Unit        string     `parquet:"unit,dict"`
	Aggregation string     `parquet:"aggregation,dict"`
	Interval    string     `parquet:"interval,dict"`
	Start       time.Time  `parquet:"start,timestamp(microsecond)"`
	End         time.Time  `parquet:"end,timestamp(microsecond)"`
	Value       *float64   `parquet:"value,optional"`
	Quality     string     `parquet:"quality,dict"`
	Reason      string     `parquet:"reason,dict"`
	ResultTime  *time.Time `parquet:"result_time,optional,timestamp(microsecond)"`
	Min         *float64   `parquet:"min,optional"`
	Max         *float64   `parquet:"max,optional"`
	Count       *int64     `parquet:"count,optional"`
	Missing     *int64     `parquet:"missing,optional"`
	Source      string     `parquet:"source,dict"`
	SourceTitle string     `parquet:"source_title,dict"`
	Body        string     `parquet:"body,dict"`
	Licence     string     `parquet:"licence,dict"`
}

// observationGroupRows is how many measured values a row group has: about 5 MB.
const observationGroupRows = 500_000

// EncodeObservationsParquet writes measured values as Parquet, zstd, with the
// columns of EncodeObservations: times are timestamps in UTC, what is not
// there is null. After an error there is no footer, and no reader takes the file.
func EncodeObservationsParquet(w io.Writer, list iter.Seq2[Measured, error]) error {
	options := append(parquetOptions(), parquet.MaxRowsPerRowGroup(observationGroupRows))
	out := parquet.NewGenericWriter[measuredRow](w, options...)
	batch := make([]measuredRow, 0, batchRows)
	n := 0
	for m, err := range list {
		if err != nil {
			return fmt.Errorf("export after %d observations: %w", n, err)
		}
		if batch = append(batch, newMeasuredRow(m)); len(batch) == batchRows {
			if _, err := out.Write(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
		n++
	}
	if _, err := out.Write(batch); err != nil {
		return err
	}
	return out.Close()
}

func newMeasuredRow(m Measured) measuredRow {
	d, r := m.Datastream, m.Reading
	row := measuredRow{
		Datastream: d.ID, Station: d.StationID, StationCode: d.Station, Property: cmp.Or(d.Code, d.Property), URI: d.URI, Title: d.Title, Unit: d.Unit,
		Aggregation: string(d.Aggregation), Interval: d.Interval.String(), Start: r.Start.UTC(), End: r.End.UTC(), Value: r.Value,
		Quality: string(r.Quality), Reason: r.Reason, ResultTime: r.ResultTime, Min: r.Min, Max: r.Max,
		Source: d.SourceID, SourceTitle: d.SourceTitle, Body: cmp.Or(d.BodyName, d.BodyID), Licence: d.Licence,
	}
	if r.Count+r.Missing > 0 {
		row.Count, row.Missing = &r.Count, &r.Missing
	}
	return row
}
