package portal

import (
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// parts are the members of structures in the order in which a line says them;
// members that are not here come after, with their name.
var parts = []string{
	"label", "title", "name", "type", "notation", "region", "number", "suffix", "value", "unit", "role", "office", "start", "end", "schedule",
	"amount", "price", "currency", "free", "required", "deadline", "eligible", "conditions", "text", "note", "hours", "act", "date", "authority", "agency",
}

// silent members are said by the others, or only by machines.
var silent = []string{"id", "uri", "bbox", "ulan", "viaf", "qid", "certainty", "from_year", "to_year", "scheme_agency", "url", "email", "phone", "phone_declared", "email_declared", "free", "required", "currency", "unit"}

// objectLine puts an object into one line, with the way to reach it.
func (s *server) objectLine(name string, o map[string]any) detailValue {
	if name == "nct" { // region code and number of the national catalogue, with their zeros
		return detailValue{Text: memberText(o["region"]) + "/" + memberText(o["number"]) + memberText(o["suffix"])}
	}
	var words []string
	add := func(w string) {
		if w != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	others := slices.Sorted(maps.Keys(o))
	for _, member := range slices.Concat(parts, others) {
		v, there := o[member]
		if !there || v == nil {
			continue
		}
		if !slices.Contains(silent, member) {
			add(s.memberLine(name, member, v, o))
		}
	}
	if free, _ := o["free"].(bool); free {
		add(s.texts.t("detail.gratis"))
	}
	if required, _ := o["required"].(bool); required {
		add(s.texts.t("detail.obbligatoria"))
	}
	line := detailValue{}
	phone := or(memberText(o["phone"]), memberText(o["phone_declared"]))
	for _, m := range []struct{ member, text, url string }{
		{"url", memberText(o["url"]), webURL(memberText(o["url"]))}, {"email", memberText(o["email"]), mailURL(memberText(o["email"]))}, {"phone", catalog.SpokenPhone(phone), telURL(phone)},
	} {
		text := m.text
		switch {
		case text == "":
		case line.URL == "" && m.url != "":
			line.URL = template.URL(m.url)
			if len(words) == 0 || m.member != "url" {
				add(shortURL(text))
			}
		default:
			add(shortURL(text))
		}
	}
	if line.URL == "" && len(words) == 0 { // something must be said
		if u := webURL(memberText(o["uri"])); u != "" {
			return detailValue{Text: shortURL(u), URL: template.URL(u)}
		}
		add(memberText(o["id"]))
	}
	line.Text = strings.Join(words, " · ")
	return line
}

// memberLine is one member in words.
func (s *server) memberLine(name, member string, v any, o map[string]any) string {
	text := memberText(v)
	switch member {
	case "amount", "price":
		return money(text, or(memberText(o["currency"]), "EUR"))
	case "value":
		return strings.TrimSpace(text + " " + memberText(o["unit"]))
	case "start":
		if end := memberText(o["end"]); end != "" {
			return s.texts.t("quando.dal-al", dayOf(text), dayOf(end))
		}
		return s.texts.t("detail.dal", dayOf(text))
	case "end":
		if memberText(o["start"]) != "" {
			return ""
		}
		return s.texts.t("detail.al", dayOf(text))
	case "deadline":
		return s.texts.t("detail.entro", dayOf(text))
	}
	if values := s.detailText(text); len(values) == 1 {
		text = values[0].Text
	}
	if slices.Contains(parts, member) {
		return text
	}
	return or(s.texts["campo."+member], strings.ReplaceAll(member, "_", " ")) + ": " + text
}

// memberText is a plain value as text, "" for a structure.
func memberText(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		var texts []string
		for _, each := range v {
			texts = append(texts, memberText(each))
		}
		return join(", ", texts...)
	case map[string]any:
		return or(memberText(v["name"]), memberText(v["title"]), memberText(v["label"]))
	}
	return ""
}

// money writes an amount: "22,21 €".
func money(amount, currency string) string {
	if currency == "EUR" {
		currency = "€"
	}
	if v, err := strconv.ParseFloat(strings.Replace(amount, ",", ".", 1), 64); err == nil && v != float64(int64(v)) {
		amount = strings.Replace(strconv.FormatFloat(v, 'f', 2, 64), ".", ",", 1)
	}
	return strings.TrimSpace(amount + " " + currency)
}

// duration puts an ISO 8601 duration of one unit into words: "P6D" is six days.
func (s *server) duration(v string) (string, bool) {
	digits, found := strings.CutPrefix(v, "P")
	unit := ""
	if t, isTime := strings.CutPrefix(digits, "T"); found && isTime {
		digits, unit = t, "T"
	}
	if !found || len(digits) < 2 {
		return "", false
	}
	unit += digits[len(digits)-1:]
	n, err := strconv.Atoi(digits[:len(digits)-1])
	key := map[string]string{"D": "giorni", "W": "settimane", "M": "mesi", "Y": "anni", "TH": "ore", "TM": "minuti"}[unit]
	if err != nil || key == "" || n < 0 {
		return "", false
	}
	if n == 1 {
		return s.texts.t("durata." + key + "-1"), true
	}
	return fmt.Sprint(n, " ", s.texts.t("durata."+key)), true
}
