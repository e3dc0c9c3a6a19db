package catalog

import (
	"encoding/json"
	"strconv"
	"strings"
)

// A Dataset is what a catalogue says of one dataset, in the terms of DCAT-AP 3
// and DCAT-AP_IT (spec §1.1, §2.2) and in the source's own values: Normalize
// maps themes, frequency, licence and formats to our vocabularies and keeps
// what was said. Every catalogue protocol makes one of these, so that a dataset
// looks the same whichever way it came.
type Dataset struct {
	Identifier       string            // dct:identifier
	OtherIdentifiers []OtherIdentifier // adms:identifier
	Title            string
	Description      string
	Keywords         []string // dcat:keyword
	Themes           []string // dcat:theme: codes or URIs of the EU data themes
	Subthemes        []string // dct:subject: EuroVoc URIs
	Holder           Agent    // dct:rightsHolder: who answers for the data
	Publisher        Agent    // dct:publisher
	Creators         []Agent  // dct:creator
	Contacts         []Contact
	Frequency        string // dct:accrualPeriodicity: code or URI
	Issued, Modified string // RFC 3339 date or time, or as the source wrote it
	Languages        []string
	Temporal         []Period
	Spatial          []Spatial
	ConformsTo       []Standard
	LandingPage      string
	AccessRights     string
	Version          string
	HVDCategories    []string // dcatap:hvdCategory
	InSeries         string   // identifier of the series
	Serves           []string // of a service: what identifies the datasets that it gives (dcat:servesDataset)
	// Type is what sort of thing is described: "series", "service",
	// "nonGeographicDataset" (MD_ScopeCode of ISO 19115); "": a dataset.
	Type          string
	Documentation []string // foaf:page
	Provenance    string   // dct:provenance, in words
	Legislation   []string // dcatap:applicableLegislation
	VersionNotes  string   // adms:versionNotes
	// SpatialResolution is dcat:spatialResolutionInMeters, 0 when not given;
	// TemporalResolution dcat:temporalResolution, an ISO 8601 duration.
	SpatialResolution  float64
	TemporalResolution string
	// Scale is the denominator of the scale that the data are good for
	// (geodcat:spatialResolutionAsScale), 0 when not given.
	Scale int64
	// RightsNote is what is said in words about use and access, beside Licence.
	RightsNote string
	Licence    string // when the catalogue gives it for the dataset; a distribution's own wins
	// CopyOf is the identifier or address of the original, when the catalogue
	// says that this is its copy of another catalogue's dataset.
	CopyOf string
	// Origin is the permanent address at the Po-net node where this is at home,
	// OriginName what that node calls itself.
	Origin, OriginName string
	// URI is the address that the catalogue gives the dataset as its name, where
	// that is not its identifier.
	URI           string
	Theme         Theme // of the portal, where another node of Po-net says it
	Distributions []Distribution
}

// An Agent is a body as a catalogue names it; ID is its IPA code in lower
// case, or tax code, where it is given.
type Agent struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// A Contact is an office to ask, never a private person.
type Contact struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
	URL   string `json:"url,omitempty"`
}

// A Period is a time from Start to End, RFC 3339 dates or times, either open.
type Period struct {
	Start string `json:"start,omitempty"`
	End   string `json:"end,omitempty"`
}

// A Spatial is a part of the world that a dataset covers. BBox is west, south,
// east, north in degrees (CRS84).
type Spatial struct {
	Name string    `json:"name,omitempty"`
	URI  string    `json:"uri,omitempty"`
	BBox []float64 `json:"bbox,omitempty"`
}

// A Standard is a specification that data conform to (dct:conformsTo).
type Standard struct {
	ID    string `json:"id,omitempty"`
	Title string `json:"title,omitempty"`
	URL   string `json:"url,omitempty"`
}

// An OtherIdentifier is a further identifier and who gave it.
type OtherIdentifier struct {
	Notation string `json:"notation"`
	Agency   string `json:"agency,omitempty"`
}

// A Distribution is one file or service through which a dataset is had
// (dcat:Distribution).
type Distribution struct {
	ID          string `json:"id,omitempty"` // the source's own, stable inside the dataset
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	AccessURL   string `json:"access_url,omitempty"`
	DownloadURL string `json:"download_url,omitempty"` // only when it really is the file
	Format      string `json:"format,omitempty"`       // our short name ("csv"), else as the source wrote it
	MediaType   string `json:"media_type,omitempty"`
	Licence     string `json:"licence,omitempty"` // URI of our licences when it can be told, else as written
	// Set by Normalize: the format's URI in the EU's table, and what the source
	// wrote where that differs from Format and Licence.
	FormatURI       string `json:"format_uri,omitempty"`
	FormatDeclared  string `json:"format_declared,omitempty"`
	LicenceDeclared string `json:"licence_declared,omitempty"`
	// The same of Availability and Status.
	AvailabilityDeclared string `json:"availability_declared,omitempty"`
	StatusDeclared       string `json:"dist_status_declared,omitempty"`

	ByteSize int64  `json:"byte_size,omitempty"`
	Checksum string `json:"checksum,omitempty"` // "sha256:…"
	Modified string `json:"modified,omitempty"`
	// Availability is how long it is meant to stay (dcatap:availability), Status
	// in what state it is (adms:status): terms of the EU's tables, as written; their
	// codes after Normalize.
	Availability string `json:"availability,omitempty"`
	Status       string `json:"dist_status,omitempty"`
	// Service marks an interface (WMS, WFS, API) and not a file.
	Service bool `json:"service,omitempty"`
}

// Address is where the file is, or else where one gets at it.
func (d Distribution) Address() string {
	if d.DownloadURL != "" {
		return d.DownloadURL
	}
	return d.AccessURL
}

// datasetColumns are the columns of DatasetLayer, in the order of Values.
var datasetColumns = []Column{
	{Name: "name", Type: ColumnText}, {Name: "text", Type: ColumnText, Nulls: true}, {Name: "tags", Type: ColumnText, Nulls: true},
	{Name: "page", Type: ColumnText, Nulls: true}, {Name: "changed", Type: ColumnText, Nulls: true},
	{Name: "holder_id", Type: ColumnText, Nulls: true}, {Name: "holder_name", Type: ColumnText, Nulls: true}, {Name: "terms", Type: ColumnText, Nulls: true},
	{Name: "identifier", Type: ColumnText, Nulls: true},
	{Name: "other_identifiers", Type: ColumnJSON, Nulls: true},
	{Name: "themes", Type: ColumnJSON, Nulls: true},
	{Name: "subthemes", Type: ColumnJSON, Nulls: true},
	{Name: "rights_holder", Type: ColumnJSON, Nulls: true},
	{Name: "publisher", Type: ColumnJSON, Nulls: true},
	{Name: "creators", Type: ColumnJSON, Nulls: true},
	{Name: "contact_points", Type: ColumnJSON, Nulls: true},
	{Name: "frequency", Type: ColumnText, Nulls: true},
	{Name: "issued", Type: ColumnText, Nulls: true},
	{Name: "modified", Type: ColumnText, Nulls: true},
	{Name: "language", Type: ColumnJSON, Nulls: true},
	{Name: "temporal", Type: ColumnJSON, Nulls: true},
	{Name: "spatial", Type: ColumnJSON, Nulls: true},
	{Name: "conforms_to", Type: ColumnJSON, Nulls: true},
	{Name: "access_rights", Type: ColumnText, Nulls: true},
	{Name: "version", Type: ColumnText, Nulls: true},
	{Name: "hvd_categories", Type: ColumnJSON, Nulls: true},
	{Name: "in_series", Type: ColumnText, Nulls: true},
	{Name: "documentation", Type: ColumnJSON, Nulls: true},
	{Name: "provenance_text", Type: ColumnText, Nulls: true},
	{Name: "applicable_legislation", Type: ColumnJSON, Nulls: true},
	{Name: "version_notes", Type: ColumnText, Nulls: true},
	{Name: "spatial_resolution_m", Type: ColumnNumber, Nulls: true},
	{Name: "temporal_resolution", Type: ColumnText, Nulls: true},
	{Name: "copy_of", Type: ColumnText, Nulls: true},
	{Name: "licence_declared", Type: ColumnText, Nulls: true},
	{Name: "resource_type", Type: ColumnText, Nulls: true},
	{Name: "serves_datasets", Type: ColumnJSON, Nulls: true},
	{Name: "scale", Type: ColumnText, Nulls: true},
	{Name: "rights_note", Type: ColumnText, Nulls: true},
	{Name: "portal_theme", Type: ColumnText, Nulls: true},
	{Name: "origin", Type: ColumnText, Nulls: true},
	{Name: "origin_name", Type: ColumnText, Nulls: true},
	{Name: "uri", Type: ColumnText, Nulls: true},
}

// DatasetLayer is the layer of the datasets of a catalogue; all that one
// harvest yields share one.
func DatasetLayer() *Layer {
	return &Layer{Columns: datasetColumns, SRID: 4326, Guess: Mapping{Kind: KindDataset, Fields: map[string]string{
		"title": "name", "description": "text", "keywords": "tags", "url": "page", "modified": "changed",
		"body": "holder_id", "body_name": "holder_name", "licence": "terms", "theme": "portal_theme",
	}}}
}

// Harvested is the dataset as a description of layer, a DatasetLayer. raw and
// mediaType are the bytes it was read from; without them, its own JSON.
func (d Dataset) Harvested(layer *Layer, key, mediaType string, raw []byte) Harvested {
	if raw == nil {
		raw, mediaType = jsonOf(d), "application/json"
	}
	holder := d.Holder
	if holder == (Agent{}) {
		holder = d.Publisher
	}
	licence := d.Licence
	for _, x := range d.Distributions {
		if licence == "" {
			licence = x.Licence
		}
	}
	return Harvested{Key: key, Layer: layer, MediaType: mediaType, Raw: raw, Distributions: d.Distributions, Values: []any{
		d.Title, d.Description, strings.Join(d.Keywords, ", "), d.LandingPage, d.Modified,
		strings.ToLower(holder.ID), holder.Name, licence,
		d.Identifier, list(d.OtherIdentifiers), list(d.Themes), list(d.Subthemes), one(d.Holder), one(d.Publisher), list(d.Creators), list(d.Contacts),
		d.Frequency, d.Issued, d.Modified, list(d.Languages), list(d.Temporal), list(d.Spatial), list(d.ConformsTo),
		d.AccessRights, d.Version, list(d.HVDCategories), d.InSeries,
		list(d.Documentation), d.Provenance, list(d.Legislation), d.VersionNotes, positive(d.SpatialResolution), d.TemporalResolution,
		d.CopyOf, licence, d.Type, list(d.Serves), d.scale(), d.RightsNote, string(d.Theme), d.Origin, d.OriginName, d.URI,
	}}
}

// scale is the scale as people write it, "1:10000".
func (d Dataset) scale() any {
	if d.Scale <= 0 {
		return nil
	}
	return "1:" + strconv.FormatInt(d.Scale, 10)
}

// list is the JSON of values, nil when there are none.
func list[T any](values []T) any {
	if len(values) == 0 {
		return nil
	}
	return jsonOf(values)
}

// positive is v, nil when it is not above 0.
func positive(v float64) any {
	if !(v > 0) {
		return nil
	}
	return v
}

// one is the JSON of a, nil when it is empty.
func one(a Agent) any {
	if a == (Agent{}) {
		return nil
	}
	return jsonOf(a)
}

func jsonOf(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("catalog: a dataset that is not JSON: " + err.Error()) // texts and numbers only
	}
	return b
}
