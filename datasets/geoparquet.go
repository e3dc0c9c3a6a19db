package datasets

import (
	"encoding/json"
	"slices"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// A geoSummary is what the metadata say of all geometries of a file.
type geoSummary struct {
	bound orb.Bound
	kinds map[string]bool
}

func (s *geoSummary) add(g orb.Geometry, bound orb.Bound) {
	if s.kinds == nil {
		s.kinds, s.bound = map[string]bool{}, bound
	}
	s.bound = s.bound.Union(bound)
	s.kinds[g.GeoJSONType()] = true
}

// geoMetadata is the value of the key "geo", GeoParquet 1.1.0. There is no
// crs: absent, it is OGC:CRS84, longitude and latitude on WGS 84.
type geoMetadata struct {
	Version       string                       `json:"version"`
	PrimaryColumn string                       `json:"primary_column"`
	Columns       map[string]geoColumnMetadata `json:"columns"`
}

type geoColumnMetadata struct {
	Encoding      string      `json:"encoding"`
	GeometryTypes []string    `json:"geometry_types"`
	BBox          []float64   `json:"bbox,omitempty"` // west, south, east, north
	Covering      geoCovering `json:"covering"`
}

type geoCovering struct {
	BBox map[string][2]string `json:"bbox"` // each side: the path of its column
}

func (s *geoSummary) json() (string, error) {
	col := geoColumnMetadata{
		Encoding:      "WKB",
		GeometryTypes: []string{},
		Covering: geoCovering{map[string][2]string{
			"xmin": {"bbox", "xmin"}, "ymin": {"bbox", "ymin"}, "xmax": {"bbox", "xmax"}, "ymax": {"bbox", "ymax"},
		}},
	}
	for kind := range s.kinds {
		col.GeometryTypes = append(col.GeometryTypes, kind)
	}
	slices.Sort(col.GeometryTypes)
	if len(s.kinds) > 0 {
		col.BBox = []float64{s.bound.Min.X(), s.bound.Min.Y(), s.bound.Max.X(), s.bound.Max.Y()}
	}
	b, err := json.Marshal(geoMetadata{"1.1.0", "geometry", map[string]geoColumnMetadata{"geometry": col}})
	return string(b), err
}

// metadata are the key-value pairs of the file, in a fixed order.
func (p *parquetWriter) metadata(c catalog.Collection) ([][2]string, error) {
	geo, err := p.geo.json()
	if err != nil {
		return nil, err
	}
	pairs := [][2]string{{"geo", geo}}
	for _, m := range [][2]string{
		{"collection", c.Name}, {"title", c.Title}, {"licence", c.Licence}, {"attribution", Attribution(c)},
		{"source", PublicSource(c.SourceURL)}, {"timeStamp", timeStamp(c.Updated)},
	} {
		if m[1] != "" {
			pairs = append(pairs, m)
		}
	}
	if len(p.leftOut) > 0 {
		b, err := json.Marshal(p.leftOut)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, [2]string{"values_left_out", string(b)})
	}
	return pairs, nil
}
