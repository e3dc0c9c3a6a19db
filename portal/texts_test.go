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
	keys := map[string]bool{"scheda.": true, "guasto.": true, "campo.": true, "colonna.": true, "valore.": true, "misura.": true, "durata.": true,
		"chi.": true, "una-lettura.": true, "scheda-fonte.": true}
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
// rule that a harvest may break has them in both languages: what it is, what was
// expected, how to put it right, who can.
func TestRulesHaveWords(t *testing.T) {
	rule := regexp.MustCompile(`(?:Rule: +|(?:refuse|report|issue|doubt)\()"([a-z-]+)"`)
	rules := map[string]string{}
	for _, room := range []string{"../harvesters", "../catalog"} {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "simulate") {
				return err
			}
			b, err := os.ReadFile(path)
			for _, m := range rule.FindAllStringSubmatch(string(b), -1) {
				rules[m[1]] = path
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(rules) < 60 {
		t.Errorf("only %d rules were found", len(rules))
	}
	for _, lang := range []string{"it", "en"} {
		words, err := readTexts(lang)
		if err != nil {
			t.Fatal(err)
		}
		for key := range words { // those that are put together
			if name, ok := strings.CutPrefix(key, "regola."); ok && !strings.Contains(name, ".") && name != "altra" && name != "consiglio" && rules[name] == "" {
				rules[name] = lang
			}
		}
		for name, from := range rules {
			for _, part := range []string{"", ".atteso", ".consiglio"} {
				if words["regola."+name+part] == "" {
					t.Errorf("the rule %q (%s) has no words regola.%s%s in %s", name, from, name, part, lang)
				}
			}
		}
		for _, who := range parties {
			if words["chi."+who] == "" {
				t.Errorf("%s: no words chi.%s", lang, who)
			}
		}
		for _, names := range catalog.RulesOf {
			for _, name := range names {
				if words["regola."+name] == "" {
					t.Errorf("catalog.RulesOf has a rule %q that there is not", name)
				}
			}
		}
		for _, f := range faults {
			for _, part := range []string{"", ".consiglio"} {
				if words[f.key+part] == "" {
					t.Errorf("%s: no words %s%s", lang, f.key, part)
				}
			}
		}
	}
}

// English pages say nothing in Italian: every text of their templates, and of what
// is put together for them, is there in English, and no text in English only.
func TestEnglishPages(t *testing.T) {
	it, err := readTexts("it")
	if err != nil {
		t.Fatal(err)
	}
	en, err := readTexts("en")
	if err != nil {
		t.Fatal(err)
	}
	for key := range en {
		if it[key] == "" {
			t.Errorf("%q is there in English only", key)
		}
	}
	for key := range it {
		for _, told := range []string{"regola.", "guasto.", "ricevuta.", "esito.", "una-lettura.", "differenza.", "scheda-fonte.", "fonte.", "stato.", "segno.", "tempo.", "chi.", "protocollo.", "conta.schede", "conta.valori", "posta."} {
			if strings.HasPrefix(key, told) && en[key] == "" {
				t.Errorf("%q is not there in English", key)
			}
		}
	}
	for _, name := range []string{"base/base.html", "base/fonte.html", "base/percorso.html", "base/ricevuta.html", "fonte/fonte.html", "lettura/lettura.html", "scheda-fonte/scheda-fonte.html", "stato/stato.html"} {
		b, err := templateFiles.ReadFile("templates/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range used.FindAllStringSubmatch(string(b), -1) {
			if key := m[1]; en[key] == "" && !strings.HasSuffix(key, ".") {
				t.Errorf("%s shows %q, which is not there in English", name, key)
			}
		}
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
