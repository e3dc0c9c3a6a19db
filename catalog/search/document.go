package search

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// A document is a record as it stands in the index.
type document struct {
	ID                string     `json:"id"`
	Title             string     `json:"title"`
	TitleOrder        string     `json:"title_order"`
	Text              string     `json:"text,omitempty"`
	Codes             []string   `json:"codes,omitempty"`
	DatasetRow        bool       `json:"dataset_row"`
	Hour              int64      `json:"hour"`  // of the last change, since 1970
	Mixed             int64      `json:"mixed"` // the random end of the id, as a number
	Accessible        bool       `json:"accessible"`
	Collection        string     `json:"collection"`
	Theme             string     `json:"theme,omitempty"`
	Type              string     `json:"type,omitempty"`
	TypeLabel         string     `json:"type_label,omitempty"`
	Municipality      string     `json:"municipality,omitempty"`
	MunicipalityPlain string     `json:"municipality_plain,omitempty"`
	ISTATCode         string     `json:"istat_code,omitempty"`
	Body              string     `json:"body,omitempty"`
	Source            string     `json:"source"`
	Pairs             []string   `json:"pairs,omitempty"`
	Starts            *int64     `json:"starts,omitempty"`
	Ends              *int64     `json:"ends,omitempty"`
	Location          *[]float64 `json:"location,omitempty"` // latitude, longitude: their order
	West              *float64   `json:"west,omitempty"`
	South             *float64   `json:"south,omitempty"`
	East              *float64   `json:"east,omitempty"`
	North             *float64   `json:"north,omitempty"`
}

// maxPairText is the length up to which a value can be asked for as a property.
const maxPairText = 200

// mixed is the last 48 bits of a UUID, which are random.
func mixed(id string) int64 {
	n, _ := strconv.ParseInt(id[max(0, len(id)-12):], 16, 64)
	return n
}

// newDocument is r as it stands in the index.
func newDocument(r *catalog.Record) document {
	d := document{
		ID: r.ID, Title: r.Title, TitleOrder: catalog.Plain(r.Title), DatasetRow: r.Kind == catalog.KindFeature || r.Kind.Gazetteer(), Hour: r.Updated.Unix() / 3600, Mixed: mixed(r.ID),
		Accessible: r.Accessible(), Collection: r.Collection, Theme: string(r.Theme), Type: r.Type, TypeLabel: r.TypeLabel,
		Municipality: r.Municipality, MunicipalityPlain: catalog.Plain(r.Municipality), ISTATCode: r.ISTATCode,
		Body: r.BodyID, Source: r.SourceID, Codes: []string{r.ID, r.SourceKey},
	}
	var text []string
	for _, p := range r.Properties {
		values := valuesOf(p.Value)
		switch p.Name {
		case "code", "postcode", "istat_code":
			d.Codes = append(d.Codes, values...)
		case "description", "summary", "type_label", "address", "locality", "municipality", "keywords":
			text = append(text, values...)
		}
		for _, v := range values {
			if len(v) <= maxPairText {
				d.Pairs = append(d.Pairs, p.Name+"="+v)
			}
		}
	}
	d.Text = strings.Join(text, " ")
	d.during(r)
	if r.Geometry != nil {
		d.place(r.Geometry.Bound())
	}
	return d
}

// during fills the time. An event or course without an end is over when it
// starts; anything else without an end goes on.
func (d *document) during(r *catalog.Record) {
	start, hasStart := instant(r.Start)
	end, hasEnd := instant(r.End)
	if !hasStart && !hasEnd {
		return
	}
	if !hasStart {
		start = math.MinInt64 / 2
	}
	if !hasEnd {
		end = math.MaxInt64 / 2
		if r.Kind == catalog.KindEvent || r.Kind == catalog.KindCourse {
			end = start
		}
	}
	d.Starts, d.Ends = &start, &end
}

// instant is the first second of an RFC 3339 date or time.
func instant(s string) (int64, bool) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Unix(), true
		}
	}
	return 0, false
}

func (d *document) place(b orb.Bound) {
	c := b.Center()
	d.Location = &[]float64{c.Lat(), c.Lon()}
	d.West, d.South, d.East, d.North = &b.Min[0], &b.Min[1], &b.Max[0], &b.Max[1]
}

// valuesOf is a property's value as the texts one may ask for.
func valuesOf(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []string:
		return v
	case float64:
		return []string{strconv.FormatFloat(v, 'f', -1, 64)}
	case string, int64, bool:
		return []string{fmt.Sprint(v)}
	}
	return nil
}
