package match

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"po-net.prato.it/ponet/catalog"
)

// subjectJSON is a subject as a line of a batch has it. Texts may be one, a
// list or one for each language; the identifiers an object by scheme or a list
// of {"scheme", "value"}; the municipality a name, an ISTAT code or an object of
// both.
type subjectJSON struct {
	Kind             string          `json:"kind"`
	Type             someTexts       `json:"type"`
	Title            someTexts       `json:"title"`
	AlternativeNames someTexts       `json:"alternativeNames"`
	Geometry         json.RawMessage `json:"geometry"`
	AccuracyMetres   float64         `json:"accuracyMetres"`
	Address          someTexts       `json:"address"`
	Postcode         someTexts       `json:"postcode"`
	Municipality     municipality    `json:"municipality"`
	ISTATCode        someTexts       `json:"istatCode"`
	Phone            someTexts       `json:"phone"`
	Email            someTexts       `json:"email"`
	Website          someTexts       `json:"website"`
	Organizer        someTexts       `json:"organizer"`
	Start            string          `json:"start"`
	End              string          `json:"end"`
	ExternalIDs      identifiers     `json:"externalIds"`
}

func (j *subjectJSON) subject() (Subject, error) {
	s := Subject{
		Kind: catalog.Kind(strings.ToLower(strings.TrimSpace(j.Kind))), Type: strings.Join(j.Type, " "), AccuracyMetres: j.AccuracyMetres,
		Address: strings.Join(j.Address, ", "), Postcode: strings.Join(j.Postcode, ""), Municipality: j.Municipality.name,
		ISTATCode: cmp.Or(strings.Join(j.ISTATCode, ""), j.Municipality.code), Phone: strings.Join(j.Phone, ";"), Email: strings.Join(j.Email, ";"),
		Website: strings.Join(j.Website, ";"), Organizer: strings.Join(j.Organizer, ", "), Start: j.Start, End: j.End, IDs: j.ExternalIDs,
	}
	if !s.Kind.Valid() { // such as "museum": the type that somebody else calls kind
		s.Type, s.Kind = cmp.Or(s.Type, string(s.Kind)), ""
	}
	if len(j.Title) > 0 {
		s.Title, s.Alternatives = j.Title[0], append(slices.Clone(j.Title[1:]), j.AlternativeNames...)
	}
	var err error
	s.Geometry, err = readGeometry(j.Geometry)
	return s, err
}

// readGeometry reads a GeoJSON geometry (RFC 7946 §3.1); null and none are no geometry.
func readGeometry(raw json.RawMessage) (orb.Geometry, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	g, err := geojson.UnmarshalGeometry(raw)
	if err != nil {
		return nil, fmt.Errorf("the geometry is no GeoJSON geometry: %w", err)
	}
	if g.Geometry() == nil {
		return nil, errors.New("the geometry is no GeoJSON geometry: it has no coordinates")
	}
	return g.Geometry(), nil
}

// someTexts are texts that sources write in several forms; numbers are texts
// too, and what is empty is left out.
type someTexts []string

// UnmarshalJSON reads a text, a number, a list of them, or an object of texts by language
// whose Italian comes first.
func (t *someTexts) UnmarshalJSON(raw []byte) error {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	return t.add(v)
}

func (t *someTexts) add(v any) error {
	switch v := v.(type) {
	case nil:
	case string:
		if v = strings.TrimSpace(v); v != "" {
			*t = append(*t, v)
		}
	case float64:
		*t = append(*t, strconv.FormatFloat(v, 'f', -1, 64))
	case []any:
		for _, one := range v {
			if err := t.add(one); err != nil {
				return err
			}
		}
	case map[string]any:
		var tags []string
		for tag := range v {
			tags = append(tags, tag)
		}
		slices.SortFunc(tags, func(a, b string) int {
			return cmp.Or(cmp.Compare(b2i(b == "it"), b2i(a == "it")), strings.Compare(a, b))
		})
		for _, tag := range tags {
			if err := t.add(v[tag]); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("%v is no text", v)
	}
	return nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// municipality is a name, an ISTAT code, or an object of both.
type municipality struct{ name, code string }

// UnmarshalJSON reads one of the forms of a municipality.
func (m *municipality) UnmarshalJSON(raw []byte) error {
	if strings.HasPrefix(strings.TrimSpace(string(raw)), "{") {
		var o struct {
			Name  someTexts `json:"name"`
			Code  someTexts `json:"code"`
			ISTAT someTexts `json:"istatCode"`
		}
		if err := json.Unmarshal(raw, &o); err != nil {
			return err
		}
		m.name, m.code = strings.Join(o.Name, "/"), strings.Join(append(o.ISTAT, o.Code...), "")
		return nil
	}
	var t someTexts
	if err := t.UnmarshalJSON(raw); err != nil {
		return err
	}
	for _, s := range t {
		if code, ok := padded(6)(s); ok {
			m.code = code
		} else if m.name == "" {
			m.name = s
		}
	}
	return nil
}

// identifiers are external identifiers, by scheme or as a list.
type identifiers []catalog.Identifier

// UnmarshalJSON reads {"isil": "IT-PO0002"} or [{"scheme": "isil", "value": "IT-PO0002"}].
func (ids *identifiers) UnmarshalJSON(raw []byte) error {
	var list []struct {
		Scheme string    `json:"scheme"`
		Value  someTexts `json:"value"`
	}
	if err := json.Unmarshal(raw, &list); err == nil {
		for _, id := range list {
			for _, v := range id.Value {
				*ids = append(*ids, catalog.Identifier{Scheme: id.Scheme, Value: v})
			}
		}
		return nil
	}
	var byScheme map[string]someTexts
	if err := json.Unmarshal(raw, &byScheme); err != nil {
		return fmt.Errorf(`externalIds are {"scheme": "value"} or [{"scheme", "value"}]: %w`, err)
	}
	for scheme, values := range byScheme {
		for _, v := range values {
			*ids = append(*ids, catalog.Identifier{Scheme: scheme, Value: v})
		}
	}
	return nil
}
