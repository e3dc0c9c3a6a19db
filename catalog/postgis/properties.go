package postgis

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"po-net.prato.it/ponet/catalog"
)

// errFeature is the error of a feature that is not what we encode.
var errFeature = errors.New("not a feature as we encode it")

// featureProperties reads the properties of an encoded Feature, keys in their
// order, for a page of records; an export sends the feature as it is.
func featureProperties(feature []byte) (catalog.Properties, error) {
	var f struct {
		Properties json.RawMessage `json:"properties"`
	}
	if err := json.Unmarshal(feature, &f); err != nil {
		return nil, fmt.Errorf("%w: %w", errFeature, err)
	}
	d := json.NewDecoder(bytes.NewReader(f.Properties))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("%w: no properties", errFeature)
	}
	var out catalog.Properties
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errFeature, err)
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, fmt.Errorf("%w: %w", errFeature, err)
		}
		value, err := propertyValue(raw)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errFeature, err)
		}
		out = append(out, catalog.Property{Name: name.(string), Value: value})
	}
	return out, nil
}

// propertyValue is a JSON value as catalog.Property holds it.
func propertyValue(raw json.RawMessage) (any, error) {
	switch raw[0] {
	case '{':
		return raw, nil
	case '[':
		var list []string
		if json.Unmarshal(raw, &list) == nil && len(list) > 0 && !bytes.Contains(raw, []byte("null")) {
			return list, nil
		}
		return raw, nil
	case '"', 't', 'f', 'n':
		var v any
		err := json.Unmarshal(raw, &v)
		return v, err
	}
	var whole int64
	if json.Unmarshal(raw, &whole) == nil {
		return whole, nil
	}
	var n float64
	err := json.Unmarshal(raw, &n)
	return n, err
}
