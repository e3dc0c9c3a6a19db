package portal_test

import (
	"encoding/json"
	"fmt"
	"html"
	"image"
	"image/color"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/portal/pdf/pdftest"
)

// paper asks for a PDF and reads it back.
func (s *site) paper(t testing.TB, path string, headers ...string) *pdftest.Document {
	t.Helper()
	resp, body := s.get(t, path, headers...)
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "application/pdf" || resp.Header.Get("Content-Length") != fmt.Sprint(len(body)) {
		t.Fatalf("GET %s: %s, %v, %d bytes", path, resp.Status, resp.Header, len(body))
	}
	d := pdftest.Read(t, []byte(body))
	if d.Language != "it-IT" || len(d.Root.All("H1")) != 1 || d.Title == "" {
		t.Errorf("%s: language %q, %d H1, title %q", path, d.Language, len(d.Root.All("H1")), d.Title)
	}
	return d
}

// scanned is what a telephone reads from the code in d.
func scanned(t testing.TB, d *pdftest.Document) string {
	t.Helper()
	for _, figure := range d.Root.All("Figure") {
		if !strings.HasPrefix(figure.Alt, "Codice QR") {
			continue
		}
		const side = 4
		picture := image.NewGray(image.Rect(0, 0, 120*side, 120*side))
		for i := range picture.Pix {
			picture.Pix[i] = 0xff
		}
		var x, y float64
		for i, shape := range figure.Shapes { // m, then three l: a rectangle
			var u, v float64
			var op string
			if _, err := fmt.Sscan(shape, &u, &v, &op); err != nil {
				t.Fatalf("%q: %v", shape, err)
			}
			switch {
			case op == "m":
				x, y = u, v
			case op == "l" && strings.HasSuffix(figure.Shapes[i-1], "l") && u > x && v > y: // the corner opposite
				for py := int(y) * side; py < int(v)*side; py++ {
					for px := int(x) * side; px < int(u)*side; px++ {
						picture.SetGray(px, py, color.Gray{})
					}
				}
			}
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
		if err != nil {
			t.Fatal(err)
		}
		got, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
		if err != nil {
			t.Fatalf("the code cannot be read: %v", err)
		}
		return got.GetText()
	}
	return ""
}

// TestSearchPDF: the search on paper is the search: every record in its order, with
// address and telephone, the map, the sources, the address as letters and as code.
func TestSearchPDF(t *testing.T) {
	if testing.Short() {
		t.Skip("reads every record")
	}
	s := territory(t)
	const query = "?q=museo&comune=Prato"
	page := s.page(t, "/mappa"+query)
	d := s.paper(t, "/mappa.pdf"+query)
	address := s.URL + "/mappa" + query
	if got := scanned(t, d); got != address {
		t.Errorf("the code says %q; want %q", got, address)
	}
	words := d.Root.Words()
	if !strings.Contains(words, address) {
		t.Errorf("the address is not in it:\n%.400s", words)
	}
	var list struct {
		Features []struct {
			ID         string
			Properties struct{ Title, Phone string }
		}
	}
	_, body := s.get(t, "/mappa.geojson"+query)
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	items := d.Root.All("LI")
	if len(items) != len(list.Features) || len(items) < 3 {
		t.Fatalf("%d items; the download has %d", len(items), len(list.Features))
	}
	for _, f := range list.Features {
		at := slices.IndexFunc(items, func(li *pdftest.Node) bool { return strings.HasSuffix(li.All("Link")[0].Links[0], f.ID) })
		if at < 0 {
			t.Errorf("%s is not in it", f.Properties.Title)
		} else if text := strings.ReplaceAll(items[at].Words(), "\u00a0", " "); !strings.Contains(text, strings.Join(strings.Fields(f.Properties.Title), " ")) || !strings.Contains(text, catalog.SpokenPhone(f.Properties.Phone)) {
			t.Errorf("%q has not both %q and %q", text, f.Properties.Title, f.Properties.Phone)
		}
	}
	var onPage []string
	for _, m := range regexp.MustCompile(`<h3><a href="([^"]+)">`).FindAllStringSubmatch(page, -1) {
		onPage = append(onPage, s.URL+html.UnescapeString(m[1]))
	}
	for i, want := range onPage {
		if got := items[i].All("Link")[0].Links[0]; got != want {
			t.Errorf("item %d is %s; on the page %s", i+1, got, want)
		}
	}
	figures := d.Root.All("Figure")
	if len(figures) != 2 || !strings.HasPrefix(figures[1].Alt, "Mappa con la posizione di ") || len(figures[1].Shapes) < 100 {
		t.Errorf("%d figures; the map has %d shapes", len(figures), len(figures[len(figures)-1].Shapes))
	}
	for _, want := range []string{"Fonti e licenze", "CC BY 4.0", "Comune di Prato", "Confini Istat", "Situazione al "} {
		if !strings.Contains(words, want) {
			t.Errorf("%q is not in it", want)
		}
	}
	if len(d.Bookmarks) != len(items)+2 {
		t.Errorf("bookmarks: %q", d.Bookmarks)
	}

	t.Run("same bytes", func(t *testing.T) {
		first, a := s.get(t, "/mappa.pdf"+query)
		_, b := s.get(t, "/mappa.pdf?comune=Prato&vista=mappa&pagina=2&q=museo")
		if a != b {
			t.Error("two answers to the same search are different")
		}
		if got := first.Header.Get("Content-Disposition"); got != `inline; filename="mappa.pdf"` {
			t.Errorf("Content-Disposition %q", got)
		}
		if resp, _ := s.get(t, "/mappa.pdf"+query, "If-None-Match", first.Header.Get("ETag")); resp.StatusCode != http.StatusNotModified {
			t.Errorf("asked again: %s", resp.Status)
		}
	})
	t.Run("linked", func(t *testing.T) {
		if !strings.Contains(page, `href="/mappa.pdf?q=museo&amp;comune=Prato"`) {
			t.Error("the page has no link to its PDF")
		}
	})
	t.Run("more than fit", func(t *testing.T) {
		d := s.paper(t, "/mappa.pdf")
		if n := len(d.Root.All("LI")); n != 500 || !regexp.MustCompile(`primi 500 di \d{3}:`).MatchString(d.Root.Words()) {
			t.Errorf("%d items", n)
		}
	})
	t.Run("nothing found", func(t *testing.T) {
		d := s.paper(t, "/mappa.pdf?q=qwertyuiop&comune=Prato")
		if words := d.Root.Words(); !strings.Contains(words, "Nessun risultato per «qwertyuiop» a Prato") || !strings.Contains(words, "0574 534500") {
			t.Errorf("got %s", words)
		}
	})
	t.Run("letters", func(t *testing.T) {
		d := s.paper(t, "/mappa.pdf?q=%E6%9D%B1%E4%BA%AC+%C5%81%C3%B3d%C5%BA")
		if words := d.Root.Words(); !strings.Contains(words, "«東京 Łódź»") {
			t.Errorf("got %s", words)
		}
	})
	t.Run("every collection", func(t *testing.T) { s.recordPDFs(t) })
}

// recordPDFs reads a record of every kind that the territory has.
func (s *site) recordPDFs(t *testing.T) {
	for _, kind := range []string{"places", "heritage", "events", "courses", "stations", "services", "offices", "organizations", "areas", "datasets"} {
		m := regexp.MustCompile(`<h3><a href="(/[^"]+)">([^<]+)</a>`).FindStringSubmatch(s.page(t, "/mappa?dati="+kind))
		if m == nil {
			t.Errorf("no %s", kind)
			continue
		}
		path := html.UnescapeString(m[1])
		d := s.paper(t, path+".pdf")
		title := html.UnescapeString(m[2])
		if got := d.Root.All("H1")[0].Text; got != title {
			t.Errorf("%s: H1 %q; want %q", path, got, title)
		}
		if got := scanned(t, d); got != s.URL+path {
			t.Errorf("the code says %q; want %q", got, s.URL+path)
		}
		for _, want := range []string{"Da dove vengono questi dati", s.URL + "/id/", "Licenza"} {
			if !strings.Contains(d.Root.Words(), want) {
				t.Errorf("%s: %q is not in it", path, want)
			}
		}
		page := s.page(t, path)
		if !strings.Contains(page, `<a href="`+m[1]+`.pdf">PDF`) || !strings.Contains(page, `<link rel="alternate" type="application/pdf"`) {
			t.Errorf("%s has no link to its PDF", path)
		}
		if byAccept := s.paper(t, path, "Accept", "application/pdf"); byAccept.Title != d.Title {
			t.Errorf("%s by Accept: %q", path, byAccept.Title)
		}
		if resp, _ := s.get(t, path); !slices.Contains(resp.Header.Values("Vary"), "Accept") {
			t.Errorf("%s: Vary %q", path, resp.Header.Values("Vary"))
		}
	}
}

// TestPDFOfNothing: an empty catalogue has a PDF too; what is not there has none.
func TestPDFOfNothing(t *testing.T) {
	s := empty(t)
	if d := s.paper(t, "/mappa.pdf"); !strings.Contains(d.Root.Words(), "Nessun risultato") {
		t.Errorf("got %s", d.Root.Words())
	}
	for _, path := range []string{"/luoghi/x.pdf", "/luoghi/x-01a20221-9b0a-73f4-8a93-69c801cc9614.pdf", "/dati/x.pdf"} {
		if resp, _ := s.get(t, path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
}

// BenchmarkSearchPDF is the largest PDF of a search: 500 records.
func BenchmarkSearchPDF(b *testing.B) {
	s := territory(b)
	b.ReportAllocs()
	for b.Loop() {
		if resp, body := s.get(b, "/mappa.pdf"); resp.StatusCode != http.StatusOK {
			b.Fatalf("%s, %d bytes", resp.Status, len(body))
		}
	}
}
