package sensorthings

import (
	"encoding/json"
	"net/url"
	"strings"

	"po-net.prato.it/ponet/harvesters/table"
)

// An id of an entity: a number or a text.
type id json.RawMessage

// UnmarshalJSON keeps the bytes.
func (i *id) UnmarshalJSON(b []byte) error {
	*i = append((*i)[:0], b...)
	return nil
}

// key is the id as text; "" for none.
func (i id) key() string {
	if len(i) == 0 || i[0] == 'n' {
		return ""
	}
	if i[0] == '"' {
		return table.Unquote(i)
	}
	return string(i)
}

// literal is the id in an address: (1) or ('a”b') (OData 4.01 URL conventions §4.3.1).
func (i id) literal() string {
	if len(i) > 0 && i[0] == '"' {
		return "('" + url.PathEscape(strings.ReplaceAll(i.key(), "'", "''")) + "')"
	}
	return "(" + string(i) + ")"
}

// A thing as the service spells it.
type thing struct {
	ID          id              `json:"@iot.id"`
	ID2         id              `json:"id"`
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Properties  json.RawMessage `json:"properties"`

	Locations       []json.RawMessage `json:"Locations"`
	LocationsNext   string            `json:"Locations@iot.nextLink"`
	Datastreams     []json.RawMessage `json:"Datastreams"`
	DatastreamsNext string            `json:"Datastreams@iot.nextLink"`
	Multi           []json.RawMessage `json:"MultiDatastreams"`
	MultiNext       string            `json:"MultiDatastreams@iot.nextLink"`
}

func (t *thing) id() id {
	if len(t.ID) > 0 {
		return t.ID
	}
	return t.ID2
}

type location struct {
	Name         string          `json:"name"`
	Description  string          `json:"description"`
	EncodingType string          `json:"encodingType"`
	Location     json.RawMessage `json:"location"`
}

type unit struct {
	Name   string `json:"name"`
	Symbol string `json:"symbol"`
}

// text is the unit as people write it.
func (u unit) text() string {
	if s := strings.TrimSpace(u.Symbol); s != "" {
		return s
	}
	return strings.TrimSpace(u.Name)
}

type observedProperty struct {
	Name       string `json:"name"`
	Definition string `json:"definition"`
}

// A datastream, or a MultiDatastream, whose results are lists.
type datastream struct {
	ID       id               `json:"@iot.id"`
	ID2      id               `json:"id"`
	Name     string           `json:"name"`
	Unit     unit             `json:"unitOfMeasurement"`
	Observed observedProperty `json:"ObservedProperty"`

	Units       []unit             `json:"unitOfMeasurements"`
	ObservedAll []observedProperty `json:"ObservedProperties"`
	multi       bool
}

func (d *datastream) id() id {
	if len(d.ID) > 0 {
		return d.ID
	}
	return d.ID2
}
