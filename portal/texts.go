package portal

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

//go:embed messages
var messages embed.FS

// texts are what people read, by key, in one language.
type texts map[string]string

// readEnglish is what English pages say. Issue by issue more of the portal speaks
// English; what does not yet is not linked to from those pages as if it did.
func readEnglish(it texts) (texts, error) {
	en, err := readTexts("en")
	if err != nil {
		return nil, err
	}
	all := maps.Clone(it)
	maps.Copy(all, en)
	return all, nil
}

// readTexts reads the message files of a language: it.json and it-*.json.
func readTexts(lang string) (texts, error) {
	files, err := fs.Glob(messages, "messages/"+lang+"*.json")
	if err != nil {
		return nil, err
	}
	t := texts{}
	for _, name := range files {
		b, err := messages.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(b, &t); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if lang == "it" {
		t.fields()
	}
	return t, nil
}

// fields are the names of the properties of spec §1, which are declared where they
// are checked.
func (t texts) fields() {
	for _, f := range catalog.EveryField() {
		key := "campo." + f.Name
		if slices.ContainsFunc(catalog.EnvelopeColumns(), func(c catalog.Column) bool { return c.Name == f.Name }) {
			key = "colonna." + f.Name
		}
		if t[key] == "" {
			t[key] = f.IT
		}
	}
}

// t is the text called key, with {0}, {1} … replaced by args. A key that is
// not in the file shows as itself; TestTexts finds those.
func (t texts) t(key string, args ...any) string {
	s, ok := t[key]
	if !ok {
		return key
	}
	for i, a := range args {
		s = strings.ReplaceAll(s, "{"+strconv.Itoa(i)+"}", fmt.Sprint(a))
	}
	return s
}

// many is n things in words: the text called key, or that called key-1 when it is
// one.
func (t texts) many(key string, n int64) string {
	if n == 1 {
		return t.t(key + "-1")
	}
	return t.t(key, t.number(n))
}

// english reports whether the texts are those of the English pages.
func (t texts) english() bool { return t["lingua"] == "en" }

// number writes n as the language does: "1.234", "1,234".
func (t texts) number(n int64) string {
	if t.english() {
		return strings.ReplaceAll(number(n), ".", ",")
	}
	return number(n)
}

// decimal writes n with one digit after the mark.
func (t texts) decimal(n float64) string {
	if t.english() {
		return strconv.FormatFloat(n, 'f', 1, 64)
	}
	return stars(n)
}

// day writes a day in words.
func (t texts) day(at time.Time) string {
	if t.english() {
		return at.Format("2 January 2006")
	}
	return day(at)
}

// moment writes a day and an hour in Italy in words.
func (t texts) moment(at time.Time) string {
	at = at.In(catalog.Rome)
	return t.t("tempo.ora", t.day(at), at.Format("15:04"))
}

// bytes writes a size: "3,2 MB", of 1,000 bytes the kB.
func (t texts) bytes(n int64) string {
	size := float64(n)
	for _, unit := range []string{"byte", "kB", "MB"} {
		if size < 1000 {
			return sized(t, size, unit)
		}
		size /= 1000
	}
	return sized(t, size, "GB")
}

func sized(t texts, size float64, unit string) string {
	if unit == "byte" {
		return t.number(int64(size)) + " " + unit
	}
	return t.decimal(size) + " " + unit
}

// dayOf is dayOf in the language of t.
func (t texts) dayOf(s string) string {
	if at, err := time.Parse(time.DateOnly, s); err == nil && t.english() {
		return t.day(at)
	}
	return dayOf(s)
}

// scripts are the texts that the browser's script shows.
func (t texts) scripts() map[string]string {
	out := map[string]string{}
	for k, v := range t {
		if strings.HasPrefix(k, "js.") || strings.HasPrefix(k, "gruppo.") || strings.HasPrefix(k, "vista.") {
			out[k] = v
		}
	}
	return out
}

// number writes n with dots between thousands, from five digits on as Italian
// style guides want, "1.234" included since people expect it.
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}

// stars writes an average of stars: "4,2".
func stars(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', 1, 64), ".", ",", 1)
}

// distance writes metres as people say them: "200 m", "1,4 km", "12 km".
func distance(metres float64) string {
	switch {
	case metres < 0:
		return ""
	case metres < 995:
		return strconv.Itoa(int(metres/10+.5)*10) + " m"
	case metres < 9950:
		return strings.Replace(strconv.FormatFloat(metres/1000, 'f', 1, 64), ".", ",", 1) + " km"
	}
	return number(int64(metres/1000+.5)) + " km"
}

var months = [...]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"}

// day writes t as "21 novembre 2026".
func day(t time.Time) string {
	return fmt.Sprintf("%d %s %d", t.Day(), months[t.Month()-1], t.Year())
}

// dayOf writes an RFC 3339 date or time, as Records carry them, or a month
// ("2026-11"), in words; what is neither stays as it is.
func dayOf(s string) string {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return day(t)
	}
	if t, err := time.Parse("2006-01", s); err == nil {
		return months[t.Month()-1] + " " + strconv.Itoa(t.Year())
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return day(t) + t.Format(", ore 15:04")
	}
	return s
}
