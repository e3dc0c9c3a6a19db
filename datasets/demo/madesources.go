package demo

import (
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// madeSources are the lists that are made from the tables.
func madeSources(base string) []catalog.Source {
	sources := []catalog.Source{
		source(base, "file", "enti-pratesi", "enti.json", "p_po", "Enti del territorio pratese",
			things(catalog.KindOrganization, catalog.ThemeInstitutions, "phone=telefono website=sito_web type=")),
		source(base, "file", "uffici-comunali", "uffici-comunali.csv", "p_po", "Uffici dei comuni pratesi",
			things(catalog.KindOffice, catalog.ThemeInstitutions, "website=sito_web opening_hours=orari body=ente body_name=nome_ente")),
		source(base, "file", "servizi-altri-enti", "servizi-altri-enti.json", "p_po", "Servizi di altri enti a Prato",
			things(catalog.KindService, catalog.ThemeInstitutions, "website=sito_web phone=telefono body=ente body_name=nome_ente")),
		source(base, "file", "corsi-scuole", "corsi-scuole.json", "p_po", "Indirizzi di studio delle scuole superiori e dell'università",
			things(catalog.KindCourse, catalog.ThemeTraining, "start=inizio end=fine body=ente body_name=nome_ente")),
		source(base, "file", "corsi-adulti", "corsi-adulti.json", "cpia-1-prato", "Corsi per adulti",
			things(catalog.KindCourse, catalog.ThemeTraining, "start=inizio end=fine body=ente body_name=nome_ente")),
		source(base, "file", "appuntamenti", "appuntamenti.json", "p_po", "Appuntamenti nel territorio pratese",
			things(catalog.KindEvent, "", "start=inizio end=fine type=categoria theme=tema")),
		source(base, "file", "beni-culturali", "beni-culturali.geojson", "p_po", "Beni culturali del territorio pratese",
			things(catalog.KindHeritageItem, catalog.ThemeCulture, "body=ente body_name=nome_ente lon= lat= postcode=")),
		source(base, "file", "stazioni-dimostrative", "stazioni-dimostrative.csv", "rete-dimostrativa", "Stazioni di misura dimostrative",
			things(catalog.KindStation, catalog.ThemeEnvironment, "postcode= locality=")),
	}
	for _, m := range municipalities() {
		name := servicesFile(m)
		sources = append(sources, source(base, "file", strings.TrimSuffix(name, ".json"), name, m.body, "Servizi del Comune di "+m.name,
			things(catalog.KindService, catalog.ThemeInstitutions, "website=sito_web opening_hours=orari body=ente body_name=nome_ente")))
	}
	return sources
}

// things maps the columns that all the lists have in common. also adds fields,
// "phone=telefono", and takes away those that the list has not, "lon=", whatever
// would be detected.
func things(kind catalog.Kind, theme catalog.Theme, also string) catalog.Mapping {
	const common = "title=denominazione description=descrizione code=codice address=indirizzo postcode=cap locality=frazione " +
		"municipality=comune lon=longitudine lat=latitudine accuracy=accuratezza_m "
	return catalog.Mapping{Kind: kind, Theme: theme, Key: []string{"codice"}, Fields: fields(common + also)}
}

// fields are those of a mapping, written "phone=telefono website=sito_web".
func fields(pairs string) map[string]string {
	m := map[string]string{}
	for pair := range strings.FieldsSeq(pairs) {
		field, column, _ := strings.Cut(pair, "=")
		m[field] = column
	}
	return m
}

// catalogueSources are the catalogues, calendars and feeds.
func catalogueSources(base string) []catalog.Source {
	var sources []catalog.Source
	if spoken["ckan"] {
		sources = append(sources, source(base, "ckan", ckanName, ckanName, "c_g999", "Dati aperti del Comune di Prato", catalog.Mapping{}))
	}
	if spoken["dcat"] {
		sources = append(sources,
			source(base, "dcat", turtleName, turtleName+"/catalog.ttl", "p_po", "Dati aperti della Provincia di Prato", catalog.Mapping{}),
			source(base, "dcat", rdfXMLName, rdfXMLName+"/catalog.rdf", "consorzio-medio-valdarno", "Fiumi e fossi del Medio Valdarno", catalog.Mapping{}),
			source(base, "dcat", regionalName, regionalName+"/catalog.ttl", "r_toscan", "Dati aperti in Toscana", catalog.Mapping{}))
	}
	for _, c := range calendars {
		if spoken["ical"] {
			sources = append(sources, source(base, "ical", "calendario-"+c.name, "calendari/"+c.name+".ics", c.body, c.title, catalog.Mapping{Theme: c.theme}))
		}
	}
	for _, f := range feeds {
		if spoken["feed"] {
			sources = append(sources, source(base, "feed", f.name, f.file, f.body, f.title, catalog.Mapping{Theme: f.theme}))
		}
	}
	return sources
}

// spoken are the protocols that the sources may use.
var spoken = map[string]bool{"file": true, "ckan": true, "dcat": true, "ical": true, "feed": true, "json": true, "jsonld": true, "xml": true}

// readingSources are the long series: they come last, for they take longest.
func readingSources(base string) []catalog.Source {
	var sources []catalog.Source
	for _, r := range readings {
		sources = append(sources, source(base, "file", r.name, r.file, "rete-dimostrativa", r.title, r.mapping))
	}
	return sources
}
