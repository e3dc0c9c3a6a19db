package dcat

import "testing"

// A box is west, south, east, north in degrees, or there is none.
func FuzzBox(f *testing.F) {
	f.Add("POLYGON((11.0 43.8, 11.2 43.8, 11.2 44.0))")
	f.Add(`{"type":"Point","coordinates":[11,43]}`)
	f.Add(`<gml:Envelope srsName="http://www.opengis.net/def/EPSG/0/4326"><gml:lowerCorner>43.59 7.48</gml:lowerCorner><gml:upperCorner>44.8 10.0</gml:upperCorner></gml:Envelope>`)
	f.Add("ENVELOPE(11, 12, 44, 43)")
	f.Add("11,43,12,44")
	f.Fuzz(func(t *testing.T, s string) {
		b := box(s)
		if b == nil {
			return
		}
		if len(b) != 4 || !(-180 <= b[0] && b[0] <= b[2] && b[2] <= 180 && -90 <= b[1] && b[1] <= b[3] && b[3] <= 90) {
			t.Errorf("box(%q) = %v", s, b)
		}
	})
}
