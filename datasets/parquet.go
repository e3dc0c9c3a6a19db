package datasets

import (
	"fmt"
	"io"
	"iter"
	"math"

	"github.com/parquet-go/parquet-go"
	"github.com/paulmach/orb/encoding/wkb"

	"po-net.prato.it/ponet/catalog"
)

// Bounds of a row group: as many rows as a reader with a bounding box likes to
// skip or read at once, and few enough bytes to gather in memory.
const (
	rowGroupRows  = 50_000
	rowGroupBytes = 32 << 20 // of encoded features
)

// Bounds of what is handed to the column writers at once.
const (
	batchRows  = 256
	batchBytes = 1 << 20
)

// dictionaryBytes is how large the dictionary of a column may grow in a row
// group: beyond, the values are hardly ever equal.
const dictionaryBytes = 1 << 20

// EncodeParquet writes GeoParquet 1.1: one row a record, in the order in which
// they come (the store's is that of a Hilbert curve, so that row groups are
// compact), compressed with zstd. The columns are id, those of c with their
// types, licence and source where c has none, geometry (WKB, OGC:CRS84) and
// bbox, which lets readers skip row groups.
//
// A value that does not fit its column's type is left empty; how many were is
// said, by column, in the file's metadata under values_left_out. Licence,
// attribution and source are there too. After an error there is no footer, and
// no reader takes the file.
func EncodeParquet(w io.Writer, c catalog.Collection, records iter.Seq2[*catalog.Record, error]) error {
	p := newParquetWriter(w, c)
	n := 0
	for r, err := range records {
		if err != nil {
			return fmt.Errorf("export after %d records: %w", n, err)
		}
		if err := p.add(r.Feature); err != nil {
			return fmt.Errorf("export after %d records: record %s: %w", n, r.ID, err)
		}
		n++
	}
	return p.close(c)
}

// A parquetWriter gathers batches of values by column.
type parquetWriter struct {
	*parquet.Writer
	table      *table
	columns    []*parquet.ColumnWriter
	values     [][]parquet.Value // of the present batch, by column
	arena      []byte            // what byte values of the batch point to: records are not ours to keep
	scratch    []byte
	rows       int // in the batch
	groupRows  int
	groupBytes int
	geo        geoSummary
	leftOut    map[string]int64
}

func newParquetWriter(w io.Writer, c catalog.Collection) *parquetWriter {
	t := newTable(c, "id", "geometry", "bbox")
	options := append(parquetOptions(), parquetSchema(c.Name, t))
	p := &parquetWriter{Writer: parquet.NewWriter(w, options...), table: t, leftOut: map[string]int64{}}
	p.columns = p.ColumnWriters()
	p.values = make([][]parquet.Value, len(p.columns))
	return p
}

// add puts one feature in the batch.
func (p *parquetWriter) add(encoded []byte) error {
	id, raw, err := p.table.read(encoded)
	if err != nil {
		return err
	}
	geometry, err := parseGeometry(raw)
	if err != nil {
		return err
	}
	p.put(0, p.byteArray(p.decoded(id)), 0)
	for i, v := range p.table.values {
		p.putOptional(i+1, p.value(p.table.columns[i].Type, i, v))
	}
	at := len(p.table.values) + 1
	if geometry == nil {
		for i := range 5 {
			p.putOptional(at+i, parquet.NullValue())
		}
	} else {
		b, err := wkb.Marshal(geometry)
		if err != nil {
			return err
		}
		p.putOptional(at, parquet.ByteArrayValue(b))
		bound := geometry.Bound()
		p.geo.add(geometry, bound)
		p.putOptional(at+1, parquet.FloatValue(below(bound.Min.X())))
		p.putOptional(at+2, parquet.FloatValue(below(bound.Min.Y())))
		p.putOptional(at+3, parquet.FloatValue(above(bound.Max.X())))
		p.putOptional(at+4, parquet.FloatValue(above(bound.Max.Y())))
	}
	p.rows++
	p.groupBytes += len(encoded)
	return p.turn()
}

func (p *parquetWriter) put(column int, v parquet.Value, definition int) {
	p.values[column] = append(p.values[column], v.Level(0, definition, column))
}

func (p *parquetWriter) putOptional(column int, v parquet.Value) {
	if v.IsNull() {
		p.put(column, v, 0)
	} else {
		p.put(column, v, 1)
	}
}

// turn writes the batch and the row group when they are full.
func (p *parquetWriter) turn() error {
	if p.rows < batchRows && len(p.arena) < batchBytes && p.groupRows+p.rows < rowGroupRows && p.groupBytes < rowGroupBytes {
		return nil
	}
	if err := p.writeBatch(); err != nil {
		return err
	}
	if p.groupRows < rowGroupRows && p.groupBytes < rowGroupBytes {
		return nil
	}
	p.groupRows, p.groupBytes = 0, 0
	return p.Flush()
}

func (p *parquetWriter) writeBatch() error {
	for i, values := range p.values {
		if len(values) == 0 {
			continue
		}
		if _, err := p.columns[i].WriteRowValues(values); err != nil {
			return err
		}
		clear(values)
		p.values[i] = values[:0]
	}
	p.groupRows += p.rows
	p.rows, p.arena = 0, p.arena[:0]
	return nil
}

func (p *parquetWriter) close(c catalog.Collection) error {
	if err := p.writeBatch(); err != nil {
		return err
	}
	pairs, err := p.metadata(c)
	if err != nil {
		return err
	}
	for _, pair := range pairs {
		p.SetKeyValueMetadata(pair[0], pair[1])
	}
	return p.Writer.Close()
}

// below and above are the nearest float32 that are surely not inside a box.
func below(x float64) float32 {
	f := float32(x)
	if float64(f) > x {
		f = math.Nextafter32(f, float32(math.Inf(-1)))
	}
	return f
}

func above(x float64) float32 { return -below(-x) }
