package search

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// filterBy is what q asks for in Typesense's words, without the facet except.
func filterBy(q catalog.Query, except string) (string, error) {
	var all []string
	among := func(field string, values []string) {
		if len(values) > 0 && field != except {
			all = append(all, field+":="+list(values))
		}
	}
	if q.Collection != "" {
		among("collection", []string{q.Collection})
	}
	if q.NoDatasets {
		all = append(all, "collection:!="+catalog.KindDataset.Collection())
	}
	if q.NoGazetteer {
		all = append(all, notGazetteer)
	}
	among("theme", texts(q.Themes))
	among("type", q.Types)
	among("body", q.Bodies)
	among("source", q.Sources)
	if except != "municipality" {
		all = append(all, municipalities(q.Municipalities)...)
	}
	if q.Accessible {
		all = append(all, "accessible:=true")
	}
	if q.To != nil {
		all = append(all, "starts:<="+strconv.FormatInt(q.To.Unix(), 10))
	}
	if q.From != nil {
		all = append(all, "ends:>="+strconv.FormatInt(q.From.Unix(), 10))
	}
	for _, c := range q.Where {
		pairs := make([]string, len(c.Values))
		for i, v := range c.Values {
			pairs[i] = c.Property + "=" + v
		}
		among("pairs", pairs)
	}
	if q.Near != nil && q.RadiusMetres > 0 {
		all = append(all, fmt.Sprintf("location:(%s, %s, %s km)", number(q.Near.Lat()), number(q.Near.Lon()), number(q.RadiusMetres/1000)))
	}
	if q.BBox != nil {
		box, err := overlaps(*q.BBox)
		if err != nil {
			return "", err
		}
		all = append(all, box)
	}
	return strings.Join(all, " && "), nil
}

// municipalities asks for one of them, by name or by ISTAT code.
func municipalities(given []string) []string {
	if len(given) == 0 {
		return nil
	}
	plain := make([]string, len(given))
	for i, g := range given {
		plain[i] = catalog.Plain(g)
	}
	return []string{"(municipality_plain:=" + list(plain) + " || istat_code:=" + list(given) + ")"}
}

// overlaps asks that the box of the record overlaps b. One whose west is east
// of its east crosses the antimeridian, and is two.
func overlaps(b orb.Bound) (string, error) {
	for _, v := range []float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "", fmt.Errorf("bbox: %v is not a coordinate: %w", v, catalog.ErrInvalid)
		}
	}
	if b.Min[1] > b.Max[1] {
		return "", fmt.Errorf("bbox: south %v is above north %v: %w", b.Min[1], b.Max[1], catalog.ErrInvalid)
	}
	one := func(west, east float64) string {
		return fmt.Sprintf("(west:<=%s && east:>=%s && south:<=%s && north:>=%s)", number(east), number(west), number(b.Max[1]), number(b.Min[1]))
	}
	if b.Min[0] <= b.Max[0] {
		return one(b.Min[0], b.Max[0]), nil
	}
	return "(" + one(b.Min[0], 180) + " || " + one(-180, b.Max[0]) + ")", nil
}

// list writes values so that signs in them mean nothing. A backtick cannot be
// written; no name of ours has one.
func list(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = "`" + strings.ReplaceAll(v, "`", "") + "`"
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// texts is values as plain strings.
func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
