package catalog

import (
	"regexp"
	"strings"
)

// noBody are the values that catalogues have where nobody said which body it
// is, software's defaults among them (spec §4.4).
var noBody = map[string]bool{"temp_ipa": true, "ipa": true, "n/a": true, "na": true, "codice ipa": true, "codice_ipa": true, "test": true}

// ipaInName is the IPA code that the national repertory writes behind a name:
// "Comune di Prato (IPA: c_g999)".
var ipaInName = regexp.MustCompile(`(?i)\s*\(\s*ipa\s*:\s*([a-z0-9_-]+)\s*\)`)

// own sets the body that answers for r, and its licence, where the description
// says them; otherwise they are the source's.
func (n *Normalizer) own(r *Record, id, name, licence string, report reporter) {
	id = strings.ToLower(id)
	if m := ipaInName.FindStringSubmatchIndex(name); m != nil {
		if id == "" {
			id = strings.ToLower(name[m[2]:m[3]])
		}
		name = strings.TrimSpace(name[:m[0]] + name[m[1]:])
	}
	if noBody[id] {
		id = ""
	}
	if noBody[strings.ToLower(name)] {
		name = ""
	}
	switch {
	case id != "" && (id != r.BodyID || name != ""):
		r.BodyID, r.BodyName = id, name
	case id == "" && name != "" && !strings.EqualFold(name, r.BodyName):
		r.BodyID, r.BodyName = "", name
	}
	if licence != "" {
		r.Licence = n.licence(licence, report)
	}
}

// licence is the URI of the licence that text says. A family without a version
// ("cc-by") is the source's own licence when that is one of the family; what
// cannot be told is the unknown licence (spec §2.6). Both are reported.
func (n *Normalizer) licence(text string, report reporter) string {
	for _, said := range []string{text, plainLine(text), addressInText.FindString(text)} {
		if l, ok := n.vocab.Licence(said); ok && said != "" {
			return l.URI
		}
	}
	text = plainLine(text)
	if own, known := n.vocab.Licence(n.src.Licence); known && licenceFamily(text) != "" && licenceFamily(text) == licenceFamily(own.Short) {
		report("licence-version", "licence", text, "a licence with its version; that of the source, "+own.Short+", is taken")
		return own.URI
	}
	report("licence-unknown", "licence", text, "a known licence, such as CC BY 4.0, or its address; it is shown as unknown"+n.vocab.Perhaps("licence", text))
	unknown, _ := n.vocab.Licence("")
	return unknown.URI
}

// addressInText finds an address inside a sentence about a licence.
var addressInText = regexp.MustCompile(`https?://[^\s<>"')]+`)

// Names of families of licences besides their ids.
var licenceFamilies = strings.NewReplacer(
	"creative commons", "cc", "attribution", "by", "attribuzione", "by", "sharealike", "sa", "share alike", "sa", "condividi allo stesso modo", "sa",
	"noncommercial", "nc", "non commercial", "nc", "non commerciale", "nc", "international", "", "internazionale", "",
)

var versionNumber = regexp.MustCompile(`\s*\bv?[0-9]+(\.[0-9]+)*\b.*$`)

// licenceFamily is a licence of Creative Commons without its version, "cc by",
// or "".
func licenceFamily(text string) string {
	if i := strings.LastIndexByte(strings.TrimRight(text, "/"), '/'); i >= 0 {
		text = text[i+1:]
	}
	name := versionNumber.ReplaceAllString(plainName(strings.ToLower(text)), "")
	name = strings.Join(strings.Fields(licenceFamilies.Replace(name)), " ")
	if !strings.HasPrefix(name, "cc ") {
		return ""
	}
	return name
}
