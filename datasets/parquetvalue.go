package datasets

import (
	"bytes"
	"math"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"

	"po-net.prato.it/ponet/catalog"
)

// value is the raw JSON value as one of the column's type; null when there is
// none or, counted, when it does not fit.
func (p *parquetWriter) value(typ catalog.ColumnType, column int, raw []byte) parquet.Value {
	if raw == nil {
		return parquet.NullValue()
	}
	switch typ {
	case catalog.ColumnText:
		return p.byteArray(p.decoded(raw))
	case catalog.ColumnJSON:
		return p.byteArray(raw)
	}
	decoded := p.decoded(raw)
	if len(bytes.TrimSpace(decoded)) == 0 {
		return parquet.NullValue()
	}
	v, ok := scalar(typ, text(decoded))
	if !ok {
		p.leftOut[p.table.headers[column]]++
	}
	return v
}

// decoded is the text of a JSON string, and anything else as it stands.
func (p *parquetWriter) decoded(raw []byte) []byte {
	if len(raw) == 0 || raw[0] != '"' {
		return raw
	}
	return unquote(&p.scratch, raw)
}

// byteArray is b kept until the batch is written.
func (p *parquetWriter) byteArray(b []byte) parquet.Value {
	start := len(p.arena)
	p.arena = append(p.arena, b...)
	return parquet.ByteArrayValue(p.arena[start:])
}

func scalar(typ catalog.ColumnType, s string) (parquet.Value, bool) {
	switch typ {
	case catalog.ColumnInteger:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return parquet.Int64Value(n), true
		}
		if f, err := strconv.ParseFloat(s, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return parquet.Int64Value(int64(f)), true // 12.0, 1e3
		}
	case catalog.ColumnNumber:
		if f, err := strconv.ParseFloat(s, 64); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return parquet.DoubleValue(f), true
		}
	case catalog.ColumnBoolean:
		switch s {
		case "true":
			return parquet.BooleanValue(true), true
		case "false":
			return parquet.BooleanValue(false), true
		}
	case catalog.ColumnDate:
		if t, err := time.Parse(time.DateOnly, s); err == nil {
			return parquet.Int32Value(int32(t.Unix() / 86400)), true
		}
	case catalog.ColumnDateTime:
		if t, ok := instant(s); ok {
			return parquet.Int64Value(t.UnixMicro()), true
		}
	}
	return parquet.NullValue(), false
}

// instant reads a date and time; one without offset is that of the clocks in
// Italy, a date alone its midnight.
func instant(s string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, true
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, catalog.Rome); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
