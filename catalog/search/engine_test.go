package search_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/catalog/search"
)

// records is the catalogue on which every engine must give the same answers.
var records = []struct{ collection, geometry, properties string }{
	{"datasets", "", `{"title":"Registro di Palazzo","theme":"istituzioni","municipality":"Prato","istat_code":"100005"}`},
	{"places", `{"type":"Point","coordinates":[11.0968,43.8777]}`, `{"title":"Museo del Tessuto","description":"Tessuti antichi e moderni","theme":"cultura","type":"museo","type_label":"Museo","municipality":"Prato","istat_code":"100005","code":"IT-PO0101","postcode":"59100","body":"c_g999","accessibility":"yes"}`},
	{"places", `{"type":"Point","coordinates":[11.0956,43.8805]}`, `{"title":"Museo di Palazzo Pretorio","description":"Opere di Filippo Lippi","theme":"cultura","type":"museo","type_label":"Museo","municipality":"Prato","istat_code":"100005","postcode":"59100","body":"c_g999","accessibility":"yes"}`},
	{"places", `{"type":"Point","coordinates":[11.1002,43.8780]}`, `{"title":"Castello dell’Imperatore","description":"Fortezza sveva","theme":"cultura","type":"castello","type_label":"Castello","municipality":"Prato","istat_code":"100005","postcode":"59100","body":"c_g999"}`},
	{"places", `{"type":"Point","coordinates":[11.0970,43.8778]}`, `{"title":"Biblioteca Lazzerini","description":"Biblioteca comunale, accanto al museo","theme":"cultura","type":"biblioteca","type_label":"Biblioteca","municipality":"Prato","istat_code":"100005","code":"IT-PO0016","postcode":"59100","body":"c_g999","accessibility":"yes"}`},
	{"places", `{"type":"Point","coordinates":[11.1222,43.9670]}`, `{"title":"Biblioteca di Vaiano","theme":"cultura","type":"biblioteca","type_label":"Biblioteca","municipality":"Vaiano","istat_code":"100006","postcode":"59021","body":"c_l537"}`},
	{"places", `{"type":"Point","coordinates":[11.0600,43.9100]}`, `{"title":"Parco di Galceti","description":"Bosco e animali","theme":"ambiente","type":"parco","type_label":"Parco","municipality":"Prato","istat_code":"100005","body":"p_po"}`},
	{"places", `{"type":"Point","coordinates":[11.0400,43.9250]}`, `{"title":"Parcheggio Montemurlo centro","theme":"istituzioni","type":"parcheggio","type_label":"Parcheggio","municipality":"Montemurlo","istat_code":"100003"}`},
	{"places", "", `{"title":"Università aperta","theme":"formazione","type":"scuola","type_label":"Scuola","municipality":"Prato","istat_code":"100005"}`},
	{"events", `{"type":"Point","coordinates":[11.0956,43.8805]}`, `{"title":"Concerto di primavera","description":"Musica al museo","theme":"cultura","type":"concerto","type_label":"Concerto","municipality":"Prato","istat_code":"100005","start":"2026-04-10","end":"2026-04-12"}`},
	{"edifici", `{"type":"Polygon","coordinates":[[[11.09,43.87],[11.091,43.87],[11.091,43.871],[11.09,43.871],[11.09,43.87]]]}`, `{"title":"Edificio museo 7","municipality":"Prato","istat_code":"100005","piani":3}`},
	{"edifici", `{"type":"Polygon","coordinates":[[[11.19,43.97],[11.191,43.97],[11.191,43.971],[11.19,43.971],[11.19,43.97]]]}`, `{"title":"Edificio 8","municipality":"Vernio","istat_code":"100007","piani":2}`},
}

// fill is the catalogue in a fresh database.
func fill(t *testing.T) *postgis.Store {
	store := postgistest.New(t)
	if _, err := store.DB().Exec(t.Context(), `
		insert into body (id, name) values ('c_g999', 'Comune di Prato'), ('c_l537', 'Comune di Vaiano'), ('p_po', 'Provincia di Prato')`); err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		postgistest.Insert(t, store, r.collection, r.geometry, r.properties)
	}
	return store
}

func TestPostGIS(t *testing.T) { conform(t, fill(t)) }

func day(s string) *time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return &d
}

// conform is what every engine must do.
func conform(t *testing.T, engine search.Engine) {
	t.Run("rows of datasets last", func(t *testing.T) {
		res, err := engine.Search(t.Context(), catalog.Query{})
		if err != nil || len(res.Hits) != len(records) {
			t.Fatalf("%d of %d records, %v", len(res.Hits), len(records), err)
		}
		for i, h := range res.Hits {
			if row := h.Record.Kind == catalog.KindFeature; row != (i >= len(records)-2) {
				t.Errorf("%s stands in place %d of %d", h.Record.Title, i+1, len(records))
			}
		}
	})
	prato := &orb.Bound{Min: orb.Point{11.08, 43.86}, Max: orb.Point{11.11, 43.89}}
	near := &orb.Point{11.0969, 43.8777}
	for _, tt := range []struct {
		name    string
		q       catalog.Query
		first   string   // the first title, or
		titles  []string // all of them, in any order; "": the order does not matter
		ordered []string // all of them in this order
	}{
		{name: "a word of the title before one of the description", q: catalog.Query{Text: "tessuto"}, ordered: []string{"Museo del Tessuto"}},
		{name: "title first", q: catalog.Query{Text: "museo"}, titles: []string{"Museo del Tessuto", "Museo di Palazzo Pretorio", "Biblioteca Lazzerini", "Concerto di primavera", "Edificio museo 7"}},
		{name: "every word", q: catalog.Query{Text: "museo pretorio"}, ordered: []string{"Museo di Palazzo Pretorio"}},
		{name: "words over fields", q: catalog.Query{Text: "pretorio lippi"}, ordered: []string{"Museo di Palazzo Pretorio"}},
		{name: "unfinished word", q: catalog.Query{Text: "bibliot"}, titles: []string{"Biblioteca Lazzerini", "Biblioteca di Vaiano"}},
		{name: "parco is no parcheggio", q: catalog.Query{Text: "parco"}, ordered: []string{"Parco di Galceti"}},
		{name: "accents and capitals", q: catalog.Query{Text: "UNIVERSITA"}, ordered: []string{"Università aperta"}},
		{name: "apostrophe", q: catalog.Query{Text: "dell'imperatore"}, ordered: []string{"Castello dell’Imperatore"}},
		{name: "ISIL code", q: catalog.Query{Text: "IT-PO0016"}, ordered: []string{"Biblioteca Lazzerini"}},
		{name: "code in small letters", q: catalog.Query{Text: "it-po0016"}, ordered: []string{"Biblioteca Lazzerini"}},
		{name: "postcode", q: catalog.Query{Text: "59021"}, ordered: []string{"Biblioteca di Vaiano"}},
		{name: "nothing", q: catalog.Query{Text: "zanzibar"}},
		{name: "theme and municipality", q: catalog.Query{Themes: []catalog.Theme{"cultura", "ambiente"}, Municipalities: []string{"vàiano", "100005"}, Collection: "places"},
			titles: []string{"Museo del Tessuto", "Museo di Palazzo Pretorio", "Castello dell’Imperatore", "Biblioteca Lazzerini", "Biblioteca di Vaiano", "Parco di Galceti"}},
		{name: "type, body, accessible", q: catalog.Query{Types: []string{"museo", "biblioteca"}, Bodies: []string{"c_g999", "c_l537"}, Accessible: true},
			titles: []string{"Museo del Tessuto", "Museo di Palazzo Pretorio", "Biblioteca Lazzerini"}},
		{name: "property that is a number", q: catalog.Query{Collection: "edifici", Where: []catalog.Condition{{Property: "piani", Values: []string{"3", "4"}}}}, ordered: []string{"Edificio museo 7"}},
		{name: "with datasets", q: catalog.Query{Text: "palazzo"}, titles: []string{"Registro di Palazzo", "Museo di Palazzo Pretorio"}},
		{name: "without datasets", q: catalog.Query{Text: "palazzo", NoDatasets: true}, ordered: []string{"Museo di Palazzo Pretorio"}},
		{name: "bbox", q: catalog.Query{BBox: prato, Collection: "edifici"}, ordered: []string{"Edificio museo 7"}},
		{name: "text in a bbox", q: catalog.Query{BBox: prato, Text: "biblioteca"}, ordered: []string{"Biblioteca Lazzerini"}},
		{name: "time", q: catalog.Query{From: day("2026-04-11"), To: day("2026-04-30")}, ordered: []string{"Concerto di primavera"}},
		{name: "another time", q: catalog.Query{From: day("2026-05-01")}},
		{name: "nearest first", q: catalog.Query{Near: near, Text: "biblioteca", Order: catalog.OrderDistance}, ordered: []string{"Biblioteca Lazzerini", "Biblioteca di Vaiano"}},
		{name: "within a radius", q: catalog.Query{Near: near, RadiusMetres: 100}, ordered: []string{"Museo del Tessuto", "Biblioteca Lazzerini"}},
		{name: "by title", q: catalog.Query{Collection: "places", Types: []string{"museo", "parco"}, Order: catalog.OrderTitle}, ordered: []string{"Museo del Tessuto", "Museo di Palazzo Pretorio", "Parco di Galceti"}},
		{name: "second page", q: catalog.Query{Collection: "edifici", Limit: 1, Offset: 1, Order: catalog.OrderTitle}, first: "Edificio museo 7"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res, err := engine.Search(t.Context(), tt.q)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, h := range res.Hits {
				got = append(got, h.Record.Title)
				if (h.DistanceMetres >= 0) != (tt.q.Near != nil) || len(h.Record.Feature) == 0 {
					t.Errorf("%s: %v metres, %d bytes", h.Record.Title, h.DistanceMetres, len(h.Record.Feature))
				}
			}
			if tt.first != "" {
				if len(got) == 0 || got[0] != tt.first {
					t.Errorf("first of %q; want %q", got, tt.first)
				}
				return
			}
			want := tt.ordered
			if tt.titles != nil {
				want = slices.Sorted(slices.Values(tt.titles))
				slices.Sort(got)
			}
			if !slices.Equal(got, want) {
				t.Errorf("found %q; want %q", got, want)
			}
			if res.Total != int64(len(want)) || !res.Exact {
				t.Errorf("total = %d, exact %v; want %d", res.Total, res.Exact, len(want))
			}
		})
	}
	t.Run("facets", func(t *testing.T) { facets(t, engine) })
	t.Run("spelling", func(t *testing.T) { spelling(t, engine) })
	t.Run("suggestions", func(t *testing.T) { suggestions(t, engine) })
}

// facets: each counts with all filters but its own.
func facets(t *testing.T, engine search.Engine) {
	res, err := engine.Search(t.Context(), catalog.Query{Themes: []catalog.Theme{"cultura"}, Municipalities: []string{"Prato"}, Collection: "places"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]catalog.Facet{
		"theme":        {{Value: "cultura", Label: "Patrimonio culturale", Count: 4}, {Value: "ambiente", Label: "Ambiente", Count: 1}, {Value: "formazione", Label: "Formazione", Count: 1}},
		"type":         {{Value: "museo", Label: "Museo", Count: 2}, {Value: "biblioteca", Label: "Biblioteca", Count: 1}, {Value: "castello", Label: "Castello", Count: 1}},
		"municipality": {{Value: "Prato", Label: "Prato", Count: 4}, {Value: "Vaiano", Label: "Vaiano", Count: 1}},
		"body":         {{Value: "c_g999", Label: "Comune di Prato", Count: 4}},
		"collection":   {{Value: "places", Label: "Luoghi", Count: 4}, {Value: "events", Label: "Eventi", Count: 1}},
	}
	if diff := cmp.Diff(want, res.Facets); diff != "" {
		t.Errorf("facets: -want +got\n%s", diff)
	}
}

func spelling(t *testing.T, engine search.Engine) {
	for text, want := range map[string]string{"bibloteca": "biblioteca", "castelo imperatore": "castello imperatore", "museo": "", "zanzibar": ""} {
		res, err := engine.Search(t.Context(), catalog.Query{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if res.Spelling != want {
			t.Errorf("spelling of %q = %q; want %q", text, res.Spelling, want)
		}
	}
}

func suggestions(t *testing.T, engine search.Engine) {
	for _, tt := range []struct{ typed, first, group, path string }{
		{"museo del", "Museo del Tessuto", "luoghi", ""},
		{"tessut", "Museo del Tessuto", "luoghi", ""},
		{"castello dell'imp", "Castello dell’Imperatore", "luoghi", ""},
		{"lazerini", "Biblioteca Lazzerini", "luoghi", ""},
		{"università", "Università aperta", "luoghi", ""},
		{"montemur", "Parcheggio Montemurlo centro", "luoghi", ""},
		{"vernio", "Vernio", "comuni", "/mappa?comune=Vernio"},
		{"patrim", "Patrimonio culturale", "argomenti", "/mappa?tema=cultura"},
		{"registro", "Registro di Palazzo", "dataset", ""},
		{"edificio", "", "", ""}, // rows of datasets have no names here
		{"x", "", "", ""},
		{"xyzzy", "", "", ""},
	} {
		got, err := engine.Suggest(t.Context(), tt.typed, 8)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			got = []catalog.Suggestion{{}}
		}
		if got[0].Text != tt.first || got[0].Group != tt.group || (tt.path != "" && got[0].Path != tt.path) {
			t.Errorf("Suggest(%q) = %+v; want %q of %q at %q", tt.typed, got, tt.first, tt.group, tt.path)
		}
	}
	got, err := engine.Suggest(t.Context(), "muse", 3)
	if err != nil || len(got) != 3 || got[2].Path != "/mappa?tipo=museo" || got[2].Text != "Museo" || got[0].ID == "" {
		t.Errorf("Suggest(muse) = %+v, %v", got, err)
	}
}
