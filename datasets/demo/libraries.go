package demo

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/paulmach/orb/geojson"

	"po-net.prato.it/ponet/catalog"
)

// Ten libraries of Prato come from four publishers, each in its own way: the network
// that answers for them (librariesFile), a register in XML, a region in JSON by pages,
// and the pages of a site. Their names differ, and phones, hours and positions contradict
// each other. The region has an eleventh, of which only a person can say what it is.
const (
	librariesFile   = "biblioteche.geojson"
	registerFile    = "anagrafe-biblioteche.xml"
	regionLibraries = "biblioteche-toscana/elenco.json"
	librarySite     = "prato-da-scoprire/"
	siteMap         = librarySite + "sitemap.xml"
)

// regionPage is how many libraries the region gives at a time.
const regionPage = 4

// A library as the network has it, with what the others say of it.
type library struct {
	entry                           // of the table biblioteche
	Street, Postcode, Town, Phone   string
	Lon, Lat                        float64
	RegionLon, RegionLat            float64
	RegionPhone, SitePhone, SiteURL string
}

// libraries are the ten, and the one that the region alone calls so.
func libraries() []library {
	b, err := data.ReadFile("data/" + librariesFile)
	if err != nil {
		panic(err) // the file is part of the program
	}
	known, err := geojson.UnmarshalFeatureCollection(b)
	if err != nil {
		panic(err) // it is tested
	}
	var all []library
	for i, e := range table("biblioteche") {
		for _, f := range known.Features {
			if f.ID != e["codice"] {
				continue
			}
			p, at := f.Properties, f.Geometry.Bound().Center()
			all = append(all, library{
				entry: e, Street: cmp.Or(p.MustString("indirizzo", ""), "Via ser Lapo Mazzei 37"), Postcode: p.MustString("cap", "59100"), Town: p.MustString("comune"), Phone: p.MustString("telefono", ""),
				Lon: at.Lon(), Lat: at.Lat(), RegionLon: e.number("regione_lon"), RegionLat: e.number("regione_lat"),
				RegionPhone: madeUpPhone(1, i), SitePhone: madeUpPhone(2, i), SiteURL: librarySite + "biblioteche/" + strconv.Itoa(i+1),
			})
		}
	}
	return all
}

// madeUpPhone is a number that nobody has: in Italy no number goes on with 0 after the
// prefix.
func madeUpPhone(source, i int) string { return fmt.Sprintf("+39 0574 00%d%03d", source, i+1) }

// register is the register of libraries: it knows them by ISIL and name.
func register() []byte {
	type element struct {
		Code   string  `xml:"codice-isil"`
		Name   string  `xml:"denominazione"`
		Street string  `xml:"indirizzo"`
		CAP    string  `xml:"cap"`
		Town   string  `xml:"comune"`
		Phone  string  `xml:"telefono"`
		Mail   string  `xml:"email,omitempty"`
		Lat    float64 `xml:"latitudine"`
		Lon    float64 `xml:"longitudine"`
	}
	list := struct {
		XMLName   xml.Name  `xml:"anagrafe"`
		Libraries []element `xml:"biblioteca"`
	}{}
	for _, l := range libraries() {
		if name := l.entry["anagrafe"]; name != "" {
			list.Libraries = append(list.Libraries, element{l.entry["codice"], name, l.Street, l.Postcode, l.Town, l.Phone, l.entry["email"], l.Lat, l.Lon})
		}
	}
	b, err := xml.MarshalIndent(list, "", " ")
	if err != nil {
		panic(err) // its types cannot fail
	}
	return append([]byte(xml.Header), b...)
}

// region answers with a page of the region's libraries, those after ?da=.
func region(w http.ResponseWriter, r *http.Request) {
	all, rows := libraries(), []map[string]any{}
	after, err := strconv.Atoi(cmp.Or(r.URL.Query().Get("da"), "0"))
	if err != nil || after < 0 {
		writeJSON(w, http.StatusBadRequest, map[string]string{"errore": "da è un numero da 0 in su"})
		return
	}
	for i := after; i < min(after+regionPage, len(all)); i++ {
		l := all[i]
		rows = append(rows, map[string]any{
			"id": 4100 + i, "nome": l.entry["regione"], "via": strings.ToUpper(strings.Replace(l.Street, "Piazza", "P.zza", 1)), "comune": strings.ToUpper(l.Town),
			"tel": l.RegionPhone, "orari": l.entry["orario_regione"], "x": l.RegionLon, "y": l.RegionLat,
		})
	}
	content := jsonOf(map[string]any{"totale": len(all), "biblioteche": rows})
	serve("elenco.json", content, written).ServeHTTP(w, r)
}

// librarySitePages are the pages of the site, and the list of them.
func librarySitePages(mux *http.ServeMux) {
	mux.HandleFunc("GET /"+siteMap, func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		b.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for _, l := range libraries() {
			if l.entry["sito"] != "" {
				fmt.Fprintf(&b, "\n<url><loc>%s/%s</loc></url>", baseOf(r), l.SiteURL)
			}
		}
		b.WriteString("\n</urlset>\n")
		serve("sitemap.xml", b.Bytes(), written).ServeHTTP(w, r)
	})
	for _, l := range libraries() {
		if l.entry["sito"] == "" {
			continue
		}
		var page bytes.Buffer
		if err := libraryPage.Execute(&page, map[string]any{"Name": l.entry["sito"], "Described": schemaOrg(l)}); err != nil {
			panic(err) // a fault of the template below
		}
		mux.Handle("GET /"+l.SiteURL, serve("biblioteca.html", page.Bytes(), written))
	}
}

// schemaOrg is l as the site describes it, in the terms of schema.org; it rounds positions
// to a thousandth of a degree.
func schemaOrg(l library) map[string]any {
	round := func(v float64) float64 { return math.Round(v*1000) / 1000 }
	return map[string]any{
		"@context": "https://schema.org", "@type": "Library", "name": l.entry["sito"], "telephone": l.SitePhone, "openingHours": strings.Split(l.entry["orario_sito"], ", "),
		"address": map[string]string{"@type": "PostalAddress", "streetAddress": l.Street, "postalCode": l.Postcode, "addressLocality": l.Town},
		"geo":     map[string]any{"@type": "GeoCoordinates", "latitude": round(l.Lat), "longitude": round(l.Lon)},
	}
}

var libraryPage = template.Must(template.New("library").Parse(pageHead + `<title>{{.Name}}</title>
<script type="application/ld+json">{{.Described}}</script></head>
<body><h1>{{.Name}}</h1><p>Pagina dimostrativa di Po-net: telefono e orari sono inventati.</p></body></html>
`))

// librarySources are those of the ten libraries beside the network's file: a register, a
// regional portal, and who gathers what others know.
func librarySources(base string) []catalog.Source {
	var sources []catalog.Source
	add := func(protocol, id, address, body, title string, standing catalog.Standing, m catalog.Mapping) {
		m.Kind, m.Type = catalog.KindPlace, "biblioteca"
		s := source(base, protocol, id, address, body, title, m)
		s.Standing = standing
		sources = append(sources, s)
	}
	add("xml", "anagrafe-biblioteche", registerFile, "p_po", "Anagrafe dimostrativa delle biblioteche", catalog.StandingRegister, catalog.Mapping{Path: "//biblioteca", Key: []string{"codice-isil"},
		Fields: fields("title=denominazione code=codice-isil address=indirizzo postcode=cap municipality=comune phone=telefono email=email lon=longitudine lat=latitudine")})
	add("json", "biblioteche-toscana", regionLibraries, "r_toscan", "Biblioteche toscane (elenco dimostrativo)", catalog.StandingRegional, catalog.Mapping{Path: "biblioteche", Key: []string{"id"},
		Fields: fields("title=nome address=via municipality=comune phone=tel opening_hours=orari lon=x lat=y"), Paging: &catalog.Paging{OffsetParam: "da", Total: "totale"}})
	add("jsonld", "prato-da-scoprire", siteMap, "c_g999", "Prato da scoprire (sito dimostrativo)", catalog.StandingCollection, catalog.Mapping{})
	return sources
}
