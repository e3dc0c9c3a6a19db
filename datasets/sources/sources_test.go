package sources_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/datasets/sources"
	"po-net.prato.it/ponet/harvesters"
)

var update = flag.Bool("update", false, "rewrite the table of docs/recipes.md")

// Every recipe says all that a person and the program need, in words that both
// know.
func TestRecipesAreWhole(t *testing.T) {
	all, err := sources.Recipes()
	if err != nil {
		t.Fatal(err)
	}
	themes := map[catalog.Theme]int{}
	ids := map[string]string{}
	for _, r := range all {
		if _, err := os.Stat(r.Name + ".json"); err != nil {
			t.Errorf("recipe %q is not in the file of its name: %v", r.Name, err)
		}
		for _, wrong := range faults(r) {
			t.Errorf("%s: %s", r.Name, wrong)
		}
		for _, theme := range r.Themes {
			themes[theme]++
		}
		src, err := r.Source(nil)
		if err != nil {
			t.Fatalf("%s: %v", r.Name, err)
		}
		if other := ids[src.ID]; other != "" {
			t.Errorf("%s and %s both make the source %s", r.Name, other, src.ID)
		}
		ids[src.ID] = r.Name
	}
	if len(all) < 25 {
		t.Errorf("%d recipes; want 25 or more", len(all))
	}
	for _, theme := range catalog.Themes {
		if themes[theme] < 4 {
			t.Errorf("%d recipes of theme %s; want 4 or more", themes[theme], theme)
		}
	}
}

var (
	validID     = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{2,62}$`)
	placeholder = regexp.MustCompile(`\{([a-z]+)\}`)
)

// faults are what a recipe lacks or says in words that nobody knows.
func faults(r sources.Recipe) (wrong []string) {
	say := func(bad bool, format string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	say(r.Title == "" || r.About == "", "no title or nothing about it")
	say(len(r.Themes) == 0, "no theme")
	for _, theme := range r.Themes {
		say(!slices.Contains(catalog.Themes, theme), "theme %q", theme)
	}
	_, known := harvesters.Protocols[r.Kind]
	say(!known && r.Kind != sources.Basemap, "kind %q", r.Kind)
	if r.Licence != "" {
		_, ok := datasets.Vocabularies().Licence(r.Licence)
		say(!ok, "licence %q", r.Licence)
	}
	say(r.Licence == "" && (r.Kind == "file" || r.Kind == sources.Basemap), "no licence")
	say(time.Duration(r.Rhythm) < time.Hour || r.Deadline <= 0, "rhythm %v, deadline %v", r.Rhythm, r.Deadline)
	say(r.Verified != sources.Never && !isDay(r.Verified), "verified %q", r.Verified)
	say(r.Replayed.What != "real" && r.Replayed.What != "built", "replayed on something %q", r.Replayed.What)
	say(r.Replayed.What == "built" && r.Note == "" && r.Kind == "file" && strings.Contains(r.Name, "anncsu"), "nothing says what of it is not confirmed")
	say(len(r.Documented) == 0, "no page documents it")
	for _, page := range append(slices.Clone(r.Documented), r.URL) {
		u, err := url.Parse(placeholder.ReplaceAllString(page, "x"))
		say(err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http", "address %q", page)
	}
	for field := range r.Mapping.Fields {
		say(!catalog.MayMap(field), "field %q", field)
	}
	for value, to := range r.Mapping.TypeMap {
		_, ok := datasets.Vocabularies().PlaceType(to)
		say(!ok, "%q is mapped to %q, which is no type", value, to)
	}
	return append(wrong, parameterFaults(r)...)
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// parameterFaults compares the parameters with the places where they stand.
func parameterFaults(r sources.Recipe) (wrong []string) {
	text, err := json.Marshal([]any{r.URL, r.Query, r.ID, r.Title, r.Mapping})
	if err != nil {
		return []string{err.Error()}
	}
	used := map[string]bool{}
	for _, m := range placeholder.FindAllStringSubmatch(string(text), -1) {
		used[m[1]] = true
	}
	for _, p := range r.Parameters {
		if !used[p.Name] {
			wrong = append(wrong, "parameter "+p.Name+" stands nowhere")
		}
		if p.About == "" || !regexp.MustCompile("^(?:"+p.Pattern+")$").MatchString(p.Default) {
			wrong = append(wrong, fmt.Sprintf("parameter %s: about %q, default %q, pattern %q", p.Name, p.About, p.Default, p.Pattern))
		}
		delete(used, p.Name)
	}
	for name := range used {
		wrong = append(wrong, "{"+name+"} is no parameter")
	}
	src, err := r.Source(nil)
	if err != nil {
		return append(wrong, err.Error())
	}
	if !validID.MatchString(src.ID) || catalog.ReservedCollection(src.ID) {
		wrong = append(wrong, "id "+src.ID)
	}
	if _, err := url.ParseRequestURI(src.URL); err != nil {
		wrong = append(wrong, err.Error())
	}
	return wrong
}

// A recipe is for any city: its parameters stand in address, id and mapping,
// encoded as each needs it.
func TestParameters(t *testing.T) {
	r, err := sources.Find("osm-cultura")
	if err != nil {
		t.Fatal(err)
	}
	src, err := r.Source(map[string]string{"comune": "048017"})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(src.URL)
	if err != nil || !strings.Contains(u.Query().Get("data"), `["ref:ISTAT"~"^048017"]`) || src.ID != "osm-cultura-048017" {
		t.Errorf("source %s at %s", src.ID, src.URL)
	}
	for _, given := range []map[string]string{{"comune": `"](1)`}, {"comune": "48017"}, {"provincia": "100"}} {
		if _, err := r.Source(given); !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("Source(%v): %v; want ErrInvalid", given, err)
		}
	}
	if r, err = sources.Find("mim-scuole-statali"); err != nil {
		t.Fatal(err)
	}
	if src, err = r.Source(map[string]string{"provincia": "L'AQUILA"}); err != nil || src.Mapping.Only["PROVINCIA"][0] != "L'AQUILA" {
		t.Errorf("only %v, %v", src.Mapping.Only, err)
	}
	if _, err := sources.Find("nessuna"); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("Find(nessuna): %v; want ErrNotFound", err)
	}
}

// The page for operators lists every recipe as it is.
func TestPageListsTheRecipes(t *testing.T) {
	const page, begin, end = "../../docs/recipes.md", "<!-- recipes -->\n", "<!-- end of recipes -->"
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), begin)
	old, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", page)
	}
	all, err := sources.Recipes()
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, theme := range append(slices.Clone(catalog.Themes), "") {
		name := string(theme)
		if theme == "" {
			name = "more than one"
		}
		fmt.Fprintf(&table, "\n### %s\n\n| recipe | what | kind | licence | parameters | replayed on |\n|---|---|---|---|---|---|\n", name)
		for _, r := range all {
			if theme != "" && (len(r.Themes) != 1 || r.Themes[0] != theme) || theme == "" && len(r.Themes) == 1 {
				continue
			}
			var parameters []string
			for _, p := range r.Parameters {
				parameters = append(parameters, "`"+p.Name+"="+p.Default+"`")
			}
			licence := r.Licence
			if licence == "" {
				licence = "each dataset's"
			}
			fmt.Fprintf(&table, "| `%s` | %s%s | %s | %s | %s | %s |\n", r.Name, r.About, note(r), r.Kind, licence, strings.Join(parameters, " "), r.Replayed.What)
		}
	}
	table.WriteString("\n")
	if old == table.String() {
		return
	}
	if !*update {
		t.Fatalf("%s does not list the recipes as they are; run: go test ./datasets/sources -run Page -update", page)
	}
	if err := os.WriteFile(page, []byte(before+begin+table.String()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func note(r sources.Recipe) string {
	if r.Note == "" {
		return ""
	}
	return ". *" + strings.ReplaceAll(r.Note, "|", "\\|") + "*"
}
