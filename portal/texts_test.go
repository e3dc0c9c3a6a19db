package portal

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// used finds the keys of texts in templates, Go and TypeScript. A key that
// ends in a dot stands for all that begin with it.
var used = regexp.MustCompile(`(?:\{\{\s*(?:t|many) |\((?:t|many) |texts\.(?:t|many)\(|testo\()['"]([a-z0-9.\-]+)['"]`)

// begun finds keys that are put together: "esito." + state, printf "segno.%s".
var begun = regexp.MustCompile(`"([a-z]+\.)" ?\+|printf "([a-z.]+\.)%s"`)

func TestTexts(t *testing.T) {
	it, err := readTexts("it")
	if err != nil {
		t.Fatal(err)
	}
	// Facts and provenance put their names together, faults have an advice each;
	// the others are names and values of the model.
	keys := map[string]bool{"scheda.": true, "guasto.": true, "campo.": true, "colonna.": true, "valore.": true, "misura.": true, "durata.": true}
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (path == "node_modules" || path == "assets") {
			return fs.SkipDir
		}
		switch filepath.Ext(path) {
		case ".html", ".go", ".ts":
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range used.FindAllStringSubmatch(string(b), -1) {
				keys[m[1]] = true
			}
			for _, m := range begun.FindAllStringSubmatch(string(b), -1) {
				keys[m[1]+m[2]] = true
			}
			for key := range it {
				if strings.Contains(string(b), `"`+key+`"`) {
					keys[key] = true
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key := range keys {
		if _, ok := it[key]; !ok && !strings.HasSuffix(key, ".") {
			t.Errorf("%q is shown and not in it.json", key)
		}
	}
	for key := range it {
		found := keys[key] || keys[strings.TrimSuffix(key, "-1")]
		for k := range keys {
			found = found || strings.HasSuffix(k, ".") && strings.HasPrefix(key, k)
		}
		if !found {
			t.Errorf("%q is in it.json and nowhere shown", key)
		}
	}
}

// Whoever answers for a source reads what was wrong with it in plain words: every
// rule that a harvest may break has some.
func TestRulesHaveWords(t *testing.T) {
	it, err := readTexts("it")
	if err != nil {
		t.Fatal(err)
	}
	rule := regexp.MustCompile(`(?:Rule: +|(?:refuse|report|issue|doubt)\()"([a-z-]+)"`)
	found := 0
	for _, room := range []string{"../harvesters", "../catalog"} {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			b, err := os.ReadFile(path)
			for _, m := range rule.FindAllStringSubmatch(string(b), -1) {
				found++
				if it["regola."+m[1]] == "" {
					t.Errorf("%s: the rule %q has no words in it.json", path, m[1])
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 60 {
		t.Errorf("only %d rules were found", found)
	}
}

func TestThemesAndKindsHaveWords(t *testing.T) {
	it, err := readTexts("it")
	if err != nil {
		t.Fatal(err)
	}
	for _, theme := range catalog.Themes {
		if it["tema."+string(theme)] == "" {
			t.Errorf("theme %s has no words", theme)
		}
	}
	for _, k := range catalog.Kinds() {
		if it["genere."+string(k)] == "" || (k.Collection() != "" && it["generi."+string(k)] == "") {
			t.Errorf("kind %s has no words", k)
		}
	}
}

func TestNumbers(t *testing.T) {
	for in, want := range map[int64]string{0: "0", 999: "999", 1000: "1.000", 216351: "216.351", 1234567: "1.234.567"} {
		if got := number(in); got != want {
			t.Errorf("number(%d) = %s; want %s", in, got, want)
		}
	}
	for in, want := range map[float64]string{-1: "", 3: "0 m", 204: "200 m", 999: "1,0 km", 1449: "1,4 km", 12400: "12 km", 1234567: "1.235 km"} {
		if got := distance(in); got != want {
			t.Errorf("distance(%v) = %q; want %q", in, got, want)
		}
	}
	if got := day(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)); got != "21 novembre 2026" {
		t.Errorf("day = %q", got)
	}
}
