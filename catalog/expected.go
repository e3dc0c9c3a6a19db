package catalog

import "slices"

// An Expectation is a property that records of a kind must have, or had better
// have, to be of use (spec/metadata.md §1, columns "req").
type Expectation struct {
	Name     string   // of the property; Placement: a place on the map
	Or       []string // properties that say the same
	Required bool
	// Columns are the beginnings of words by which sources call it: where a column
	// called so is published under its own name, the source has said it and we have
	// not read it.
	Columns []string
	// Ours says that it is not the publisher who says it, but whoever adds the source.
	Ours bool
}

// Placement is the name of the expectation of a geometry.
const Placement = "geometry"

// Weights of expectations in the completeness of a record: what is required counts
// as much as three things that are recommended.
const (
	requiredWeight    = 3
	recommendedWeight = 1
)

func required(name string, or ...string) Expectation {
	return Expectation{Name: name, Or: or, Required: true, Columns: spellings[name]}
}

func recommended(name string, or ...string) Expectation {
	return Expectation{Name: name, Or: or, Columns: spellings[name]}
}

func (e Expectation) ours() Expectation {
	e.Ours = true
	return e
}

// spellings are the beginnings of words, without accents and capitals, by which
// columns are called.
var spellings = map[string][]string{
	"description": {"descri", "abstract", "testo"}, "address": {"indirizz", "address", "ubicazion"}, "municipality": {"comune", "citta", "municipalit"},
	"phone": {"tel", "telefon", "phone", "cell"}, "email": {"mail", "email"}, "website": {"sito", "website", "web", "homepage"},
	"opening_hours": {"orari", "orario", "apertur", "hours", "opening"}, "accessibility": {"accessib", "disabil", "wheelchair"}, "access_info": {"accesso"},
	"start": {"inizio", "start", "dal"}, "end": {"fine", "end"}, "organizers": {"organizz", "organiz"}, "prices": {"prezz", "cost", "price", "tariff", "bigliett"},
	"dating": {"datazion", "secolo", "epoca"}, "creators": {"autor", "author", "creator"}, "materials": {"materi"},
	"provider": {"erogat", "provider"}, "requirements": {"requisit"}, "audience": {"destinatar", "target", "rivolto"}, "level": {"livell", "level"},
	"elevation_m": {"quota", "altitud", "elevation"}, "how_to": {"come", "modalit"}, "costs": {"cost", "tariff"}, "processing_time": {"tempi", "durata"},
	"tax_code": {"cf", "fiscal"}, "functions": {"funzion", "competenz", "attivita"},
}

var (
	hasName    = required("title")
	hasText    = recommended("description")
	hasPlace   = required(Placement)
	hasBody    = required("body_name", "body", "managed_by").ours()
	hasLicence = required("licence").ours()
	hasContact = recommended("phone", "email", "contact_points", "certified_email", "pec")
)

// expectations are those of each kind. A row of a dataset has none: what it should
// say is its publisher's affair. Nor have streets and numbers, of which a register has
// tens of thousands: a body would be judged by them alone.
var expectations = map[Kind][]Expectation{
	KindPlace: {
		hasName, required("type", "place_type", "poi_category", "type_label"), hasPlace, required("address", "locality"), required("municipality", "istat_code"), hasBody, hasLicence,
		hasText, recommended("opening_hours"), hasContact, recommended("website", "url"), recommended("accessibility", "access_info", "entrances"),
	},
	KindHeritageItem: {
		hasName, required("heritage_type", "type", "type_label"), required("definition", "subject", "description"), hasBody, hasLicence,
		recommended("nct", "code", "iccd_card", "external_ids"), recommended("dating"), recommended("creators"), recommended("materials"),
		recommended("holder_place", Placement, "municipality"), recommended("image", "digital_objects"),
	},
	KindEvent: {
		hasName, required("start", "occurrences"), required("address", Placement, "locality", "online_url", "municipality"), required("event_type", "type", "type_label"), hasBody, hasLicence,
		hasText, recommended("end", "occurrences"), recommended("organizers", "provider"), recommended("prices"), recommended("audience"), hasContact, recommended("url", "website", "booking"),
	},
	KindCourse: {
		hasName, required("provider", "organizers"), required("course_type", "type", "type_label"), required("instances", "start"), hasBody, hasLicence,
		hasText, recommended("level", "qualification", "entry_level"), recommended("requirements", "audience"), recommended("fields_of_study", "keywords"), hasContact, recommended("url", "website"),
	},
	KindStation: {
		hasName, required("station_code", "code"), required("domain", "observed_property", "type"), hasPlace, hasBody, hasLicence,
		recommended("municipality", "istat_code"), recommended("elevation_m"), recommended("from"), recommended("station_class", "area_class"),
	},
	KindService: {
		hasName, required("description"), required("competent_authority", "body_name", "body"), required("how_to", "steps"), required("inputs"), required("outputs"),
		required("channels", "online_url", "phone", "email", "contact_points"), required("costs"), required("processing_time"), required("audience", "eligibility"), hasLicence,
		recommended("service_status"), recommended("life_events", "business_events", "subject_matter"), recommended("area_served"), recommended("legal_basis"),
	},
	KindOffice: {
		hasName, required("body_name", "body", "parent_office").ours(), required("opening_hours"), required("phone", "email", "contact_points", "certified_email", "pec"), hasLicence,
		recommended("functions", "description"), recommended("unit_code", "code"), recommended("address", Placement), recommended("website", "url"),
	},
	KindOrganization: {
		hasName, required("org_kind", "category", "ipa_category", "type"), required("address", "seat_place", Placement), required("municipality", "istat_code"), hasLicence,
		recommended("ipa_code", "tax_code", "vat"), hasContact, recommended("website", "url"), recommended("legal_status", "category"),
	},
	KindAdminArea: {
		hasName, required("istat_code", "code"), hasPlace, hasLicence, recommended("cadastral_code"), recommended("nuts"),
	},
	KindReport: {
		hasName, hasText, required(Placement, "address_text", "address_id"), required("category_name", "category_code"), required("state"), required("created_at"), hasBody, hasLicence,
		recommended("office"), recommended("changed_at"),
	},
	KindDataset: {
		hasName, required("description"), required("identifier"), required("rights_holder", "publisher", "body_name"), required("themes"), required("frequency"), required("modified"),
		required("licence"), required("distributions"),
		recommended("keywords"), recommended("contact_points"), recommended("issued"), recommended("language"), recommended("access_rights"), recommended("temporal"), recommended("spatial", Placement), recommended("landing_page", "url"),
	},
}

// unattended are the types of places where nobody is: one neither opens nor is called.
var unattended = []string{
	"area-archeologica", "bagno-pubblico", "cimitero", "defibrillatore", "depuratore", "fermata", "fontanella", "luogo-naturale", "monumento", "parcheggio", "parco-giochi",
	"piazza", "pista-ciclabile", "protezione-civile", "punto-panoramico", "ricarica-elettrica", "sentiero", "stazione-di-misura", "wifi",
}

// ofPeople are the expectations that only places with people in them have.
var ofPeople = []string{"opening_hours", "phone", "website"}

// Expectations are the properties that r should have.
func (r *Record) Expectations() []Expectation {
	list := expectations[r.Kind]
	if r.Kind == KindPlace && slices.Contains(unattended, r.Type) {
		list = slices.DeleteFunc(slices.Clone(list), func(e Expectation) bool { return slices.Contains(ofPeople, e.Name) })
	}
	return list
}

// OurDescription reports whether r is a dataset that its source does not describe:
// a plain file or layer, whose dataset the harvest made up.
func (r *Record) OurDescription() bool {
	return r.Kind == KindDataset && (r.SourceKey == r.SourceID || len(r.SourceKey) > len(r.SourceID) && r.SourceKey[:len(r.SourceID)+1] == r.SourceID+"/")
}
