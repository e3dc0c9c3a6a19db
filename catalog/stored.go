package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/twpayne/go-geom"
)

// storedHarvested is the form in which the catalogue keeps what a description
// was read as.
type storedHarvested struct {
	Line          int               `json:"l,omitempty"`
	Values        []json.RawMessage `json:"v"`
	Distributions []Distribution    `json:"d,omitempty"`
	Occurrences   []Occurrence      `json:"o,omitempty"`
}

// A boxed value is one that JSON alone would give back as another: a piece of
// JSON, or a number that JSON has not.
type boxed struct {
	JSON   json.RawMessage `json:"j,omitempty"`
	Number string          `json:"f,omitempty"`
}

// Stored is what is kept of h beside its bytes and its geometry, so that
// ReadStored gives back what its reader had made of them. The bytes alone would
// need the reader, and the rows of some formats the whole file.
func (h Harvested) Stored() ([]byte, error) {
	s := storedHarvested{Line: h.Line, Values: make([]json.RawMessage, len(h.Values)), Distributions: h.Distributions, Occurrences: h.Occurrences}
	for i, v := range h.Values {
		b, err := storedValue(v)
		if err != nil {
			return nil, fmt.Errorf("value %d of %s: %w", i, h.Key, err)
		}
		s.Values[i] = b
	}
	return json.Marshal(s)
}

func storedValue(v any) ([]byte, error) {
	switch v := v.(type) {
	case float64:
		text := strconv.FormatFloat(v, 'g', -1, 64)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return json.Marshal(boxed{Number: text})
		}
		if !strings.ContainsAny(text, ".e") {
			text += ".0" // a number, not an integer
		}
		return []byte(text), nil
	case json.RawMessage:
		if v == nil {
			return []byte("null"), nil
		}
		return json.Marshal(boxed{JSON: v})
	}
	b, err := json.Marshal(v)
	if err == nil && len(b) > 0 && (b[0] == '[' || b[0] == '{') {
		return json.Marshal(boxed{JSON: b})
	}
	return b, err
}

// ReadStored is the description that was stored: stored is what Stored gave.
func ReadStored(layer *Layer, key, mediaType string, raw, stored []byte, geometry geom.T) (Harvested, error) {
	h := Harvested{Key: key, Layer: layer, MediaType: mediaType, Raw: raw, Geometry: geometry}
	var s storedHarvested
	if err := json.Unmarshal(stored, &s); err != nil {
		return h, fmt.Errorf("what is stored of %s: %w", key, err)
	}
	h.Line, h.Distributions, h.Occurrences = s.Line, s.Distributions, s.Occurrences
	h.Values = make([]any, len(s.Values))
	for i, b := range s.Values {
		v, err := readValue(b)
		if err != nil {
			return h, fmt.Errorf("what is stored of %s: %w", key, err)
		}
		h.Values[i] = v
	}
	return h, nil
}

func readValue(b []byte) (any, error) {
	b = bytes.TrimSpace(b)
	switch {
	case len(b) == 0 || b[0] == 'n':
		return nil, nil
	case b[0] == '{':
		var x boxed
		if err := json.Unmarshal(b, &x); err != nil {
			return nil, err
		}
		if x.Number != "" {
			return strconv.ParseFloat(x.Number, 64)
		}
		return x.JSON, nil
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		if bytes.ContainsAny(b, ".eE") {
			return strconv.ParseFloat(string(b), 64)
		}
		return strconv.ParseInt(string(b), 10, 64)
	}
	var v any
	err := json.Unmarshal(b, &v)
	return v, err
}
