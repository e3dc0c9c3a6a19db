package portal

import (
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// crumbs lead back to the searches that hold the record.
func (s *server) crumbs(rec *catalog.Record) []link {
	if rec.Kind == catalog.KindEvent {
		return []link{{URL: "/", Label: s.texts.t("briciole.inizio")}, {URL: "/eventi", Label: s.texts.t("eventi.titolo")}}
	}
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
	switch rec.Kind {
	case catalog.KindEvent:
		add("data", "quando", s.eventLine(rec, s.now()), "", false)
	case catalog.KindCourse:
		add("data", "quando", when(rec), "", false)
		add("data", "iscrizioni", s.enrolment(rec, s.now()), "", false)
	default:
		add("data", "quando", when(rec), "", false)
	}
	if now := join(" · ", s.opening(rec, s.now()).text(), todayHours(rec, s.now())); now != "" {
		out = append(out, fact{Icon: "orario", Name: s.texts.t("scheda.oggi"), Value: now, Passing: true})
	}
	add("orario", "orario", hoursText(rec.OpeningHours), "", false)
	add("altro", "indirizzo", s.address(rec), "", false)
	s.reach(rec, add)
	access := rec.Accessibility
	if a := accessible(access); a != "" {
		access = s.texts.t("scheda.accessibile." + a)
	}
	add("acc", "accessibilita", access, "", false)
	for _, f := range briefProperties {
		add(f.icon, f.text, s.oneLine(f.property, rec.Properties.Get(f.property)), "", false)
	}
	return out
}

// ourProperties are shown elsewhere on the page.
var ourProperties = []string{
	"title", "description", "kind", "theme", "type", "type_label", "address", "postcode", "locality", "municipality",
	"istat_code", "province", "phone", "phones", "phone_declared", "email", "emails", "certified_email", "certified_emails", "email_declared", "website", "website_declared", "opening_hours", "accessibility", "image", "start", "end",
	"body", "body_name", "licence", "source", "source_key", "source_modified", "accuracy_metres", "updated",
}

// briefProperties are facts of single kinds that belong in «In breve»: what
// something costs, for whom it is, how long it takes.
var briefProperties = []struct{ property, icon, text string }{
	{"costs", "euro", "costo"}, {"prices", "euro", "costo"}, {"ticket", "euro", "costo"},
	{"processing_time", "orario", "tempi"}, {"audience", "persone", "chi"},
}

// oneLine puts a property into one line, if it is short enough for one.
func (s *server) oneLine(name string, value any) string {
	if line := s.wordsOf(name, value); len(line) <= maxBrief {
		return line
	}
	return ""
}

// wordsOf is a property, a structure too, in words.
func (s *server) wordsOf(name string, value any) string {
	var texts []string
	for _, v := range s.detailValues(name, value) {
		texts = append(texts, v.Text)
	}
	return strings.Join(texts, "; ")
}

const maxBrief = 160 // bytes of a fact that is in brief

// valueText writes a property for people.
func (s *server) valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if catalog.IsE164(v) {
			return catalog.SpokenPhone(v)
		}
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
