package catalog

import "testing"

func TestPlainMarkdown(t *testing.T) {
	for text, want := range map[string]string{
		"## Alberi ##\r\n\r\nUn **elenco** di *alberi*.":    "Alberi\n\nUn elenco di alberi.",
		"* uno\n* due\n+ tre\n- quattro":                    "- uno\n- due\n- tre\n- quattro",
		"Vedi [la pagina](https://a.it/x) e <https://a.it>": "Vedi la pagina (https://a.it/x) e https://a.it",
		"[https://a.it/x](https://a.it/x)":                  "https://a.it/x",
		"[scrivi](mailto:a@b.it)":                           "scrivi (a@b.it)",
		"![logo](https://a.it/l.png) Alberi":                "logo Alberi",
		"le colonne id_albero e nome_via":                   "le colonne id_albero e nome_via",
		"_corsivo_ e __grassetto__":                         "corsivo e grassetto",
		"`codice` e ```\nblocco\n```":                       "codice e blocco\n",
		"> citazione\n---\nfine":                            "citazione\n\nfine",
		"2 * 3 * 4 = 24":                                    "2 * 3 * 4 = 24",
		"1\\. voce con \\_":                                 "1. voce con _",
		"#hashtag e C#":                                     "#hashtag e C#",
		"<p>HTML</p> resta":                                 "<p>HTML</p> resta",
		"testo normale":                                     "testo normale",
	} {
		if got := plainMarkdown(text); got != want {
			t.Errorf("plainMarkdown(%q) = %q; want %q", text, got, want)
		}
	}
}

func TestLicenceFamily(t *testing.T) {
	for text, want := range map[string]string{
		"cc-by": "cc by", "CC BY 4.0": "cc by", "CC BY-SA 3.0 IT": "cc by sa", "Creative Commons Attribuzione": "cc by", "Creative Commons Attribution-ShareAlike": "cc by sa",
		"http://www.opendefinition.org/licenses/cc-by-sa": "cc by sa", "ODbL 1.0": "", "": "", "other-open": "",
	} {
		if got := licenceFamily(text); got != want {
			t.Errorf("licenceFamily(%q) = %q; want %q", text, got, want)
		}
	}
}
