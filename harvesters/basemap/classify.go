package basemap

import "strings"

// The dimensions of what is classified.
const (
	dimPoint = iota
	dimLine
	dimArea
)

// A rule gives the values of one tag a layer. The class is what the values
// map to; a value that is not listed belongs to "*", where there is one.
type rule struct {
	key    string
	dim    int
	layer  string
	values map[string]string
}

// same lists values that are their own class.
func same(values string) map[string]string {
	m := map[string]string{}
	for v := range strings.FieldsSeq(values) {
		m[v] = v
	}
	return m
}

// rules in the order in which they are tried. The keys and values are
// OpenStreetMap's (wiki.openstreetmap.org/wiki/Map_features).
var rules = []rule{
	{"building", dimArea, "edifici", map[string]string{"*": "", "no": "-"}},
	{"natural", dimArea, "acque", map[string]string{"water": "water", "bay": "water"}},
	{"waterway", dimArea, "acque", map[string]string{"riverbank": "water", "dock": "water"}},
	{"landuse", dimArea, "acque", map[string]string{"reservoir": "water", "basin": "water"}},
	{"leisure", dimArea, "verde", map[string]string{"park": "park", "garden": "park", "nature_reserve": "park", "golf_course": "grass", "pitch": "pitch", "playground": "park"}},
	{"landuse", dimArea, "verde", map[string]string{
		"forest": "wood", "grass": "grass", "meadow": "grass", "village_green": "grass", "recreation_ground": "grass",
		"orchard": "orchard", "vineyard": "vineyard", "allotments": "orchard", "cemetery": "cemetery",
	}},
	{"natural", dimArea, "verde", map[string]string{"wood": "wood", "scrub": "scrub", "heath": "scrub", "grassland": "grass", "wetland": "wetland"}},
	{"highway", dimLine, "ciclabili", same("cycleway")},
	{"highway", dimLine, "strade", same("motorway trunk primary secondary tertiary unclassified residential living_street pedestrian service track path footway steps " +
		"motorway_link trunk_link primary_link secondary_link tertiary_link")},
	{"highway", dimLine, "strade", map[string]string{"road": "unclassified", "bridleway": "path"}},
	{"railway", dimLine, "ferrovie", same("rail light_rail subway tram narrow_gauge funicular")},
	{"waterway", dimLine, "acque", same("river canal stream drain ditch")},
	{"place", dimPoint, "toponimi", same("country region state province city town village suburb quarter neighbourhood hamlet locality isolated_dwelling")},
	{"place", dimPoint, "toponimi", map[string]string{"farm": "isolated_dwelling", "square": "locality"}},
}

// adminLevels are the levels of administrative boundaries in Italy.
var adminLevels = map[string]string{"2": "country", "4": "region", "6": "province", "8": "municipality"}

// classify says to which layer and class something of the given dimension
// belongs by its tags. What is only planned or gone is not there.
func classify(tag func(key string) string, dim int) (layer, class string, ok bool) {
	if tag("boundary") == "administrative" && dim == dimArea {
		class, ok := adminLevels[tag("admin_level")]
		return "confini", class, ok
	}
	for _, r := range rules {
		if r.dim != dim {
			continue
		}
		v := tag(r.key)
		if v == "" {
			continue
		}
		class, ok := r.values[v]
		if !ok {
			class, ok = r.values["*"]
		}
		if !ok || class == "-" {
			continue
		}
		return r.layer, refine(tag, r.layer, class), true
	}
	return "", "", false
}

// refine tells tunnels and sidings from railways.
func refine(tag func(string) string, layer, class string) string {
	if layer != "ferrovie" {
		return class
	}
	switch {
	case tag("tunnel") == "yes" && class == "rail":
		return "tunnel"
	case tag("service") != "":
		return "service"
	}
	return class
}
