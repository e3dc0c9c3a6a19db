package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// Bounds on foreign texts that name or identify: the database keeps these in
// indexes, of which an entry has 2,700 bytes at most, and people read them.
const (
	maxTitle = 500  // characters
	maxTerm  = 200  // characters of a municipality, type or body
	MaxKey   = 1000 // bytes of what identifies a description or a layer
)

// BoundedKey is key, or what stands for one of more than MaxKey bytes.
func BoundedKey(key string) string { return ShortKey(key, MaxKey) }

// ShortKey is key, or what stands for one of more than most bytes: its beginning
// and its SHA-256, so that it identifies the same. most is over 250.
func ShortKey(key string, most int) string {
	if len(key) <= most {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return strings.ToValidUTF8(key[:200], "") + "…" + hex.EncodeToString(sum[:16])
}

// Bounded is the layer with a title and name that are not too long; l itself
// where they are not.
func (l *Layer) Bounded() *Layer {
	if l == nil || len(l.Name) <= MaxKey && utf8.RuneCountInString(l.Title) <= maxTitle {
		return l
	}
	bounded := *l
	bounded.Name, bounded.Title = BoundedKey(l.Name), shorten(plainLine(l.Title), maxTitle)
	return &bounded
}

// bound shortens what names r and is longer than a name can be.
func (r *Record) bound(report reporter) {
	for _, f := range []struct {
		name string
		text *string
		most int
	}{
		{"title", &r.Title, maxTitle}, {"type", &r.Type, maxTerm}, {"type_label", &r.TypeLabel, maxTerm}, {"municipality", &r.Municipality, maxTerm}, {"locality", &r.Locality, maxTerm},
		{"body", &r.BodyID, maxTerm}, {"body_name", &r.BodyName, maxTitle},
	} {
		if s := shorten(*f.text, f.most); s != *f.text {
			report("text-too-long", f.name, *f.text, "a name, which is shorter; the whole text is kept as the source wrote it")
			*f.text = s
		}
	}
}
