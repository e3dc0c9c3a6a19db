package catalog

import (
	"fmt"
	"strings"
)

// DefaultLicence is CC BY 4.0, which open data of a public body carry when
// nothing else is said.
func (v *Vocabularies) DefaultLicence() Licence { return v.Licences[v.defaultLicence] }

// Licence is the one that text says: a URI, an address of the licence's text
// (http or https, with or without final slash, deed or legal code), a CKAN id,
// a notation or a name. What cannot be told, a bare "cc-by" without version
// included, is the unknown licence and false.
func (v *Vocabularies) Licence(text string) (Licence, bool) {
	i, ok := v.licences[licenceKey(text)]
	if !ok {
		return v.Licences[v.unknownLicence], false
	}
	return v.Licences[i], true
}

func (v *Vocabularies) indexLicences() error {
	for i, l := range v.Licences {
		keys := []string{licenceKey(l.Notation), licenceKey(l.URI), licenceKey(l.URL), licenceKey(l.Short), licenceKey(l.Label), licenceKey(l.LabelEN)}
		for _, s := range l.Same {
			keys = append(keys, licenceKey(s))
		}
		if err := put(v.licences, i, keys...); err != nil {
			return fmt.Errorf("licences: %w", err)
		}
		switch l.Notation {
		case defaultLicence:
			v.defaultLicence = i
		case unknownLicence:
			v.unknownLicence = i
		}
	}
	if v.defaultLicence < 0 || v.unknownLicence < 0 {
		return fmt.Errorf("licences: %s (default) and %s (unknown) must be there: %w", defaultLicence, unknownLicence, ErrInvalid)
	}
	return nil
}

// licenceKey makes equal what means the same licence: the spellings of an
// address, or of a name.
func licenceKey(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	rest, isURL := strings.CutPrefix(text, "https://")
	if !isURL {
		rest, isURL = strings.CutPrefix(text, "http://")
	}
	if !isURL {
		return plainName(text)
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, _, _ = strings.Cut(rest, "?")
	rest = strings.TrimRight(strings.TrimPrefix(rest, "www."), "/")
	if strings.HasPrefix(rest, "creativecommons.org/") {
		head, last := rest[:strings.LastIndexByte(rest, '/')], rest[strings.LastIndexByte(rest, '/')+1:]
		if strings.HasPrefix(last, "deed") || strings.HasPrefix(last, "legalcode") {
			rest = head
		}
	}
	return "//" + rest
}

// plainName is like plainWords but keeps the dots of versions: "cc by 4.0".
func plainName(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n\u00a0-–_/(),;:«»\"", r) })
	return strings.Join(words, " ")
}

// Terms are l without its names and addresses: what decides where values may stand.
func (l Licence) Terms() Licence {
	return Licence{Notation: l.Notation, Openness: l.Openness, ShareAlike: l.ShareAlike, Attribution: l.Attribution, NonCommercial: l.NonCommercial, NoDerivatives: l.NoDerivatives}
}
