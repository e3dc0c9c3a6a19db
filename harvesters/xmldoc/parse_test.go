package xmldoc_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

var title = xmldoc.Compile("//dc:title")

const dc = `<record xmlns:d="http://purl.org/dc/elements/1.1/"><d:title>Città</d:title></record>`

func TestParseReadsAnyEncoding(t *testing.T) {
	wide := func(e unicode.Endianness, mark unicode.BOMPolicy, s string) string {
		out, err := unicode.UTF16(e, mark).NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	latin := strings.ReplaceAll(dc, "à", "\xe0")
	for _, c := range []struct{ name, doc, charset, found string }{
		{"utf-8", dc, "", ""},
		{"byte order mark", "\ufeff" + dc, "", ""},
		{"space and blank lines before the declaration", "\n \n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + dc, "", ""},
		{"version 1.1", `<?xml version="1.1"?>` + dc, "", ""},
		{"Latin-1, as declared", `<?xml version="1.0" encoding="ISO-8859-1"?>` + latin, "utf-8", ""},
		{"Latin-1, as the server says", latin, "iso-8859-1", ""},
		{"Latin-1 declared as UTF-8", `<?xml version="1.0" encoding="UTF-8"?>` + latin, "", "declared as UTF-8, but it is not"},
		{"UTF-8 declared as Latin-1", `<?xml version="1.0" encoding="ISO-8859-1"?>` + dc, "", ""},
		{"UTF-8 declared as UTF-16", `<?xml version="1.0" encoding="UTF-16"?>` + dc, "", ""},
		{"unknown encoding", `<?xml version="1.0" encoding="x-nobody"?>` + dc, "", ""},
		{"UTF-16, little endian", wide(unicode.LittleEndian, unicode.UseBOM, `<?xml version="1.0" encoding="UTF-16"?>`+dc), "", ""},
		{"UTF-16, big endian, no mark", wide(unicode.BigEndian, unicode.IgnoreBOM, dc), "", ""},
		{"C0 controls", strings.Replace(dc, "Ci", "C\x00\x01i\x1f", 1), "", "3 control characters"},
		{"references to controls", strings.Replace(dc, "Ci", "C&#1;&#x1F;i&#xFFFE;", 1), "", "3 control characters"},
		{"CDATA and comments", strings.Replace(dc, "Città", "<![CDATA[Cit]]><!-- x -->tà", 1), "", ""},
		{"entities of HTML", strings.Replace(dc, "à", "&agrave;", 1), "", "as in HTML"},
		{"a prefix that nobody declares", `<record><dc:title>Città</dc:title></record>`, "", `prefix "dc:" is not declared`},
		{"a warning of PHP behind it", dc + "<br /><b>Warning</b>: date()", "", "28 bytes after the end"},
	} {
		root, found, err := xmldoc.Parse([]byte(c.doc), c.charset)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := xmldoc.First(root, title); got != "Città" {
			t.Errorf("%s: title = %q; want Città", c.name, got)
		}
		if all := strings.Join(found, "; "); c.found == "" && all != "" || !strings.Contains(all, c.found) {
			t.Errorf("%s: found %q; want %q", c.name, all, c.found)
		}
	}
}

// Ampersands of pasted addresses mean themselves, and an entity that a document
// declares is no more than its name: nothing is expanded, nothing fetched.
func TestParseRepairsAmpersandsAndKnowsNoEntities(t *testing.T) {
	for _, c := range []struct{ doc, want string }{
		{`<a>http://x/?a=1&b=2&amp;c=3 &</a>`, "http://x/?a=1&b=2&c=3 &"},
		{`<a>A & B <![CDATA[C & D]]></a>`, "A & B C & D"},
		{`<!DOCTYPE a SYSTEM "http://x/evil.dtd"><a>b</a>`, "b"},
		{`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`, "&x;"},
		{`<!DOCTYPE a [<!ENTITY a "` + strings.Repeat("&b;", 1000) + `"><!ENTITY b "` + strings.Repeat("x", 1000) + `">]><a>&a;</a>`, "&a;"},
	} {
		root, _, err := xmldoc.Parse([]byte(c.doc), "")
		if err != nil {
			t.Errorf("%.60s: %v", c.doc, err)
		} else if got := xmldoc.Inner(root); got != c.want {
			t.Errorf("%.60s: text = %q; want %q", c.doc, got, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, doc, want string }{
		{"nothing", "", "no XML"},
		{"only a declaration", `<?xml version="1.0"?>`, "no XML"},
		{"plain text", "Service unavailable", `it is not XML; it begins "Service`},
		{"JSON", `{"error": 1}`, "it is not XML"},
		{"a web page", "<!DOCTYPE html><html><body>Login</body></html>", "web page"},
		{"XHTML", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>`, "web page"},
		{"cut off", "<a>\n<b>one</b><c>tw", "cut off: <c> of line 2"},
		{"tags that do not match", "<a><b></a>", "not well-formed"},
		{"deep nesting", strings.Repeat("<a>", 100_000), "nested deeper than 200"},
	} {
		_, _, err := xmldoc.Parse([]byte(c.doc), "")
		if !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error = %v; want a failed listing with %q", c.name, err, c.want)
		}
	}
}

// Text and attributes are found by namespace, whatever the prefix; names without
// one match in every namespace.
func TestExpressions(t *testing.T) {
	root, _, err := xmldoc.Parse([]byte(`<r xmlns="urn:x" xmlns:l="http://www.w3.org/1999/xlink" xmlns:D="http://purl.org/dc/elements/1.1/">
	<D:title> </D:title><D:title>
	  Uno </D:title><D:title xml:lang="it">Due</D:title><title>Altro</title>
	<p l:href="http://x/"><q>a</q>
	<q>b</q></p></r>`), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ expr, first, all string }{
		{"//dc:title", "Uno", "Uno|Due"},
		{"/r/title", "Uno", "Uno|Due|Altro"},
		{"//dc:title[@xml:lang='it']", "Due", "Due"},
		{"//@xlink:href", "http://x/", "http://x/"},
		{"//p", "a b", "a b"},
		{"//nobody", "", ""},
	} {
		e := xmldoc.Compile(c.expr)
		if got := xmldoc.First(root, e); got != c.first {
			t.Errorf("First(%s) = %q; want %q", c.expr, got, c.first)
		}
		if got := strings.Join(xmldoc.Texts(root, e), "|"); got != c.all {
			t.Errorf("Texts(%s) = %q; want %q", c.expr, got, c.all)
		}
	}
	p := xmldoc.Node(root, xmldoc.Compile("//p"))
	if got := xmldoc.Attr(p, "href"); got != "http://x/" || p.LineNumber != 4 {
		t.Errorf("Attr(p, href) = %q in line %d; want http://x/ in line 4", got, p.LineNumber)
	}
	if got := xmldoc.Inner(xmldoc.Child(xmldoc.Child(root, "r"), "p")); got != "a b" || xmldoc.Child(nil, "p") != nil {
		t.Errorf("Child(r, p) = %q; want a b", got)
	}
	if _, err := xmldoc.CompileWith("//a[", nil); err == nil {
		t.Error("an expression that is wrong was taken")
	}
	if _, err := xmldoc.CompileWith("//nobody:a", xmldoc.Spaces); err == nil {
		t.Error("an expression with an unknown prefix was taken")
	}
}

func TestRawIsWhatStandsThere(t *testing.T) {
	const piece = `<record a='1'><b  /><![CDATA[x]]></record>`
	d, err := xmldoc.Read([]byte(`<?xml version="1.0"?><list>`+piece+`<other/></list>`), "", "record")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(d.Raw(xmldoc.Node(d.Node, xmldoc.Compile("//record")))); got != piece {
		t.Errorf("Raw = %s; want %s", got, piece)
	}
	if got := d.Raw(xmldoc.Node(d.Node, xmldoc.Compile("//other"))); got != nil {
		t.Errorf("Raw of what was not asked for = %s; want nil", got)
	}
}

func TestWhatIsDroppedIsNowhere(t *testing.T) {
	const doc = `<list><name>x</name><r><a>1</a><x:NAME xmlns:x="urn:x"><name>y</name></x:NAME><b/></r><r><name/>2<name>z</name></r></list>`
	d, err := xmldoc.ReadWithout([]byte(doc), "", []string{"name"}, "r")
	if err != nil {
		t.Fatal(err)
	}
	var raw []string
	for _, n := range xmldoc.Nodes(d.Node, xmldoc.Compile("//r")) {
		raw = append(raw, string(d.Raw(n)))
	}
	if got, want := strings.Join(raw, "|"), "<r><a>1</a><b/></r>|<r>2</r>"; got != want {
		t.Errorf("Raw = %s; want %s", got, want)
	}
	if got := xmldoc.Inner(d.Node); got != "1 2" {
		t.Errorf("text = %q; want %q", got, "1 2")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		dc, `<?xml version="1.0" encoding="ISO-8859-1"?><a b="&c">&#0;&nbsp;</a>`, "\xff\xfe<\x00a\x00/\x00>\x00", "\x00<\x00a\x00/\x00>",
		`<!DOCTYPE a [<!ENTITY x "&y;">]><a>&x;</a>`, "<a><![CDATA[&]]><!-- & --></a>x", "<oai:a/>", "<html><p>", "<a:b:c/>", "<a xmlns:b=''><b:c/></a>",
	} {
		f.Add([]byte(seed), "iso-8859-15")
	}
	f.Fuzz(func(t *testing.T, doc []byte, charset string) {
		d, err := xmldoc.ReadWithout(doc, charset, []string{"b"}, "a")
		if err != nil {
			if !errors.Is(err, catalog.ErrFailedListing) {
				t.Fatalf("error %v is no failed listing", err)
			}
			return
		}
		for _, n := range xmldoc.Nodes(d.Node, xmldoc.Compile("//*")) {
			if n.LineNumber < 1 {
				t.Errorf("<%s> has line %d", n.Data, n.LineNumber)
			}
			if raw := d.Raw(n); n.Data == "a" && (len(raw) == 0 || raw[0] != '<' || raw[len(raw)-1] != '>') {
				t.Errorf("Raw(<a>) = %q", raw)
			}
			xmldoc.Inner(n)
		}
	})
}

func FuzzRepair(f *testing.F) {
	f.Add([]byte("&a;&#1;&amp;&<![CDATA[&]]>&egrave;<!-- &"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		once, _ := xmldoc.Repair(doc, nil)
		twice, _ := xmldoc.Repair(once, nil)
		if string(twice) != string(once) {
			t.Errorf("Repair twice: %q, once: %q", twice, once)
		}
	})
}
