package catalog

import "slices"

// A RelationType is a way in which records have to do with each other
// (spec/metadata.md §1.12), with its inverse: an event takes_place_in a place, which
// hosts it. A record may name the other in either direction.
type RelationType struct {
	Name, Inverse string
	From, To      []Kind // From --Name--> To
	Same          bool   // both are of one kind
	// Forward are the properties in which From names To, Backward those in which To
	// names From; "channels/office" is the member office of each of channels.
	Forward, Backward []string
	// IT and EN are the words over the records that one leads to, InverseIT and
	// InverseEN those the other way round.
	IT, EN, InverseIT, InverseEN string
	// SchemaOrg and InverseSchemaOrg are the properties of schema.org; "": none.
	SchemaOrg, InverseSchemaOrg string
}

// Relations that are not told by properties: what the table of a dataset
// holds, and where something lies.
const (
	Documents = "documented_by"
	Describes = "describes" // the inverse
	Within    = "within"    // inverse: contains
)

var relationTypes = []RelationType{
	{Name: "takes_place_in", Inverse: "hosts", From: []Kind{KindEvent, KindCourse}, To: []Kind{KindPlace},
		Forward: []string{"place_id", "place", "instances/place_id", "instances/place", "occurrences/place"},
		IT:      "Dove si svolge", EN: "Takes place in", InverseIT: "Eventi e corsi qui", InverseEN: "Events and courses here", SchemaOrg: "location", InverseSchemaOrg: "event"},
	{Name: "organised_by", Inverse: "organises", From: []Kind{KindEvent, KindCourse}, To: []Kind{KindOrganization},
		Forward: []string{"organizers", "organizer", "provider"},
		IT:      "Organizzato da", EN: "Organised by", InverseIT: "Eventi e corsi organizzati", InverseEN: "Events and courses", SchemaOrg: "organizer", InverseSchemaOrg: "event"},
	{Name: "held_by", Inverse: "holds", From: []Kind{KindHeritageItem}, To: []Kind{KindPlace}, Forward: []string{"holder_place"},
		IT: "Conservato in", EN: "Kept in", InverseIT: "Beni conservati qui", InverseEN: "Works kept here", SchemaOrg: "itemLocation"},
	{Name: "delivered_by", Inverse: "delivers", From: []Kind{KindService}, To: []Kind{KindOffice}, Forward: []string{"office", "channels/office"},
		IT: "Ufficio", EN: "Office", InverseIT: "Servizi di questo ufficio", InverseEN: "Services of this office", SchemaOrg: "serviceOperator"},
	{Name: "delivered_at", Inverse: "offers", From: []Kind{KindService}, To: []Kind{KindPlace}, Forward: []string{"channels/place", "channels/office", "place"}, Backward: []string{"services_offered"},
		IT: "Dove si chiede", EN: "Where to ask", InverseIT: "Servizi qui", InverseEN: "Services here", InverseSchemaOrg: "makesOffer"},
	{Name: "provided_by", Inverse: "provides", From: []Kind{KindService}, To: []Kind{KindOrganization}, Forward: []string{"competent_authority", "body"},
		IT: "Ente competente", EN: "Competent authority", InverseIT: "Servizi", InverseEN: "Services", SchemaOrg: "provider"},
	{Name: "unit_of", Inverse: "has_unit", From: []Kind{KindOffice}, To: []Kind{KindOrganization, KindOffice}, Forward: []string{"parent_office", "body"},
		IT: "Fa parte di", EN: "Unit of", InverseIT: "Uffici", InverseEN: "Offices", SchemaOrg: "parentOrganization", InverseSchemaOrg: "department"},
	{Name: "sub_organization_of", Inverse: "has_sub_organization", From: []Kind{KindOrganization}, To: []Kind{KindOrganization}, Forward: []string{"parent", instituteColumn},
		IT: "Ente superiore", EN: "Higher body", InverseIT: "Enti che ne fanno parte", InverseEN: "Bodies below it", SchemaOrg: "parentOrganization", InverseSchemaOrg: "subOrganization"},
	{Name: "located_at", Inverse: "seat_of", From: []Kind{KindOrganization, KindOffice}, To: []Kind{KindPlace}, Forward: []string{"seat_place"},
		IT: "Sede", EN: "Seat", InverseIT: "Enti e uffici qui", InverseEN: "Bodies and offices here", SchemaOrg: "location"},
	{Name: "managed_by", Inverse: "manages", From: []Kind{KindPlace}, To: []Kind{KindOrganization, KindPlace}, Forward: []string{"managed_by", instituteColumn},
		IT: "Gestito da", EN: "Managed by", InverseIT: "Luoghi che gestisce", InverseEN: "Places it manages", SchemaOrg: "parentOrganization", InverseSchemaOrg: "location"},
	{Name: "at_address", Inverse: "address_of", From: []Kind{KindPlace, KindStation, KindReport}, To: []Kind{KindAddress}, Forward: []string{"address_id"},
		IT: "Numero civico", EN: "Street number", InverseIT: "A questo numero civico", InverseEN: "At this street number"},
	{Name: "on_street", Inverse: "has_number", From: []Kind{KindAddress}, To: []Kind{KindStreet}, Forward: []string{"anncsu_street_id", "street_code"},
		IT: "Strada", EN: "Street", InverseIT: "Numeri civici", InverseEN: "Street numbers", SchemaOrg: "containedInPlace"},
	{Name: Within, Inverse: "contains", From: []Kind{KindPlace}, To: []Kind{KindPlace}, Forward: []string{"parent_place"},
		IT: "Si trova dentro", EN: "Inside", InverseIT: "Dentro questo luogo", InverseEN: "Inside this place", SchemaOrg: "containedInPlace", InverseSchemaOrg: "containsPlace"},
	{Name: "part_of", Inverse: "has_part", From: []Kind{KindHeritageItem, KindEvent}, To: []Kind{KindHeritageItem, KindEvent}, Same: true,
		Forward: []string{"part_of", "super_event"}, Backward: []string{"parts", "sub_events"},
		IT: "Fa parte di", EN: "Part of", InverseIT: "Comprende", InverseEN: "Parts", SchemaOrg: "isPartOf", InverseSchemaOrg: "hasPart"},
	{Name: "about", Inverse: "subject_of", From: []Kind{KindEvent}, To: []Kind{KindHeritageItem}, Forward: []string{"heritage_items"},
		IT: "Beni culturali collegati", EN: "About", InverseIT: "Eventi su questo bene", InverseEN: "Events about it", SchemaOrg: "about", InverseSchemaOrg: "subjectOf"},
	{Name: "report_about", Inverse: "has_report", From: []Kind{KindReport}, To: []Kind{KindPlace, KindHeritageItem, KindEvent, KindCourse, KindStation, KindService, KindOffice, KindOrganization, KindAdminArea, KindStreet, KindAddress, KindDataset},
		Forward: []string{"about"},
		IT:      "Riguarda", EN: "About", InverseIT: "Segnalazioni", InverseEN: "Reports", SchemaOrg: "about"},
	{Name: "related_course", Inverse: "related_event", From: []Kind{KindEvent}, To: []Kind{KindCourse}, Forward: []string{"related_courses"},
		IT: "Corsi collegati", EN: "Related courses", InverseIT: "Eventi collegati", InverseEN: "Related events"},
	{Name: "related_service", Inverse: "related_service_of", From: []Kind{KindService}, To: []Kind{KindService}, Forward: []string{"related_services"},
		IT: "Servizi collegati", EN: "Related services", InverseIT: "Collegato a", InverseEN: "Related to", SchemaOrg: "isRelatedTo", InverseSchemaOrg: "isRelatedTo"},
	{Name: "published_by", Inverse: "publishes", From: []Kind{KindDataset}, To: []Kind{KindOrganization}, Forward: []string{"rights_holder", "publisher", "body"},
		IT: "Pubblicato da", EN: "Published by", InverseIT: "Dati che pubblica", InverseEN: "Data it publishes", SchemaOrg: "publisher"},
	{Name: "in_series", Inverse: "has_member", From: []Kind{KindDataset}, To: []Kind{KindDataset}, Forward: []string{"in_series"},
		IT: "Fa parte della serie", EN: "Part of the series", InverseIT: "Dati della serie", InverseEN: "Data of the series", SchemaOrg: "isPartOf", InverseSchemaOrg: "hasPart"},
	{Name: "derived_from", Inverse: "source_of", From: []Kind{KindDataset}, To: []Kind{KindDataset}, Forward: []string{"derived_from", "copy_of"},
		IT: "Ricavato da", EN: "Derived from", InverseIT: "Dati che ne derivano", InverseEN: "Data derived from it", SchemaOrg: "isBasedOn"},
	{Name: "serves", Inverse: "served_by", From: []Kind{KindDataset}, To: []Kind{KindDataset}, Forward: []string{"serves_datasets"},
		IT: "Dati che dà", EN: "Data it gives", InverseIT: "Servizi che li danno", InverseEN: "Services that give them"},
	{Name: "replaces", Inverse: "replaced_by", From: []Kind{KindAdminArea, KindOrganization}, To: []Kind{KindAdminArea, KindOrganization}, Same: true,
		Forward: []string{"predecessor", "successor_of"}, Backward: []string{"successor"},
		IT: "Prima era", EN: "Before", InverseIT: "Poi è diventato", InverseEN: "Later"},
	{Name: Documents, Inverse: Describes, To: []Kind{KindDataset},
		IT: "Insiemi di dati in cui si trova", EN: "Datasets it is in", InverseIT: "Schede di questi dati", InverseEN: "Records of these data", SchemaOrg: "subjectOf", InverseSchemaOrg: "about"},
}

// instituteColumn is how the Ministry of Education calls the institute of a
// school's site.
const instituteColumn = "codiceistitutoriferimento"

// RelationTypes are all ways in which records can have to do with each other, in
// the order in which they are shown.
func RelationTypes() []RelationType { return slices.Clone(relationTypes) }

// A Direction is a relation type seen from one side.
type Direction struct {
	RelationType
	Back bool // from To to From
}

// Name is what the relation is called in this direction.
func (d Direction) Name() string {
	if d.Back {
		return d.Inverse
	}
	return d.RelationType.Name
}

// Words are the heading over the records that it leads to, in a language: "it",
// else English.
func (d Direction) Words(language string) string {
	switch {
	case language == "it" && d.Back:
		return d.InverseIT
	case language == "it":
		return d.IT
	case d.Back:
		return d.InverseEN
	}
	return d.EN
}

// Property is what schema.org calls it in this direction, "" for nothing.
func (d Direction) Property() string {
	if d.Back {
		return d.InverseSchemaOrg
	}
	return d.SchemaOrg
}

// Directions are both sides of every type.
func Directions() []Direction {
	var list []Direction
	for _, t := range relationTypes {
		list = append(list, Direction{t, false}, Direction{t, true})
	}
	return list
}

// RelationTypeOf is the type called name.
func RelationTypeOf(name string) (RelationType, bool) {
	i := slices.IndexFunc(relationTypes, func(t RelationType) bool { return t.Name == name })
	if i < 0 {
		return RelationType{}, false
	}
	return relationTypes[i], true
}

// ReadDirection is the direction called name: "hosts".
func ReadDirection(name string) (Direction, bool) {
	for _, d := range Directions() {
		if d.Name() == name {
			return d, true
		}
	}
	return Direction{}, false
}

// DirectionNames are the names of all of them.
func DirectionNames() []string {
	var names []string
	for _, d := range Directions() {
		names = append(names, d.Name())
	}
	return names
}

// How a relation was found, the surest first.
const (
	ByKey        = "key"        // the key that the source gives the other
	ByIdentifier = "identifier" // ISIL, IPA code, address and the like
	ByTitle      = "title"      // the title of another record of the same source
	ByName       = "name"       // the name, the only one in the municipality
	ByAddress    = "address"    // street and number, where there is one thing only
	ByPosition   = "position"   // it lies there
	ByTable      = "table"      // a row of its table
)

// A Relation is a record that has to do with another.
type Relation struct {
	Direction
	How      string // see above
	Property string // in which it is named, "" where it is not
	Record   *Record
}

// A RelationGroup are the records to which one direction leads.
type RelationGroup struct {
	Direction
	Count   int64
	Related []Relation // the first ones
	Next    string     // cursor, "" at the end
}

// A RelationQuery chooses of the relations of a record.
type RelationQuery struct {
	Direction string // name; "": all
	Limit     int    // of each group
	After     string // cursor of a group; needs Direction
}
