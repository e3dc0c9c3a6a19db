package pdf

import (
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
)

// Info is what a document says of itself.
type Info struct {
	Title, Author, Subject string
	Language               string // of its text, as in BCP 47: "it-IT"
	Producer               string // the program
	Created                time.Time
}

// A Document is filled page by page, and then written. Its pages are kept in
// memory until then.
type Document struct {
	info  Info
	file  *file
	faces []*Face
	pages []*Page
	root  Element
	marks []bookmark
}

type bookmark struct {
	title string
	depth int // 0: a chapter
	page  *Page
	y     float64
}

// New is an empty document.
func New(info Info) *Document {
	return &Document{info: info, file: newFile(), root: Element{tag: "Document"}}
}

// Root is the element that holds all others.
func (d *Document) Root() *Element { return &d.root }

// Pages are those there are.
func (d *Document) Pages() []*Page { return d.pages }

// Bookmark is a line of the table of contents beside the document, at y on p.
// A depth of 1 puts it below the last of depth 0.
func (d *Document) Bookmark(depth int, title string, p *Page, y float64) {
	d.marks = append(d.marks, bookmark{title, depth, p, y})
}

// Bytes is the file. It ends the document.
func (d *Document) Bytes() []byte {
	f := d.file
	tree := f.reserve()
	d.root.ref = f.reserve()
	d.root.write(f, tree)
	pages, parents := d.writePages()
	f.object(tree, "<</Type/StructTreeRoot/K %v/ParentTree<</Nums[%s]>>/ParentTreeNextKey %d>>", d.root.ref, strings.Join(parents, " "), len(parents))
	for _, face := range d.faces {
		face.write(f)
	}
	metadata := f.reserve()
	f.plain(metadata, "/Type/Metadata/Subtype/XML", []byte(d.xmp()))
	outlines := ""
	if r := d.writeBookmarks(); r != 0 {
		outlines = fmt.Sprintf("/Outlines %v/PageMode/UseOutlines", r)
	}
	root := f.add("<</Type/Catalog/Pages %v/StructTreeRoot %v/MarkInfo<</Marked true>>/Lang%s/ViewerPreferences<</DisplayDocTitle true>>/Metadata %v%s>>",
		pages, tree, textString(d.info.Language), metadata, outlines)
	return f.end(root, f.add("<</Title%s/Author%s/Subject%s/Producer%s/CreationDate(D:%s')>>",
		textString(d.info.Title), textString(d.info.Author), textString(d.info.Subject), textString(d.info.Producer), strings.Replace(d.info.Created.Format("20060102150405-07:00"), ":", "'", 1)))
}

// writePages writes pages and links, and is the node that holds the pages and,
// for each number that a page or link has in the structure, the elements there
// (ISO 32000-1 §14.7.4.4).
func (d *Document) writePages() (node ref, parents []string) {
	f := d.file
	node = f.reserve()
	resources := d.resources()
	var pages []string
	for _, p := range d.pages {
		var elements []string
		for _, e := range p.marked {
			elements = append(elements, e.ref.String())
		}
		key := len(parents)
		parents = append(parents, fmt.Sprintf("%d[%s]", key, strings.Join(elements, " ")))
		annotations := ""
		for _, a := range p.links {
			f.object(a.ref, "<</Type/Annot/Subtype/Link/Rect[%s %s %s %s]/Border[0 0 0]/F 4/StructParent %d/Contents%s/A<</S/URI/URI%s>>>>",
				number(a.x), number(p.Height-a.y-a.height), number(a.x+a.width), number(p.Height-a.y), len(parents), textString(a.text), byteString(a.address))
			parents = append(parents, fmt.Sprintf("%d %v", len(parents), a.of.ref))
			annotations += a.ref.String() + " "
		}
		if annotations != "" {
			annotations = "/Tabs/S/Annots[" + strings.TrimSpace(annotations) + "]"
		}
		content := f.reserve()
		f.stream(content, "", p.content.Bytes())
		f.object(p.ref, "<</Type/Page/Parent %v/MediaBox[0 0 %s %s]/Resources %v/Contents %v/StructParents %d%s>>", node, number(p.Width), number(p.Height), resources, content, key, annotations)
		pages = append(pages, p.ref.String())
	}
	f.object(node, "<</Type/Pages/Count %d/Kids[%s]>>", len(pages), strings.Join(pages, " "))
	return node, parents
}

// resources are what the pages use.
func (d *Document) resources() ref {
	fonts := ""
	for _, face := range d.faces {
		fonts += fmt.Sprintf("/%s %v", face.name, face.ref)
	}
	return d.file.add("<</Font<<%s>>/ExtGState<</G1<</ca .22>>>>>>", fonts) // .22: as the style sheet of the still map has it
}

// writeBookmarks writes the outline (§12.3.3); 0 when there is none.
func (d *Document) writeBookmarks() ref {
	if len(d.marks) == 0 {
		return 0
	}
	f := d.file
	top := f.reserve()
	refs := make([]ref, len(d.marks))
	for i := range refs {
		refs[i] = f.reserve()
	}
	type family struct{ first, last, count int }
	families := map[int]*family{-1: {first: -1}} // by index of the parent
	parent, chapter := make([]int, len(d.marks)), -1
	for i, m := range d.marks {
		parent[i] = -1
		if m.depth > 0 {
			parent[i] = chapter
		} else {
			chapter = i
			families[i] = &family{first: -1}
		}
		p := families[parent[i]]
		if p.first < 0 {
			p.first = i
		}
		p.last = i
		p.count++
	}
	before := map[int]int{}
	body := make([]string, len(d.marks))
	for i, m := range d.marks {
		up := top
		if parent[i] >= 0 {
			up = refs[parent[i]]
		}
		body[i] = fmt.Sprintf("/Title%s/Parent %v/Dest[%v/XYZ 0 %s null]", textString(m.title), up, m.page.ref, number(m.page.Height-m.y))
		if last, ok := before[parent[i]]; ok {
			body[i] += "/Prev " + refs[last].String()
			body[last] += "/Next " + refs[i].String()
		}
		before[parent[i]] = i
		if kids := families[i]; kids != nil && kids.count > 0 { // closed: the count is negative
			body[i] += fmt.Sprintf("/First %v/Last %v/Count -%d", refs[kids.first], refs[kids.last], kids.count)
		}
	}
	for i := range body {
		f.object(refs[i], "<<%s>>", body[i])
	}
	all := families[-1]
	f.object(top, "<</Type/Outlines/First %v/Last %v/Count %d>>", refs[all.first], refs[all.last], all.count)
	return top
}

// xmp is the description that PDF/UA wants (ISO 14289-1 §5 and §7.1).
func (d *Document) xmp() string {
	return `<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + escaped(d.info.Title) + `</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>` + escaped(d.info.Author) + `</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">` + escaped(d.info.Subject) + `</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>` + escaped(d.info.Language) + `</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>` + d.info.Created.Format(time.RFC3339) + `</xmp:CreateDate><pdf:Producer>` + escaped(d.info.Producer) + `</pdf:Producer>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`
}

func escaped(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) // to memory: cannot fail
	return b.String()
}

// textString is text as PDF has it outside of pages (ISO 32000-1 §7.9.2.2).
func textString(text string) string {
	b := []byte{0xfe, 0xff}
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit>>8), byte(unit))
	}
	return "<" + strings.ToUpper(hex.EncodeToString(b)) + ">"
}

// byteString is text of 7-bit characters, such as an address; others are escaped
// as addresses do.
func byteString(text string) string {
	var b strings.Builder
	b.WriteByte('(')
	for _, c := range []byte(text) {
		switch {
		case c == '(' || c == ')' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c <= ' ' || c >= 0x7f:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte(')')
	return b.String()
}
