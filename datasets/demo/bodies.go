package demo

import "po-net.prato.it/ponet/catalog"

// Bodies are the bodies that the territory's sources and records belong to.
// The ids are the codes of the national index of public administrations (IPA)
// in lower case, where the body has one: istsc_ and the ministry's code for a
// school.
func Bodies() []catalog.Body {
	var bodies []catalog.Body
	for _, e := range table("enti") {
		bodies = append(bodies, catalog.Body{ID: e["codice"], Name: e["nome"], Kind: e["tipo"], Website: e["sito"], Phone: e["telefono"]})
	}
	return bodies
}

// An organization as the province's list of bodies writes it.
type organization struct {
	Code        string `json:"codice"`
	Name        string `json:"denominazione"`
	Type        string `json:"tipologia"`
	Kind        string `json:"org_kind"`
	IPA         string `json:"ipa_code,omitempty"`
	Website     string `json:"sito_web,omitempty"`
	Phone       string `json:"telefono,omitempty"`
	Description string `json:"descrizione"`
	location
}

func organizations() []organization {
	places := spots()
	var all []organization
	for _, e := range table("enti") {
		all = append(all, organization{
			Code: e["codice"], Name: e["nome"], Type: e["tipo"], Kind: e["org_kind"], IPA: ipa(e["codice"]),
			Website: e["sito"], Phone: e["telefono"], Description: e["descrizione"], location: places[e["luogo"]].location(0),
		})
	}
	return all
}

// ipa is the code if it is one of the national index, which has no hyphens.
func ipa(code string) string {
	for _, c := range code {
		if c == '-' {
			return ""
		}
	}
	if code == "rfi" {
		return "" // a company that is not in the index
	}
	return code
}
