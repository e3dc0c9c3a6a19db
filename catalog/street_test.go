package catalog

import "testing"

func TestStreetName(t *testing.T) {
	for in, want := range map[string]string{
		"VIA GIUSEPPE GARIBALDI":       "Via Giuseppe Garibaldi",
		"LOCALITA' ACCORIA":            "Località Accoria",
		"PIAZZA DELLA LIBERTA'":        "Piazza della Libertà",
		"VIA DELL'OLMO":                "Via dell'Olmo",
		"VIA XX SETTEMBRE":             "Via XX Settembre",
		"Via Xx Settembre":             "Via XX Settembre",
		"Strada Cerca Di Valle":        "Strada Cerca di Valle",
		"VIA DE' TORNABUONI":           "Via De' Tornabuoni",
		"VIA LA MARMORA":               "Via La Marmora",
		"ASSENTE PODERE MONTE ASOLONE": "Podere Monte Asolone",
		"VIA D'ANNUNZIO":               "Via d'Annunzio",
		"VIA G. CANTINI":               "Via G. Cantini",
		"CORSO V. EMANUELE II":         "Corso V. Emanuele II",
		"Via San Niccolò":              "Via San Niccolò",
		"":                             "",
	} {
		if got := StreetName(in); got != want {
			t.Errorf("StreetName(%q) = %q; want %q", in, got, want)
		}
	}
}

// Trap of spec §1.9: 12 and 12 red are two doors; and abbreviations of street matching.
func TestAddressKey(t *testing.T) {
	for in, want := range map[string]string{
		"V.le Galilei, n. 33/a":       "viale galilei 33a",
		"Viale Galilei 33 A":          "viale galilei 33a",
		"P.za S. Marco 4":             "piazza san marco 4",
		"PIAZZA SAN MARCO, 4":         "piazza san marco 4",
		"L.go F.lli Rosselli 1":       "largo fratelli rosselli 1",
		"Via Faenza 12":               "via faenza 12",
		"Via Faenza 12 rosso":         "via faenza 12r",
		"Via Faenza 12/R":             "via faenza 12r",
		"Via Faenza 12 nero":          "via faenza 12",
		"Loc. Accoria snc":            "localita accoria snc",
		"Via Libertà 3":               "via liberta 3",
		"Via 4 Novembre 12":           "via 4 novembre 12",
		"Via Puccetti 3, 59100 Prato": "via puccetti 3 59100 prato",
	} {
		if got := AddressKey(in); got != want {
			t.Errorf("AddressKey(%q) = %q; want %q", in, got, want)
		}
	}
}

func TestDoorNumber(t *testing.T) {
	for want, d := range map[string]doorNumber{
		"12":       {number: "12", specificity: "NERO"},
		"12 rosso": {number: "0012", specificity: "ROSSO"},
		"90/H":     {number: "90", exponent: "h"},
		"snc":      {snc: "1"},
		"m 3200":   {metric: "03200"},
	} {
		if got := d.text(); got != want {
			t.Errorf("%+v.text() = %q; want %q", d, got, want)
		}
	}
}

// FuzzStreetName: whatever a register writes, a name is made once and for all, on one
// line, and the key of an address is one of itself.
func FuzzStreetName(f *testing.F) {
	f.Add("PIAZZA DELL'UNITA' D'ITALIA")
	f.Add("V.le F.lli Rosselli n. 12/R")
	f.Add("assente x")
	f.Fuzz(func(t *testing.T, s string) {
		AddressKey(s)
		if name := StreetName(s); oneLine(name) != name {
			t.Errorf("StreetName(%q) = %q is not one line", s, name)
		}
	})
}
