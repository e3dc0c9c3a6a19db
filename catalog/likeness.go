package catalog

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/twpayne/go-geom/encoding/ewkb"
)

// A Likeness says what a description is about, apart from its key: sources
// that are moved to another system list the same things under other keys.
type Likeness struct {
	// Content identifies all that it says but its key; nil when that is nothing.
	Content []byte
	// Alike identifies title, kind, position and begin; nil without a title of its own.
	Alike []byte
	// Firm: Alike is enough to know one thing again. Without a position or a begin
	// there are many things of one name.
	Firm bool
}

// longKey is from how many bytes on a key is taken out of the texts that hold it,
// such as addresses: a shorter one may be there for another reason.
const longKey = 8

// NewLikeness is that of h, which became r. keys are the columns that the key
// was made of.
func NewLikeness(h Harvested, r Record, keys []string) Likeness {
	var place []byte
	if h.Geometry != nil {
		place, _ = ewkb.Marshal(h.Geometry, ewkb.NDR) // one that cannot be written fails when it is stored
	}
	l := Likeness{Firm: place != nil || r.Start != "" || r.Kind == KindDataset}
	if c := without(h, r.Title, keys); c != "" {
		l.Content = shortSum(c, string(place))
	}
	if passing := h.Layer != nil && h.Layer.Passing; r.Title != "" && !strings.Contains(r.Title, h.Key) && (l.Firm || !passing) {
		l.Alike = shortSum(r.Title, string(r.Kind), string(place), r.Start, r.BodyID)
	}
	return l
}

// without is what h says besides its key; nothing, when the key is its very name.
func without(h Harvested, title string, keys []string) string {
	var b strings.Builder
	blank := func(s string) string {
		switch {
		case s == h.Key:
			return ""
		case len(h.Key) >= longKey:
			return strings.ReplaceAll(s, h.Key, "")
		}
		return s
	}
	if len(h.Values) == 0 {
		return blank(string(h.Raw))
	}
	for i, v := range h.Values {
		name := ""
		if h.Layer != nil && i < len(h.Layer.Columns) {
			name = h.Layer.Columns[i].Name
		}
		var text string
		switch v := v.(type) {
		case nil:
			continue
		case json.RawMessage:
			text = string(v)
		default:
			text = fmt.Sprint(v)
		}
		if text == h.Key && text == title && !slices.Contains(keys, name) {
			return ""
		}
		if text = blank(text); text != "" && !slices.Contains(keys, name) {
			b.WriteString(name + "\x00" + text + "\x00")
		}
	}
	return b.String()
}

func shortSum(parts ...string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x01")))
	return sum[:16]
}
