package jsonld_test

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
	"po-net.prato.it/ponet/harvesters/harvesttest"
	"po-net.prato.it/ponet/harvesters/jsonld"
)

var now = time.Date(2026, 11, 22, 10, 0, 0, 0, catalog.Rome)

func collect(t *testing.T, c *http.Client, src catalog.Source) (kept []catalog.Harvested, refused []catalog.Issue, failure error) {
	t.Helper()
	return harvesttest.Collect(jsonld.At(now)(t.Context(), c, src))
}

func value(h catalog.Harvested, column string) string { return harvesttest.Text(h, column) }

// A site answers by path, without a network. "Status 500" is such an answer.
type site map[string]string

func (s site) RoundTrip(r *http.Request) (*http.Response, error) {
	body, ok := s[r.URL.RequestURI()]
	answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: r, ContentLength: -1}
	if status, found := strings.CutPrefix(body, "Status "); found {
		answer.StatusCode, _ = strconv.Atoi(status)
	} else if !ok {
		answer.StatusCode = http.StatusNotFound
	}
	switch {
	case strings.HasPrefix(body, "{"), strings.HasPrefix(body, "["):
		answer.Header.Set("Content-Type", "application/ld+json")
	case strings.HasPrefix(body, "%PDF"):
		answer.Header.Set("Content-Type", "application/pdf")
	}
	answer.Body = io.NopCloser(strings.NewReader(body))
	return answer, nil
}

func (s site) client() *http.Client { return &http.Client{Transport: s} }

// one harvests a page with a block of JSON-LD and returns its descriptions.
func one(t *testing.T, html string) []catalog.Harvested {
	t.Helper()
	kept, refused, err := collect(t, site{"/p": html}.client(), catalog.Source{URL: "https://www.example.it/p"})
	if err != nil || len(refused) > 0 {
		t.Fatalf("%v, refused %v", err, refused)
	}
	return kept
}

func block(json string) string {
	return "<!DOCTYPE html><html><head><script type=\"application/ld+json\" data-element=\"metatag\">" + json + "</script></head><body>"
}

// The same event in every way in which pages say it.
func TestSyntaxes(t *testing.T) {
	for name, html := range map[string]string{
		"JSON-LD": block(`{"@context":"https://schema.org","@type":"MusicEvent","name":"Concerto","startDate":"2026-12-24T21:00","location":{"@type":"Place","name":"Teatro Metastasio","address":{"@type":"PostalAddress","streetAddress":"Via Cairoli 59","postalCode":"59100","addressLocality":"Prato","addressRegion":"PO"}}}`),
		"@graph with references": block(`{"@context":"http://schema.org/","@graph":[{"@type":"WebSite","@id":"#s","name":"x"},{"@id":"#l","@type":"Place","name":"Teatro Metastasio","address":{"@id":"#a"}},
			{"@id":"#a","@type":"PostalAddress","streetAddress":"Via Cairoli 59","postalCode":"59100","addressLocality":"Prato (PO)"},
			{"@type":"WebPage","mainEntity":{"@type":["Thing","MusicEvent"],"name":"Concerto","startDate":"2026-12-24T21:00","location":{"@id":"#l"},"url":"/p"}}]}`),
		"a prefix": block(`{"@context":{"schema":"http://schema.org/"},"@type":"schema:MusicEvent","schema:name":{"@value":"Concerto","@language":"it"},"schema:startDate":{"@type":"http://www.w3.org/2001/XMLSchema#dateTime","@value":"2026-12-24T20:00:00Z"},
			"schema:location":{"@type":"schema:Place","schema:name":[{"@value":"Theatre","@language":"en"},{"@value":"Teatro Metastasio","@language":"it"}],"schema:address":{"schema:streetAddress":"Via Cairoli 59","schema:postalCode":"59100","schema:addressLocality":"Prato"}}}`),
		"expanded": block(`[{"@type":["http://schema.org/MusicEvent"],"http://schema.org/name":[{"@value":"Concerto"}],"http://schema.org/startDate":[{"@value":"2026-12-24T21:00+01:00"}],
			"http://schema.org/location":[{"@type":["http://schema.org/Place"],"http://schema.org/name":[{"@value":"Teatro Metastasio"}],"http://schema.org/address":[{"http://schema.org/streetAddress":[{"@value":"Via Cairoli 59"}],"http://schema.org/postalCode":[{"@value":"59100"}],"http://schema.org/addressLocality":[{"@value":"Prato"}]}]}]}]`),
		"microdata": `<!DOCTYPE html><html><body><div itemscope itemtype="https://schema.org/MusicEvent"><h1 itemprop="name">Concerto</h1><meta itemprop="startDate" content="2026-12-24T21:00">
			<p itemprop="location" itemscope itemtype="https://schema.org/Place" itemref="via"><span itemprop="name">Teatro <b>Metastasio</b></span></p></div>
			<div id="via"><span itemprop="address" itemscope itemtype="https://schema.org/PostalAddress"><i itemprop="streetAddress">Via Cairoli 59</i> <i itemprop="postalCode">59100</i> <i itemprop="addressLocality">Prato</i></span></div>`,
		"RDFa": `<!DOCTYPE html><html><body vocab="https://schema.org/"><div typeof="MusicEvent"><h1 property="name">Concerto</h1><time property="startDate" datetime="2026-12-24T21:00">vigilia</time>
			<p property="location" typeof="Place"><span property="name">Teatro Metastasio</span><span property="address" typeof="PostalAddress"><i property="streetAddress">Via Cairoli 59</i><i property="postalCode">59100</i><i property="addressLocality">Prato</i></span></p></div>`,
		"RDFa with a prefix": `<!DOCTYPE html><html><body prefix="schema: http://schema.org/"><div typeof="schema:MusicEvent"><h1 property="schema:name">Concerto</h1><span property="schema:startDate" content="2026-12-24T21:00">vigilia</span>
			<p rel="schema:location" typeof="schema:Place"><span property="schema:name">Teatro Metastasio</span><span property="schema:address" typeof="schema:PostalAddress"><i property="schema:streetAddress">Via Cairoli 59</i><i property="schema:postalCode">59100</i><i property="schema:addressLocality">Prato</i></span></p></div>`,
	} {
		t.Run(name, func(t *testing.T) {
			kept := one(t, html)
			if len(kept) != 1 || kept[0].Layer.Name != "event" || kept[0].Key != "https://www.example.it/p" {
				t.Fatalf("%+v", kept)
			}
			for column, want := range map[string]string{"name": "Concerto", "dtstart": "2026-12-24T21:00:00+01:00", "place": "Teatro Metastasio", "street": "Via Cairoli 59", "cap": "59100", "town": "Prato", "category": "manifestazione-musicale"} {
				if got := value(kept[0], column); got != want {
					t.Errorf("%s: %q; want %q", column, got, want)
				}
			}
		})
	}
}

// JSON as templates spoil it is read as it was meant (spec §3.14).
func TestLenientJSON(t *testing.T) {
	for name, json := range map[string]string{
		"line break in a text":        "{\"@type\":\"Event\",\"name\":\"Festa\",\"description\":\"prima\nseconda\tterza\",\"startDate\":\"2026-12-01\"}",
		"trailing commas":             `{"@type":"Event","name":"Festa","keywords":["a","b",],"startDate":"2026-12-01",}`,
		"quotes in a text":            `{"@type":"Event","name":"Festa","description":"Il Centro "Pecci" apre","startDate":"2026-12-01"}`,
		"escapes of another language": `{"@type":"Event","name":"Festa","description":"l\'arte","startDate":"2026-12-01"}`,
		"entities":                    `{&quot;@type&quot;:&quot;Event&quot;,&quot;name&quot;:&quot;Festa&quot;,&quot;startDate&quot;:&quot;2026-12-01&quot;}`,
		"CDATA":                       "//<![CDATA[\n{\"@type\":\"Event\",\"name\":\"Festa\",\"startDate\":\"2026-12-01\"}\n//]]>",
		"a semicolon":                 `{"@type":"Event","name":"Festa","startDate":"2026-12-01"};`,
		"a comma too many":            `[{"@type":"Event","name":"Festa","startDate":"2026-12-01"},,]`,
		"a comment":                   `{/* evento */"@type":"Event","name":"Festa","startDate":"2026-12-01"}`,
	} {
		kept := one(t, block(json))
		if len(kept) != 1 || value(kept[0], "name") != "Festa" || value(kept[0], "dtstart") != "2026-12-01" {
			t.Errorf("%s: %+v", name, kept)
		}
	}
	if kept := one(t, block(`{"@type":"Event","name":"Festa","description":"Il Centro "Pecci", da oggi","startDate":"2026-12-01"}`)); value(kept[0], "text") != `Il Centro "Pecci", da oggi` {
		t.Errorf("quotes: %q", value(kept[0], "text"))
	}
}

// On sites of the national model the operator's name is an IPA code and the
// locality of an address the district (spec §3.14).
func TestServiceOfTheNationalModel(t *testing.T) {
	kept := one(t, block(`{"@context":"https://schema.org","@type":"GovernmentService","name":"Iscrizione al nido","serviceType":"Nidi d'infanzia","serviceOperator":{"@type":"GovernmentOrganization","name":"c_g999"},
		"areaServed":"Prato","audience":{"@type":"Audience","audienceType":"Famiglie con bambini da 3 mesi a 3 anni"},
		"availableChannel":{"@type":"ServiceChannel","serviceUrl":"https://servizi.example.it/nidi","serviceLocation":{"@type":"Place","name":"Ufficio nidi","address":{"@type":"PostalAddress","streetAddress":"Via Santa Caterina 17","postalCode":"59100","addressLocality":"Centro storico"}}}}`))
	if len(kept) != 1 {
		t.Fatalf("%+v", kept)
	}
	for column, want := range map[string]string{
		"authority": "c_g999", "authority_name": "", "competent_authority": "", "district": "Centro storico", "town": "", "street": "Via Santa Caterina 17", "cap": "59100",
		"audience": "Famiglie con bambini da 3 mesi a 3 anni", "subject_matter": "Nidi d'infanzia", "area_served": "Prato", "online_url": "https://servizi.example.it/nidi",
		"channels": `[{"name":"Ufficio nidi","url":"https://servizi.example.it/nidi","place":"Via Santa Caterina 17 59100 Centro storico"}]`,
	} {
		if got := value(kept[0], column); got != want {
			t.Errorf("%s: %q; want %q", column, got, want)
		}
	}
}

// Times and positions as pages write them.
func TestTimesAndPositions(t *testing.T) {
	for name, c := range map[string]struct{ start, end, from, to string }{
		"no zone":            {"2026-07-01T21:30", "", "2026-07-01T21:30:00+02:00", ""},
		"UTC":                {"2026-07-01T19:30:00Z", "", "2026-07-01T21:30:00+02:00", ""},
		"offset, no seconds": {"2026-12-01T21:30+01:00", "", "2026-12-01T21:30:00+01:00", ""},
		"offset, no colon":   {"2026-12-01T21:30:00+0100", "", "2026-12-01T21:30:00+01:00", ""},
		"seconds since 1970": {"1782934200", "", "2026-07-01T21:30:00+02:00", ""},
		"Italian":            {"01/07/2026", "03/07/2026", "2026-07-01", "2026-07-03"},
		"a day":              {"2026-07-01", "2026-07-01", "2026-07-01", ""},
		"midnight to 23:59":  {"2026-07-01T00:00:00+02:00", "2026-07-03T23:59:59+02:00", "2026-07-01", "2026-07-03"},
		"to next midnight":   {"2026-07-01T00:00", "2026-07-02T00:00", "2026-07-01", ""},
		"end before start":   {"2026-07-02T10:00", "2026-07-01T10:00", "2026-07-02T10:00:00+02:00", ""},
	} {
		kept := one(t, block(`{"@type":"Event","name":"Festa","startDate":"`+c.start+`","endDate":"`+c.end+`"}`))
		if from, to := value(kept[0], "dtstart"), value(kept[0], "dtend"); from != c.from || to != c.to || len(kept[0].Occurrences) != 1 {
			t.Errorf("%s: %s to %s; want %s to %s", name, from, to, c.from, c.to)
		}
	}
	for name, c := range map[string]struct{ geo, want, rule string }{
		"numbers":        {`{"latitude":43.88,"longitude":11.09}`, "11.09 43.88", ""},
		"decimal commas": {`{"latitude":"43,88","longitude":"11,09"}`, "11.09 43.88", ""},
		"one text":       {`"43.88, 11.09"`, "11.09 43.88", ""},
		"changed over":   {`{"latitude":"11.09","longitude":"43.88"}`, "11.09 43.88", "axes-swapped"},
		"zero":           {`{"latitude":0,"longitude":0}`, "", ""},
		"words":          {`{"latitude":"nord","longitude":"est"}`, "", "position-unreadable"},
	} {
		kept := one(t, block(`{"@type":"Museum","name":"Museo","geo":`+c.geo+`}`))
		got, rule := "", ""
		if g := kept[0].Geometry; g != nil {
			got = strconv.FormatFloat(g.FlatCoords()[0], 'f', -1, 64) + " " + strconv.FormatFloat(g.FlatCoords()[1], 'f', -1, 64)
			if !geo.InItaly(g.FlatCoords()[0], g.FlatCoords()[1]) {
				t.Errorf("%s: outside Italy", name)
			}
		}
		if len(kept[0].Issues) > 0 {
			rule = kept[0].Issues[0].Rule
		}
		if got != c.want || rule != c.rule {
			t.Errorf("%s: %q, %q; want %q, %q", name, got, rule, c.want, c.rule)
		}
	}
}

// What recurs has its first time and those from this month on.
func TestSchedule(t *testing.T) {
	kept := one(t, block(`{"@type":"Event","name":"Mercato","eventSchedule":{"@type":"Schedule","startDate":"2026-01-05","repeatFrequency":"P1W","byDay":["https://schema.org/Monday"],"startTime":"08:00","endTime":"13:00","endDate":"2026-12-14","exceptDate":"2026-12-07"}}`))
	var starts []string
	for _, o := range kept[0].Occurrences {
		starts = append(starts, o.Start)
	}
	if got := strings.Join(starts, " "); got != "2026-01-05T08:00:00+01:00 2026-11-02T08:00:00+01:00 2026-11-09T08:00:00+01:00 2026-11-16T08:00:00+01:00 2026-11-23T08:00:00+01:00 2026-11-30T08:00:00+01:00 2026-12-14T08:00:00+01:00" {
		t.Errorf("%s", got)
	}
}

// Persons are not published, and what the mapping drops is not stored.
func TestPersons(t *testing.T) {
	html := block(`{"@type":"Event","name":"Lettura","startDate":"2026-12-01","organizer":[{"@type":"Person","name":"Mario Rossi","email":"m.rossi@example.it"},{"@type":"Organization","name":"Biblioteca Lazzerini"}],"performer":{"@type":"Person","name":"Anna Bianchi"}}`)
	kept, _, err := collect(t, site{"/p": html}.client(), catalog.Source{URL: "https://www.example.it/p", Mapping: catalog.Mapping{Drop: []string{"performer", "email"}}})
	if err != nil || value(kept[0], "organizers") != `[{"name":"Biblioteca Lazzerini"}]` {
		t.Fatalf("%v, %s", err, value(kept[0], "organizers"))
	}
	if raw := string(kept[0].Raw); strings.Contains(raw, "Bianchi") || strings.Contains(raw, "@example.it") {
		t.Errorf("kept: %s", raw)
	}
}

// The same said in another order is the same.
func TestOrderDoesNotMatter(t *testing.T) {
	a := one(t, block(`{"@type":"Event","name":"Festa","startDate":"2026-12-01"}`))
	b := one(t, block(`{"startDate":"2026-12-01","name":"Festa","@type":"Event"}`))
	if string(a[0].Raw) != string(b[0].Raw) {
		t.Errorf("%s\n%s", a[0].Raw, b[0].Raw)
	}
}

// A page without data, or that is none, is a failed listing that says what there is.
func TestPagesWithoutData(t *testing.T) {
	for name, c := range map[string]struct{ html, want string }{
		"no data":      {"<!DOCTYPE html><html><body>Benvenuti", "no data of schema.org"},
		"other types":  {block(`{"@type":"Article","name":"x"}`), "what there is: Article 1"},
		"broken JSON":  {`{"@type":"Event","name"`, "not valid JSON-LD"},
		"not there":    {"Status 404", "404 Not Found"},
		"empty answer": {"", "no data of schema.org"},
	} {
		_, _, err := collect(t, site{"/p": c.html}.client(), catalog.Source{URL: "https://www.example.it/p"})
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, catalog.ErrFailedListing) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
}

// Nodes that refer to themselves and each other end.
func TestCircles(t *testing.T) {
	many := make([]string, 300)
	for i := range many {
		many[i] = `{"@id":"#a"}`
	}
	for name, html := range map[string]string{
		"url is the @id":           block(`{"@type":"Event","@id":"https://www.example.it/e","url":"https://www.example.it/e","name":"Festa","startDate":"2026-12-01"}`),
		"url refers to itself":     block(`{"@type":"Event","@id":"https://www.example.it/e","url":{"@id":"https://www.example.it/e"},"name":"Festa","startDate":"2026-12-01"}`),
		"name is the @id":          block(`{"@type":"Event","@id":"urn:festa","name":"urn:festa","organizer":{"@id":"urn:festa"},"superEvent":"urn:festa","startDate":"2026-12-01"}`),
		"place in itself":          block(`{"@graph":[{"@type":"Place","@id":"#a","name":"A","containedInPlace":{"@id":"#b"},"containsPlace":{"@id":"#b"}},{"@type":"Place","@id":"#b","name":"B","containedInPlace":{"@id":"#a"},"geo":{"@id":"#b"},"address":{"@id":"#a"}}]}`),
		"each refers to all":       block(`{"@graph":[{"@type":"Event","@id":"#a","name":"A","startDate":"2026-12-01","subEvent":[` + strings.Join(many, ",") + `]}]}`),
		"itemref to what holds it": `<!DOCTYPE html><html><body><div id=x itemscope itemtype="https://schema.org/Event" itemref="y z"><i itemprop=name>A</i><p id=y itemprop=subEvent itemscope itemtype="https://schema.org/Event" itemref="y z x"></p><p id=z itemprop=subEvent itemscope itemtype="https://schema.org/Event" itemref="y z x"></p></div>`,
		"deep":                     block(strings.Repeat(`{"@type":"Place","name":"A","containsPlace":`, 5000) + "1" + strings.Repeat("}", 5000)),
	} {
		if kept, refused, err := collect(t, site{"/p": html}.client(), catalog.Source{URL: "https://www.example.it/p"}); err != nil || len(kept) == 0 {
			t.Errorf("%s: %v, %v, %v", name, kept, refused, err)
		}
	}
}

func FuzzPage(f *testing.F) {
	for _, seed := range []string{
		block(`{"@graph":[{"@id":"#a","@type":"Event","location":{"@id":"#a"},"eventSchedule":{"repeatFrequency":"P1D","startDate":"2026-01-01"}}]}`), `[{"@type":"Place","geo":"1,2"}]`,
		`<div itemscope itemtype="http://schema.org/Event" itemref="a"><p id=a itemprop=subEvent itemscope itemref=a>`, `<p vocab=http://schema.org/ typeof=Event resource=#x><i property="name url">a`, `{"@type":"Course","name":"a "b" c",}`,
	} {
		f.Add(seed)
	}
	if files, err := filepath.Glob(filepath.Join(shared, "schemaorg", "E*.html")); err == nil {
		for _, name := range files {
			if b, err := os.ReadFile(name); err == nil {
				f.Add(string(b))
			}
		}
	}
	f.Fuzz(func(t *testing.T, doc string) {
		kept, _, err := collect(t, site{"/p": doc}.client(), catalog.Source{URL: "https://www.example.it/p"})
		if err == nil && len(kept) == 0 {
			return // everything was refused
		}
		for _, h := range kept {
			if h.Key == "" || len(h.Values) != len(h.Layer.Columns) || len(h.Raw) == 0 {
				t.Errorf("%+v", h)
			}
		}
	})
}

// Hours that hold between two dates, and days of their own, stand behind those of
// every week, as OpenStreetMap writes them.
func TestHoursWithDates(t *testing.T) {
	kept := one(t, `<script type="application/ld+json">{"@context":"https://schema.org","@type":"Museum","name":"Museo","openingHoursSpecification":[
		{"opens":"09:00","closes":"13:00","dayOfWeek":["Monday","Tuesday"]},
		{"opens":"09:00","closes":"12:00","dayOfWeek":"Monday","validFrom":"2026-06-01","validThrough":"2026-09-15"}],
		"specialOpeningHoursSpecification":[{"opens":"00:00","closes":"00:00","validFrom":"2026-12-24","validThrough":"2026-12-24"}]}</script>`)
	if got, want := value(kept[0], "hours"), "Mo 09:00-13:00; Tu 09:00-13:00; 2026 Jun 01-2026 Sep 15 Mo 09:00-12:00; 2026 Dec 24 off"; got != want {
		t.Errorf("hours %q; want %q", got, want)
	}
	if _, ok := catalog.ReadHours(value(kept[0], "hours")); !ok {
		t.Error("hours that cannot be read")
	}
	kept = one(t, `<script type="application/ld+json">{"@context":"https://schema.org","@type":"Museum","name":"Museo","openingHoursSpecification":
		{"opens":"09:00","closes":"13:00","dayOfWeek":"Monday","validFrom":"2026-06-01"}}</script>`)
	if hours := value(kept[0], "hours"); hours == "" {
		t.Error("hours without an end are lost")
	} else if _, ok := catalog.ReadHours(hours); ok {
		t.Errorf("%q is read", hours)
	}
}
