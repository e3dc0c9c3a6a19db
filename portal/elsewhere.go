package portal

import (
	"cmp"
	"html/template"
	"net/url"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// catalogueClasses are the classes of the national catalogue of cultural heritage
// that stand in its addresses, by heritage_type (spec/metadata.md §1.3; names of
// the ArCo ontology).
var catalogueClasses = map[string]string{
	"artistic": "HistoricOrArtisticProperty", "architectural": "ArchitecturalOrLandscapeHeritage", "archaeological": "ArchaeologicalProperty",
	"photographic": "PhotographicHeritage", "demo-ethno": "DemoEthnoAnthropologicalHeritage", "natural": "NaturalHeritage",
	"scientific": "ScientificOrTechnologicalHeritage", "musical": "MusicHeritage", "numismatic": "NumismaticProperty",
}

// elsewhere are the pages about the same thing at others, by the identifiers that
// rec carries; none is guessed.
func (s *server) elsewhere(rec *catalog.Record) []fact {
	var list []fact
	add := func(key, value, address string) {
		list = append(list, fact{Name: s.texts.t("altrove." + key), Value: value, URL: template.URL(webURL(address)), External: true})
	}
	for _, id := range rec.Identifiers() {
		add(id.Scheme, id.Value, addressOf(rec, id))
	}
	for _, v := range words(rec.Properties.Get("same_as")) {
		if isWeb(v) {
			add("altro", shortURL(v), v)
		}
	}
	return list
}

// addressOf is the page of an identifier; "" where there is none.
func addressOf(rec *catalog.Record, id catalog.Identifier) string {
	value := url.PathEscape(id.Value)
	switch id.Scheme {
	case "isil":
		return "https://anagrafe.iccu.sbn.it/isil/" + value
	case "wikidata":
		return "https://www.wikidata.org/wiki/" + value
	case "osm":
		return "https://www.openstreetmap.org/" + strings.ReplaceAll(value, "%2F", "/")
	case "geonames":
		return "https://www.geonames.org/" + value
	case "nct":
		class := cmp.Or(catalogueClasses[property(rec, "heritage_type")], "HistoricOrArtisticProperty")
		return "https://catalogo.beniculturali.it/detail/" + class + "/" + value
	case "ipa": // its pages have numbers of their own: this one asks for the code
		return "https://www.indicepa.gov.it/ipa-portale/consultazione/indirizzo-sede/ricerca-ente"
	}
	return ""
}
