package rdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const testBase = "http://base.invalid/catalogue/"

// ntriplesLine is a line of N-Triples as rapper and jsonld.js write it; it is
// read here without our own parser, which is being judged.
var ntriplesLine = regexp.MustCompile(`^(<[^>]*>|_:\S+) <([^>]*)> (<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?) \.$`)

// A statement in a form that two parsers can be compared in.
type statement struct{ subject, predicate, object string }

// judged reads what an independent parser wrote.
func judged(t *testing.T, out []byte) []statement {
	t.Helper()
	var list []statement
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		m := ntriplesLine.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("a line of the independent parser that is no N-Triples: %s", line)
		}
		list = append(list, statement{plainTerm(m[1]), plainTerm(m[2]), plainTerm(m[3])})
	}
	return list
}

// plainTerm resolves escapes, and writes languages in lower case and strings plain.
func plainTerm(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		switch s[i+1] {
		case 'u', 'U':
			n := 4
			if s[i+1] == 'U' {
				n = 8
			}
			v, err := strconv.ParseUint(s[i+2:i+2+n], 16, 32)
			if err != nil {
				return s
			}
			b.WriteRune(rune(v))
			i += 1 + n
		default:
			b.WriteString(map[byte]string{'t': "\t", 'n': "\n", 'r': "\r", '"': `"`, '\\': `\`, 'b': "\b", 'f': "\f"}[s[i+1]])
			i++
		}
	}
	s = strings.TrimSuffix(b.String(), "^^<http://www.w3.org/2001/XMLSchema#string>")
	if i := strings.LastIndex(s, `"@`); strings.HasPrefix(s, `"`) && i > 0 {
		s = s[:i] + strings.ToLower(s[i:])
	}
	return s
}

func ours(g *Graph) []statement {
	show := func(t Term) string {
		switch t.Kind {
		case IRI:
			return "<" + t.Value + ">"
		case Blank:
			return "_:" + t.Value
		}
		s := `"` + t.Value + `"`
		if t.Lang != "" {
			s += "@" + t.Lang
		} else if t.Datatype != "" {
			s += "^^<" + t.Datatype + ">"
		}
		return s
	}
	var list []statement
	for n := range g.Nodes() {
		for _, e := range n.Edges {
			list = append(list, statement{show(n.Term), e.Predicate, show(e.Object)})
		}
	}
	return list
}

// canonical is the set of statements with blank nodes named by what is said of
// them, and by what is said of those in turn: the same for graphs that differ
// in labels only.
func canonical(list []statement) []string {
	colour := map[string]string{}
	for _, s := range list {
		for _, term := range []string{s.subject, s.object} {
			if strings.HasPrefix(term, "_:") {
				colour[term] = ""
			}
		}
	}
	shown := func(term string) string {
		if c, ok := colour[term]; ok {
			return "_:" + c
		}
		return term
	}
	for range 8 {
		said := map[string][]string{}
		for _, s := range list {
			if _, ok := colour[s.subject]; ok {
				said[s.subject] = append(said[s.subject], "> "+s.predicate+" "+shown(s.object))
			}
			if _, ok := colour[s.object]; ok {
				said[s.object] = append(said[s.object], "< "+s.predicate+" "+shown(s.subject))
			}
		}
		next := map[string]string{}
		for node, lines := range said {
			slices.Sort(lines)
			lines = slices.Compact(lines)
			sum := sha256.Sum256([]byte(colour[node] + "\n" + strings.Join(lines, "\n")))
			next[node] = hex.EncodeToString(sum[:8])
		}
		colour = next
	}
	// two blank nodes of which the same is said are counted, not merged
	var out []string
	seen := map[statement]bool{}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, shown(s.subject)+" <"+s.predicate+"> "+shown(s.object))
		}
	}
	slices.Sort(out)
	return out
}

// same compares two graphs and names what one of them lacks.
func same(t *testing.T, name string, got, want []statement) {
	t.Helper()
	a, b := canonical(got), canonical(want)
	if slices.Equal(a, b) {
		return
	}
	t.Errorf("%s: %d statements, the independent parser has %d", name, len(a), len(b))
	for i, list := range [][]string{a, b} {
		shown := 0
		for _, s := range list {
			if !slices.Contains([][]string{b, a}[i], s) && shown < 5 {
				t.Logf("only %s: %.300s", []string{"ours", "theirs"}[i], s)
				shown++
			}
		}
	}
}

// rapper runs Raptor's parser, which shares no code with ours.
func rapper(t *testing.T, syntax string, doc []byte) []statement {
	t.Helper()
	path, err := exec.LookPath("rapper")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("rapper (package raptor2-utils) is missing: ", err)
		}
		t.Skip("needs rapper of raptor2-utils: ", err)
	}
	cmd := exec.CommandContext(t.Context(), path, "-q", "-i", syntax, "-o", "ntriples", "-", testBase)
	cmd.Stdin = bytes.NewReader(doc)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("rapper: %v: %s", err, problems.Bytes())
	}
	return judged(t, out)
}

var rapperSyntax = map[Format]string{XML: "rdfxml", Turtle: "turtle", NTriples: "ntriples"}

// sharedFiles are the real catalogues outside the repository; without them the
// test is skipped, in CI it fails.
func sharedFiles(t *testing.T, patterns ...string) []string {
	t.Helper()
	dir := "../../../shared/data/dcat"
	if _, err := os.Stat(dir); err != nil {
		if _, err := os.Stat("../../../shared"); err == nil && os.Getenv("CI") != "" {
			t.Fatalf("%s is missing", dir)
		}
		t.Skip("needs ../shared/data: ", err)
	}
	var files []string
	for _, p := range patterns {
		found, err := filepath.Glob(filepath.Join(dir, p))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Fatalf("no files %v in %s", patterns, dir)
	}
	return files
}

// Every statement of every real RDF/XML and Turtle file is read as Raptor does.
func TestRealFilesAgainstRaptor(t *testing.T) {
	for _, path := range sharedFiles(t, "*.rdf", "*.xml", "*.ttl", "vocabularies/*") {
		doc, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		format := XML
		if strings.HasSuffix(path, ".ttl") {
			format = Turtle
		}
		g, err := Parse(format, doc, testBase)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			continue
		}
		want := rapper(t, rapperSyntax[format], doc)
		same(t, filepath.Base(path), ours(g), want)
		t.Logf("%-40s %5d statements", filepath.Base(path), len(want))
	}
}
