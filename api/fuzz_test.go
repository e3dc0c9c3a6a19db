package api

import (
	"math"
	"net/http"
	"net/url"
	"testing"
	"time"
	"unicode/utf8"

	"po-net.prato.it/ponet/catalog"
)

func FuzzAccept(f *testing.F) {
	f.Add("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "it-IT,it;q=0.9,en;q=0.8")
	f.Add("application/geo+json; q=1.5;;", "en;q=,*")
	f.Fuzz(func(t *testing.T, accept, languages string) {
		for _, mediaType := range []string{"text/html", geoJSONType} {
			if q := quality(accept, mediaType); !(q >= 0 && q <= 1) {
				t.Errorf("quality(%q, %s) = %v", accept, mediaType, q)
			}
		}
		r := &http.Request{Header: http.Header{"Accept": {accept}, "Accept-Language": {languages}}}
		if phrases[language(r)] == nil {
			t.Errorf("language of %q is %q", languages, language(r))
		}
		if (Format{F: "json"}).html(r) || !(Format{F: "html"}).html(r) {
			t.Errorf("Accept %q counts more than the parameter f", accept)
		}
	})
}

func FuzzIfNoneMatch(f *testing.F) {
	f.Add(`"a", W/"b-gzip"`)
	f.Add(`*`)
	f.Fuzz(func(t *testing.T, header string) {
		const tag = `"0123456789abcdef"`
		held := heldTag(header, tag)
		if held != "" && heldTag(held, tag) != held {
			t.Errorf("heldTag(%q) = %q, which is not the tag itself", header, held)
		}
		if heldTag(header+`, "0123456789abcdef-zstd"`, tag) == "" {
			t.Errorf("the tag at the end of %q is not seen", header)
		}
	})
}

func FuzzFilters(f *testing.F) {
	f.Add("11.02,43.82,11.13,43.93", "2026-01-01/..", "11.1,43.9", "museo")
	f.Add("", "", "NaN,0", "")
	f.Fuzz(func(t *testing.T, bbox, datetime, near, text string) {
		q, err := (&Filters{BBox: bbox, Datetime: datetime, Near: near, Q: text}).query("places")
		if err != nil {
			if !isFault(err) {
				t.Errorf("%v is not a fault of the request", err)
			}
			return
		}
		if q.Near != nil && !(math.Abs(q.Near.Lon()) <= 180 && math.Abs(q.Near.Lat()) <= 90) {
			t.Errorf("near=%q is %v", near, q.Near)
		}
		if (q.BBox != nil) != (bbox != "") || (q.Near != nil) != (near != "") {
			t.Errorf("bbox=%q near=%q give %+v", bbox, near, q)
		}
	})
}

// FuzzUnknownParameter: whatever the name, the problem can be sent, and does
// not suggest a name that does not exist.
func FuzzUnknownParameter(f *testing.F) {
	f.Add("bbx")
	f.Add("\xff")
	f.Fuzz(func(t *testing.T, name string) {
		known := []string{"bbox", "datetime", "limit"}
		p := newProblem(http.StatusBadRequest, "", unknownParameter(name, known))
		body, err := encodeJSON(p)
		if err != nil || !utf8.Valid(body) {
			t.Errorf("the problem of %q: %q, %v", name, body, err)
		}
		if _, err := url.Parse(p.Type); err != nil {
			t.Error(err)
		}
	})
}

// FuzzObservationCursor: a cursor that is taken is one that was given, and every
// other is a fault of the request.
func FuzzObservationCursor(f *testing.F) {
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	f.Add(cursorText("0199a3c2-0000-7000-8000-000000000000", &catalog.Reading{Start: at, End: at.Add(time.Hour)}))
	f.Add(cursorText("x", nil))
	f.Add("MDAw")
	f.Fuzz(func(t *testing.T, text string) {
		id, after, err := observationCursor(text)
		if err != nil {
			if !isFault(err) {
				t.Errorf("%v is not a fault of the request", err)
			}
			return
		}
		var last *catalog.Reading
		if after != nil {
			last = &catalog.Reading{Start: after[0], End: after[1]}
		}
		again, _, err := observationCursor(cursorText(id, last))
		if err != nil || again != id {
			t.Errorf("%q is %q, %v; written and read %q, %v", text, id, after, again, err)
		}
	})
}
