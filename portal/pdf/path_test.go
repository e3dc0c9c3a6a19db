package pdf

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

func TestPath(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"M1 2l3 4-1-1z", "1 2 m 4 6 l 3 5 l h "},
		{"M13 10h38v22H2V1Z", "13 10 m 51 10 l 51 32 l 2 32 l 2 1 l h "},
		{"m1,1 2,2m1 0", "1 1 m 3 3 l 4 3 m "},
		{"M0 0c1 1 2 2 3 3s2-1 4 0", "0 0 m 1 1 2 2 3 3 c 4 4 5 2 7 3 c "},
		{"M0 0q3 0 3 3", "0 0 m 2 0 3 1 3 3 c "},
		{"M0 0a1 1 0 0 1 1 1", "0 0 m 0.55 0 1 0.45 1 1 c "},
		{"M0 0a1 1 0 0 0 1 1", "0 0 m 0 0.55 0.45 1 1 1 c "},
		{"M-4.500.7L1e", "!"},
		{"5 5", "!"},
		{"M0 0z1 1", "!"},
	} {
		got, err := path(tt.in)
		if (err != nil) != (tt.want == "!") || err == nil && string(got) != tt.want {
			t.Errorf("path(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

// TestIcons: every icon of the pages can be drawn.
func TestIcons(t *testing.T) {
	b, err := os.ReadFile("../templates/base/icone.html")
	if err != nil {
		t.Fatal(err)
	}
	paths := regexp.MustCompile(` d="([^"]+)"`).FindAllSubmatch(b, -1)
	for _, p := range paths {
		if _, err := path(string(p[1])); err != nil {
			t.Error(err)
		}
	}
	if len(paths) < 20 {
		t.Errorf("only %d paths", len(paths))
	}
}

// FuzzPath: an answer or an error, for anything.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"M1 2l3 4z", "M0 0a1 1 0 0 1 1 1", "q", "M0 0s1,1", "m.5.5.5.5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, d string) {
		if _, err := path(d); err != nil && d == "" {
			t.Error(err)
		}
	})
}

// FuzzParseFont: what is cut off or not a font is an error, and what is one can be
// embedded.
func FuzzParseFont(f *testing.F) {
	files, _ := filepath.Glob("../assets/titillium-web-ttf-*/*-600.ttf")
	b, err := os.ReadFile(files[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Add([]byte("OTTO"))
	f.Fuzz(func(t *testing.T, b []byte) {
		font, err := ParseFont("x", b)
		if err == nil && font.unitsPerEm == 0 {
			t.Error("a font without a size")
		}
	})
}
