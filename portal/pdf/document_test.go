package pdf_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/portal/pdf"
	"po-net.prato.it/ponet/portal/pdf/pdftest"
)

// titillium is the font that the portal embeds.
func titillium(t testing.TB) *pdf.Font {
	t.Helper()
	files, err := filepath.Glob("../assets/titillium-web-ttf-*/*-regular.ttf")
	if err != nil || len(files) != 1 {
		t.Fatalf("fonts: %v, %v", files, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	f, err := pdf.ParseFont("TitilliumWeb-Regular", b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// a is a document under construction.
type a struct {
	doc  *pdf.Document
	flow *pdf.Flow
	text pdf.Style
}

func newDocument(t testing.TB, title string) a {
	d := pdf.New(pdf.Info{Title: title, Author: "Comune di Prato", Subject: "Prova", Language: "it-IT", Producer: "Po-net", Created: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)})
	text := pdf.Style{Face: d.Face(titillium(t)), Size: 10, Leading: 13}
	return a{d, pdf.NewFlow(d, 50, 50, 50, 60), text}
}

func (x a) t(text string) pdf.Text { return pdf.Text{Style: x.text, Text: text} }

// TestStructure: what was put in comes out under the names it was given, in order,
// with its accents, on as many pages as it takes.
func TestStructure(t *testing.T) {
	x := newDocument(t, "Città & «qualità»")
	root := x.doc.Root()
	x.flow.Set(root.Add("H1"), x.t("Perché così è più là, già"), 50, 400)
	x.flow.Heading(root, 2, x.text, "Capitolo", 20)
	long := strings.Repeat("Una frase che torna, e torna ancora. ", 300)
	x.flow.Paragraphs(root, x.t(long))
	link := x.t("Comune di Prato")
	link.Address = "https://www.comune.prato.it/a(b)?c=à"
	x.flow.Paragraphs(root, link)
	x.flow.Facts(root, []pdf.Fact{{Name: x.t("Orario"), Values: []pdf.Text{x.t("lun 9–13"), x.t("mar 15–18")}}}, 100, 6, pdf.Colour{})
	x.flow.Grid(root, []pdf.Text{x.t("Ente"), x.t("Schede")}, []float64{0.7, 0.3}, [][]pdf.Text{{x.t("Prato"), x.t("12")}}, 6, pdf.Colour{})
	page := x.flow.Page
	page.Mark(root.Figure(page, "Un cerchio", 60, 60, 40, 40), func() { page.Circle(80, 80, 20, pdf.Paint{Fill: &pdf.Colour{1, 0, 0}}) })
	d := pdftest.Read(t, x.doc.Bytes())
	if d.Title != "Città & «qualità»" || d.Language != "it-IT" || d.Pages < 2 {
		t.Errorf("title %q, language %q, %d pages", d.Title, d.Language, d.Pages)
	}
	for _, tt := range []struct{ tag, want string }{
		{"H1", "Perché così è più là, già"}, {"H2", "Capitolo"}, {"Link", "Comune di Prato"}, {"TH", "Orario\nEnte\nSchede\nPrato"}, {"TD", "lun 9–13\nmar 15–18\n12"},
	} {
		var got []string
		for _, n := range d.Root.All(tt.tag) {
			got = append(got, n.Words())
		}
		if s := strings.Join(got, "\n"); s != tt.want {
			t.Errorf("%s = %q; want %q", tt.tag, s, tt.want)
		}
	}
	if got := d.Root.All("P")[0]; strings.TrimSpace(got.Text) != strings.TrimSpace(long) || got.Marks < 2 {
		t.Errorf("the paragraph over pages has %d bytes in %d parts; want %d", len(got.Text), got.Marks, len(long))
	}
	if got := d.Root.All("Link")[0].Links; !slices.Equal(got, []string{"https://www.comune.prato.it/a(b)?c=%C3%A0"}) {
		t.Errorf("links %q", got)
	}
	if got := d.Root.All("Figure"); len(got) != 1 || got[0].Alt != "Un cerchio" {
		t.Errorf("figures %+v", got)
	}
	if !slices.Equal(d.Bookmarks, []string{"Capitolo"}) {
		t.Errorf("bookmarks %q", d.Bookmarks)
	}
}

// TestLettersOfOthers: what the font lacks is shown by something else, and still
// found and copied as itself. Accents that come apart are put together.
func TestLettersOfOthers(t *testing.T) {
	x := newDocument(t, "Lettere")
	for _, text := range []string{"Łódź, București, Đurđa", "Жуковский 東京 Ελλάδα", "≥ 5 → 6 ☎ 😀", "a\u0300 e\u0301", "tab\tspazio\u00a0fisso\x00\u200b!"} {
		x.flow.Paragraphs(x.doc.Root(), x.t(text))
	}
	d := pdftest.Read(t, x.doc.Bytes())
	want := "Łódź, București, Đurđa\nЖуковский 東京 Ελλάδα\n≥ 5 → 6 ☎ 😀\nà é\ntab spazio\u00a0fisso!"
	if got := strings.ReplaceAll(d.Root.Words(), "spazio fisso", "spazio\u00a0fisso"); got != want {
		t.Errorf("got %q; want %q", got, want)
	}
}

// TestList: every item is there, in order, none in two pieces, and the last
// columns are as high as each other.
func TestList(t *testing.T) {
	for _, n := range []int{1, 2, 7, 61, 200} {
		x := newDocument(t, "Elenco")
		var items []pdf.Item
		for i := range n {
			items = append(items, pdf.Item{Bookmark: true, Texts: []pdf.Text{x.t(fmt.Sprintf("Voce %d", i+1)), x.t(strings.Repeat("parola ", 1+i*7%40))},
				Draw: func(p *pdf.Page, px, py float64) { p.Text(x.text, px, py+10, fmt.Sprint(i+1)) }})
		}
		x.flow.Heading(x.doc.Root(), 2, x.text, "Tutte", 0)
		x.flow.List(x.doc.Root(), items, pdf.ListStyle{Numbered: true, Columns: 2, Gutter: 20, Indent: 20, Gap: 8})
		d := pdftest.Read(t, x.doc.Bytes())
		got := d.Root.All("LI")
		if len(got) != n || len(d.Bookmarks) != n+1 {
			t.Fatalf("%d items, %d bookmarks; want %d", len(got), len(d.Bookmarks), n)
		}
		for i, li := range got {
			if label := li.All("Lbl")[0].Text; label != fmt.Sprint(i+1) {
				t.Errorf("item %d has the number %s", i+1, label)
			}
			for _, p := range li.All("P") {
				if p.Marks != 1 {
					t.Errorf("item %d is in %d pieces", i+1, p.Marks)
				}
			}
			if name := li.All("P")[0].Text; name != fmt.Sprintf("Voce %d", i+1) {
				t.Errorf("item %d is %q", i+1, name)
			}
		}
	}
}

// TestItemHigherThanAPage: it is broken, and nothing of it is lost.
func TestItemHigherThanAPage(t *testing.T) {
	x := newDocument(t, "Lungo")
	long := strings.Repeat("parola e ancora ", 2000)
	style := pdf.ListStyle{Columns: 2, Gutter: 20, Indent: 20, Gap: 8}
	x.flow.List(x.doc.Root(), []pdf.Item{{Texts: []pdf.Text{x.t("prima")}}, {Texts: []pdf.Text{x.t(long)}}, {Texts: []pdf.Text{x.t("dopo")}}}, style)
	x.flow.Facts(x.doc.Root(), []pdf.Fact{{Name: x.t("nome"), Values: []pdf.Text{x.t(long)}}}, 100, 6, pdf.Colour{})
	d := pdftest.Read(t, x.doc.Bytes())
	want := "prima\n" + strings.TrimSpace(long) + "\ndopo\nnome\n" + strings.TrimSpace(long)
	if got := d.Root.Words(); got != want {
		t.Errorf("%d bytes came out; want %d", len(got), len(want))
	}
}

// TestSameBytes: the same calls give the same file.
func TestSameBytes(t *testing.T) {
	build := func() []byte {
		x := newDocument(t, "Uguale")
		x.flow.Paragraphs(x.doc.Root(), x.t("Sempre lo stesso, à è ì ò ù."))
		return x.doc.Bytes()
	}
	if !bytes.Equal(build(), build()) {
		t.Error("two files of the same are different")
	}
}

// FuzzText: any text makes a file that others read, and its letters are in it.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "Prato", "a\u0301\x00\xff(\\)", strings.Repeat("x", 300), "https://example.org/" + strings.Repeat("a/", 99), "東\u202e京\n\nb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 2000 {
			return
		}
		x := newDocument(t, s)
		link := x.t(s)
		link.Address = s
		x.flow.Paragraphs(x.doc.Root(), x.t(s), link)
		d := pdftest.Read(t, x.doc.Bytes())
		letters := func(text string) string { return strings.Join(strings.Fields(strings.ReplaceAll(text, "\n", " ")), "") }
		got := letters(d.Root.Words())
		for _, r := range []rune{'a', 'P', '/', 'x'} {
			if n := strings.Count(s, string(r)); strings.ToValidUTF8(s, "") == s && isASCII(s) && strings.Count(got, string(r)) != 2*n {
				t.Errorf("%q has %d %q, the file %d", s, n, r, strings.Count(got, string(r)))
			}
		}
	})
}

func isASCII(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) }
