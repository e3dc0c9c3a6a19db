package match

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Chiesa di S. Maria delle Grazie", "chiesa di san maria delle grazie"},
		{"CHIESA DI S.MARIA DELLE GRAZIE", "chiesa di san maria delle grazie"},
		{"Sant'Agostino", "san agostino"},
		{"SS. Annunziata", "san annunziata"},
		{"P.zza S. Francesco, 27", "piazza san francesco 27"},
		{"P.ZA DUOMO", "piazza cattedrale"},
		{"V.LE DELLA REPUBBLICA", "viale della repubblica"},
		{"F.lli Cervi", "fratelli cervi"},
		{"I.C. \"Gandhi\"", "istitutocomprensivo gandhi"},
		{"Giovanni XXIII", "giovanni 23"},
		{"Vittorio Emanuele II", "vittorio emanuele 2"},
		{"Scuola 1° Circolo", "scuola 1 circolo"},
		{"Scuola n.3", "scuola n 3"},
		{"VIA OFANTO1", "via ofanto 1"},
		{"Church of Saint Francis", "chiesa of san francesco"},
		{"", ""},
	} {
		if got := strings.Join(fold(c.in), " "); got != c.want {
			t.Errorf("fold(%q) = %q; want %q", c.in, got, c.want)
		}
	}
}

func TestCompareAddresses(t *testing.T) {
	for _, c := range []struct {
		a, b string
		red  bool
		want int
	}{
		{"via Puccetti 3", "VIA PUCCETTI, 3", false, addressDoor},
		{"Via Giuseppe Mazzini 21", "Via Mazzini, 21", false, addressDoor},
		{"Via G. Mazzini 21", "Via Giuseppe Mazzini 21", false, addressDoor},
		{"PIAZZA CARDINALE NICCOLO N.6", "Piazza Card. Niccolò, 6", false, addressDoor},
		{"Via Montalese 472/474", "Via Montalese 474", false, addressDoor},
		{"Via Roma 20/b", "Via Roma 20", false, addressExponent},
		{"Via Faenza 12r", "Via Faenza 12", true, addressOther},
		{"Via Faenza 12 rosso", "Via Faenza 12/R", true, addressDoor},
		{"Via Faenza 12n", "Via Faenza 12", true, addressDoor},
		{"Via Roma", "Via Roma 12, 59100 Prato (PO)", false, addressStreet},
		{"Via Roma snc", "Via Roma", false, addressStreet},
		{"Via Roma 12", "Via Roma 14", false, addressOther},
		{"Via Roma 12", "Piazza Roma 12", false, addressElse},
		{"Via XX Settembre 4", "Via 20 settembre 4", false, addressDoor},
		{"Via 24 Maggio", "Via 24 Maggio 5", false, addressStreet},
		{"Via Curtatone, 1/3 - Via Pistoiese 26/28", "Via Pistoiese 28", false, addressDoor},
		{"Bahnhofstraße 12", "Via Stazione 12", false, addressMissing},
		{"", "Via Roma", false, addressMissing},
	} {
		a, _, _ := parseAddresses(c.a, nil)
		b, _, _ := parseAddresses(c.b, nil)
		if got := compareAddresses(a, b, c.red); got != c.want || compareAddresses(b, a, c.red) != got {
			t.Errorf("%q and %q: level %d; want %d (%+v, %+v)", c.a, c.b, got, c.want, a, b)
		}
	}
}

func TestContacts(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"0574 1837800", "+39 05741837800", contactSame},
		{"0039.0574.1837800", "0574/1837800", contactSame},
		{"7094854", "07094854", contactSame}, // the zero that a table lost
		{"0558 717135 - 0558 717167", "055 8717167", contactSame},
		{"39.347.91.53.511", "347 9153511", contactSame},
		{"0574 1837800", "0574 1837811", contactNear},
		{"800 123456", "800123456", contactNear},
		{"0574 1", "0574 18361", contactMissing},
		{"0574 611503", "0574 1837800", contactOther},
	} {
		if got, _ := comparePhones(parsePhones(c.a), parsePhones(c.b)); got != c.want {
			t.Errorf("phones %q and %q: %d; want %d", c.a, c.b, got, c.want)
		}
	}
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"www.bibliotecalazzerini.prato.it", "https://bibliotecalazzerini.prato.it/", contactSame},
		{"https://www.comune.prato.it", "comune.prato.it", contactMissing}, // everybody's
		{"https://www.comune.prato.it/biblioteca", "comune.prato.it/biblioteca/", contactSame},
		{"facebook.com/a", "facebook.com/b", contactMissing},
		{"https://a.example.it/x", "https://a.example.it/y", contactNear},
		{"a.example.it", "b.example.it", contactOther},
	} {
		if got, _ := compareSites(parseSites(c.a), parseSites(c.b)); got != c.want {
			t.Errorf("sites %q and %q: %d; want %d", c.a, c.b, got, c.want)
		}
	}
}
