package demo

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The two catalogues in RDF and the bodies whose they are. The province's has
// pages (Hydra) in Turtle, the consortium's is one file in RDF/XML.
const (
	turtleName = "opendata-provincia"
	rdfXMLName = "catalogo-bonifica"
	turtlePage = 2 // datasets on a page
)

const (
	dataTheme = "http://publications.europa.eu/resource/authority/data-theme/"
	frequency = "http://publications.europa.eu/resource/authority/frequency/"
	fileType  = "http://publications.europa.eu/resource/authority/file-type/"
	mediaIRI  = "http://www.iana.org/assignments/media-types/"
	byLicence = "https://creativecommons.org/licenses/by/4.0/"
	// rdfBase names what the catalogues describe, wherever they are served.
	rdfBase = "https://demo.po-net.prato.it/"
)

// dcat serves both catalogues and the files of their datasets.
type dcat struct{ start time.Time }

func (c dcat) register(mux *http.ServeMux) {
	mux.HandleFunc("GET /"+turtleName+"/catalog.ttl", c.turtle)
	mux.HandleFunc("GET /"+rdfXMLName+"/catalog.rdf", c.rdfXML)
	mux.HandleFunc("GET /"+regionalName+"/catalog.ttl", c.regional)
	for _, catalogue := range []string{turtleName, rdfXMLName} {
		for _, d := range datasetsOf(catalogue) {
			for _, format := range d.formats() {
				file := d.entry["nome"] + "." + format
				mux.Handle("GET /"+catalogue+"/"+file, serve(file, d.file(format), d.modified(c.start)))
			}
		}
	}
}

// turtle answers one page of the province's catalogue.
func (c dcat) turtle(w http.ResponseWriter, r *http.Request) {
	all := datasetsOf(turtleName)
	pages := (len(all) + turtlePage - 1) / turtlePage
	page := 1
	if text := r.URL.Query().Get("page"); text != "" {
		var err error
		if page, err = strconv.Atoi(text); err != nil || page < 1 || page > pages {
			http.NotFound(w, r)
			return
		}
	}
	first := (page - 1) * turtlePage
	self := baseOf(r) + "/" + turtleName + "/catalog.ttl"
	g := &turtleWriter{}
	g.prefixes()
	g.paging(self, page, pages, len(all))
	g.catalogue(turtleName, "Dati della provincia di Prato", agent{"p_po", "Provincia di Prato", "https://www.provincia.prato.it"}, c.start, all[first:min(first+turtlePage, len(all))])
	for _, d := range all[first:min(first+turtlePage, len(all))] {
		g.dataset(d, baseOf(r)+"/"+turtleName+"/", "p_po", c.start)
	}
	serve("catalog.ttl", []byte(g.String()), day(c.start, 0)).ServeHTTP(w, r)
}

// An agent of a catalogue: its code in the national index, name and site.
type agent struct{ code, name, site string }

type turtleWriter struct{ strings.Builder }

func (g *turtleWriter) line(format string, args ...any) { fmt.Fprintf(g, format+"\n", args...) }

func (g *turtleWriter) prefixes() {
	for _, p := range [][2]string{
		{"dcat", "http://www.w3.org/ns/dcat#"}, {"dct", "http://purl.org/dc/terms/"}, {"foaf", "http://xmlns.com/foaf/0.1/"},
		{"vcard", "http://www.w3.org/2006/vcard/ns#"}, {"xsd", "http://www.w3.org/2001/XMLSchema#"}, {"hydra", "http://www.w3.org/ns/hydra/core#"},
		{"dcatapit", "http://dati.gov.it/onto/dcatapit#"},
	} {
		g.line("@prefix %s: <%s> .", p[0], p[1])
	}
}

// paging says where the other pages are, in both ways in use: hydra:next of the
// Hydra vocabulary, hydra:nextPage of its older drafts.
func (g *turtleWriter) paging(self string, page, pages, total int) {
	at := func(n int) string { return fmt.Sprintf("<%s?page=%d>", self, n) }
	g.line("%s a hydra:PartialCollectionView, hydra:PagedCollection ;", at(page))
	g.line("  hydra:totalItems %d ; hydra:itemsPerPage %d ; hydra:first %s ; hydra:last %s", total, turtlePage, at(1), at(pages))
	if page > 1 {
		g.line("  ; hydra:previous %s ; hydra:previousPage %s", at(page-1), at(page-1))
	}
	if page < pages {
		g.line("  ; hydra:next %s ; hydra:nextPage %s", at(page+1), at(page+1))
	}
	g.line("  .")
}

// quoted is a string of Turtle.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

func (g *turtleWriter) catalogue(name, title string, by agent, start time.Time, shown []dataset) {
	g.line("<%s%s> a dcat:Catalog, dcatapit:Catalog ; dct:title %s@it ;", rdfBase, name, quoted(title))
	g.line("  dct:description %s@it ;", quoted("Catalogo dimostrativo di Po-net."))
	g.line("  dct:publisher <%sagent/%s> ; dct:modified \"%s\"^^xsd:date ; foaf:homepage <%s> ;", rdfBase, by.code, day(start, 0).Format(time.DateOnly), by.site)
	var members []string
	for _, d := range shown {
		members = append(members, fmt.Sprintf("<%sdataset/%s>", rdfBase, d.entry["nome"]))
	}
	g.line("  dcat:dataset %s .", strings.Join(members, ", "))
	g.line("<%sagent/%s> a foaf:Agent, dcatapit:Agent ; dct:identifier %s ; foaf:name %s .", rdfBase, by.code, quoted(by.code), quoted(by.name))
	g.line("<%scontact/%s> a vcard:Kind, vcard:Organization, dcatapit:Organization ; vcard:fn %s ; vcard:hasURL <%s> .", rdfBase, by.code, quoted(by.name), by.site)
	g.line("<%s> a dct:LicenseDocument, dcatapit:LicenseDocument ; foaf:name %s .", byLicence, quoted("Creative Commons Attribuzione 4.0"))
}

// dataset writes d, whose files are under files.
func (g *turtleWriter) dataset(d dataset, files, holder string, start time.Time) {
	name, changed := d.entry["nome"], d.modified(start).Format(time.DateOnly)
	g.line("<%sdataset/%s> a dcat:Dataset, dcatapit:Dataset ; dct:identifier %s ;", rdfBase, name, quoted(holder+":"+name))
	g.line("  dct:title %s@it ; dct:description %s@it ;", quoted(d.entry["titolo"]), quoted(d.entry["descrizione"]))
	g.line("  dct:modified \"%s\"^^xsd:date ; dcat:theme <%s%s> ; dct:accrualPeriodicity <%s%s> ;", changed, dataTheme, d.entry["tema"], frequency, d.entry["frequenza"])
	g.line("  dct:rightsHolder <%sagent/%s> ; dct:publisher <%sagent/%s> ; dcat:contactPoint <%scontact/%s> ;", rdfBase, holder, rdfBase, holder, rdfBase, holder)
	var words []string
	for w := range strings.SplitSeq(d.entry["parole"], ", ") {
		words = append(words, quoted(w)+"@it")
	}
	g.line("  dcat:keyword %s ;", strings.Join(words, ", "))
	var distributions []string
	for _, format := range d.formats() {
		distributions = append(distributions, fmt.Sprintf("<%sdataset/%s/%s>", rdfBase, name, format))
	}
	g.line("  dcat:distribution %s .", strings.Join(distributions, ", "))
	for i, format := range d.formats() {
		g.line("%s a dcat:Distribution, dcatapit:Distribution ; dct:title %s@it ;", distributions[i], quoted(d.entry["titolo"]+" ("+strings.ToUpper(format)+")"))
		g.line("  dct:format <%s%s> ; dcat:mediaType <%s%s> ; dct:license <%s> ;", fileType, strings.ToUpper(format), mediaIRI, bareType(format), byLicence)
		g.line("  dcat:accessURL <%s%s.%s> ; dcat:downloadURL <%s%s.%s> ; dcat:byteSize %d .", files, name, format, files, name, format, len(d.file(format)))
	}
}

// bareType is the media type of a format without parameters.
func bareType(format string) string {
	t, _, _ := strings.Cut(mediaTypes["."+format], ";")
	return t
}
