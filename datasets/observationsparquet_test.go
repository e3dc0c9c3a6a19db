package datasets_test

import (
	"bytes"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// The Parquet of measured values holds what the CSV does, with types, and one
// that breaks off is no file.
func TestEncodeObservationsParquet(t *testing.T) {
	at := time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC)
	value := 12.5
	d := &catalog.Datastream{ID: "d", Station: "IT0953A", Code: "pm10", Title: "PM10", Unit: "ug/m3", Aggregation: catalog.AggregationMean, Licence: "cc-by"}
	list := func(n int, fails error) iter.Seq2[datasets.Measured, error] {
		return func(yield func(datasets.Measured, error) bool) {
			for i := range n {
				r := catalog.Reading{Start: at.Add(time.Duration(i) * time.Hour), End: at.Add(time.Duration(i+1) * time.Hour), Quality: catalog.QualityRaw, Value: &value}
				if i == 1 {
					r.Value, r.Reason, r.Quality, r.ResultTime = nil, "<0,5", catalog.QualityBelowDetection, &at
				}
				if i == 2 {
					r.Count, r.Missing, r.Min, r.Max = 3, 1, &value, &value
				}
				if !yield(datasets.Measured{Datastream: d, Reading: r}, nil) {
					return
				}
			}
			if fails != nil {
				yield(datasets.Measured{}, fails)
			}
		}
	}
	var b bytes.Buffer
	if err := datasets.EncodeObservationsParquet(&b, list(1000, nil)); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || f.NumRows() != 1000 {
		t.Fatalf("%d rows: %v; want 1000", f.NumRows(), err)
	}
	type row struct {
		Start      time.Time  `parquet:"start,timestamp(microsecond)"`
		Value      *float64   `parquet:"value,optional"`
		Reason     string     `parquet:"reason"`
		Unit       string     `parquet:"unit"`
		ResultTime *time.Time `parquet:"result_time,optional,timestamp(microsecond)"`
		Missing    *int64     `parquet:"missing,optional"`
	}
	rows, err := parquet.Read[row](bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if r := rows[999]; !r.Start.Equal(at.Add(999*time.Hour)) || r.Value == nil || *r.Value != value || r.Unit != "ug/m3" || r.ResultTime != nil || r.Missing != nil {
		t.Errorf("the last row: %+v", r)
	}
	if r := rows[1]; r.Value != nil || r.Reason != "<0,5" || r.ResultTime == nil || !r.ResultTime.Equal(at) {
		t.Errorf("the row without a value: %+v", r)
	}
	if r := rows[2]; r.Missing == nil || *r.Missing != 1 {
		t.Errorf("the row of an hour: %+v", r)
	}
	b.Reset()
	broken := errors.New("the database is gone")
	if err := datasets.EncodeObservationsParquet(&b, list(10, broken)); !errors.Is(err, broken) {
		t.Errorf("error %v; want %v", err, broken)
	}
	if _, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len())); err == nil {
		t.Error("what broke off is taken for a file")
	}
}
