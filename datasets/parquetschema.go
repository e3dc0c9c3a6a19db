package datasets

import (
	"cmp"
	"reflect"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"po-net.prato.it/ponet/catalog"
)

func parquetOptions() []parquet.WriterOption {
	return []parquet.WriterOption{
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}),
		parquet.DictionaryMaxBytes(dictionaryBytes),
		parquet.DataPageVersion(1),             // what every reader reads
		parquet.SkipPageStatistics("geometry"), // the least of some bytes says nothing; bbox does
		parquet.CreatedBy("Po-net", "1", ""),
	}
}

// parquetSchema has the columns id, those of t, geometry and bbox.
func parquetSchema(name string, t *table) *parquet.Schema {
	fields := []parquet.Field{column("id", plain(parquet.String()))}
	for i, c := range t.columns {
		fields = append(fields, column(t.headers[i], parquet.Optional(parquetNode(c.Type))))
	}
	var bound []parquet.Field
	for _, side := range []string{"xmin", "ymin", "xmax", "ymax"} {
		bound = append(bound, column(side, parquet.Leaf(parquet.FloatType)))
	}
	fields = append(fields,
		column("geometry", parquet.Optional(plain(parquet.Leaf(parquet.ByteArrayType)))),
		column("bbox", parquet.Optional(group{fields: bound})))
	return parquet.NewSchema(cmp.Or(name, "records"), group{fields: fields})
}

func parquetNode(typ catalog.ColumnType) parquet.Node {
	switch typ {
	case catalog.ColumnInteger:
		return parquet.Leaf(parquet.Int64Type)
	case catalog.ColumnNumber:
		return parquet.Leaf(parquet.DoubleType)
	case catalog.ColumnBoolean:
		return parquet.Leaf(parquet.BooleanType)
	case catalog.ColumnDate:
		return parquet.Date()
	case catalog.ColumnDateTime:
		return parquet.Timestamp(parquet.Microsecond)
	case catalog.ColumnJSON:
		return plain(parquet.JSON())
	}
	return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
}

// plain is for values that are hardly ever equal: no dictionary, and not the
// newer encodings, which some readers lack.
func plain(node parquet.Node) parquet.Node { return parquet.Encoded(node, &parquet.Plain) }

// A group is a node whose fields keep their order; parquet.Group sorts them by
// name, and the order of columns is part of what a source says.
type group struct {
	parquet.Group // says what a group says; its own fields stay unused
	fields        []parquet.Field
}

type field struct {
	parquet.Node
	name string
}

func column(name string, node parquet.Node) parquet.Field { return field{node, name} }

func (f field) Name() string { return f.name }

// Value is for rows that are Go values; ours are written by column.
func (f field) Value(reflect.Value) reflect.Value { return reflect.Value{} }

func (g group) Fields() []parquet.Field { return g.fields }
func (g group) GoType() reflect.Type    { return reflect.TypeFor[map[string]any]() }
func (g group) String() string          { return "group" }
