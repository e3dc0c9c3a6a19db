package portal

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

const (
	leastDescription = 50 // characters that search engines want of a description
	maxVariables     = 50 // columns that are named
)

const maxLinkedLD = 50 // records of one relation in a record's JSON-LD

// wholeLD is the JSON-LD of rec; of a dataset, with its content.
func (s *server) wholeLD(r *http.Request, rec *catalog.Record) (map[string]any, error) {
	groups, err := s.store.Relations(r.Context(), rec.ID, catalog.RelationQuery{Limit: maxLinkedLD})
	if err != nil {
		return nil, err
	}
	out := s.jsonLD(r, rec)
	if rec.Kind == catalog.KindDataset {
		content, err := s.datasetContent(r.Context(), rec)
		if err != nil {
			return nil, err
		}
		if out, err = s.datasetLD(r, rec, content); err != nil {
			return nil, err
		}
	}
	absolute := func(path string) string { return s.absolute(r, path) }
	s.ldRelations(out, absolute, groups)
	ldTerms(out, absolute, groups)
	check, err := s.lastCheck(r.Context(), rec)
	s.ldCheck(out, r, rec, check)
	return out, err
}

// datasetLD is the JSON-LD of a dataset with what is in the catalogue of it.
func (s *server) datasetLD(r *http.Request, rec *catalog.Record, content datasetContent) (map[string]any, error) {
	out := s.jsonLD(r, rec)
	files, _ := out["distribution"].([]any)
	for _, f := range append(s.ourFiles(r, content.tables), s.readingFiles(r, content.streams)...) {
		files = append(files, map[string]any{"@type": "DataDownload", "contentUrl": string(f.URL), "name": f.Name, "encodingFormat": f.Format})
	}
	if len(files) > 0 {
		out["distribution"] = files
	}
	var variables []any
	for _, t := range content.tables {
		for _, c := range t.Collection.Columns {
			v := map[string]any{"@type": "PropertyValue", "name": c.Name}
			setter(v)("description", or(s.texts["colonna."+c.Name], s.texts["campo."+c.Name]))
			setter(v)("unitText", columnUnits[c.Name])
			if !slices.Contains(quiet, c.Name) && len(variables) < maxVariables {
				variables = append(variables, v)
			}
		}
	}
	var named []string
	for _, d := range content.streams {
		if slices.Contains(named, d.Title) || len(variables) == maxVariables {
			continue
		}
		named = append(named, d.Title)
		v := map[string]any{"@type": "PropertyValue", "name": d.Title}
		setter(v)("propertyID", d.URI)
		setter(v)("unitText", datasets.Vocabularies().Symbol(d.Unit))
		variables = append(variables, v)
	}
	if variables != nil {
		out["variableMeasured"] = variables
	}
	if _, said := out["temporalCoverage"]; !said {
		setter(out)("temporalCoverage", coveredTime(content))
	}
	if _, said := out["spatialCoverage"]; !said {
		setter(out)("spatialCoverage", coveredPlace(content, or(s.cfg.Territory, s.cfg.Name)))
	}
	return out, nil
}

// ldDataset adds the files of a dataset, under which terms they are, and what
// its publisher says it covers (schema.org/Dataset, as search engines ask).
func (s *server) ldDataset(out map[string]any, r *http.Request, rec *catalog.Record) {
	set := setter(out)
	text, name := description(rec), or(rec.BodyName, rec.BodyID)
	if len([]rune(text)) < leastDescription {
		text = join(" ", text, s.texts.t("dati.descrizione-breve", rec.Title, or(name, s.cfg.Name)))
	}
	out["description"] = text
	if l, ok := datasets.Vocabularies().Licence(rec.Licence); ok && rec.Licence != "" {
		set("license", or(l.URL, l.URI))
	}
	if name != "" {
		set("creator", organizationLD(name))
		set("publisher", organizationLD(name))
	}
	if k := words(rec.Properties.Get("keywords")); len(k) > 0 {
		set("keywords", k)
	}
	set("isAccessibleForFree", true)
	set("includedInDataCatalog", map[string]any{"@type": "DataCatalog", "name": s.cfg.Name, "url": s.absolute(r, "/dati")})
	set("datePublished", property(rec, "issued"))
	set("version", property(rec, "version"))
	set("temporalCoverage", declaredTime(rec))
	if places := declaredPlaces(rec); places != nil {
		set("spatialCoverage", places)
	}
	var files []any
	for _, d := range rec.Distributions {
		address := webURL(strings.TrimSpace(d.Address()))
		if address == "" || d.Service {
			continue
		}
		file := map[string]any{"@type": "DataDownload", "contentUrl": address}
		with := setter(file)
		with("name", d.Title)
		with("encodingFormat", or(d.MediaType, formatName(d)))
		with("dateModified", d.Modified)
		if sum, ok := strings.CutPrefix(d.Checksum, "sha256:"); ok {
			with("sha256", sum)
		}
		files = append(files, file)
	}
	if files != nil {
		set("distribution", files)
	}
}

// declaredTime is the first period that the publisher names, "start/end".
func declaredTime(rec *catalog.Record) string {
	raw, _ := rec.Properties.Get("temporal").(json.RawMessage)
	var periods []catalog.Period
	if json.Unmarshal(raw, &periods) != nil || len(periods) == 0 || periods[0] == (catalog.Period{}) {
		return ""
	}
	return or(periods[0].Start, "..") + "/" + or(periods[0].End, "..")
}

// declaredPlaces are the places that the publisher names.
func declaredPlaces(rec *catalog.Record) []any {
	raw, _ := rec.Properties.Get("spatial").(json.RawMessage)
	var said []catalog.Spatial
	_ = json.Unmarshal(raw, &said) // what is not a list of places names none
	var out []any
	for _, p := range said {
		place := map[string]any{"@type": "Place"}
		set := setter(place)
		set("name", p.Name)
		set("sameAs", webURL(p.URI))
		if len(p.BBox) == 4 {
			set("geo", boxLD(orb.Bound{Min: orb.Point{p.BBox[0], p.BBox[1]}, Max: orb.Point{p.BBox[2], p.BBox[3]}}))
		}
		if len(place) > 1 {
			out = append(out, place)
		}
	}
	return out
}

// boxLD is a box as schema.org writes it: south west, north east, latitude first.
func boxLD(b orb.Bound) map[string]any {
	text := strings.Join([]string{number4(b.Min.Lat()), number4(b.Min.Lon()), number4(b.Max.Lat()), number4(b.Max.Lon())}, " ")
	return map[string]any{"@type": "GeoShape", "box": text}
}

// coveredTime is from the first measured value to the last, "" without any.
func coveredTime(c datasetContent) string {
	if len(c.streams) == 0 {
		return ""
	}
	first, last := *c.streams[0].First, *c.streams[0].Last
	for _, d := range c.streams {
		if d.First.Before(first) {
			first = *d.First
		}
		if d.Last.After(last) {
			last = *d.Last
		}
	}
	return first.In(catalog.Rome).Format("2006-01-02") + "/" + last.In(catalog.Rome).Format("2006-01-02")
}

// coveredPlace is where the rows are; the territory of the node when they do not
// tell.
func coveredPlace(c datasetContent, territory string) map[string]any {
	place := map[string]any{"@type": "Place", "name": territory}
	for _, t := range c.tables {
		if e := t.Collection.Extent; e != nil && t.Source == "" { // of a part the extent is that of all
			place = map[string]any{"@type": "Place", "geo": boxLD(*e)}
		}
	}
	return place
}
