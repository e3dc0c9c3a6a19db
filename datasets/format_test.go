package datasets

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"runtime"
	"testing"

	"github.com/parquet-go/parquet-go"

	"po-net.prato.it/ponet/catalog"
)

func TestFormatByName(t *testing.T) {
	for _, f := range Formats {
		if got, ok := FormatByName(f.Name); !ok || got.MediaType != f.MediaType {
			t.Errorf("FormatByName(%q) = %v, %t", f.Name, got.Name, ok)
		}
	}
	if _, ok := FormatByName("doc"); ok {
		t.Error("FormatByName(doc) found something")
	}
}

// Equal records make equal files.
func TestEncodersAreDeterministic(t *testing.T) {
	for _, f := range Formats {
		var a, b bytes.Buffer
		if err := errors.Join(f.Encode(&a, syntheticCollection, synthetic(500)), f.Encode(&b, syntheticCollection, synthetic(500))); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s: two files of the same records differ", f.Name)
		}
	}
}

// Half-way the store fails: the error comes out, and nobody can take what was
// written for the whole.
func TestErrorLeavesFileVisiblyIncomplete(t *testing.T) {
	gone := errors.New("the server was killed")
	visible := map[string]func([]byte) bool{
		"csv":        func(b []byte) bool { return bytes.HasSuffix(b, []byte("\r\n\"")) },
		"geojson":    func(b []byte) bool { return !bytes.Contains(b, []byte("]")) || !bytes.HasSuffix(b, []byte("}\n")) },
		"geojsonseq": func(b []byte) bool { return bytes.HasSuffix(b, []byte("\n\x1e")) },
		"parquet": func(b []byte) bool {
			_, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
			return err != nil
		},
		"ics": func(b []byte) bool { return !bytes.Contains(b, []byte("END:VCALENDAR")) },
	}
	for _, f := range Formats {
		var out bytes.Buffer
		err := f.Encode(&out, syntheticCollection, failing(synthetic(1000), 700, gone))
		if !errors.Is(err, gone) {
			t.Errorf("%s: error %v; want %v", f.Name, err, gone)
		}
		if !visible[f.Name](out.Bytes()) {
			t.Errorf("%s: the file looks complete", f.Name)
		}
		if err := f.Encode(io.Discard, syntheticCollection, failing(synthetic(5), 5, nil)); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func failing(records iter.Seq2[*catalog.Record, error], after int, err error) iter.Seq2[*catalog.Record, error] {
	return func(yield func(*catalog.Record, error) bool) {
		n := 0
		for r, e := range records {
			if n == after && err != nil {
				yield(nil, err)
				return
			}
			if !yield(r, e) {
				return
			}
			n++
		}
	}
}

// A record that has not been encoded is a fault of the program and must not
// become an empty row.
func TestRecordWithoutFeature(t *testing.T) {
	for _, f := range Formats {
		records := func(yield func(*catalog.Record, error) bool) { yield(&catalog.Record{ID: "x"}, nil) }
		if err := f.Encode(io.Discard, syntheticCollection, records); !errors.Is(err, errFeature) {
			t.Errorf("%s: error %v; want %v", f.Name, err, errFeature)
		}
	}
}

// Whoever reads slowly or has gone makes the encoder stop with an error.
func TestWriteError(t *testing.T) {
	for _, f := range Formats {
		if err := f.Encode(brokenPipe{}, syntheticCollection, synthetic(1000)); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: error %v; want %v", f.Name, err, io.ErrClosedPipe)
		}
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// A million records, in the memory of a few.
func TestConstantMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("a million records in every format")
	}
	const limit = 128 << 20 // bytes; the encoded features are 900 MB
	for _, f := range Formats {
		runtime.GC()
		var before, now runtime.MemStats
		runtime.ReadMemStats(&before)
		var peak uint64
		var size countingWriter
		watched := func(yield func(*catalog.Record, error) bool) {
			n := 0
			for r, err := range synthetic(1_000_000) {
				if n++; n%20_000 == 0 {
					runtime.ReadMemStats(&now)
					peak = max(peak, now.HeapInuse)
				}
				if !yield(r, err) {
					return
				}
			}
		}
		if err := f.Encode(&size, syntheticCollection, watched); err != nil {
			t.Fatal(err)
		}
		grown := int64(peak) - int64(before.HeapInuse)
		t.Logf("%s: %d MB written, heap grew by at most %d MB", f.Name, size>>20, grown>>20)
		if grown > limit {
			t.Errorf("%s: heap grew by %d MB; want at most %d", f.Name, grown>>20, limit>>20)
		}
	}
}

type countingWriter int64

func (w *countingWriter) Write(b []byte) (int, error) {
	*w += countingWriter(len(b))
	return len(b), nil
}

func BenchmarkEncode(b *testing.B) {
	const n = 100_000
	var features []*catalog.Record
	for r := range synthetic(n) {
		features = append(features, &catalog.Record{ID: r.ID, Feature: bytes.Clone(r.Feature)})
	}
	records := func(yield func(*catalog.Record, error) bool) {
		for _, r := range features {
			if !yield(r, nil) {
				return
			}
		}
	}
	for _, f := range Formats {
		b.Run(f.Name, func(b *testing.B) {
			for b.Loop() {
				var size countingWriter
				if err := f.Encode(&size, syntheticCollection, records); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(size))
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
