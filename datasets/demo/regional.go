package demo

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// regionalName is the regional catalogue: it lists again, in RDF, datasets of the
// municipality's and the province's, as catalogues do that harvest each other.
const regionalName = "opendata-toscana"

// regionalLists are the datasets that it lists.
var regionalLists = []string{"specie-arboree", "piazze-e-porte", "popolazione-e-superficie", "siti-natura-2000"}

// regional answers its one page. A dataset keeps the identifier that its own
// publisher gave it, and has another of this catalogue beside it.
func (c dcat) regional(w http.ResponseWriter, r *http.Request) {
	const region, iri = "r_toscan", rdfBase + "toscana/"
	g := &turtleWriter{}
	g.prefixes()
	g.line("@prefix adms: <http://www.w3.org/ns/adms#> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .")
	var members []string
	for _, name := range regionalLists {
		members = append(members, fmt.Sprintf("<%sdataset/%s>", iri, name))
	}
	g.line("<%s%s> a dcat:Catalog ; dct:title %s@it ; dct:publisher <%sagent/%s> ; dcat:dataset %s .", rdfBase, regionalName, quoted("Dati aperti in Toscana"), rdfBase, region, strings.Join(members, ", "))
	g.line("<%sagent/%s> a foaf:Agent ; dct:identifier %s ; foaf:name %s .", rdfBase, region, quoted(region), quoted("Regione Toscana"))
	for _, catalogue := range []struct{ name, holder, title string }{{ckanName, "c_g999", "Comune di Prato"}, {turtleName, "p_po", "Provincia di Prato"}} {
		g.line("<%sagent/%s> a foaf:Agent ; dct:identifier %s ; foaf:name %s .", rdfBase, catalogue.holder, quoted(catalogue.holder), quoted(catalogue.title))
		for _, d := range datasetsOf(catalogue.name) {
			if slices.Contains(regionalLists, d.entry["nome"]) {
				g.again(d, catalogue.holder, iri, baseOf(r)+"/"+regionalName, c.start)
			}
		}
	}
	serve("catalog.ttl", []byte(g.String()), day(c.start, 0)).ServeHTTP(w, r)
}

// again writes a dataset of holder as the regional catalogue has it: with a title
// of its own, its page there and no file.
func (g *turtleWriter) again(d dataset, holder, iri, page string, start time.Time) {
	name := d.entry["nome"]
	g.line("<%sdataset/%s> a dcat:Dataset ; dct:identifier %s ; adms:identifier [ a adms:Identifier ; skos:notation %s ] ;", iri, name, quoted(holder+":"+name), quoted("r_toscan:"+name))
	g.line("  dct:title %s@it ; dct:description %s@it ;", quoted(d.entry["titolo"]+" (Prato)"), quoted(d.entry["descrizione"]))
	g.line("  dct:modified \"%s\"^^xsd:date ; dcat:theme <%s%s> ; dct:accrualPeriodicity <%s%s> ;", d.modified(start).Format(time.DateOnly), dataTheme, d.entry["tema"], frequency, d.entry["frequenza"])
	g.line("  dct:license <%s> ; dct:rightsHolder <%sagent/%s> ; dct:publisher <%sagent/r_toscan> ; dcat:landingPage <%s/catalog.ttl#%s> .", byLicence, rdfBase, holder, rdfBase, page, name)
}
