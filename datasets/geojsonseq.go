package datasets

import (
	"fmt"
	"io"
	"iter"

	"po-net.prato.it/ponet/catalog"
)

// recordSeparator begins each text of a sequence (RFC 8142, RFC 7464): by it a
// reader knows a text that was cut short.
const recordSeparator = 0x1e

// EncodeGeoJSONSeq writes a GeoJSON text sequence (RFC 8142): the features of
// the records, byte for byte, one a line. Licence and source are properties of
// each feature, for a sequence has no other place for them. After an error the
// last line is one separator with nothing behind it, which is no valid text.
func EncodeGeoJSONSeq(w io.Writer, _ catalog.Collection, records iter.Seq2[*catalog.Record, error]) error {
	buf := make([]byte, 0, 2*flushAt)
	n := 0
	for r, err := range records {
		if err == nil && len(r.Feature) == 0 {
			err = fmt.Errorf("record %s: %w", r.ID, errFeature)
		}
		if err != nil {
			return incomplete(w, append(buf, recordSeparator), n, err)
		}
		buf = append(append(append(buf, recordSeparator), r.Feature...), '\n')
		n++
		if buf, err = flush(w, buf, flushAt); err != nil {
			return err
		}
	}
	_, err := flush(w, buf, 0)
	return err
}
