package basemap

import (
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// layerWords are words in the name of a file or layer that say what it holds.
// The first that is found counts, so the special stands before the general.
var layerWords = []struct{ word, layer string }{
	{"ciclabil", "ciclabili"}, {"ciclovi", "ciclabili"}, {"cycle", "ciclabili"},
	{"ferrov", "ferrovie"}, {"railway", "ferrovie"}, {"binari", "ferrovie"},
	{"edific", "edifici"}, {"building", "edifici"}, {"aggregati", "edifici"}, {"fabbricat", "edifici"},
	{"strad", "strade"}, {"viabil", "strade"}, {"viario", "strade"}, {"road", "strade"}, {"highway", "strade"},
	{"idrograf", "acque"}, {"fium", "acque"}, {"torrent", "acque"}, {"lagh", "acque"}, {"corsi d acqua", "acque"}, {"acque", "acque"}, {"water", "acque"},
	{"verde", "verde"}, {"bosch", "verde"}, {"parch", "verde"}, {"giardin", "verde"}, {"landuse", "verde"},
	{"comuni", "confini"}, {"confin", "confini"}, {"limiti", "confini"}, {"limits", "confini"}, {"municipalit", "confini"}, {"boundar", "confini"}, {"province", "confini"}, {"regioni", "confini"},
	{"toponim", "toponimi"}, {"localit", "toponimi"}, {"frazioni", "toponimi"}, {"places", "toponimi"},
}

// layerByName is the layer that the words of name say, "" for none.
func layerByName(name string) string {
	name = catalog.Plain(name)
	for _, w := range layerWords {
		if strings.Contains(name, w.word) {
			return w.layer
		}
	}
	return ""
}

// classWords turn the words of Italian files into classes, by layer.
var classWords = map[string][]struct{ word, class string }{
	"strade": {
		{"autostrad", "motorway"}, {"raccordo", "trunk"}, {"superstrad", "trunk"}, {"tangenzial", "trunk"}, {"statal", "primary"}, {"regional", "primary"},
		{"provincial", "secondary"}, {"extraurban", "tertiary"}, {"comunal", "residential"}, {"urban", "residential"}, {"locale", "residential"},
		{"vicinal", "track"}, {"poderal", "track"}, {"sentier", "path"}, {"pedonal", "pedestrian"},
	},
	"acque":    {{"fiume", "river"}, {"torrente", "stream"}, {"rio", "stream"}, {"fosso", "stream"}, {"canale", "canal"}, {"gora", "canal"}, {"lago", "water"}, {"invaso", "water"}, {"stagno", "water"}},
	"verde":    {{"bosc", "wood"}, {"parc", "park"}, {"giardin", "park"}, {"vign", "vineyard"}, {"uliv", "orchard"}, {"frutt", "orchard"}, {"prat", "grass"}, {"cimiter", "cemetery"}},
	"ferrovie": {{"tram", "tram"}, {"metro", "subway"}, {"galleria", "tunnel"}, {"ferrov", "rail"}},
	"confini":  {{"region", "region"}, {"provinc", "province"}, {"comun", "municipality"}},
	"toponimi": {{"capoluogo", "town"}, {"citta", "city"}, {"frazion", "village"}, {"localita", "locality"}, {"nucleo", "hamlet"}},
}

// defaultClass is the class of what does not say one.
var defaultClass = map[string]string{
	"confini": "municipality", "strade": "residential", "acque": "stream", "verde": "park", "ferrovie": "rail", "ciclabili": "cycleway", "toponimi": "locality",
}

// classByWords is the class of layer that text says: one of OpenStreetMap's own
// words, or an Italian one.
func classByWords(layer, text string) (string, bool) {
	if text == "" {
		return "", false
	}
	for _, r := range rules {
		if r.layer == layer {
			if class, ok := r.values[text]; ok && class != "-" {
				return class, true
			}
		}
	}
	plain := catalog.Plain(text)
	for _, w := range classWords[layer] {
		if strings.HasPrefix(plain, w.word) || strings.Contains(plain, " "+w.word) {
			return w.class, true
		}
	}
	return "", false
}
