package catalog_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/wkt"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// normalized is the record of a dataset of a catalogue whose source is of
// another body and under CC BY 4.0.
func normalized(t testing.TB, d catalog.Dataset, m catalog.Mapping) (catalog.Record, []catalog.Issue) {
	t.Helper()
	src := catalog.Source{ID: "cat", BodyID: "r_toscan", BodyName: "Regione Toscana", Licence: datasets.Vocabularies().DefaultLicence().URI, Mapping: m}
	layer := catalog.DatasetLayer()
	n, err := catalog.NewNormalizer(src, layer, "datasets", datasets.Vocabularies())
	if err != nil {
		t.Fatal(err)
	}
	if d.Title == "" {
		d.Title = "Alberi"
	}
	return n.Normalize(d.Harvested(layer, "k", "application/json", []byte("{}")))
}

// property is a published value as JSON.
func property(r catalog.Record, name string) string {
	v := r.Properties.Get(name)
	if v == nil {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func rules(issues []catalog.Issue) []string {
	var list []string
	for _, i := range issues {
		list = append(list, i.Rule)
	}
	slices.Sort(list)
	return list
}

// What catalogues write becomes our terms; what they wrote stays beside it
// where it differs, and what nobody knows is told.
func TestDescribeTerms(t *testing.T) {
	for name, c := range map[string]struct {
		d      catalog.Dataset
		want   map[string]string
		issues []string
	}{
		"codes": {
			catalog.Dataset{Themes: []string{"ENVI", "REGI"}, Frequency: "MONTHLY", Languages: []string{"ITA"}, Issued: "2024-01-02", Modified: "2025-03-04"},
			map[string]string{"themes": `["ENVI","REGI"]`, "frequency": `"MONTHLY"`, "language": `["ITA"]`, "issued": `"2024-01-02"`, "modified": `"2025-03-04"`, "theme": `"ambiente"`,
				"themes_declared": "", "frequency_declared": "", "language_declared": "", "issued_declared": "", "modified_declared": ""}, nil,
		},
		"words": {
			catalog.Dataset{Themes: []string{"Popolazione e società", "http://publications.europa.eu/resource/authority/data-theme/SOCI"}, Frequency: "semestrale", Languages: []string{"it", "Inglese"}, Issued: "02/01/2024", Modified: "04-03-2025"},
			map[string]string{"themes": `["SOCI"]`, "frequency": `"ANNUAL_2"`, "language": `["ITA","ENG"]`, "issued": `"2024-01-02"`, "modified": `"2025-03-04"`, "theme": `"istituzioni"`, "source_modified": `"2025-03-04"`,
				"themes_declared": `["Popolazione e società","http://publications.europa.eu/resource/authority/data-theme/SOCI"]`, "frequency_declared": `"semestrale"`, "language_declared": `["it","Inglese"]`,
				"issued_declared": `"02/01/2024"`, "modified_declared": `"04-03-2025"`}, nil,
		},
		"unknown": {
			catalog.Dataset{Themes: []string{"Varie", "EDUC"}, Frequency: "spesso", Languages: []string{"klingon"}, Issued: "l'anno scorso"},
			map[string]string{"themes": `["EDUC"]`, "frequency": "", "language": "", "issued": "", "theme": `"formazione"`, "themes_declared": `["Varie","EDUC"]`, "frequency_declared": `"spesso"`, "issued_declared": `"l'anno scorso"`},
			[]string{"date-unreadable", "frequency-unknown", "language-unknown", "themes-unknown"},
		},
		"several unknown": {
			catalog.Dataset{Themes: []string{"http://www.eionet.europa.eu/gemet/concept/834", "ENVI", "Varie"}, Description: "<p>Un <b>elenco</b><br>di **alberi**</p>"},
			map[string]string{"themes": `["ENVI"]`, "description": `"Un elenco\ndi alberi"`}, []string{"themes-unknown"},
		},
		"provisional": {
			catalog.Dataset{Themes: []string{"OP_DATPRO", "TRAN"}}, map[string]string{"themes": `["TRAN"]`, "theme": `"istituzioni"`}, nil,
		},
		"nothing": {
			catalog.Dataset{Themes: []string{"OP_DATPRO"}, Frequency: "n.d."}, map[string]string{"themes": "", "theme": "", "frequency": "", "distributions": ""}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, issues := normalized(t, c.d, catalog.Mapping{})
			for p, want := range c.want {
				if got := property(r, p); got != want {
					t.Errorf("%s = %s; want %s", p, got, want)
				}
			}
			if diff := cmp.Diff(c.issues, rules(issues)); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
			for _, i := range issues {
				if i.Read == "" || i.Expected == "" || i.Refused {
					t.Errorf("issue %+v; want what was read and expected, and no refusal", i)
				}
			}
		})
	}
}

// A mapping gives a portal's own groups their theme, and a theme to all.
func TestDescribeWithMapping(t *testing.T) {
	d := catalog.Dataset{Themes: []string{"Vivere la città"}}
	r, issues := normalized(t, d, catalog.Mapping{TypeMap: map[string]string{"Vivere la città": "EDUC"}})
	if property(r, "themes") != `["EDUC"]` || r.Theme != catalog.ThemeTraining || len(issues) > 0 {
		t.Errorf("themes %s, theme %q, issues %v", property(r, "themes"), r.Theme, issues)
	}
	r, _ = normalized(t, catalog.Dataset{Themes: []string{"EDUC"}}, catalog.Mapping{Theme: catalog.ThemeCulture})
	if r.Theme != catalog.ThemeCulture {
		t.Errorf("theme %q; want the one of the mapping", r.Theme)
	}
}

// Who answers for a dataset, and under which licence: its own words before the
// source's.
func TestOwner(t *testing.T) {
	const by, unknown = "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40", "https://w3id.org/italia/controlled-vocabulary/licences/C11_Unknown"
	for name, c := range map[string]struct {
		d                 catalog.Dataset
		id, body, licence string
		issues            []string
	}{
		"the source's":   {catalog.Dataset{}, "r_toscan", "Regione Toscana", by, nil},
		"its own":        {catalog.Dataset{Holder: catalog.Agent{ID: "C_G999", Name: "Comune di Prato"}, Licence: "iodl2"}, "c_g999", "Comune di Prato", "https://w3id.org/italia/controlled-vocabulary/licences/A29_IODL20", nil},
		"publisher":      {catalog.Dataset{Publisher: catalog.Agent{Name: "Publiacqua"}}, "", "Publiacqua", by, nil},
		"code in name":   {catalog.Dataset{Holder: catalog.Agent{Name: "Comune di Prato (IPA: c_g999)"}}, "c_g999", "Comune di Prato", by, nil},
		"code alone":     {catalog.Dataset{Holder: catalog.Agent{ID: "r_toscan"}}, "r_toscan", "Regione Toscana", by, nil},
		"placeholders":   {catalog.Dataset{Holder: catalog.Agent{ID: "temp_ipa", Name: "N/A"}}, "r_toscan", "Regione Toscana", by, nil},
		"no version":     {catalog.Dataset{Licence: "cc-by"}, "r_toscan", "Regione Toscana", by, []string{"licence-version"}},
		"CKAN's page":    {catalog.Dataset{Licence: "http://www.opendefinition.org/licenses/cc-by"}, "r_toscan", "Regione Toscana", by, []string{"licence-version"}},
		"title":          {catalog.Dataset{Licence: "Creative Commons Attribution"}, "r_toscan", "Regione Toscana", by, []string{"licence-version"}},
		"another family": {catalog.Dataset{Licence: "cc-by-sa"}, "r_toscan", "Regione Toscana", unknown, []string{"licence-unknown"}},
		"in a sentence":  {catalog.Dataset{Licence: `<p>Dati con licenza https://creativecommons.org/publicdomain/zero/1.0/</p>`}, "r_toscan", "Regione Toscana", "https://w3id.org/italia/controlled-vocabulary/licences/A11_CCO10", nil},
		"in HTML":        {catalog.Dataset{Licence: "<span>CC BY 4.0</span>"}, "r_toscan", "Regione Toscana", by, nil},
		"unknown":        {catalog.Dataset{Licence: "vedi sito"}, "r_toscan", "Regione Toscana", unknown, []string{"licence-unknown"}},
		"not specified":  {catalog.Dataset{Licence: "notspecified"}, "r_toscan", "Regione Toscana", unknown, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r, issues := normalized(t, c.d, catalog.Mapping{})
			if r.BodyID != c.id || r.BodyName != c.body || r.Licence != c.licence {
				t.Errorf("body %q %q, licence %s; want %q %q, %s", r.BodyID, r.BodyName, r.Licence, c.id, c.body, c.licence)
			}
			if diff := cmp.Diff(c.issues, rules(issues)); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
		})
	}
}

// The format of a file is told by its catalogue, its media type or its name,
// and is that of what is in a zip.
func TestDistributionFormats(t *testing.T) {
	for _, c := range []struct {
		d                  catalog.Distribution
		format, said, rule string
	}{
		{catalog.Distribution{Format: "CSV"}, "csv", "", ""},
		{catalog.Distribution{Format: ".CSV"}, "csv", ".CSV", ""},
		{catalog.Distribution{Format: "csv zip"}, "csv", "csv zip", ""},
		{catalog.Distribution{Format: "Shape file"}, "shp", "Shape file", ""},
		{catalog.Distribution{MediaType: "application/vnd.geo+json"}, "geojson", "", ""},
		{catalog.Distribution{Format: "http://publications.europa.eu/resource/authority/file-type/XLSX"}, "xlsx", "http://publications.europa.eu/resource/authority/file-type/XLSX", ""},
		{catalog.Distribution{Format: "ZIP", DownloadURL: "https://a.it/alberi.csv.zip"}, "csv", "ZIP", ""},
		{catalog.Distribution{Format: "ZIP", DownloadURL: "https://a.it/alberi.zip"}, "zip", "", ""},
		{catalog.Distribution{Format: "ZIP", MediaType: "application/x-shapefile"}, "shp", "ZIP", ""},
		{catalog.Distribution{Format: "SHP", DownloadURL: "https://a.it/alberi.zip"}, "shp", "", ""},
		{catalog.Distribution{DownloadURL: "https://a.it/alberi.KML"}, "kml", "", ""},
		{catalog.Distribution{Format: "JSON", DownloadURL: "https://a.it/alberi.geojson"}, "geojson", "JSON", ""},
		{catalog.Distribution{Format: "XML", DownloadURL: "https://a.it/alberi.gpx"}, "gpx", "XML", ""},
		{catalog.Distribution{Format: "CSV", DownloadURL: "https://a.it/export.php"}, "csv", "", ""},
		{catalog.Distribution{Format: "XLS", DownloadURL: "https://a.it/a.xlsx"}, "xlsx", "XLS", ""},
		{catalog.Distribution{Format: "JSON", AccessURL: "https://a.it/exports/geojson"}, "geojson", "JSON", ""},
		{catalog.Distribution{Format: "ZIP", AccessURL: "https://a.it/api/shapefile?layers=5"}, "shp", "ZIP", ""},
		{catalog.Distribution{Format: "WFS", DownloadURL: "https://a.it/ows?service=WFS&request=GetFeature&outputFormat=SHAPE-ZIP"}, "shp", "WFS", ""},
		{catalog.Distribution{DownloadURL: "https://a.it/pub?gid=0&output=csv"}, "csv", "", ""},
		{catalog.Distribution{AccessURL: "https://a.it/ows?SERVICE=WMS&REQUEST=GetCapabilities", Service: true}, "wms", "", ""},
		{catalog.Distribution{AccessURL: "https://a.it/pagina"}, "html", "", ""},
		{catalog.Distribution{DownloadURL: "https://a.it/scarica?id=7"}, "", "", "format-missing"},
		{catalog.Distribution{MediaType: "application/octet-stream", DownloadURL: "https://a.it/scarica?id=7"}, "", "", "format-missing"},
		{catalog.Distribution{MediaType: "application/x-boh", DownloadURL: "https://a.it/scarica?id=7"}, "", "application/x-boh", "format-unknown"},
		{catalog.Distribution{Format: "formato proprietario", DownloadURL: "https://a.it/x.abc"}, "formato proprietario", "", "format-unknown"},
		{catalog.Distribution{Format: "WMS", AccessURL: "https://a.it/wms"}, "wms", "", ""},
	} {
		r, issues := normalized(t, catalog.Dataset{Distributions: []catalog.Distribution{c.d}}, catalog.Mapping{})
		got := r.Distributions[0]
		if got.Format != c.format || got.FormatDeclared != c.said || (got.FormatURI == "") != (c.rule != "") {
			t.Errorf("%+v: format %q (%s), declared %q; want %q, %q", c.d, got.Format, got.FormatURI, got.FormatDeclared, c.format, c.said)
		}
		if c.rule == "" && len(issues) > 0 || c.rule != "" && !slices.Equal(rules(issues), []string{c.rule}) {
			t.Errorf("%+v: issues %v; want %q", c.d, issues, c.rule)
		}
		if got.Service != (c.format == "wms") {
			t.Errorf("%+v: service %t", c.d, got.Service)
		}
	}
}

// Of files without a format one is named, however many a dataset has: hundreds of
// equal complaints, and with nothing read, would hide the others.
func TestFilesWithoutFormat(t *testing.T) {
	_, issues := normalized(t, catalog.Dataset{Distributions: []catalog.Distribution{
		{DownloadURL: "https://a.it/scarica?id=7"}, {DownloadURL: "https://a.it/scarica?id=8"}, {AccessURL: "https://a.it/"}, {DownloadURL: "https://a.it/scarica?id=9"}, {DownloadURL: "https://a.it/a.csv"},
	}}, catalog.Mapping{})
	if len(issues) != 1 || issues[0].Rule != "format-missing" || issues[0].Read != "https://a.it/scarica?id=7 (+2)" {
		t.Errorf("issues %+v; want one", issues)
	}
}

// A file has its own licence, else the dataset's; each fault is told once,
// however many files have it; texts are plain.
func TestDistributions(t *testing.T) {
	r, issues := normalized(t, catalog.Dataset{Licence: "CC0", Distributions: []catalog.Distribution{
		{ID: "1", Title: "<b>Alberi</b>", Description: "Vedi [qui](https://a.it)", Format: "CSV", Modified: "01/02/2024", DownloadURL: "https://a.it/1.csv"},
		{ID: "2", Format: "CSV", Licence: "cc-by-4.0", Modified: "ieri", DownloadURL: "https://a.it/2.csv"},
		{ID: "3", Format: "boh", Modified: "ieri", DownloadURL: "https://a.it/3"}, {ID: "4", Format: "boh", Licence: "boh", DownloadURL: "https://a.it/4"},
	}}, catalog.Mapping{})
	const csv = "http://publications.europa.eu/resource/authority/file-type/CSV"
	const licences = "https://w3id.org/italia/controlled-vocabulary/licences/"
	want := []catalog.Distribution{
		{ID: "1", Title: "Alberi", Description: "Vedi qui (https://a.it)", Format: "csv", FormatURI: csv, MediaType: "text/csv", Licence: licences + "A11_CCO10", Modified: "2024-02-01", DownloadURL: "https://a.it/1.csv"},
		{ID: "2", Format: "csv", FormatURI: csv, MediaType: "text/csv", Licence: licences + "A21_CCBY40", LicenceDeclared: "cc-by-4.0", Modified: "ieri", DownloadURL: "https://a.it/2.csv"},
		{ID: "3", Format: "boh", Licence: licences + "A11_CCO10", Modified: "ieri", DownloadURL: "https://a.it/3"},
		{ID: "4", Format: "boh", Licence: licences + "C11_Unknown", LicenceDeclared: "boh", DownloadURL: "https://a.it/4"},
	}
	if diff := cmp.Diff(want, r.Distributions); diff != "" {
		t.Errorf("distributions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"date-unreadable", "format-unknown", "licence-unknown"}, rules(issues)); diff != "" {
		t.Errorf("issues (-want +got):\n%s", diff)
	}
	var published []catalog.Distribution
	if err := json.Unmarshal([]byte(property(r, "distributions")), &published); err != nil || !cmp.Equal(want, published) {
		t.Errorf("property distributions = %s, %v", property(r, "distributions"), err)
	}
}

// The boxes that a dataset covers become a polygon; those that say nothing
// become none.
func TestExtent(t *testing.T) {
	for _, c := range []struct {
		boxes [][]float64
		want  string
		rule  bool
	}{
		{[][]float64{{11, 43.8, 11.2, 44}}, "POLYGON ((11 43.8, 11.2 43.8, 11.2 44, 11 44, 11 43.8))", false},
		{[][]float64{{11.2, 44, 11, 43.8}}, "POLYGON ((11 43.8, 11.2 43.8, 11.2 44, 11 44, 11 43.8))", false},
		{[][]float64{{11, 43.8, 11.1, 44}, {11.1, 43.9, 11.2, 43.95}}, "POLYGON ((11 43.8, 11.2 43.8, 11.2 44, 11 44, 11 43.8))", false},
		{[][]float64{{11, 44, 11, 44}}, "POINT (11 44)", false},
		{[][]float64{{0, 0, 0, 0}}, "", true}, {[][]float64{{-180, -90, 180, 90}}, "", true}, {[][]float64{{1668415, 4860696, 1668416, 4860697}}, "", true}, {[][]float64{{1, 2, 3}}, "", true},
		{nil, "", false},
	} {
		d := catalog.Dataset{Spatial: []catalog.Spatial{{Name: "Prato"}}}
		for _, b := range c.boxes {
			d.Spatial = append(d.Spatial, catalog.Spatial{BBox: b})
		}
		r, issues := normalized(t, d, catalog.Mapping{})
		got := ""
		if r.SourceGeometry != nil {
			got, _ = wkt.Marshal(r.SourceGeometry)
			if r.SourceGeometry.SRID() != 4326 {
				t.Errorf("%v: SRID %d", c.boxes, r.SourceGeometry.SRID())
			}
		}
		if got != c.want || c.rule != (len(issues) == 1) {
			t.Errorf("%v: %q, issues %v; want %q", c.boxes, got, issues, c.want)
		}
	}
	layer := catalog.DatasetLayer()
	n, err := catalog.NewNormalizer(catalog.Source{}, layer, "datasets", datasets.Vocabularies())
	if err != nil {
		t.Fatal(err)
	}
	h := catalog.Dataset{Spatial: []catalog.Spatial{{BBox: []float64{11, 43, 12, 44}}}}.Harvested(layer, "k", "", nil)
	h.Geometry = geom.NewPointFlat(geom.XY, []float64{11, 44}).SetSRID(4326)
	if r, _ := n.Normalize(h); r.SourceGeometry != h.Geometry {
		t.Error("the box took the place of the source's geometry")
	}
}

func TestTemporal(t *testing.T) {
	r, issues := normalized(t, catalog.Dataset{Temporal: []catalog.Period{{Start: "1982", End: "1986"}, {Start: "01/02/2024"}, {End: "oggi"}}}, catalog.Mapping{})
	if got, want := property(r, "temporal"), `[{"start":"1982-01-01","end":"1986-12-31"},{"start":"2024-02-01"},{"end":"oggi"}]`; got != want {
		t.Errorf("temporal = %s; want %s", got, want)
	}
	if !slices.Equal(rules(issues), []string{"date-unreadable"}) {
		t.Errorf("issues %v", issues)
	}
}

// Every published property of a dataset is among the columns of its layer or
// the envelope, so that downloads have it.
func TestDescribedColumns(t *testing.T) {
	layer := catalog.DatasetLayer()
	n, err := catalog.NewNormalizer(catalog.Source{ID: "cat"}, layer, "datasets", datasets.Vocabularies())
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]int{}
	for _, c := range append(catalog.EnvelopeColumns(), n.Columns()...) {
		known[c.Name]++
	}
	r, _ := n.Normalize(catalog.Dataset{
		Title: "x", Themes: []string{"boh"}, Frequency: "boh", Languages: []string{"it"}, Issued: "1/2/2024", Modified: "1/2/2024",
		Distributions: []catalog.Distribution{{Format: "CSV"}},
	}.Harvested(layer, "k", "", nil))
	for _, p := range r.Properties {
		if known[p.Name] != 1 {
			t.Errorf("property %s is %d times among the columns; want once", p.Name, known[p.Name])
		}
	}
}

// Whatever a catalogue says of a dataset, there is a record whose terms are
// ours, and normalising its own values again changes nothing of them.
func FuzzDescribe(f *testing.F) {
	for _, s := range []string{"", "EDUC", "csv zip", "R/P1Y", "01/02/2024", "cc-by", "https://a.it/x.csv.zip", "[x](y) **z**", `["a"]`, "Nome (IPA: c_g999)", "\xff"} {
		f.Add(s, 11.0, 43.0, 12.0, 44.0)
	}
	v := datasets.Vocabularies()
	f.Fuzz(func(t *testing.T, s string, w, south, e, n float64) {
		d := catalog.Dataset{
			Title: s, Description: s, Themes: []string{s}, Frequency: s, Languages: []string{s}, Issued: s, Modified: s, Licence: s,
			Holder: catalog.Agent{ID: s, Name: s}, Temporal: []catalog.Period{{Start: s, End: s}},
			Distributions: []catalog.Distribution{{Format: s, MediaType: s, DownloadURL: s, Licence: s, Modified: s}},
		}
		if _, err := json.Marshal(w + south + e + n); err == nil {
			d.Spatial = []catalog.Spatial{{BBox: []float64{w, south, e, n}}}
		}
		r, _ := normalized(t, d, catalog.Mapping{})
		if code, ok := r.Properties.Get("frequency").(string); ok {
			if x, known := v.Frequency(code); known && x.Code != code {
				t.Errorf("frequency %q of %q", code, s)
			}
		}
		if _, ok := v.Licence(r.Licence); !ok {
			t.Errorf("licence %q of %q", r.Licence, s)
		}
		b := r.Properties.AppendJSON(nil)
		if !json.Valid(b) {
			t.Errorf("properties are not JSON: %s", b)
		}
	})
}
