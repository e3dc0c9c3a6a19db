package dcat

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/rdf"
)

// json reads d when it is a data.json file, which is streamed out of a file of
// ours since it may be large, and says so; else it leaves d to be read as JSON-LD.
func (l *listing) json(ctx context.Context, d *document) (done bool, err error) {
	f, err := d.spool()
	if err != nil {
		return true, err
	}
	s, err := survey(f)
	if err != nil {
		return true, fmt.Errorf("JSON that cannot be read: %w", err)
	}
	if d.format == "" && !s.isDataJSON() {
		d.format = rdf.JSONLD
		return false, rewind(f, d)
	}
	d.format = dataJSON
	l.layer.Found = d.explain()
	if err := rewind(f, d); err != nil {
		return true, err
	}
	if err := l.entries(ctx, d, s); err != nil {
		return true, err
	}
	if l.datasets == 0 {
		return true, failed("it holds no dataset: its list \"dataset\" is empty or missing")
	}
	return true, nil
}

// spool copies the rest of d to a temporary file without a name, which is gone
// when it is closed.
func (d *document) spool() (*os.File, error) {
	f, err := os.CreateTemp("", "ponet-dcat-*.json")
	if err != nil {
		return nil, err
	}
	d.temporary = f
	if err := os.Remove(f.Name()); err != nil { // it lives as long as it is open, also when we are killed
		return nil, err
	}
	n, err := io.Copy(f, io.LimitReader(d.body, maxDataJSON+1))
	if err == nil && n > maxDataJSON {
		err = failed("more than %d bytes", maxDataJSON)
	}
	if err != nil {
		return nil, err
	}
	_, err = f.Seek(0, io.SeekStart)
	return f, err
}

func rewind(f *os.File, d *document) error {
	_, err := f.Seek(0, io.SeekStart)
	d.body = bufio.NewReader(f)
	return err
}

func (d *document) close() {
	d.res.Body.Close()
	if d.temporary != nil {
		d.temporary.Close()
	}
}

// entries yields the datasets of a data.json file. Of several with one
// identifier the last counts (spec §3.9).
func (l *listing) entries(ctx context.Context, d *document, s *jsonSurvey) error {
	return walk(d.body, func(string, json.RawMessage) {}, func(i int, raw json.RawMessage) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		var e entry
		if err := json.Unmarshal(raw, &e); err != nil {
			return l.unreadable(i, raw)
		}
		e.dereference()
		raw = e.drop(l.src.Mapping.Drop, raw)
		id := text(e["identifier"])
		if id != "" && s.last[id] != i {
			return nil
		}
		x := e.dataset()
		raw = e.withoutPersons(x, raw)
		if s.times[id] > 1 {
			x.issue("identifier-repeated", "identifier", id, fmt.Sprintf("one description; there are %d, and the last was taken", s.times[id]))
		}
		l.datasets++
		key := l.entryKey(x)
		if x.Title == "" {
			return l.refuse(key, x)
		}
		if !l.yield(l.harvested(x, key, "application/json", raw)) {
			return errEnough
		}
		return nil
	})
}

func (l *listing) unreadable(i int, raw json.RawMessage) error {
	l.datasets++
	err := &catalog.RowError{Issue: catalog.Issue{Rule: "entry-unreadable", Line: i + 1, Field: "dataset", Read: catalog.Excerpt(string(raw)), Expected: "a JSON object", Refused: true}}
	if !l.yield(catalog.Harvested{Layer: l.layer}, err) {
		return errEnough
	}
	return nil
}
