package links

import "testing"

// A foreign page is read without failing, and never as more than it is.
func FuzzText(f *testing.F) {
	f.Add([]byte("<title>Pagina non trovata</title><h1>x</h1>"))
	f.Add([]byte("<script><title>a</script></title><h1"))
	f.Add([]byte("\xff\xfe<h1>404</h1>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		title, words := text(body)
		if len(title) > 3*len(body)+1000 || len(words) > len(body) {
			t.Errorf("a title of %d bytes and %d words of %d bytes", len(title), len(words), len(body))
		}
		if n := likeness(words, words); n != 1 {
			t.Errorf("a page is like itself by %v", n)
		}
	})
}

func TestSaysMissing(t *testing.T) {
	for title, want := range map[string]bool{
		"404": true, "Errore 404": true, "404 – Not Found": true, "Pagina non trovata | Comune di Prato": true, "Comune di Prato - Pagina non trovata": true,
		"Linea 404": false, "Biblioteca": false, "": false, "Mostra: la pagina non trovata di un diario": false, "Il romanzo della pagina non trovata": false,
	} {
		if got := saysMissing(title); got != want {
			t.Errorf("saysMissing(%q) = %v; want %v", title, got, want)
		}
	}
}
