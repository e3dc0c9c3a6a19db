package portal

import (
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// crumbs lead back to the searches that hold the record.
func (s *server) crumbs(rec *catalog.Record) []link {
	crumbs := []link{{URL: "/mappa", Label: s.texts.t("briciole.mappa")}}
	if t := themeName(rec.Theme); t != "altro" {
		crumbs = append(crumbs, link{URL: search{Page: 1, Themes: []catalog.Theme{rec.Theme}}.URL("/mappa"), Label: s.texts.t("tema." + t)})
	}
	return crumbs
}

// address is where the record is, in one line.
func (s *server) address(rec *catalog.Record) string {
	town := or(rec.Municipality, rec.Locality)
	if rec.Locality != "" && rec.Municipality != "" && !strings.EqualFold(rec.Locality, rec.Municipality) {
		town = rec.Locality + ", " + rec.Municipality
	}
	if m, ok := datasets.Vocabularies().Municipality(rec.ISTATCode); ok && town != "" {
		town += " (" + m.Province + ")"
	}
	return join(", ", rec.Address, join(" ", rec.Postcode, town))
}

// facts are «In breve»; what is not known is left out.
func (s *server) facts(rec *catalog.Record) []fact {
	var out []fact
	add := func(icon, name, value, url string, external bool) {
		if value != "" {
			out = append(out, fact{Icon: icon, Name: s.texts.t("scheda." + name), Value: value, URL: template.URL(url), External: external})
		}
	}
	if rec.Start != "" || rec.End != "" {
		add("data", "quando", when(rec), "", false)
	}
	add("orario", "orario", rec.OpeningHours, "", false)
	add("altro", "indirizzo", s.address(rec), "", false)
	add("telefono", "telefono", rec.Phone, telURL(rec.Phone), false)
	add("posta", "posta", rec.Email, mailURL(rec.Email), false)
	add("sito", "sito", shortURL(rec.Website), webURL(rec.Website), true)
	access := rec.Accessibility
	if a := accessible(access); a != "" {
		access = s.texts.t("scheda.accessibile." + a)
	}
	add("acc", "accessibilita", access, "", false)
	return out
}

// stale says that nobody has confirmed the record for a long time.
func (s *server) stale(rec *catalog.Record, now time.Time) string {
	modified, err := time.Parse(time.DateOnly, clip(rec.SourceModified, 10))
	if err != nil {
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

// ourProperties are shown elsewhere on the page.
var ourProperties = []string{
	"title", "description", "kind", "theme", "type", "type_label", "address", "postcode", "locality", "municipality",
	"istat_code", "province", "phone", "email", "website", "opening_hours", "accessibility", "image", "start", "end",
	"body", "body_name", "licence", "source", "source_key", "source_modified", "accuracy_metres", "updated",
}

// otherProperties are the rest: the source's own columns.
func (s *server) otherProperties(rec *catalog.Record) []fact {
	var out []fact
	for _, p := range rec.Properties {
		if slices.Contains(ourProperties, p.Name) {
			continue
		}
		if v := s.valueText(p.Value); v != "" {
			f := fact{Name: p.Name, Value: clip(v, 2000)}
			if isWeb(v) {
				f.URL, f.External = template.URL(v), true
			}
			out = append(out, f)
		}
	}
	return out
}

// valueText writes a property for people.
func (s *server) valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return s.texts.t("si")
		}
		return s.texts.t("no")
	case float64:
		return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
	case []string:
		return strings.Join(v, ", ")
	case json.RawMessage:
		return string(v)
	}
	return fmt.Sprint(v)
}

// provenance is «Da dove vengono questi dati».
func (s *server) provenance(rec *catalog.Record, src catalog.Source, read time.Time) []fact {
	var out []fact
	add := func(name, value, url string) {
		if value != "" {
			out = append(out, fact{Name: s.texts.t("scheda." + name), Value: value, URL: template.URL(url)})
		}
	}
	add("responsabile", or(rec.BodyName, src.BodyName, rec.BodyID), "")
	add("fonte", or(src.Title, rec.SourceID), or(webURL(rec.SourceURL), datasets.PublicSource(src.URL)))
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
		precision := s.texts.t("scheda.precisione.fonte")
		if rec.AccuracyMetres > 0 {
			precision = s.texts.t("scheda.precisione.metri", s.valueText(rec.AccuracyMetres))
		}
		add("precisione", precision, "")
	}
	out = append(out, fact{Name: s.texts.t("scheda.identificativo"), Value: "/id/" + rec.ID, Code: true})
	if rec.SourceKey != "" {
		out = append(out, fact{Name: s.texts.t("scheda.identificativo-fonte"), Value: rec.SourceKey, Code: true})
	}
	return out
}

func dayIf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return day(t)
}
