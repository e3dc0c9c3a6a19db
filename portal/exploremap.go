package portal

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

const stillWidth, stillHeight = 920, 740

// draw makes the still map and the data of the live one from the same rows.
func (s *server) draw(ctx context.Context, p *explorePage, q search) error {
	p.Data = mapData{Rows: []mapRow{}, Language: p.Lang, Tiles: q.records().URL("/tiles/{z}/{x}/{y}")}
	var box *orb.Bound
	for _, r := range p.Rows {
		if r.Place == nil {
			continue
		}
		p.Data.Rows = append(p.Data.Rows, mapRow{N: r.N, ID: r.ID, Theme: r.Theme, Title: r.Title, Lon: round6(r.Place.Lon()), Lat: round6(r.Place.Lat())})
		box = extend(box, r.Place.Bound())
	}
	if q.BBox != nil && q.BBox.Min[0] <= q.BBox.Max[0] {
		box = q.BBox
	}
	if box == nil && q.Near != nil {
		b := q.Near.Bound().Pad(0.02)
		box = &b
	}
	if box == nil {
		b := home
		box = &b
	}
	p.Data.Box = &[4]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}
	var err error
	p.Still, err = s.still(ctx, *box, p.Rows, s.stillLabel(len(p.Data.Rows)), stillWidth, stillHeight)
	return err
}

// stillLabel says what the still map of a list shows.
func (s *server) stillLabel(placed int) string {
	switch placed {
	case 0:
		return s.texts.t("mappa.ferma.0")
	case 1:
		return s.texts.t("mappa.ferma.1")
	}
	return s.texts.t("mappa.ferma.n", placed)
}

// home is what the map shows when it has nothing else to show: the province of
// Prato, whose network this is.
var home = orb.Bound{Min: orb.Point{10.98, 43.75}, Max: orb.Point{11.22, 44.10}}

// still draws rows on the base map.
func (s *server) still(ctx context.Context, box orb.Bound, rows []row, label string, width, height int) (*still, error) {
	v := newView(box, width, height)
	shapes, err := s.store.BasemapShapes(ctx, v.bound(0.5), v.unitDegrees())
	if err != nil {
		return nil, fmt.Errorf("base map: %w", err)
	}
	st := &still{Width: width, Height: height, Label: label, Points: v.place(rows), Objects: v.objects(rows)}
	st.Shapes, st.Names = v.base(shapes)
	return st, nil
}

// basemapSources is the line that says where the base map comes from.
func (s *server) basemapSources(ctx context.Context) (string, error) {
	sources, err := s.store.BasemapSources(ctx)
	if err != nil {
		return "", fmt.Errorf("base map: %w", err)
	}
	var lines []string
	for _, src := range sources {
		if a := or(src.Attribution, src.Title); !slices.Contains(lines, a) {
			lines = append(lines, a)
		}
	}
	return strings.Join(lines, " | "), nil
}

func extend(box *orb.Bound, b orb.Bound) *orb.Bound {
	if box == nil {
		return &b
	}
	u := box.Union(b)
	return &u
}
