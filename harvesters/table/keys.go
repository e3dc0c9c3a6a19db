package table

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// keys finds the column that identifies rows: a native id, or a column that
// is called like an identifier and has a different value in every row. Without
// one the key is a hash of the row and its ordinal among equal rows.
type keys struct {
	mapped     []string // by the mapping
	hint       string
	candidates []*candidate
	rows       hashes // of whole rows, or of the mapped key

	by    []int          // chosen columns; nil: native id or hash
	id    bool           // the native id
	again map[uint64]int // keys that occur more than once, how often met in the second pass
}

type candidate struct {
	column int // -1: the native id
	score  int
	values hashes
	dead   bool
}

const (
	maxCandidates = 32      // columns called like an identifier that are looked at
	fewCandidates = 1 << 17 // rows after which only the best two are
	oneCandidate  = 1 << 21 // rows after which only the best one is: each costs 8 bytes a row
)

func (k *keys) prepare(mapped []string, hint string) {
	k.mapped, k.hint = mapped, hint
	if len(mapped) == 0 {
		k.candidates = append(k.candidates, &candidate{column: -1, score: 5})
	}
}

// column considers a new column of the table. One that JSON brings up after
// the first row is not in every row.
func (k *keys) column(i int, name string, late bool) {
	if late {
		return
	}
	score := identifierScore(name)
	if name == k.hint {
		score = max(score, 2)
	}
	if score > 0 && len(k.mapped) == 0 && len(k.candidates) < maxCandidates {
		k.candidates = append(k.candidates, &candidate{column: i, score: score})
	}
}

// identifierScore says how much a name looks like that of an identifier. Row
// numbers that software makes (fid, objectid) rank below the publisher's codes.
func identifierScore(name string) int {
	w := words(name)
	p := strings.Join(w, " ")
	switch p {
	case "id", "uuid", "guid", "codice", "cod", "identificativo", "key", "isil", "codice isil", "code", "pro com t", "identifier", "@id":
		return 4
	case "fid", "gid", "ogc fid", "objectid", "object id", "oid", "rowid", "featureid", "globalid":
		return 1
	}
	if len(w) == 0 || strings.Contains(p, "postale") || strings.Contains(p, "fiscale") || strings.Contains(p, "cap") && len(w) == 1 {
		return 0
	}
	first, last := w[0], w[len(w)-1]
	switch {
	case last == "num" || last == "numerico": // the number beside a code whose zeros it has lost
		return 1
	case strings.Contains(p, "istat code") || strings.Contains(p, "codice istat"):
		return 4
	case first == "id" || last == "id" || first == "codice" || first == "cod" || last == "codice" || last == "code":
		return 3
	case strings.HasPrefix(first, "codice") || strings.HasPrefix(first, "cod") || strings.HasPrefix(first, "id") && len(first) > 2 && len(w) == 1 && len(first) <= 10:
		return 2
	case strings.Contains(p, "pro com") || strings.Contains(p, "osm id") || strings.Contains(p, "identificativo"):
		return 3
	}
	return 0
}

func (k *keys) see(s *survey, r *Row, raw []byte) {
	if len(k.mapped) > 0 {
		if key, ok := s.mappedKey(r); ok {
			k.rows.add(hash64(key))
		} else {
			k.rows.add(rowHash(raw))
		}
		return
	}
	k.rows.add(rowHash(raw))
	for _, c := range k.candidates {
		if c.dead {
			continue
		}
		v := r.ID
		if c.column >= 0 {
			v = s.cleaned(r.Cell(c.column)).Text
		}
		if v == "" || len(v) > 200 || !c.values.distinct(maphash.String(seed, v)) {
			c.dead, c.values = true, hashes{}
		}
	}
	switch k.rows.count {
	case fewCandidates:
		k.prune(2)
	case oneCandidate:
		k.prune(1)
	}
}

// prune gives up all candidates but the best n.
func (k *keys) prune(n int) {
	k.candidates = slices.DeleteFunc(k.candidates, func(c *candidate) bool { return c.dead })
	slices.SortStableFunc(k.candidates, func(a, b *candidate) int { return b.score - a.score })
	k.candidates = k.candidates[:min(n, len(k.candidates))]
}

var seed = maphash.MakeSeed() // of hashes that live as long as one survey

// mappedKey joins the values of the mapping's key columns; false if all are null.
func (s *survey) mappedKey(r *Row) (string, bool) {
	return s.join(r, s.t.Fields.indexes(s.keys.mapped))
}

func (s *survey) join(r *Row, columns []int) (string, bool) {
	var parts []string
	some := false
	for _, i := range columns {
		v := s.cleaned(r.Cell(i))
		some = some || v.Kind != Null
		parts = append(parts, v.Text)
	}
	return strings.Join(parts, "|"), some
}

func (f *Fields) indexes(names []string) []int {
	var all []int
	for _, n := range names {
		all = append(all, f.find(n))
	}
	return all
}

func hash64(key string) uint64 {
	sum := sha256.Sum256([]byte(key))
	return binary.BigEndian.Uint64(sum[:])
}

func rowHash(raw []byte) uint64 {
	sum := sha256.Sum256(raw)
	return binary.BigEndian.Uint64(sum[:])
}

func (k *keys) decide(s *survey) {
	k.again = k.rows.repeated()
	if len(k.mapped) > 0 {
		k.by = s.t.Fields.indexes(k.mapped)
		if !slices.ContainsFunc(k.by, func(i int) bool { return i >= 0 }) {
			k.by = nil // a layer that lacks the mapped columns
		}
		return
	}
	var best *candidate
	for _, c := range k.candidates {
		if s.rows > s.refused && !c.dead && c.values.allDistinct() && s.columnMayIdentify(c) && (best == nil || c.score > best.score) {
			best = c
		}
	}
	switch {
	case best == nil:
	case best.column < 0:
		k.id = true
	default:
		k.by = []int{best.column}
	}
	if best != nil {
		k.again = nil
	}
}

func (s *survey) columnMayIdentify(c *candidate) bool {
	if c.column < 0 {
		return true
	}
	col := s.columns[c.column]
	return col.kept && (col.typ == catalog.ColumnText || col.typ == catalog.ColumnInteger)
}

func (k *keys) describe(s *survey, l *catalog.Layer) {
	switch {
	case k.by != nil:
		for _, i := range k.by {
			if i >= 0 {
				l.Guess.Key = append(l.Guess.Key, s.columns[i].name)
			}
		}
		said := fmt.Sprintf("key: %q, different in every row", l.Guess.Key)
		if len(k.mapped) > 0 {
			said = fmt.Sprintf("key: %q, as the mapping says; %d values occur more than once", k.mapped, len(k.again))
		}
		l.Found = append(l.Found, said)
	case k.id:
		l.Found = append(l.Found, "key: the id of each feature, different in every one")
	default:
		l.Found = append(l.Found, fmt.Sprintf("key: no column identifies rows, so a hash of the row; %d rows occur more than once", len(k.again)))
	}
}

// key identifies a row inside its layer.
func (s *survey) key(r *Row, raw []byte, issues *[]catalog.Issue) string {
	k := &s.keys
	switch {
	case k.id && r.ID != "":
		return r.ID
	case k.by != nil:
		key, ok := s.join(r, k.by)
		if !ok {
			*issues = append(*issues, catalog.Issue{Rule: "key-empty", Field: strings.Join(k.mapped, ", "), Expected: "a value that identifies the row; a hash of the row stands in"})
			break
		}
		if n, ok := k.again[hash64(key)]; ok {
			k.again[hash64(key)] = n + 1
			if n > 0 {
				*issues = append(*issues, catalog.Issue{Rule: "key-repeated", Field: strings.Join(k.mapped, ", "), Read: Excerpt(key), Expected: "a value that no other row has"})
				return fmt.Sprintf("%s-%d", key, n+1)
			}
		}
		return key
	}
	sum := sha256.Sum256(raw)
	ordinal := 1
	h := binary.BigEndian.Uint64(sum[:])
	if n, ok := k.again[h]; ok {
		ordinal = n + 1
		k.again[h] = ordinal
	}
	return fmt.Sprintf("%s-%d", hex.EncodeToString(sum[:16]), ordinal)
}

// hashes is a collection of many 64-bit hashes: also a set while small, so
// that a column with repeated values is given up at once. The lists, by the
// first byte, are sorted at the end; many short ones grow with less waste than
// one long one: 8 to 10 bytes a row.
type hashes struct {
	small map[uint64]struct{}
	lists [256][]uint64
	count int
}

const smallSet = 1 << 14

func (h *hashes) add(v uint64) {
	h.lists[v>>56] = append(h.lists[v>>56], v)
	h.count++
}

// distinct adds v and reports whether it is not known to be there already.
func (h *hashes) distinct(v uint64) bool {
	h.add(v)
	if h.count > smallSet {
		h.small = nil
		return true
	}
	if h.small == nil {
		h.small = map[uint64]struct{}{}
	}
	before := len(h.small)
	h.small[v] = struct{}{}
	return len(h.small) > before
}

func (h *hashes) allDistinct() bool { return len(h.repeated()) == 0 }

// repeated is the values that occur more than once, each with 0. It empties h.
func (h *hashes) repeated() map[uint64]int {
	again := map[uint64]int{}
	for i, list := range h.lists {
		slices.Sort(list)
		for k := 1; k < len(list); k++ {
			if list[k] == list[k-1] {
				again[list[k]] = 0
			}
		}
		h.lists[i] = nil
	}
	return again
}
