// Package pdftest reads a PDF back for tests, with a reader that is not ours: what
// it says and how its parts are named, as a screen reader meets them.
package pdftest

import (
	"bytes"
	"io"
	"strings"
	"testing"

	reader "github.com/ledongthuc/pdf"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
)

// A Document is what a reader finds.
type Document struct {
	Title, Language string
	Pages           int
	Root            *Node
	Bookmarks       []string
}

// A Node is an element of the structure.
type Node struct {
	Tag, Alt, Text string // Text is of the element itself
	Links          []string
	Kids           []*Node
	Marks          int      // marked parts of pages
	Shapes         []string // operators of paths in it, in their order
}

// Read reads b, which must be valid, say what it is, and have every letter inside
// the structure or outside of what is read.
func Read(t testing.TB, b []byte) *Document {
	t.Helper()
	api.DisableConfigDir()
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationStrict
	if err := api.Validate(bytes.NewReader(b), conf); err != nil {
		t.Fatalf("not valid: %v", err)
	}
	r, err := reader.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	root := r.Trailer().Key("Root")
	if !root.Key("MarkInfo").Key("Marked").Bool() || !root.Key("ViewerPreferences").Key("DisplayDocTitle").Bool() {
		t.Error("not tagged, or its title is not shown")
	}
	if meta, err := io.ReadAll(root.Key("Metadata").Reader()); err != nil || !bytes.Contains(meta, []byte("<pdfuaid:part>1</pdfuaid:part>")) {
		t.Errorf("metadata %.200q, %v", meta, err)
	}
	d := &Document{Title: r.Trailer().Key("Info").Key("Title").Text(), Language: root.Key("Lang").Text(), Pages: r.NumPage()}
	parts := map[part]*Node{}
	for n := 1; n <= r.NumPage(); n++ {
		readPage(t, r.Page(n), n, parts)
	}
	d.Root = node(t, root.Key("StructTreeRoot").Key("K"), parts, pageNumbers(r))
	for p, n := range parts {
		if n.Marks >= 0 {
			t.Errorf("page %d: part %d is in no element: %q", p.page, p.mcid, n.Text)
		}
	}
	bookmarks(root.Key("Outlines"), &d.Bookmarks)
	return d
}

// A part is a marked part of a page.
type part struct {
	page int
	mcid int64
}

// readPage reads the content of a page.
func readPage(t testing.TB, p reader.Page, number int, parts map[part]*Node) {
	t.Helper()
	fonts := map[string]*reader.Font{}
	var open []*Node // nil: an artifact
	var silent int   // since which depth text has another in its place
	var font *reader.Font
	reader.Interpret(p.V.Key("Contents"), func(stack *reader.Stack, op string) {
		args := make([]reader.Value, stack.Len())
		for i := len(args) - 1; i >= 0; i-- {
			args[i] = stack.Pop()
		}
		var into *Node
		if len(open) > 0 {
			into = open[len(open)-1]
		}
		switch op {
		case "BMC":
			open = append(open, nil)
		case "BDC":
			switch args[0].Name() {
			case "Span":
				silent = len(open) + 1
				open = append(open, into)
			default:
				n := &Node{}
				parts[part{number, args[1].Key("MCID").Int64()}] = n
				open = append(open, n)
			}
		case "EMC":
			if silent == len(open) {
				silent = 0
			}
			open = open[:len(open)-1]
		case "Tf":
			name := args[0].Name()
			if fonts[name] == nil {
				f := p.Font(name)
				fonts[name] = &f
			}
			font = fonts[name]
		case "Tj":
			text := font.Encoder().Decode(args[0].RawString())
			if len(open) == 0 {
				t.Errorf("page %d: %q is neither in the structure nor outside of it", number, text)
			} else if into != nil && silent == 0 {
				into.Text += text
			}
		case "f", "S", "B", "sh", "Do":
			if len(open) == 0 {
				t.Errorf("page %d: a shape is neither in the structure nor outside of it", number)
			}
		case "m", "l", "re":
			if into != nil {
				line := ""
				for _, a := range args {
					line += a.String() + " "
				}
				into.Shapes = append(into.Shapes, line+op)
			}
		}
	})
	if len(open) != 0 {
		t.Errorf("page %d: %d marks are not closed", number, len(open))
	}
}

// pageNumbers are the pages by the number of their structure.
func pageNumbers(r *reader.Reader) map[int64]int {
	numbers := map[int64]int{}
	for n := 1; n <= r.NumPage(); n++ {
		numbers[r.Page(n).V.Key("StructParents").Int64()] = n
	}
	return numbers
}

// node is the element v and what is below it.
func node(t testing.TB, v reader.Value, parts map[part]*Node, pages map[int64]int) *Node {
	n := &Node{Tag: v.Key("S").Name(), Alt: v.Key("Alt").Text()}
	kids := v.Key("K")
	for i := range kids.Len() {
		k := kids.Index(i)
		switch k.Key("Type").Name() {
		case "MCR":
			p := parts[part{pages[k.Key("Pg").Key("StructParents").Int64()], k.Key("MCID").Int64()}]
			if p == nil || p.Marks < 0 {
				t.Errorf("%s: a part that is not there, or twice", n.Tag)
				continue
			}
			n.Text += p.Text
			n.Shapes = append(n.Shapes, p.Shapes...)
			n.Marks++
			p.Marks = -1
		case "OBJR":
			n.Links = append(n.Links, k.Key("Obj").Key("A").Key("URI").RawString())
			if k.Key("Obj").Key("Contents").Text() == "" {
				t.Errorf("link %s has no words", n.Links)
			}
		default:
			n.Kids = append(n.Kids, node(t, k, parts, pages))
		}
	}
	if n.Tag == "Figure" && n.Alt == "" {
		t.Error("a figure has no words")
	}
	return n
}

// bookmarks are the titles below v, those of a lower level indented.
func bookmarks(v reader.Value, out *[]string) {
	for k := v.Key("First"); !k.IsNull(); k = k.Key("Next") {
		*out = append(*out, k.Key("Title").Text())
		var below []string
		bookmarks(k, &below)
		for _, title := range below {
			*out = append(*out, "  "+title)
		}
	}
}

// All are the nodes with a tag below n, in the order of reading.
func (n *Node) All(tag string) (out []*Node) {
	if n.Tag == tag {
		out = append(out, n)
	}
	for _, k := range n.Kids {
		out = append(out, k.All(tag)...)
	}
	return out
}

// Words are the text of n and all below it, a line an element.
func (n *Node) Words() string {
	lines := []string{n.Text}
	for _, k := range n.Kids {
		lines = append(lines, k.Words())
	}
	var kept []string
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "\n")
}
