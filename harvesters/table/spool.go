package table

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// A Feature is one row of a listing as its protocol gives it.
type Feature struct {
	ID  string // its own identifier, outside its properties; "" for none
	Raw []byte // its bytes as the source wrote them
	// Media is the media type of Raw; "": JSON, or GeoJSON where Raw is a Feature.
	Media string
	// Properties is a JSON object, whose members become columns. Without it, Raw
	// must be JSON: a GeoJSON Feature gives id, properties and geometry, any other
	// object is all properties.
	Properties []byte
	Geometry   geom.T // in the order of the table's axes; nil: as Raw or Properties say
	Line       int    // where it stands in its document; 0: its number is meant
	// Issues are what the reader noticed; with one that is Refused the feature
	// is not kept.
	Issues []catalog.Issue
}

// A Spool keeps the rows of one layer on disk until the listing is complete,
// since a table is read twice.
type Spool struct {
	space *fetch.Workspace
	file  *os.File
	out   *bufio.Writer
	rows  int
	bytes int64
	head  []byte // of the record that is written
}

// NewSpool makes an empty one in a workspace of its own.
func NewSpool() (*Spool, error) {
	space, err := fetch.NewWorkspace()
	if err != nil {
		return nil, err
	}
	f, _, err := space.Create("rows")
	if err != nil {
		return nil, errors.Join(err, space.Remove())
	}
	return &Spool{space: space, file: f, out: bufio.NewWriterSize(f, 256<<10)}, nil
}

// Close removes what was kept.
func (s *Spool) Close() error { return errors.Join(s.file.Close(), s.space.Remove()) }

// Len is how many features were added.
func (s *Spool) Len() int { return s.rows }

// Add keeps a feature; f may be overwritten afterwards.
func (s *Spool) Add(f Feature) error {
	s.rows++
	object := f.Properties
	if len(object) == 0 && (f.Media == "" || strings.HasSuffix(f.Media, "json")) {
		object = f.Raw
	}
	switch {
	case s.rows > MaxRows:
		return failed("more than %d rows", int(MaxRows))
	case len(f.Raw)+len(f.Properties) > maxRow:
		return failed("row %d has %d bytes; at most %d are read", s.rows, len(f.Raw)+len(f.Properties), maxRow)
	case len(object) > 0 && !json.Valid(object):
		return failed("row %d is not valid JSON: %q", s.rows, Excerpt(string(object)))
	}
	shape, err := packed(f.Geometry)
	if err != nil {
		f.Issues = append(f.Issues[:len(f.Issues):len(f.Issues)], catalog.Issue{Rule: "geometry-unreadable", Field: "geometry", Read: Excerpt(err.Error()), Expected: "a geometry of the simple features"})
	}
	issues, err := packIssues(f.Issues)
	if err != nil {
		return err
	}
	s.head = binary.AppendUvarint(s.head[:0], uint64(max(f.Line, 0)))
	for _, part := range [][]byte{[]byte(f.ID), []byte(f.Media), f.Raw, f.Properties, shape, issues} {
		s.head = binary.AppendUvarint(s.head, uint64(len(part)))
	}
	for _, part := range [][]byte{s.head, []byte(f.ID), []byte(f.Media), f.Raw, f.Properties, shape, issues} {
		if s.bytes += int64(len(part)); s.bytes > maxSpool {
			return failed("the rows have more than %d bytes", int64(maxSpool))
		}
		if _, err := s.out.Write(part); err != nil {
			return fmt.Errorf("rows on disk: %w", err)
		}
	}
	return nil
}

// Table is the table of what was added, to be harvested before s is closed. A
// name is for one layer of several.
func (s *Spool) Table(name string) *Table {
	t := &Table{Name: name, Media: "application/json", Fields: NewFields(), Alone: name == ""}
	t.Unfold = NewUnfolder(t.Fields)
	t.Scan = func(ctx context.Context, f func(*Row) error) error { return s.scan(ctx, t, f) }
	return t
}

func (s *Spool) scan(ctx context.Context, t *Table, f func(*Row) error) error {
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("rows on disk: %w", err)
	}
	in := bufio.NewReaderSize(fetch.WithContext(ctx, io.NewSectionReader(s.file, 0, s.bytes)), 256<<10)
	r, buf := &Row{}, []byte(nil)
	for n := range s.rows {
		rec, err := readRecord(in, &buf)
		if err == nil {
			err = rec.fill(t, r, n+1)
		}
		if err != nil {
			return fmt.Errorf("row %d on disk: %w", n+1, err)
		}
		if err := f(r); err != nil {
			return err
		}
	}
	return nil
}
