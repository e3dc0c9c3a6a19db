package table

import (
	"encoding/json"
	"hash/maphash"
	"math/bits"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// A column collects, during the first pass, what every value of a column of
// the file has in common.
type column struct {
	name string
	kept bool // not dropped, and not an empty column at the end

	values   int // not null
	counts   [5]int
	whole    bool       // every number is an integer
	long     int        // bytes of the longest text
	sum      int        // bytes of all text, for choosing a title
	repaired int        // texts that were mojibake
	links    int        // texts that are web addresses
	marks    [16]uint64 // a bit for each text by its hash: more bits, more different texts

	alive   uint64 // notations that all texts so far had, by bit
	tried   bool
	yes, no bool // a boolean notation needs both
	grouped bool // a number had two thousands separators: "1.234.567"

	typ      catalog.ColumnType
	notation string
	read     func(string) (any, bool)
}

// see takes note of one value. Texts of tables whose values are all text may
// be anything; elsewhere a text is a text, or a date.
func (c *column) see(v Cell, anything bool) {
	if v.Kind == Null {
		return
	}
	c.values++
	c.counts[v.Kind]++
	switch v.Kind {
	case Number:
		if c.counts[Number] == 1 {
			c.whole = true
		}
		if c.whole && strings.ContainsAny(v.Text, ".eE") {
			c.whole = false
		}
		if c.whole {
			_, c.whole = jsonNumber(v.Text).(int64)
		}
	case Text:
		c.sum += len(v.Text)
		c.long = max(c.long, len(v.Text))
		h := maphash.String(seed, v.Text) % 1024
		c.marks[h/64] |= 1 << (h % 64)
		if strings.HasPrefix(v.Text, "http") {
			c.links++
		}
		c.seeText(v.Text, anything)
	}
}

func (c *column) seeText(s string, anything bool) {
	if !c.tried {
		c.tried = true
		for i, n := range notations {
			if anything || n.typ == catalog.ColumnDate || n.typ == catalog.ColumnDateTime {
				c.alive |= 1 << i
			}
		}
		if isCode(c.name) {
			c.alive = 0
		}
	}
	for left := c.alive; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		v, ok := notations[i].read(s)
		if !ok {
			c.alive &^= 1 << i
			continue
		}
		switch b := v.(type) {
		case bool:
			c.yes, c.no = c.yes || b, c.no || !b
		case int64:
			c.grouped = c.grouped || strings.Count(s, ".") > 1
		}
	}
}

// variety is how many different texts there are, roughly, up to 1024.
func (c *column) variety() int {
	n := 0
	for _, m := range c.marks {
		n += bits.OnesCount64(m)
	}
	return n
}

// decide gives the column its type after the last value. commas says that
// cells are parted by commas; forced is the type the mapping wants, "" for none.
func (c *column) decide(commas bool, forced catalog.ColumnType) {
	c.typ = c.natural()
	if c.typ == catalog.ColumnText && c.counts[Text] == c.values {
		for left := c.alive; left != 0; left &= left - 1 {
			n := notations[bits.TrailingZeros64(left)]
			if n.typ == catalog.ColumnBoolean && !(c.yes && c.no) {
				continue
			}
			// With a comma between cells the decimal mark is a point, unless
			// "1.234.567" shows that it is not.
			if n.name == "1.234" && commas && !c.grouped {
				continue
			}
			if forced != "" && n.typ != forced {
				continue
			}
			c.typ, c.notation, c.read = n.typ, n.name, n.read
			break
		}
	}
	if forced != "" && forced != c.typ {
		c.force(forced)
	}
}

// natural is the type by the kinds of the values alone.
func (c *column) natural() catalog.ColumnType {
	switch {
	case c.values == 0:
		return catalog.ColumnText
	case c.counts[JSON] > 0:
		return catalog.ColumnJSON
	case c.counts[Number] == c.values && c.whole:
		return catalog.ColumnInteger
	case c.counts[Number] == c.values:
		return catalog.ColumnNumber
	case c.counts[Boolean] == c.values:
		return catalog.ColumnBoolean
	}
	return catalog.ColumnText
}

// force makes the column what the mapping says; values that are not become
// null, each with an issue.
func (c *column) force(typ catalog.ColumnType) {
	c.typ, c.notation = typ, ""
	if typ == catalog.ColumnText || typ == catalog.ColumnJSON {
		c.read = nil
		return
	}
	c.read = func(s string) (any, bool) {
		for _, n := range notations {
			if n.typ == typ || typ == catalog.ColumnNumber && n.name == "1234" {
				if v, ok := n.read(s); ok {
					if i, isInt := v.(int64); isInt && typ == catalog.ColumnNumber {
						return float64(i), true
					}
					return v, true
				}
			}
		}
		return nil, false
	}
}

// value is what a cell is in the column's type; false if it is not of it.
func (c *column) value(v Cell) (any, bool) {
	switch {
	case v.Kind == Null:
		return nil, true
	case c.typ == catalog.ColumnJSON:
		return v.JSON(), true
	case c.read != nil:
		return c.read(v.Text)
	case c.typ == catalog.ColumnInteger && v.Kind == Number:
		n, ok := jsonNumber(v.Text).(int64)
		return n, ok
	case c.typ == catalog.ColumnNumber && v.Kind == Number:
		switch n := jsonNumber(v.Text).(type) {
		case int64:
			return float64(n), true
		case float64:
			return n, true
		}
		return nil, false
	case c.typ == catalog.ColumnBoolean && v.Kind == Boolean:
		return v.Text == "true", true
	}
	return v.Text, c.typ == catalog.ColumnText
}

// JSON is the cell as JSON.
func (v Cell) JSON() json.RawMessage {
	switch v.Kind {
	case Null:
		return json.RawMessage("null")
	case Text:
		b, _ := json.Marshal(v.Text) // a string always can be
		return b
	}
	return json.RawMessage(v.Text)
}

// isCode recognises columns that hold codes and telephone numbers, which stay
// text even if every one of them looks like a number.
func isCode(name string) bool {
	words := words(name)
	for _, w := range words {
		if w == "nome" || w == "name" || w == "denominazione" || w == "descrizione" || w == "label" {
			return false
		}
	}
	for i, w := range words {
		switch {
		case codeWords[w]:
			return true
		case i == 0 && (strings.HasPrefix(w, "codice") || strings.HasPrefix(w, "cod") && len(w) <= 8 && w != "coda" || strings.HasPrefix(w, "cap") && (len(w) == 3 || strings.HasPrefix(w, "capscuola"))):
			return true
		}
	}
	return false
}

var codeWords = map[string]bool{
	"codice": true, "cod": true, "code": true, "cap": true, "postcode": true, "zip": true, "isbn": true, "isil": true, "istat": true,
	"telefono": true, "tel": true, "phone": true, "fax": true, "cellulare": true, "cell": true, "mobile": true, "pec": true,
	"piva": true, "iva": true, "cf": true, "belfiore": true, "catastale": true, "sigla": true, "civico": true, "housenumber": true,
	"foglio": true, "particella": true, "mappale": true, "cig": true, "cup": true,
}
