package datasets

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
)

// newer is an edition of frequencies without BIENNIAL, with a term more, one
// renamed and one withdrawn for another.
func newer(t *testing.T) catalog.Edition {
	t.Helper()
	s, _ := Vocabularies().Scheme("frequencies")
	e := catalog.Edition{Scheme: "frequencies", Version: "2027", Base: s.Version}
	for _, c := range s.Concepts {
		switch c.Code {
		case "BIENNIAL":
			continue
		case "ANNUAL":
			c.Label = "ogni anno"
		case "WEEKLY_2":
			c.Withdrawn, c.Successor = "deprecated", "WEEKLY"
		}
		e.Concepts = append(e.Concepts, catalog.Concept{Code: c.Code, URI: strings.Replace(c.URI, "http:", "https:", 1), Label: c.Label, LabelEN: c.LabelEN, Withdrawn: c.Withdrawn, Successor: c.Successor})
	}
	e.Concepts = append(e.Concepts, catalog.Concept{Code: "LUSTRUM", URI: "http://publications.europa.eu/resource/authority/frequency/LUSTRUM", Label: "ogni lustro"})
	return e
}

func TestDifferences(t *testing.T) {
	e := newer(t)
	got, err := Differences(e, nil)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, d := range got {
		list = append(list, d.Change+" "+d.Code+" "+d.Successor)
	}
	slices.Sort(list)
	if diff := cmp.Diff([]string{"added LUSTRUM ", "removed BIENNIAL ", "renamed ANNUAL ", "withdrawn WEEKLY_2 WEEKLY"}, list); diff != "" {
		t.Error(diff)
	}
	if again, err := Differences(e, []catalog.Edition{e}); err != nil || len(again) > 0 {
		t.Errorf("an edition against itself: %v, %v", again, err)
	}
}

// A term that an edition has no more is still known, and said to be withdrawn;
// what else a row says stays.
func TestWithEditions(t *testing.T) {
	e := newer(t)
	v, err := WithEditions([]catalog.Edition{e})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := v.Scheme("frequencies")
	for code, want := range map[string]catalog.Concept{
		"BIENNIAL": {Withdrawn: "2027"}, "WEEKLY_2": {Withdrawn: "2027", Successor: "WEEKLY"}, "ANNUAL": {Label: "ogni anno"}, "LUSTRUM": {Label: "ogni lustro"},
	} {
		c, ok := s.Concept(code)
		if !ok || c.Withdrawn != want.Withdrawn || c.Successor != want.Successor || want.Label != "" && c.Label != want.Label {
			t.Errorf("%s = %+v, %t; want %+v", code, c, ok, want)
		}
	}
	for said, want := range map[string]string{"biennale": "BIENNIAL", "R/P1Y": "ANNUAL", "ogni lustro": "LUSTRUM", "http://publications.europa.eu/resource/authority/frequency/BIENNIAL": "BIENNIAL"} {
		if f, _ := v.Frequency(said); f.Code != want {
			t.Errorf("Frequency(%q) = %q; want %q", said, f.Code, want)
		}
	}
	if s.Version != "2027" || v.Edition == "" || v.Edition == Vocabularies().Edition {
		t.Errorf("version %q, edition %q", s.Version, v.Edition)
	}
}

// An edition counts where it was made for, and nowhere else.
func TestEditionsThatDoNotFit(t *testing.T) {
	old, ours := newer(t), newer(t)
	old.Base = "1999"
	ours.Scheme, ours.Base = "place-types", "2024-12"
	for _, e := range []catalog.Edition{old, ours} {
		if _, err := WithEditions([]catalog.Edition{e}); !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("%s over %s: %v", e.Scheme, e.Base, err)
		}
	}
	if _, err := Differences(catalog.Edition{Scheme: "colours"}, nil); !errors.Is(err, catalog.ErrInvalid) {
		t.Errorf("an unknown vocabulary: %v", err)
	}
}

// A new licence asks for what its notation says, and never for less than it may.
func TestNewLicence(t *testing.T) {
	s, _ := Vocabularies().Scheme("licences")
	e := catalog.Edition{Scheme: "licences", Version: "2027", Base: s.Version}
	e.Concepts = append(e.Concepts, s.Concepts...)
	const at = "https://w3id.org/italia/controlled-vocabulary/licences/"
	e.Concepts = append(e.Concepts, catalog.Concept{Code: "A.2", URI: at + "A2", Label: "Attribuzione"},
		catalog.Concept{Code: "A.2.11", URI: at + "A211", Label: "Nuova licenza aperta"}, catalog.Concept{Code: "A.3.12", URI: at + "A312", Label: "Nuova virale"}, catalog.Concept{Code: "B.1.18", URI: at + "B118", Label: "Nuova chiusa"})
	v, err := WithEditions([]catalog.Edition{e})
	if err != nil {
		t.Fatal(err)
	}
	by := v.DefaultLicence()
	for said, want := range map[string]bool{"Nuova licenza aperta": true, "Nuova virale": false, "Nuova chiusa": false} {
		l, ok := v.Licence(said)
		if may, _ := l.MayEnter(by); !ok || may != want {
			t.Errorf("%s (%t) enters CC BY: %t; want %t", said, ok, may, want)
		}
	}
	if _, ok := v.Licence("Attribuzione"); ok {
		t.Error("a heading is no licence")
	}
}
