package geo

import "fmt"

// A Judgement says what a layer's coordinates are.
type Judgement struct {
	SRID    int  // EPSG; 0: unknown, positions cannot be used
	Swapped bool // the file has north (latitude) before east (longitude)
	Italian bool // nearly all positions lie in Italy, so that others are errors
	Found   []string
}

// Judge decides from what the file declares and from where its positions would
// lie. declared is the code that Recognise found, 0 for none; words is the
// declaration as it stands in the file, "" when there is none. A declared CRS
// holds unless the numbers are impossible in it and plausible in another.
func (v *Votes) Judge(declared int, words string) Judgement {
	if v.Positions == 0 && declared == 0 && words == "" {
		return Judgement{SRID: WGS84, Found: []string{"crs: no positions to judge; taken for EPSG:4326"}}
	}
	c, known := Lookup(declared)
	switch {
	case known:
		return v.judgeDeclared(c)
	case Elsewhere(declared):
		return Judgement{SRID: declared, Found: []string{fmt.Sprintf("crs: declared as EPSG:%d, which is used outside Italy; all positions are kept", declared)}}
	case words != "":
		return v.judgeUnknown(declared, words)
	}
	return v.infer("crs: not declared")
}

// Swapped reports whether the positions, added as longitude and latitude in
// degrees, lie in Italy nearly all, but only the other way round.
func (v *Votes) Swapped() bool {
	j := v.Judge(WGS84, "")
	return v.Positions > 0 && j.Swapped && j.SRID == WGS84
}

func (v *Votes) judgeDeclared(c CRS) Judgement {
	said := fmt.Sprintf("crs: declared as EPSG:%d %s", c.Code, c.Name)
	in, swapped := v.inItaly(c, 0), v.inItaly(c, 1)
	switch {
	case v.Positions == 0:
		return Judgement{SRID: c.Code, Found: []string{said + ", no positions"}}
	case Mostly(in, v.Positions):
		return Judgement{SRID: c.Code, Italian: true, Found: []string{fmt.Sprintf("%s; %d of %d positions in Italy", said, in, v.Positions)}}
	case Mostly(swapped, v.Positions):
		return Judgement{SRID: c.Code, Italian: true, Swapped: true, Found: []string{
			fmt.Sprintf("%s; axes swapped: %d of %d positions lie in Italy only with north first", said, swapped, v.Positions)}}
	case in == 0:
		j := v.infer(said + ", in which no position lies in Italy")
		if j.Italian || !v.possible(c) {
			return j
		}
	}
	return Judgement{SRID: c.Code, Found: []string{fmt.Sprintf("%s; only %d of %d positions in Italy, all are kept", said, in, v.Positions)}}
}

// judgeUnknown does not trust a declaration that it does not understand with
// positions unless they speak for themselves.
func (v *Votes) judgeUnknown(declared int, words string) Judgement {
	said := fmt.Sprintf("crs: declared as %q, which is not one we know", short(words))
	j := v.infer(said)
	if j.Italian {
		return j
	}
	return Judgement{Found: []string{said + "; positions are left out, set srid in the mapping if you know its EPSG code",
		fmt.Sprintf("crs: code read from the declaration: %d", declared)}}
}

// infer finds the CRS by which nearly all positions lie in Italy; of several,
// the one that brings most of them on land.
func (v *Votes) infer(said string) Judgement {
	best, bestSwapped, bestLand := -1, 0, -1
	for swapped := range 2 {
		for i := range inferable {
			if Mostly(v.italy[i][swapped], v.Positions) && v.land[i][swapped] > bestLand {
				best, bestSwapped, bestLand = i, swapped, v.land[i][swapped]
			}
		}
	}
	switch {
	case best >= 0:
		c := candidates[best]
		text := fmt.Sprintf("%s; the numbers fit EPSG:%d %s: %d of %d positions in Italy", said, c.Code, c.Name, v.italy[best][bestSwapped], v.Positions)
		if c.projection.near(utm(c.projection.lon0)) {
			text += fmt.Sprintf(" (EPSG:%d and EPSG:%d have the same numbers within a metre)", c.Code+6800, c.Code-18041)
		}
		if bestSwapped == 1 {
			text += "; axes swapped"
		}
		return Judgement{SRID: c.Code, Swapped: bestSwapped == 1, Italian: true, Found: []string{text}}
	case v.degrees == v.Positions:
		return Judgement{SRID: WGS84, Found: []string{fmt.Sprintf("%s; degrees, taken for EPSG:4326, only %d of %d positions in Italy, all are kept",
			said, v.italy[0][0], v.Positions)}}
	}
	return Judgement{Found: []string{said + "; the numbers fit no CRS of Italy, positions are left out: set srid in the mapping"}}
}

func short(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}
