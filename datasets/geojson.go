package datasets

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strconv"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// EncodeGeoJSON writes a FeatureCollection (RFC 7946). Licence and attribution
// are members of ours; timeStamp is the instant of the catalogue at which the
// collection last changed, so that equal records make equal files. The
// features are those of the records, byte for byte.
func EncodeGeoJSON(w io.Writer, c catalog.Collection, records iter.Seq2[*catalog.Record, error]) error {
	buf := append(make([]byte, 0, 2*flushAt), `{"type":"FeatureCollection"`...)
	for _, m := range []struct{ name, value string }{
		{"title", c.Title}, {"licence", c.Licence}, {"attribution", Attribution(c)}, {"timeStamp", timeStamp(c.Updated)},
	} {
		if m.value != "" {
			buf = appendMember(buf, m.name, m.value)
		}
	}
	buf = append(buf, `,"features":[`...)
	n := 0
	for r, err := range records {
		if err != nil {
			return incomplete(w, buf, n, err)
		}
		if len(r.Feature) == 0 {
			return incomplete(w, buf, n, fmt.Errorf("record %s: %w", r.ID, errFeature))
		}
		if n > 0 {
			buf = append(buf, ',')
		}
		buf = append(append(buf, '\n'), r.Feature...)
		n++
		if buf, err = flush(w, buf, flushAt); err != nil {
			return err
		}
	}
	buf = append(buf, "\n],\"numberReturned\":"...)
	buf = append(strconv.AppendInt(buf, int64(n), 10), "}\n"...)
	_, err := flush(w, buf, 0)
	return err
}

func appendMember(buf []byte, name, value string) []byte {
	buf = append(buf, `,"`...)
	buf = append(append(buf, name...), `":`...)
	return appendQuoted(buf, value)
}

// appendQuoted appends s as a JSON string.
func appendQuoted(buf []byte, s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string can always be written
	}
	return append(buf, b...)
}

func timeStamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// flush writes buf when it has reached size, and is the buffer to go on with.
func flush(w io.Writer, buf []byte, size int) ([]byte, error) {
	if len(buf) < size {
		return buf, nil
	}
	_, err := w.Write(buf)
	return buf[:0], err
}

// incomplete writes what has been encoded, as far as it came, and says why it
// is not more. That err is what counts: w may be gone too.
func incomplete(w io.Writer, buf []byte, n int, err error) error {
	w.Write(buf)
	return fmt.Errorf("export after %d records: %w", n, err)
}
