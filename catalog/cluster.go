package catalog

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// A Candidate is a record that may be the same as others, by what is known of it.
type Candidate struct {
	ID     string
	Ref    string // source, layer and key: orders candidates alike whenever they came
	Source string
	Holder string // who answers for it, "" unknown
	// Shared is the evidence that others may have too. What a source says of more than one of
	// its records is none and must be left out.
	Shared []Evidence
	Files  int // how many files it has
}

// A Verdict is what a person has said of two records.
type Verdict string

// The verdicts.
const (
	Same      Verdict = "same"
	Different Verdict = "different"
)

// A Pair is two records, A before B.
type Pair struct {
	A string `json:"a"`
	B string `json:"b"`
}

// NewPair is the pair of a and b, whichever comes first.
func NewPair(a, b string) Pair {
	if b < a {
		a, b = b, a
	}
	return Pair{a, b}
}

// A Doubt is a pair that a person should look at, with what speaks for it.
type Doubt struct {
	Pair
	Kind    EvidenceKind `json:"kind"`
	Value   string       `json:"value,omitempty"` // of the evidence
	Titles  [2]string    `json:"titles"`          // filled when read, as what follows
	Sources [2]string    `json:"sources"`
	Score   float32      `json:"score"` // how likely it is, 0 to 1
	Since   time.Time    `json:"since"`
}

// An Alike is two candidates that say so much the same that they are one thing, as a comparison of what they say has found it.
type Alike struct {
	Pair
	Score float64 // probability that they are one thing
}

// enoughFiles is which share of the files of the larger of two datasets must be
// at one address for them to be the same.
const enoughFiles = 0.6

// An edge says that two candidates are the same.
type edge struct {
	a, b     *Candidate
	strength int // 0 a person said so; 2, 3, 4: the step of spec §4.1; 5: a comparison
	score    float64
	evidence Evidence
}

// Clusters parts candidates into those that are the same record: each list is
// one, in order of ids, its first the oldest. It is a function of the set:
// neither the order of list nor what was decided before counts. Two records of
// one source are never the same, unless a person has said so, nor are two that a
// person has called different, or that apart knows to be two things; what that
// prevents is a doubt.
func Clusters(list []Candidate, alike []Alike, verdicts map[Pair]Verdict, apart func(a, b string) bool) ([][]string, []Doubt) {
	edges, doubts := edgesOf(list, alike, verdicts)
	slices.SortFunc(edges, func(x, y edge) int {
		return cmp.Or(cmp.Compare(x.strength, y.strength), cmp.Compare(y.score, x.score), strings.Compare(x.a.Ref, y.a.Ref), strings.Compare(x.b.Ref, y.b.Ref))
	})
	group := map[string][]*Candidate{}
	for i := range list {
		group[list[i].ID] = []*Candidate{&list[i]}
	}
	for _, e := range edges {
		a, b := group[e.a.ID], group[e.b.ID]
		if a[0] == b[0] {
			continue
		}
		if clash(a, b, e.strength == 0, verdicts, apart) {
			if verdicts[NewPair(e.a.ID, e.b.ID)] != Different {
				doubts = append(doubts, Doubt{Pair: NewPair(e.a.ID, e.b.ID), Kind: e.evidence.Kind, Value: e.evidence.Value, Score: float32(e.score)})
			}
			continue
		}
		joined := append(slices.Clone(a), b...)
		for _, c := range joined {
			group[c.ID] = joined
		}
	}
	var clusters [][]string
	for _, g := range group {
		ids := make([]string, len(g))
		for i, c := range g {
			ids[i] = c.ID
		}
		slices.Sort(ids)
		clusters = append(clusters, ids)
	}
	slices.SortFunc(clusters, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	clusters = slices.CompactFunc(clusters, func(a, b []string) bool { return a[0] == b[0] })
	return clusters, doubts
}

// clash reports whether two groups cannot be one.
func clash(a, b []*Candidate, said bool, verdicts map[Pair]Verdict, apart func(a, b string) bool) bool {
	for _, x := range a {
		for _, y := range b {
			switch {
			case verdicts[NewPair(x.ID, y.ID)] == Different:
				return true
			case !said && (x.Source == y.Source || apart(x.ID, y.ID)):
				return true
			}
		}
	}
	return false
}

// edgesOf finds what joins candidates, and what only makes one think so.
func edgesOf(list []Candidate, alike []Alike, verdicts map[Pair]Verdict) ([]edge, []Doubt) {
	holders := map[Evidence][]*Candidate{}
	known := map[string]*Candidate{}
	for i := range list {
		known[list[i].ID] = &list[i]
		for _, e := range list[i].Shared {
			holders[e] = append(holders[e], &list[i])
		}
	}
	var edges []edge
	files := map[Pair]int{}
	for e, with := range holders {
		for i, a := range with {
			for _, b := range with[i+1:] {
				if a.Source == b.Source {
					continue
				}
				a, b := inOrder(a, b)
				switch e.Kind {
				case EvidenceAddress:
					edges = append(edges, edge{a, b, 2, certain, e})
				case EvidenceLocal:
					edges = append(edges, edge{a, b, 3, certain, e})
				case EvidenceFile:
					files[Pair{a.ID, b.ID}]++
				}
			}
		}
	}
	var doubts []Doubt
	for p, n := range files {
		a, b := known[p.A], known[p.B]
		switch {
		case float64(n) < enoughFiles*float64(max(a.Files, b.Files, 1)):
		case a.Holder == b.Holder || a.Holder == "" || b.Holder == "":
			edges = append(edges, edge{a, b, 4, certain, Evidence{Kind: EvidenceFile}})
		default:
			doubts = append(doubts, Doubt{Pair: NewPair(p.A, p.B), Kind: EvidenceFile, Score: certain})
		}
	}
	for _, l := range alike {
		if a, b := known[l.A], known[l.B]; a != nil && b != nil {
			a, b = inOrder(a, b)
			edges = append(edges, edge{a, b, 5, l.Score, Evidence{Kind: EvidenceAlike}})
		}
	}
	for p, v := range verdicts {
		if a, b := known[p.A], known[p.B]; v == Same && a != nil && b != nil {
			a, b = inOrder(a, b)
			edges = append(edges, edge{a, b, 0, certain, Evidence{}})
		}
	}
	return edges, doubts
}

// certain is the score of what is no probability.
const certain = 0.8

// inOrder is a and b in the order of what they are, not of when they came.
func inOrder(a, b *Candidate) (*Candidate, *Candidate) {
	if b.Ref < a.Ref {
		return b, a
	}
	return a, b
}
