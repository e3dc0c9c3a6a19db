package dcat

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

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
