package table

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"po-net.prato.it/ponet/catalog"
)

// A Collection is what a GeoJSON FeatureCollection says beside its features.
type Collection struct {
	Members  map[string]json.RawMessage // of the outermost object, without features
	Features int                        // that were read
	Listed   bool                       // it has the member features, be it empty
}

// ReadCollection reads a FeatureCollection (RFC 7946 §3.3) as it comes and calls f
// with each of its features; a single Feature is read as a collection of it. One
// that is cut off, or is no JSON, is catalog.ErrFailedListing. raw stays valid.
func ReadCollection(in io.Reader, f func(raw []byte) error) (Collection, error) {
	c := Collection{Members: map[string]json.RawMessage{}}
	b := bufio.NewReader(in)
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		if _, err := b.Discard(3); err != nil {
			return c, err
		}
	}
	d := json.NewDecoder(b)
	var order []string
	err := c.read(d, &order, f)
	if err == nil && !c.Listed && string(c.Members["type"]) == `"Feature"` {
		c.Features, c.Listed = 1, true
		err = f(c.whole(order))
	}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &kind) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errNoCollection) {
		err = fmt.Errorf("the answer is cut off or no JSON, after %d features: %w: %w", c.Features, err, catalog.ErrFailedListing)
	}
	return c, err
}

var errNoCollection = errors.New("it is no JSON object")

func (c *Collection) read(d *json.Decoder, order *[]string, f func(raw []byte) error) error {
	if token, err := d.Token(); err != nil {
		return err
	} else if token != json.Delim('{') {
		return errNoCollection
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		if name == "features" {
			if err := c.features(d, f); err != nil {
				return err
			}
			continue
		}
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return err
		}
		*order = append(*order, name.(string))
		c.Members[name.(string)] = v
	}
	_, err := d.Token()
	return err
}

func (c *Collection) features(d *json.Decoder, f func(raw []byte) error) error {
	token, err := d.Token()
	if err != nil || token == nil { // null
		return err
	}
	if token != json.Delim('[') {
		return errNoCollection
	}
	c.Listed = true
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		c.Features++
		if err := f(raw); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// whole is the outermost object, its members in their order.
func (c *Collection) whole(order []string) []byte {
	var b bytes.Buffer
	for i, name := range order {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		quoted, _ := json.Marshal(name) // any string is JSON
		b.Write(quoted)
		b.WriteByte(':')
		b.Write(c.Members[name])
	}
	b.WriteByte('}')
	return b.Bytes()
}
