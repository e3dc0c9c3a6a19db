package api_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"po-net.prato.it/ponet/api"
	"po-net.prato.it/ponet/catalog"
)

// example is a block of commands in docs/api.md and the block of what they
// print: lines whose parts between … occur in this order.
var example = regexp.MustCompile("(?s)```sh\n(.*?)```(?:\n\n```output\n(.*?)```)?")

func TestDocumentationIsTrue(t *testing.T) {
	text, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("curl is not installed: in CI the examples are run")
		}
		t.Skip("needs curl")
	}
	n := newNode(t, 1000)
	receipts(t, n.store, "edifici", catalog.RunCompleted, catalog.Issue{Rule: "date-unreadable", File: "edifici.csv", Line: 2, Field: "Data", Read: "31/02/2024", Expected: "a date such as 2026-11-21", Refused: true})
	blocks := example.FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 10 {
		t.Fatalf("only %d examples", len(blocks))
	}
	for _, block := range blocks {
		command := exec.CommandContext(t.Context(), "bash", "-euc", block[1])
		command.Env = append(os.Environ(), "API="+n.URL+api.Prefix)
		out, err := command.Output()
		if err != nil {
			t.Errorf("%s: %v", block[1], err)
			continue
		}
		rest := string(out)
		for line := range strings.Lines(block[2]) {
			for part := range strings.SplitSeq(strings.TrimSpace(line), "…") {
				_, after, found := strings.Cut(rest, part)
				if !found {
					t.Errorf("%s prints\n%.3000s\nwithout %q in its place", block[1], out, part)
					break
				}
				rest = after
			}
		}
	}
}

// TestEveryOperationIsDocumented: each path and each parameter is in docs/api.md.
func TestEveryOperationIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromFile("testdata/openapi-3.0.json")
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths.Map() {
		if !strings.Contains(string(text), path) {
			t.Errorf("docs/api.md does not mention %s", path)
		}
		for _, p := range item.Get.Parameters {
			name := p.Value.Name
			if p.Value.In == "query" && name != "properties" && name != "after" && name != "before" &&
				!strings.Contains(string(text), "`"+name+"`") && !strings.Contains(string(text), "`"+name+"=") {
				t.Errorf("docs/api.md does not mention the parameter %s of %s", name, path)
			}
		}
	}
}
