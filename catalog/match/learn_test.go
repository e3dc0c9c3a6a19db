package match

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

var learn = flag.Bool("learn", false, "learn the weights anew from the labelled pairs, and write weights_learned.go")

// hold is how strongly a weight is held to what was judged before counting: as
// much as this many pairs that say so.
const hold = 1.0

// No weight leaves atLeast to atMost times what was judged: the sources that we
// have are not all sources, and what speaks for one thing must not come to speak
// against it because of the pairs that happen to be there.
const (
	atLeast = 0.5
	atMost  = 1.7
)

// tolerated is how far a weight in the code may be from what is learned now: a
// row that changes in the demo's files is no reason to learn anew.
const tolerated = 0.1

// rounds and step of the descent; more change nothing.
const (
	rounds = 4000
	step   = 0.5
)

// TestLearn finds the weights under which the half of the labelled pairs that is
// there for it is most probable (logistic regression, which is Fellegi and
// Sunter's sum without the assumption that fields agree independently), held to
// the judged ones. Without -learn it only looks whether those in the code are
// they.
//
//	go test ./catalog/match -run Learn -learn && gofmt -w catalog/match/weights_learned.go
func TestLearn(t *testing.T) {
	pairs := labelledPairs(t)
	c := new(Comparer)
	var vectors []*vector
	var same []bool
	agree := [nFeatures][maxLevels][2]int{}
	use := func(a, b *Prepared, isSame bool) {
		v := c.vector(a, b)
		if v.apart || ruled(v, a, b) {
			return
		}
		vectors, same = append(vectors, v), append(same, isSame)
		for f, l := range v.levels {
			if isSame {
				agree[f][l][1]++
			} else {
				agree[f][l][0]++
			}
		}
	}
	for _, p := range pairs {
		if !p.test {
			use(p.a, p.b, p.same)
		}
	}
	for _, p := range rewrittenPairs(t, readHalves(t)) {
		use(p[0], p[1], true)
	}
	w, b, times := judged, judgedBias, rounds
	if !*learn {
		w, b, times = weights, bias, rounds/80 // where it ended, nothing moves any more
	}
	for range times {
		var gradient [nFeatures][maxLevels]float64
		gradientBias := 0.0
		for i, v := range vectors {
			sum := b
			for f, l := range v.levels {
				if l != 0 {
					sum += w[f][l]
				}
			}
			off := probability(sum)
			if same[i] {
				off--
			}
			for f, l := range v.levels {
				gradient[f][l] += off
			}
			gradientBias += off
		}
		for f := range w {
			for l := 1; l < maxLevels; l++ {
				w[f][l] -= step * (gradient[f][l] + hold*(w[f][l]-judged[f][l])) / 400
				at := judged[f][l]
				w[f][l] = min(max(w[f][l], min(at*atLeast, at*atMost)), max(at*atLeast, at*atMost))
			}
		}
		b -= step * (gradientBias + hold*(b-judgedBias)) / 400
	}
	if *learn {
		writeWeights(t, w, b, agree)
		return
	}
	if math.Abs(b-bias) > tolerated {
		t.Errorf("the bias is %.3f, learned is %.3f: run with -learn", bias, b)
	}
	for f := range w {
		for l := 1; l < maxLevels; l++ {
			if math.Abs(w[f][l]-weights[f][l]) > tolerated {
				t.Errorf("%s: the weight is %.3f, learned is %.3f: run with -learn", code(f, uint8(l)), weights[f][l], w[f][l])
			}
		}
	}
}

// ruled reports whether a rule decides what the sum may not: such pairs say
// nothing about the sum.
func ruled(v *vector, a, b *Prepared) bool {
	return slices.ContainsFunc(rules, func(r rule) bool {
		return r.holds(v, a, b) && !slices.Contains([]string{"nameless", "own-words", "far-apart", "branch", "nowhere"}, r.code)
	})
}

func writeWeights(t *testing.T, w [nFeatures][maxLevels]float64, b float64, counted [nFeatures][maxLevels][2]int) {
	var s strings.Builder
	s.WriteString("package match\n\n// Written by TestLearn: natural logarithms of the odds. Behind each, how many of the pairs\n// learned from agree so: the same and different ones.\n\n")
	fmt.Fprintf(&s, "const bias = %.2f\n\nvar weights = [nFeatures][maxLevels]float64{\n", b)
	for f := range w {
		fmt.Fprintf(&s, "\t{ // %s\n", featureNames[f])
		for l := 1; l < maxLevels; l++ {
			if judged[f][l] != 0 || counted[f][l][0]+counted[f][l][1] > 0 {
				fmt.Fprintf(&s, "\t\t%d: %.2f, // %s: %d, %d\n", l, w[f][l], code(f, uint8(l)), counted[f][l][1], counted[f][l][0])
			}
		}
		s.WriteString("\t},\n")
	}
	s.WriteString("}\n")
	if err := os.WriteFile("weights_learned.go", []byte(s.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
