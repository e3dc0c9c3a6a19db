package match

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
)

const aPair = `{"id":"x","a":{"kind":"place","title":{"it":"Museo del Tessuto","en":"Textile Museum"},"geometry":{"type":"Point","coordinates":[11.1,43.9]},"municipality":{"name":"Prato","istatCode":"100005"},"phone":["0574 611503"],"externalIds":{"isil":"IT-PO0008"}},"b":{"kind":"museum","title":"Museo del Tessuto","municipality":100005,"externalIds":[{"scheme":"wikidata","value":"Q42"}]}}`

func TestReadPair(t *testing.T) {
	p, err := ReadPair([]byte(aPair))
	if err != nil {
		t.Fatal(err)
	}
	if string(p.ID) != `"x"` || p.A.Title != "Museo del Tessuto" || len(p.A.Alternatives) != 1 || p.A.Geometry == nil || p.A.Municipality != "Prato" || p.A.ISTATCode != "100005" ||
		p.B.Kind != "" || p.B.Type != "museum" || p.B.ISTATCode != "100005" || len(p.A.IDs) != 1 || len(p.B.IDs) != 1 {
		t.Errorf("ReadPair = %+v", p)
	}
}

func TestReadPairsGoesOn(t *testing.T) {
	long := `{"id":2,"a":{"title":"` + strings.Repeat("x", MaxLine) + `"},"b":{}}`
	text := "\ufeff" + aPair + "\n\n{\n" + long + "\n" + `{"id":5,"a":{}}` + "\n" + `{"id":6,"a":{"geometry":{"type":"Point","coordinates":"here"}},"b":{}}` + "\n" + `{"id":7,"a":{},"b":{}}`
	good, bad := []int{}, []int{}
	for n, line := range ReadPairs(strings.NewReader(text)) {
		switch {
		case line.Err == nil:
			good = append(good, n)
		case errors.Is(line.Err, ErrPair):
			bad = append(bad, n)
		default:
			t.Errorf("line %d: %v", n, line.Err)
		}
	}
	if len(good) != 2 || good[0] != 1 || good[1] != 7 || len(bad) != 4 || bad[0] != 3 || bad[1] != 4 {
		t.Errorf("good lines %v, bad lines %v", good, bad)
	}
}

func FuzzReadPair(f *testing.F) {
	f.Add([]byte(aPair))
	f.Add([]byte(`{"id":1,"a":{"title":"S.S. F.lli","address":"V.le X 1/r, 59100 (PO)","phone":"+39","geometry":{"type":"Polygon","coordinates":[]}},"b":{"title":["a",2],"website":"http://","email":"@.","start":"2026-01-01T00:00"}}`))
	f.Add([]byte(`{"a":{"geometry":{"type":"GeometryCollection","geometries":[]}},"b":{"geometry":{"type":"MultiPoint","coordinates":[]}}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		p, err := ReadPair(line)
		if err != nil {
			if !errors.Is(err, ErrPair) {
				t.Fatalf("%v is not ErrPair", err)
			}
			return
		}
		d, back := Compare(p.A, p.B), Compare(p.B, p.A)
		if math.IsNaN(d.Score) || d.Score < 0 || d.Score > 1 || d.Score != back.Score || d.Verdict != back.Verdict {
			t.Fatalf("score %v and %v", d.Score, back.Score)
		}
		if _, err := json.Marshal(NewAnswer(p.ID, d)); err != nil {
			t.Fatal(err)
		}
	})
}
