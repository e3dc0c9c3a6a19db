package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// A Frequency is how often data are updated: a term of the EU's authority table.
type Frequency struct {
	Code, Label, LabelEN string
	URI                  string
	Interval             string   // repeating interval of ISO 8601, "R/P1Y"; "" when there is none
	Same                 []string // other ways of saying it
}

// A FileType is a format of files or a kind of service. Name is ours, short
// ("csv"); Code and URI are those of the EU's authority table, the nearest where
// it has none.
type FileType struct {
	Name, Label, Code, URI string
	MediaType              string
	Use                    string   // table, geo, rdf, text, image, page, service, container
	Open                   bool     // a format for data that anybody may read and write without asking
	Same                   []string // other ways of writing it
}

// Service reports whether t is an interface and not a file.
func (t FileType) Service() bool { return t.Use == "service" }

// A Language is a term of the EU's authority table.
type Language struct {
	Code, Alpha2, Label, LabelEN string // Code "ITA", Alpha2 "it" (ISO 639-1)
	URI                          string
	Same                         []string
}

// terms finds the row of a table that a text means.
type terms map[string]int

// add makes row known by the texts.
func (t terms) add(row int, texts ...string) error {
	for _, text := range texts {
		if err := put(t, row, termKey(text)); err != nil {
			return err
		}
	}
	return nil
}

// find is the row that text means: a code, label or address in any spelling.
// Of an address that nobody knows the last part counts: other authorities name
// the same terms alike.
func (t terms) find(text string) (row int, ok bool) {
	if row, ok = t[termKey(text)]; ok {
		return row, true
	}
	text = strings.TrimRight(strings.TrimSpace(text), "/")
	if !strings.Contains(text, "://") {
		return 0, false
	}
	row, ok = t[termKey(text[strings.LastIndexAny(text, "/#")+1:])]
	return row, ok
}

// termKey makes equal what is the same but for capitals, accents, punctuation,
// and the scheme of an address.
func termKey(text string) string {
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
	}
	return plainWords(text)
}

// indexTerms enters the tables that describe datasets.
func (v *Vocabularies) indexTerms() error {
	for i, t := range v.DataThemes {
		if err := v.themeNames.add(i, append([]string{t.Code, t.URI, t.Label, t.LabelEN}, t.Same...)...); err != nil {
			return fmt.Errorf("data themes: %w", err)
		}
	}
	for i, f := range v.Frequencies {
		if err := v.frequencies.add(i, append([]string{f.Code, f.URI, f.Label, f.LabelEN, f.Interval}, f.Same...)...); err != nil {
			return fmt.Errorf("frequencies: %w", err)
		}
	}
	for i, l := range v.Languages {
		if err := v.languages.add(i, append([]string{l.Code, l.Alpha2, l.URI, l.Label, l.LabelEN}, l.Same...)...); err != nil {
			return fmt.Errorf("languages: %w", err)
		}
	}
	for i, t := range v.FileTypes {
		if err := v.fileTypes.add(i, append([]string{t.Name, t.Label, t.MediaType}, t.Same...)...); err != nil {
			return fmt.Errorf("file types: %w", err)
		}
	}
	for i, t := range v.FileTypes { // of several with one code the first has it
		for _, text := range []string{t.Code, t.URI} {
			if _, taken := v.fileTypes[termKey(text)]; !taken && text != "" {
				v.fileTypes[termKey(text)] = i
			}
		}
	}
	return nil
}

// RecogniseDataTheme is the theme that text says: a code, URI, label, theme of
// INSPIRE, or the name that portals give to such a group.
func (v *Vocabularies) RecogniseDataTheme(text string) (DataTheme, bool) {
	i, ok := v.themeNames.find(text)
	if !ok {
		return DataTheme{}, false
	}
	return v.DataThemes[i], true
}

// Frequency is the one that text says: a code, URI, label, code of ISO 19115,
// interval of ISO 8601, or words.
func (v *Vocabularies) Frequency(text string) (Frequency, bool) {
	i, ok := v.frequencies.find(text)
	if !ok {
		return Frequency{}, false
	}
	return v.Frequencies[i], true
}

// languageTable is where the EU's languages are.
const languageTable = "publications europa eu resource authority language "

// Language is the one that text says: a code of ISO 639 or of the EU, a tag such
// as it-IT, a URI or a name. A code of the EU that our table lacks is taken for
// one when its URI is given.
func (v *Vocabularies) Language(text string) (Language, bool) {
	if i, ok := v.languages.find(text); ok {
		return v.Languages[i], true
	}
	if code, ok := strings.CutPrefix(termKey(text), languageTable); ok && len(code) == 3 {
		return Language{Code: strings.ToUpper(code), URI: "http://publications.europa.eu/resource/authority/language/" + strings.ToUpper(code)}, true
	}
	if tag, _, ok := strings.Cut(strings.ReplaceAll(text, "_", "-"), "-"); ok && len(tag) == 2 {
		return v.Language(tag)
	}
	return Language{}, false
}

// FileType is the format that text says: our name, a code or URI of the EU, a
// media type, an ending, or words. Of several the first counts that is no
// container, so that a zip is what is in it: "csv zip" is csv.
func (v *Vocabularies) FileType(text string) (FileType, bool) {
	media, isMedia := mediaType(text)
	if isMedia {
		text = media
	}
	if i, ok := v.fileTypes.find(text); ok {
		return v.FileTypes[i], true
	}
	if isMedia {
		return FileType{}, false
	}
	words := strings.Fields(plainWords(text))
	container := -1
	for from := range words {
		for to := min(len(words), from+maxTermWords); to > from; to-- {
			i, ok := v.fileTypes[strings.Join(words[from:to], " ")]
			if ok && v.FileTypes[i].Use != "container" {
				return v.FileTypes[i], true
			}
			if ok && container < 0 {
				container = i
			}
		}
	}
	if container < 0 {
		return FileType{}, false
	}
	return v.FileTypes[container], true
}

// maxTermWords is how many words the name of a format has inside a longer text.
const maxTermWords = 3

// mediaTypes are what the names of media types begin with.
var mediaTypes = []string{"application/", "text/", "image/", "audio/", "video/", "model/"}

// mediaType is text as a media type without parameters, if it is one or the
// address of one at IANA or INSPIRE.
func mediaType(text string) (string, bool) {
	if _, media, ok := strings.Cut(text, "/media-types/"); ok {
		text = media
	}
	text, _, _ = strings.Cut(strings.ToLower(text), ";")
	text = strings.TrimSpace(text)
	return text, !strings.ContainsAny(text, " ,") && slices.ContainsFunc(mediaTypes, func(begin string) bool { return strings.HasPrefix(text, begin) })
}
