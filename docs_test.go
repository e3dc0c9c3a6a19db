package ponet_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

var (
	link    = regexp.MustCompile(`\[[^\]]*\]\(([^)]+)\)`)
	setting = regexp.MustCompile(`env:"(PONET_[A-Z_]+)"`)
)

// What one page says of another file of the repository is there.
func TestLinksLeadSomewhere(t *testing.T) {
	links := 0
	for _, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(read(t, page), -1) {
			to, _, _ := strings.Cut(m[1], "#")
			if to == "" || strings.Contains(to, "://") {
				continue
			}
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), to)); err != nil {
				t.Errorf("%s links to %s: %v", page, to, err)
			}
		}
	}
	if links == 0 {
		t.Error("no links were found")
	}
}

// Every setting is explained to operators.
func TestSettingsAreDocumented(t *testing.T) {
	operator := read(t, "docs/operator.md")
	sources, err := filepath.Glob("cmd/ponet/*.go")
	if err != nil {
		t.Fatal(err)
	}
	settings := 0
	for _, name := range sources {
		for _, m := range setting.FindAllStringSubmatch(read(t, name), -1) {
			settings++
			if !strings.Contains(operator, "`"+m[1]+"`") {
				t.Errorf("docs/operator.md does not explain %s", m[1])
			}
		}
	}
	if settings == 0 {
		t.Error("no settings were found in cmd/ponet")
	}
}

// Every field that a mapping may name is explained.
func TestMappingFieldsAreDocumented(t *testing.T) {
	page := read(t, "docs/mapping.md")
	for _, field := range catalog.MappingFields {
		if !strings.Contains(page, "`"+field+"`") {
			t.Errorf("docs/mapping.md does not explain %s", field)
		}
	}
}

// Commands in the pages are commands of the program, and all of those are explained.
func TestCommandsExist(t *testing.T) {
	verbs := regexp.MustCompile(`(?m)^(?:bin/)?ponet ([a-z]+)`)
	var known []string
	for _, m := range regexp.MustCompile("(?m)^\t[A-Z]\\w* +(\\w+)Cmd +`cmd:\"\"( name:\"(\\w+)\")?").FindAllStringSubmatch(read(t, "cmd/ponet/cli.go"), -1) {
		if known = append(known, m[1]); m[3] != "" {
			known[len(known)-1] = m[3]
		}
	}
	if len(known) == 0 {
		t.Fatal("no commands were found in cmd/ponet/cli.go")
	}
	operator := read(t, "docs/operator.md")
	for _, verb := range known {
		if !strings.Contains(operator, "ponet "+verb) {
			t.Errorf("docs/operator.md does not mention ponet %s", verb)
		}
	}
	for _, page := range pages(t) {
		for _, m := range verbs.FindAllStringSubmatch(codeOf(read(t, page)), -1) {
			if !slices.Contains(known, m[1]) {
				t.Errorf("%s speaks of ponet %s, which there is not", page, m[1])
			}
		}
	}
}

// codeOf is what stands in backquotes or in blocks of code.
func codeOf(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "`") {
		if i%2 == 1 {
			b.WriteString(part + "\n")
		}
	}
	for i, part := range strings.Split(text, "```") {
		if i%2 == 1 {
			b.WriteString(part + "\n")
		}
	}
	return b.String()
}

func pages(t *testing.T) []string {
	t.Helper()
	top, errTop := filepath.Glob("*.md")
	docs, errDocs := filepath.Glob("docs/*.md")
	if errTop != nil || errDocs != nil || len(top) == 0 || len(docs) == 0 {
		t.Fatalf("pages: %v, %v, %v, %v", top, errTop, docs, errDocs)
	}
	return append(top, docs...)
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A long line stands once on a page: pages that many hands merge get sections in
// the place of others.
func TestNothingIsSaidTwice(t *testing.T) {
	for _, page := range pages(t) {
		seen := map[string]int{}
		for i, line := range strings.Split(read(t, page), "\n") {
			if len(line) < 80 {
				continue
			}
			if before := seen[line]; before > 0 {
				t.Errorf("%s: line %d is line %d again: %.60s …", page, i+1, before, line)
			}
			seen[line] = i + 1
		}
	}
}
