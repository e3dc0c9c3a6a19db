package table

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/wkb"
	"github.com/twpayne/go-geom/encoding/wkbcommon"
	"po-net.prato.it/ponet/catalog"
)

// A spooled record is a row on disk: line, id, media type, raw, properties,
// geometry and issues.
type spooled struct {
	line  int
	parts [6][]byte
}

// readRecord reads the next record into buf, which is kept for the one after it.
func readRecord(in *bufio.Reader, buf *[]byte) (spooled, error) {
	var rec spooled
	line, err := binary.ReadUvarint(in)
	rec.line = int(line)
	var lengths [6]int
	total := 0
	for i := range lengths {
		n, e := binary.ReadUvarint(in)
		lengths[i], err = int(n), errors.Join(err, e)
		total += int(n)
	}
	if err != nil {
		return rec, err
	}
	if cap(*buf) < total {
		*buf = make([]byte, total+total/4)
	}
	b := (*buf)[:total]
	if _, err := io.ReadFull(in, b); err != nil {
		return rec, err
	}
	for i, n := range lengths {
		rec.parts[i], b = b[:n:n], b[n:]
	}
	return rec, nil
}

// fill makes r the row of a record.
func (rec spooled) fill(t *Table, r *Row, number int) error {
	id, media, raw, properties, shape, issues := rec.parts[0], rec.parts[1], rec.parts[2], rec.parts[3], rec.parts[4], rec.parts[5]
	r.Reset(rec.line)
	if r.Line == 0 {
		r.Line = number
	}
	r.Raw, r.Media = raw, string(media)
	var err error
	if r.Issues, err = unpackIssues(issues); err != nil {
		return err
	}
	r.Refused = slices.ContainsFunc(r.Issues, func(i catalog.Issue) bool { return i.Refused })
	switch {
	case r.Refused:
	case len(properties) > 0:
		t.Unfold.Object(r, bytes.TrimSpace(properties))
	case len(raw) > 0 && (len(media) == 0 || strings.HasSuffix(r.Media, "json")):
		t.Unfold.Fill(r, bytes.TrimSpace(raw))
	}
	if len(id) > 0 {
		r.ID = strings.TrimSpace(string(id))
	}
	if len(shape) > 0 {
		g, err := wkb.Unmarshal(shape, wkbcommon.WKBOptionEmptyPointHandling(wkbcommon.EmptyPointHandlingNaN))
		if err != nil {
			return err
		}
		r.Geometry = g
	}
	return nil
}

// packed is a geometry on disk, nothing for none.
func packed(g geom.T) ([]byte, error) {
	if g == nil || g.Empty() {
		return nil, nil
	}
	return wkb.Marshal(g, wkb.NDR, wkbcommon.WKBOptionEmptyPointHandling(wkbcommon.EmptyPointHandlingNaN))
}

// A packedIssue is an issue on disk, which unlike one in the database says
// whether its description is still listed.
type packedIssue struct {
	catalog.Issue
	Listed bool `json:"listed"`
}

func packIssues(issues []catalog.Issue) ([]byte, error) {
	if len(issues) == 0 {
		return nil, nil
	}
	list := make([]packedIssue, len(issues))
	for i, issue := range issues {
		list[i] = packedIssue{issue, issue.Listed}
	}
	return json.Marshal(list)
}

func unpackIssues(b []byte) (issues []catalog.Issue, err error) {
	var list []packedIssue
	if len(b) > 0 {
		err = json.Unmarshal(b, &list)
	}
	for _, p := range list {
		p.Issue.Listed = p.Listed
		issues = append(issues, p.Issue)
	}
	return issues, err
}
