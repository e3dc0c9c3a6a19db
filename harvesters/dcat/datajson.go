package dcat

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/dcat/rdf"
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

// spool copies the rest of d to a temporary file, which is gone when d is closed.
func (d *document) spool() (*os.File, error) {
	f, err := os.CreateTemp("", "ponet-dcat-*.json")
	if err != nil {
		return nil, err
	}
	d.temporary = f
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
		os.Remove(d.temporary.Name())
	}
}

// A jsonSurvey is what a first reading of a JSON file finds.
type jsonSurvey struct {
	context, conforms string
	plain             bool           // the first entry has a title and no @id, as JSON-LD has
	last              map[string]int // identifier: index of the last entry that has it
	times             map[string]int
}

// isDataJSON tells a data.json file from JSON-LD: it says so, or it has no
// context and a list of plain objects.
func (s *jsonSurvey) isDataJSON() bool {
	for _, says := range []string{s.context, s.conforms} {
		if strings.Contains(says, "project-open-data") || strings.Contains(says, "resources.data.gov") {
			return true
		}
	}
	return s.context == "" && s.plain
}

func survey(r io.Reader) (*jsonSurvey, error) {
	s := &jsonSurvey{last: map[string]int{}, times: map[string]int{}}
	err := walk(r, func(name string, value json.RawMessage) {
		if name == "@context" {
			s.context = string(value)
		} else {
			s.conforms = string(value)
		}
	}, func(i int, entry json.RawMessage) error {
		var e map[string]json.RawMessage
		if json.Unmarshal(entry, &e) != nil {
			return nil // refused on the second reading
		}
		if _, id := e["@id"]; i == 0 && !id {
			_, s.plain = e["title"]
		}
		if id := text(anyOf(e["identifier"])); id != "" {
			s.last[id] = i
			s.times[id]++
		}
		return nil
	})
	return s, err
}

func anyOf(raw json.RawMessage) any {
	var v any
	if len(raw) > 0 && json.Unmarshal(raw, &v) != nil {
		return nil
	}
	return v
}

// maxEntry is the longest description of one dataset, in bytes.
const maxEntry = 16 << 20

// walk goes through a data.json file: an object with a list "dataset" (1.1), or
// the list alone (1.0). field is told "@context" and "conformsTo".
func walk(r io.Reader, field func(string, json.RawMessage), entry func(int, json.RawMessage) error) error {
	d := json.NewDecoder(r)
	open, err := d.Token()
	if err != nil {
		return err
	}
	if open == json.Delim('[') {
		return entries(d, entry)
	}
	if open != json.Delim('{') {
		return errors.New("neither an object nor a list")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		switch name {
		case "@context", "conformsTo":
			var value json.RawMessage
			if err := d.Decode(&value); err != nil {
				return err
			}
			field(name.(string), value)
		case "dataset":
			open, err := d.Token()
			if err != nil {
				return err
			}
			if open == json.Delim('[') {
				err = entries(d, entry)
			} else if open == json.Delim('{') {
				err = skip(d, 1)
			}
			if err != nil {
				return err
			}
		default:
			if err := skip(d, 0); err != nil {
				return err
			}
		}
	}
	_, err = d.Token()
	return err
}

// entries reads a list whose opening bracket was read.
func entries(d *json.Decoder, entry func(int, json.RawMessage) error) error {
	for i := 0; d.More(); i++ {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		if len(raw) > maxEntry {
			return fmt.Errorf("entry %d has %d bytes; at most %d are read", i+1, len(raw), maxEntry)
		}
		if err := entry(i, raw); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// skip reads over one value, or to the end of those that are open.
func skip(d *json.Decoder, open int) error {
	for {
		tok, err := d.Token()
		if err != nil {
			return err
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			open++
		case json.Delim('}'), json.Delim(']'):
			open--
		}
		if open == 0 {
			return nil
		}
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
		raw = e.drop(l.src.Mapping.Drop, raw)
		id := text(e["identifier"])
		if id != "" && s.last[id] != i {
			return nil
		}
		x := e.dataset()
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

// entryKey identifies an entry: by its identifier, else by page and title.
func (l *listing) entryKey(x *draft) string {
	key := x.Identifier
	if key == "" || len(key) > maxKey || junk(key) {
		key = strings.TrimSpace(x.LandingPage + " " + x.Title)
		x.issue("identifier-missing", "identifier", x.Title, "an identifier; page and title were taken, so a new title makes a new dataset")
	}
	return strings.ToValidUTF8(key[:min(len(key), maxKey)], "")
}
