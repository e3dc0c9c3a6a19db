package portal

import (
	"html/template"
	"math"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// provenance is «Da dove vengono questi dati».
func (s *server) provenance(rec *catalog.Record, src catalog.Source, read time.Time) []fact {
	var out []fact
	add := func(name, value, url string) {
		if value != "" {
			out = append(out, fact{Name: s.texts.t("scheda." + name), Value: value, URL: template.URL(url)})
		}
	}
	body := ""
	if rec.BodyID != "" && rec.BodyName != "" {
		body = bodyPath(rec.BodyID)
	}
	add("responsabile", or(rec.BodyName, src.BodyName, rec.BodyID), body)
	add("fonte", or(src.Title, rec.SourceID), or(webURL(rec.SourceURL), datasets.PublicSource(src.URL)))
	for _, o := range rec.AlsoPublishedOn() {
		add("anche", o.Title, webURL(o.URL))
	}
	add("verifica", or(dayIf(rec.Verified), dayIf(read)), "")
	add("aggiornato", dayIf(rec.Updated), "")
	add("aggiornato-fonte", dayOf(rec.SourceModified), "")
	licence, known := datasets.Vocabularies().Licence(rec.Licence)
	if known && rec.Licence != "" {
		add("licenza", or(licence.Short, licence.Label), webURL(licence.URL))
	} else {
		add("licenza", or(rec.Licence, s.texts.t("scheda.licenza-ignota")), webURL(rec.Licence))
	}
	if rec.Geometry != nil {
		add("precisione", s.confidence(rec), "")
	}
	out = append(out, fact{Name: s.texts.t("scheda.identificativo"), Value: "/id/" + rec.ID, Code: true})
	if iri, ok := rec.Properties.Get("origin").(string); ok { // harvested from another node
		name, _ := rec.Properties.Get("origin_name").(string)
		add("origine", or(name, iri), webURL(iri))
	} else if rec.SourceKey != "" {
		out = append(out, fact{Name: s.texts.t("scheda.identificativo-fonte"), Value: rec.SourceKey, Code: true})
	}
	return out
}

// confidences are how far off a position may be, in metres, and the words for it.
var confidences = []struct {
	metres float64
	key    string
}{
	{15, "precisa"}, {100, "buona"}, {500, "approssimata"}, {math.Inf(1), "indicativa"},
}

// confidence says how sure the position of rec is: how it was found, if the
// source tells (spec/metadata.md §0.1, geometry_source), and how far off it may be.
func (s *server) confidence(rec *catalog.Record) string {
	how := s.texts["valore."+property(rec, "geometry_source")]
	if rec.AccuracyMetres <= 0 {
		return or(how, s.texts.t("scheda.precisione.fonte"))
	}
	metres := s.valueText(rec.AccuracyMetres)
	for _, c := range confidences {
		if rec.AccuracyMetres <= c.metres {
			return join("; ", how, s.texts.t("scheda.precisione."+c.key, metres))
		}
	}
	return how
}

func dayIf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return romeDay(t)
}

// stale says that the record has not been updated for a long time: by the date
// that its source gives or, without one, since it was last found there.
func (s *server) stale(rec *catalog.Record, now time.Time) string {
	modified, err := time.Parse(time.DateOnly, clip(rec.SourceModified, 10))
	if err != nil {
		modified = rec.Verified
	}
	if modified.IsZero() {
		return ""
	}
	n := int(now.Sub(modified).Hours() / 24 / 30.44)
	switch {
	case n < staleAfter:
		return ""
	case s.cfg.Email == "":
		return s.texts.t("scheda.stantio-senza", n)
	}
	return s.texts.t("scheda.stantio", n, s.cfg.Email)
}
