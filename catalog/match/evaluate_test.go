package match

import (
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"
	"testing"
)

// A labelled pair is one row of testdata/pairs.csv: see testdata/README.md.
type labelled struct {
	group, how string
	a, b       *Prepared
	sa, sb     Subject
	keys       [2]string
	same       bool
	test       bool // of the half that was not learned from
}

var readOnce []labelled

// labelledPairs are those of readLabelled, read once for all tests.
func labelledPairs(t *testing.T) []labelled {
	t.Helper()
	if readOnce == nil {
		readOnce = readLabelled(t)
	}
	return readOnce
}

// readLabelled reads the pairs and the rows they name, without identifiers and
// without the fields that a pair is to be judged without.
func readLabelled(t *testing.T) []labelled {
	t.Helper()
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("the real sources are not here: %v", err)
	}
	list := readPairs(t)
	read := allRead
	halves := newHalves(list)
	var pairs []labelled
	for _, r := range list {
		sa, okA := source(t, read, r[1])[r[2]]
		sb, okB := source(t, read, r[3])[r[4]]
		if !okA || !okB {
			t.Errorf("%s %s (%v), %s %s (%v): no such row", r[1], r[2], okA, r[3], r[4], okB)
			continue
		}
		for _, field := range fields(r[7]) {
			leaveOut(&sa, field)
			leaveOut(&sb, field)
		}
		pairs = append(pairs, labelled{group: r[0], how: r[6], sa: sa, sb: sb, a: Prepare(sa), b: Prepare(sb), keys: [2]string{r[2], r[4]}, same: r[5] == "1", test: halves.test(r[1] + "\x00" + r[2])})
	}
	return pairs
}

// readPairs is testdata/pairs.csv without its header.
func readPairs(t *testing.T) [][]string {
	t.Helper()
	f, err := os.Open("testdata/pairs.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return list[1:]
}

func readHalves(t *testing.T) halves { return newHalves(readPairs(t)) }

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// leaveOut takes a field out of s.
func leaveOut(s *Subject, field string) {
	switch field {
	case "geometry":
		s.Geometry = nil
	case "address":
		s.Address, s.Postcode = "", ""
	case "phone":
		s.Phone = ""
	case "website":
		s.Website = ""
	case "email":
		s.Email = ""
	}
}

// halves tells which rows belong together: what is compared with one another, over any number of
// pairs, is learned from or tested on as a whole.
type halves map[string]string

func newHalves(list [][]string) halves {
	h := halves{}
	for _, r := range list {
		a, b := h.root(r[1]+"\x00"+r[2]), h.root(r[3]+"\x00"+r[4])
		if a != b {
			h[max(a, b)] = min(a, b)
		}
	}
	return h
}

func (h halves) root(k string) string {
	for {
		up, ok := h[k]
		if !ok || up == k {
			return k
		}
		k = up
	}
}

func (h halves) test(k string) bool {
	sum := fnv.New32a()
	sum.Write([]byte(h.root(k)))
	return sum.Sum32()>>7&1 == 1
}

// A tally counts what was decided.
type tally struct{ pairs, same, auto, autoRight, review, reviewSame int }

func (c *tally) add(same bool, v Verdict) {
	c.pairs++
	if same {
		c.same++
	}
	switch v {
	case Same:
		c.auto++
		if same {
			c.autoRight++
		}
	case Review:
		c.review++
		if same {
			c.reviewSame++
		}
	}
}

func part(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

func (c tally) precision() float64  { return part(c.autoRight, c.auto) }
func (c tally) recall() float64     { return part(c.autoRight, c.same) }
func (c tally) withReview() float64 { return part(c.autoRight+c.reviewSame, c.same) }
func (c tally) toReview() float64   { return part(c.review, c.pairs) }

func (c tally) String() string {
	return fmt.Sprintf("%4d pairs, %3d same: precision %.3f, recall %.3f, with review %.3f, to review %4.1f %%", c.pairs, c.same, c.precision(), c.recall(), c.withReview(), 100*c.toReview())
}

// The goals of the matching, on the half of the labelled pairs that nothing was
// learned from.
func TestLabelledPairs(t *testing.T) {
	pairs := labelledPairs(t)
	if len(pairs) < 1000 {
		t.Fatalf("%d labelled pairs; want at least 1,000", len(pairs))
	}
	var learned, tested tally
	groups := map[string]*tally{}
	var deciles [10]struct {
		pairs, same int
		score       float64
	}
	c := new(Comparer)
	for _, p := range pairs {
		d := c.Compare(p.a, p.b)
		if !p.test {
			learned.add(p.same, d.Verdict)
			if os.Getenv("MATCH_WRONG") != "" && (p.same != (d.Verdict == Same)) && (d.Verdict != Different || p.same) {
				t.Logf("%-9s %.2f %s same=%v: %q %q %q | %q %q %q %s", d.Verdict, d.Score, p.group, p.same, p.sa.Title, p.sa.Address, p.sa.Municipality, p.sb.Title, p.sb.Address, p.sb.Municipality, told(d))
			}
			continue
		}
		tested.add(p.same, d.Verdict)
		if groups[p.group] == nil {
			groups[p.group] = &tally{}
		}
		groups[p.group].add(p.same, d.Verdict)
		i := min(9, int(d.Score*10))
		deciles[i].pairs++
		deciles[i].score += d.Score
		if p.same {
			deciles[i].same++
		}
	}
	t.Logf("learned from: %v", learned)
	t.Logf("tested on:    %v", tested)
	for _, name := range sortedKeys(groups) {
		t.Logf("  %-28s %v", name, *groups[name])
	}
	for i, d := range deciles {
		if d.pairs > 0 {
			t.Logf("score %.1f to %.1f: %4d pairs, mean score %.3f, %.3f are the same", float64(i)/10, float64(i+1)/10, d.pairs, d.score/float64(d.pairs), part(d.same, d.pairs))
		}
	}
	for _, goal := range []struct {
		name     string
		got      float64
		want     float64
		atLeast  bool
		describe string
	}{
		{"precision of automatic merges", tested.precision(), 0.97, true, ""},
		{"automatic recall", tested.recall(), 0.75, true, ""},
		{"recall with review", tested.withReview(), 0.92, true, ""},
		{"share sent to review", tested.toReview(), 0.12, false, ""},
	} {
		if goal.atLeast && goal.got < goal.want || !goal.atLeast && goal.got > goal.want {
			t.Errorf("%s is %.3f; want %.2f", goal.name, goal.got, goal.want)
		}
	}
}

func told(d Decision) string {
	var codes []string
	for _, r := range d.Reasons {
		codes = append(codes, fmt.Sprintf("%s %+.1f", r.Code, r.Weight))
	}
	return strings.Join(codes, ", ")
}
