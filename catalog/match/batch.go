package match

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
)

// MaxLine is how long one line of a batch may be, in bytes: two records with
// the outlines of municipalities fit in.
const MaxLine = 8 << 20

// ErrPair is what a line is wrong with that is no pair of subjects.
var ErrPair = errors.New("not a pair")

// A Pair is one line of a batch: {"id", "a", "b"}.
type Pair struct {
	ID   json.RawMessage // as it was given: a text or a number; null when there is none
	A, B Subject
}

// An Answer is what is written for a pair.
type Answer struct {
	ID       json.RawMessage `json:"id"`
	Decision Verdict         `json:"decision"`
	Score    float64         `json:"score"`
	Reasons  []AnswerReason  `json:"reasons"`
}

// An AnswerReason is a reason as it is written: Weight is the natural logarithm
// of the odds, 0 for a rule.
type AnswerReason struct {
	Code   string  `json:"code"`
	Text   string  `json:"text"`
	Weight float64 `json:"weight"`
}

// NewAnswer is d, of the pair called id, with numbers rounded to four decimals.
func NewAnswer(id json.RawMessage, d Decision) Answer {
	a := Answer{ID: id, Decision: d.Verdict, Score: rounded(d.Score), Reasons: []AnswerReason{}}
	if len(a.ID) == 0 {
		a.ID = json.RawMessage("null")
	}
	for _, r := range d.Reasons {
		a.Reasons = append(a.Reasons, AnswerReason{r.Code, r.Words(), rounded(r.Weight)})
	}
	return a
}

func rounded(f float64) float64 { return math.Round(f*10_000) / 10_000 }

// ReadPairs yields the pairs of r, one a line, with the number of the line from
// 1 on. A line that is no pair comes with an error that is ErrPair, and reading
// goes on; any other error is the last. Empty lines are passed over.
func ReadPairs(r io.Reader) iter.Seq2[int, Line] {
	return func(yield func(int, Line) bool) {
		in := bufio.NewReaderSize(r, 64<<10)
		for n := 1; ; n++ {
			text, whole, err := readLine(in)
			if n == 1 {
				text = bytes.TrimPrefix(text, []byte("\ufeff"))
			}
			text = bytes.TrimSpace(text)
			switch {
			case !whole:
				if !yield(n, Line{Err: fmt.Errorf("%w: the line is longer than %d MiB", ErrPair, MaxLine>>20)}) {
					return
				}
			case len(text) > 0:
				p, bad := ReadPair(text)
				if !yield(n, Line{p, bad}) {
					return
				}
			}
			if err != nil {
				if err != io.EOF {
					yield(n, Line{Err: err})
				}
				return
			}
		}
	}
}

// A Line is what one line held: a pair, or what is wrong.
type Line struct {
	Pair Pair
	Err  error
}

// readLine is the next line of in without holding more than MaxLine of it.
func readLine(in *bufio.Reader) (line []byte, whole bool, err error) {
	whole = true
	for {
		part, err := in.ReadSlice('\n')
		if whole = whole && len(line)+len(part) <= MaxLine; whole {
			line = append(line, part...)
		}
		if err != bufio.ErrBufferFull {
			return line, whole, err
		}
	}
}

// ReadPair reads {"id", "a": {…}, "b": {…}}.
func ReadPair(line []byte) (Pair, error) {
	var raw struct {
		ID json.RawMessage `json:"id"`
		A  *subjectJSON    `json:"a"`
		B  *subjectJSON    `json:"b"`
	}
	if err := json.Unmarshal(line, &raw); err != nil {
		return Pair{}, fmt.Errorf("%w: %w", ErrPair, err)
	}
	if raw.A == nil || raw.B == nil {
		return Pair{ID: raw.ID}, fmt.Errorf(`%w: a line is {"id": …, "a": {…}, "b": {…}}, and one of a and b is missing`, ErrPair)
	}
	if id := bytes.TrimSpace(raw.ID); len(id) > 0 && (id[0] == '{' || id[0] == '[') {
		return Pair{}, fmt.Errorf("%w: the id is a text or a number", ErrPair)
	}
	a, err := raw.A.subject()
	if err != nil {
		return Pair{ID: raw.ID}, fmt.Errorf("%w: a: %w", ErrPair, err)
	}
	b, err := raw.B.subject()
	if err != nil {
		return Pair{ID: raw.ID}, fmt.Errorf("%w: b: %w", ErrPair, err)
	}
	return Pair{raw.ID, a, b}, nil
}
