package arcgis

import (
	"bytes"
	"encoding/json"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// A layer as the service describes it; maybe of a service that has no more than
// one, and of any version from 9.3 on.
type layer struct {
	address string // without a slash at the end
	where   string
	service string           // that it is of, where the source is a list of them; else ""
	dataset *catalog.Dataset // as which a Hub has it; nil: none has

	ID          int    `json:"id"`
	Name        string `json:"name"`
	Type        string `json:"type"` // "Feature Layer", "Table", "Group Layer", …
	Description string `json:"description"`
	Copyright   string `json:"copyrightText"`
	Geometry    string `json:"geometryType"`
	ObjectID    string `json:"objectIdField"`
	GlobalID    string `json:"globalIdField"`
	Display     string `json:"displayField"`
	TypeID      string `json:"typeIdField"`
	Types       []struct {
		ID      json.RawMessage   `json:"id"`
		Name    string            `json:"name"`
		Domains map[string]domain `json:"domains"`
	} `json:"types"`
	Fields       []field  `json:"fields"`
	MaxRecords   int      `json:"maxRecordCount"`
	Pagination   bool     `json:"supportsPagination"`
	Advanced     advanced `json:"advancedQueryCapabilities"`
	Formats      string   `json:"supportedQueryFormats"`
	Capabilities *string  `json:"capabilities"`
	Editing      struct {
		Last int64 `json:"lastEditDate"` // milliseconds since 1970
	} `json:"editingInfo"`
}

type advanced struct {
	Pagination bool `json:"supportsPagination"`
}

type field struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Domain domain `json:"domain"`
}

// A domain says what codes stand for.
type domain struct {
	Type  string `json:"type"`
	Coded []struct {
		Name string          `json:"name"`
		Code json.RawMessage `json:"code"`
	} `json:"codedValues"`
}

// label is what a code stands for.
func (d domain) label(code json.RawMessage) (string, bool) {
	for _, c := range d.Coded {
		if bytes.Equal(c.Code, code) {
			return c.Name, true
		}
	}
	return "", false
}

// complete fills in what old servers do not say.
func (l *layer) complete() {
	for _, f := range l.Fields {
		if l.ObjectID == "" && f.Type == "esriFieldTypeOID" {
			l.ObjectID = f.Name
		}
		if l.GlobalID == "" && f.Type == "esriFieldTypeGlobalID" {
			l.GlobalID = f.Name
		}
	}
	if l.MaxRecords <= 0 {
		l.MaxRecords = pageRows
	}
}

// holdsRows: the layer is not a mere group, picture or label.
func (l *layer) holdsRows() bool {
	return l.Type == "" || l.Type == "Table" || strings.HasSuffix(l.Type, "Feature Layer")
}

// queries: the service lets its rows be asked for. One that says nothing may.
func (l *layer) queries() bool {
	if l.Capabilities == nil || *l.Capabilities == "" {
		return true
	}
	for c := range strings.SplitSeq(*l.Capabilities, ",") {
		if strings.EqualFold(strings.TrimSpace(c), "Query") || strings.EqualFold(strings.TrimSpace(c), "Data") {
			return true
		}
	}
	return false
}

func (l *layer) pages() bool { return l.Pagination || l.Advanced.Pagination }

func (l *layer) geoJSON() bool { return strings.Contains(strings.ToLower(l.Formats), "geojson") }

func (l *layer) located() bool { return l.Type != "Table" && l.Geometry != "" }
