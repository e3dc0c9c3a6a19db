package arcgis

import (
	"encoding/json"
	"errors"
	"math"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/harvesters/table"
)

var (
	errCurve = errors.New("a geometry without curves; the service was asked not to send any")
	errShape = errors.New("a geometry of Esri or GeoJSON")
)

// shape is a geometry object of Esri
// (https://developers.arcgis.com/rest/services-reference/enterprise/geometry-objects/).
type shape struct {
	X, Y, Z    *json.RawMessage
	XMin       *float64 `json:"xmin"`
	YMin       *float64 `json:"ymin"`
	XMax       *float64 `json:"xmax"`
	YMax       *float64 `json:"ymax"`
	HasZ       bool     `json:"hasZ"`
	HasM       bool     `json:"hasM"`
	Points     [][]*float64
	Paths      [][][]*float64
	Rings      [][][]*float64
	CurvePaths json.RawMessage `json:"curvePaths"`
	CurveRings json.RawMessage `json:"curveRings"`
	Type       string          `json:"type"`
}

// geometry reads a geometry of Esri or GeoJSON; nil for an empty one.
func geometry(b []byte) (geom.T, error) {
	var s shape
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, errShape
	}
	switch {
	case s.Type != "":
		g, err := table.GeoJSON(b)
		if errors.Is(err, table.ErrEmptyGeometry) {
			return nil, nil
		}
		return g, err
	case s.CurvePaths != nil || s.CurveRings != nil:
		return nil, errCurve
	case s.Rings != nil:
		flat, ends, layout, err := s.lines(s.Rings, 4)
		if err != nil || len(ends) == 0 {
			return nil, err
		}
		return table.Polygons(layout, flat, ends), nil
	case s.Paths != nil:
		flat, ends, layout, err := s.lines(s.Paths, 2)
		if err != nil || len(ends) == 0 {
			return nil, err
		}
		if len(ends) == 1 {
			return geom.NewLineStringFlat(layout, flat), nil
		}
		return geom.NewMultiLineStringFlat(layout, flat, ends), nil
	case s.Points != nil:
		flat, _, layout, err := s.lines([][][]*float64{s.Points}, 1)
		if err != nil || len(flat) == 0 {
			return nil, err
		}
		return geom.NewMultiPointFlat(layout, flat), nil
	case s.XMin != nil && s.YMin != nil && s.XMax != nil && s.YMax != nil:
		return geom.NewPolygonFlat(geom.XY, []float64{*s.XMin, *s.YMin, *s.XMax, *s.YMin, *s.XMax, *s.YMax, *s.XMin, *s.YMax, *s.XMin, *s.YMin}, []int{10}), nil
	case s.X != nil || s.Y != nil:
		return s.point()
	}
	return nil, nil // {} and {"rings":null}: none
}

// point reads x, y and z; a point whose x is "NaN" or null is empty.
func (s shape) point() (geom.T, error) {
	x, okX := number(s.X)
	y, okY := number(s.Y)
	if !okX || !okY {
		return nil, nil
	}
	if z, ok := number(s.Z); ok {
		return geom.NewPointFlat(geom.XYZ, []float64{x, y, z}), nil
	}
	return geom.NewPointFlat(geom.XY, []float64{x, y}), nil
}

func number(v *json.RawMessage) (float64, bool) {
	var n *float64
	if v == nil || json.Unmarshal(*v, &n) != nil || n == nil {
		return 0, false
	}
	return *n, !math.IsNaN(*n)
}

// lines flattens lists of positions, of which measures are left out. Those with
// fewer positions than least are none, as servers make them by generalising.
func (s shape) lines(lists [][][]*float64, least int) (flat []float64, ends []int, layout geom.Layout, err error) {
	layout = geom.XY
	if s.HasZ {
		layout = geom.XYZ
	}
	for _, list := range lists {
		if len(list) < least {
			continue
		}
		for _, p := range list {
			if len(p) < 2 || p[0] == nil || p[1] == nil {
				return nil, nil, layout, errShape
			}
			flat = append(flat, *p[0], *p[1])
			if layout == geom.XYZ {
				z := 0.0
				if len(p) > 2 && p[2] != nil {
					z = *p[2]
				}
				flat = append(flat, z)
			}
		}
		ends = append(ends, len(flat))
	}
	return flat, ends, layout, nil
}
