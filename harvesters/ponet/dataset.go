package ponet

import (
	"encoding/json"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// described are the properties of a dataset as a node publishes them.
type described struct {
	Title              string                    `json:"title"`
	Description        string                    `json:"description"`
	Keywords           string                    `json:"keywords"`
	URL                string                    `json:"url"`
	Body               string                    `json:"body"`
	BodyName           string                    `json:"body_name"`
	Licence            string                    `json:"licence"`
	Identifier         string                    `json:"identifier"`
	OtherIdentifiers   []catalog.OtherIdentifier `json:"other_identifiers"`
	Themes             []string                  `json:"themes"`
	Subthemes          []string                  `json:"subthemes"`
	RightsHolder       catalog.Agent             `json:"rights_holder"`
	Publisher          catalog.Agent             `json:"publisher"`
	Creators           []catalog.Agent           `json:"creators"`
	ContactPoints      []catalog.Contact         `json:"contact_points"`
	Frequency          string                    `json:"frequency"`
	Issued             string                    `json:"issued"`
	Modified           string                    `json:"modified"`
	Language           []string                  `json:"language"`
	Temporal           []catalog.Period          `json:"temporal"`
	Spatial            []catalog.Spatial         `json:"spatial"`
	ConformsTo         []catalog.Standard        `json:"conforms_to"`
	AccessRights       string                    `json:"access_rights"`
	Version            string                    `json:"version"`
	HVDCategories      []string                  `json:"hvd_categories"`
	InSeries           string                    `json:"in_series"`
	Documentation      []string                  `json:"documentation"`
	Provenance         string                    `json:"provenance_text"`
	Legislation        []string                  `json:"applicable_legislation"`
	VersionNotes       string                    `json:"version_notes"`
	SpatialResolution  float64                   `json:"spatial_resolution_m"`
	TemporalResolution string                    `json:"temporal_resolution"`
	CopyOf             string                    `json:"copy_of"`
	Type               string                    `json:"resource_type"`
	Serves             []string                  `json:"serves_datasets"`
	Scale              string                    `json:"scale"`
	RightsNote         string                    `json:"rights_note"`
	Theme              catalog.Theme             `json:"theme"`
	Distributions      []catalog.Distribution    `json:"distributions"`
}

// dataset hands on the description of a dataset.
func (k *keeper) dataset(f feature) error {
	var p described
	if err := json.Unmarshal(f.Properties, &p); err != nil {
		return failed("dataset %s: %v", f.ID, err)
	}
	iri := k.n.home + "/id/" + f.ID
	d := catalog.Dataset{
		Identifier: p.Identifier, OtherIdentifiers: p.OtherIdentifiers, Title: p.Title, Description: p.Description,
		Themes: p.Themes, Subthemes: p.Subthemes, Holder: p.RightsHolder, Publisher: p.Publisher, Creators: p.Creators, Contacts: p.ContactPoints,
		Frequency: p.Frequency, Issued: p.Issued, Modified: p.Modified, Languages: p.Language, Temporal: p.Temporal, Spatial: p.Spatial,
		ConformsTo: p.ConformsTo, LandingPage: p.URL, AccessRights: p.AccessRights, Version: p.Version, HVDCategories: p.HVDCategories,
		InSeries: p.InSeries, Documentation: p.Documentation, Provenance: p.Provenance, Legislation: p.Legislation, VersionNotes: p.VersionNotes,
		SpatialResolution: p.SpatialResolution, TemporalResolution: p.TemporalResolution, CopyOf: p.CopyOf, Licence: p.Licence,
		Type: p.Type, Serves: p.Serves, RightsNote: p.RightsNote, Theme: p.Theme,
		Distributions: p.Distributions, Origin: iri, OriginName: k.n.name,
	}
	d.Scale, _ = strconv.ParseInt(strings.TrimPrefix(p.Scale, "1:"), 10, 64) // absent: 0
	if d.LandingPage == "" {
		d.LandingPage = iri
	}
	if d.Holder == (catalog.Agent{}) {
		d.Holder = catalog.Agent{ID: p.Body, Name: p.BodyName}
	}
	if p.Keywords != "" {
		d.Keywords = strings.Split(p.Keywords, ", ")
	}
	if !k.n.yield(d.Harvested(k.datasets, f.ID, "application/geo+json", f.raw), nil) {
		return errEnough
	}
	return nil
}
