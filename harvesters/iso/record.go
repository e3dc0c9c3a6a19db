package iso

import (
	"slices"
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// A Record is one metadata record.
type Record struct {
	catalog.Dataset
	ID    string // fileIdentifier, or the code of metadataIdentifier; "" when there is none
	Level string // MD_ScopeCode: "dataset", "series", "service", …; "dataset" when it is not said
	Stamp string // when the record itself was written, as it stands there
	// Issues are what is doubtful about it.
	Issues []catalog.Issue
	// Persons are the elements that name natural persons: what is kept of the record
	// has to do without them.
	Persons []*xmlquery.Node
}

// Elements that can be part of Record.Persons; their bytes have to be known to
// leave them out.
var PersonElements = []string{"individualName", "CI_Individual", "electronicMailAddress"}

// levels are those that are datasets of the catalogue, by their lower-case names.
var levels = map[string]string{"": "dataset", "dataset": "dataset", "series": "series", "service": "service", "services": "service", "nongeographicdataset": "nonGeographicDataset"}

// IsDataset reports whether what is described is a dataset, series or service,
// and not a map, a model or a feature type.
func (r Record) IsDataset() bool { return levels[strings.ToLower(r.Level)] != "" }

// Is reports whether n is the root of a record that Read reads.
func Is(n *xmlquery.Node) bool {
	return n.Type == xmlquery.ElementNode && (n.Data == "MD_Metadata" || n.Data == "MI_Metadata")
}

// ID is the identifier of the record n, "" when it has none.
func ID(n *xmlquery.Node) string {
	return line(xmldoc.Inner(first(n, "fileIdentifier", "metadataIdentifier/MD_Identifier/code")))
}

// A reader is a record being read.
type reader struct {
	Record
	n        *xmlquery.Node
	language language
	locales  map[string]language
	rndt     bool // of the Italian repertory, whose conventions hold
	parties  []party
}

// Read reads the record n, an element for which Is holds. It never fails: what
// cannot be understood is an issue, or missing.
func Read(n *xmlquery.Node) Record {
	r := &reader{n: n, locales: locales(n)}
	r.language = languageOf(code(first(n, "language", "defaultLocale/PT_Locale/language")))
	if l := r.text(first(n, "language")); r.language == unknown && l != "" {
		r.language = languageOf(l)
	}
	standard := strings.ToUpper(r.text(first(n, "metadataStandardName", "metadataStandard/CI_Citation/title")) + " " + r.text(first(n, "metadataStandardVersion")))
	r.rndt = r.language == italian || strings.Contains(standard, "RNDT")
	r.ID = ID(n)
	r.Level = r.level()
	r.Stamp = r.stamp()
	r.identification()
	r.maintenance()
	r.responsible()
	r.keywords()
	r.constraints()
	r.extents()
	r.quality()
	r.systems()
	r.onlineResources()
	r.served()
	return r.Record
}

func (r *reader) issue(rule, field, read, expected string) {
	i := catalog.Issue{Rule: rule, Field: field, Read: catalog.Excerpt(read), Expected: expected}
	if !slices.Contains(r.Issues, i) {
		r.Issues = append(r.Issues, i)
	}
}

// id is the element of the identification: MD_DataIdentification or
// SV_ServiceIdentification.
func (r *reader) id() *xmlquery.Node {
	return first(r.n, "identificationInfo/MD_DataIdentification|SV_ServiceIdentification|MD_Identification", "identificationInfo/*")
}

func (r *reader) level() string {
	said := code(first(r.n, "hierarchyLevel", "metadataScope/MD_MetadataScope/resourceScope"))
	if known := levels[strings.ToLower(said)]; known != "" && said != "" {
		return known
	}
	if id := r.id(); said == "" && id != nil && id.Data == "SV_ServiceIdentification" {
		return "service"
	}
	if said == "" {
		return "dataset"
	}
	return said
}

// stamp is the record's own date: in ISO 19115-3 that of its last revision.
func (r *reader) stamp() string {
	if s := xmldoc.Inner(first(r.n, "dateStamp")); s != "" {
		return s
	}
	dates := r.dates(at(r.n, "dateInfo"))
	for _, kind := range []string{"revision", "lastUpdate", "lastRevision", "publication", "creation"} {
		if dates[kind] != "" {
			return dates[kind]
		}
	}
	return ""
}

// dates are the dates by their type, the latest of each.
func (r *reader) dates(nodes []*xmlquery.Node) map[string]string {
	out := map[string]string{}
	for _, d := range nodes {
		d = first(d, "CI_Date")
		kind, when := code(first(d, "dateType")), xmldoc.Inner(first(d, "date"))
		if when != "" && ordered(when) >= ordered(out[kind]) {
			out[kind] = when
		}
	}
	return out
}

// ordered is a date as it sorts among others, which ISO 8601 does as text.
func ordered(said string) string {
	if t, ok := catalog.ParseTime(said); ok {
		return t
	}
	return ""
}

// identification reads what is said of the resource in few words.
func (r *reader) identification() {
	id := r.id()
	citation := first(id, "citation/CI_Citation")
	r.Title = line(r.text(first(citation, "title")))
	r.Description = r.text(first(id, "abstract"))
	r.identifiers(citation)
	dates := r.dates(at(citation, "date"))
	r.Issued = firstOf(dates["publication"], dates["creation"])
	r.Modified = firstOf(dates["revision"], dates["lastRevision"], dates["lastUpdate"], dates["publication"], r.Stamp)
	r.Version = line(r.text(first(citation, "edition")))
	for _, l := range append(at(id, "language"), at(id, "defaultLocale|otherLocale/PT_Locale/language")...) {
		r.Languages = appendNew(r.Languages, code(l))
	}
	if parent := r.parent(); parent != "" && parent != r.ID {
		r.InSeries = parent // RNDT has a record that is in no series name itself
	}
	if r.Level != "dataset" {
		r.Type = r.Level
	}
	for _, t := range at(id, "topicCategory") {
		r.Themes = appendNew(r.Themes, code(t))
	}
	if s := r.text(first(id, "supplementalInformation")); strings.HasPrefix(s, "http") && !strings.ContainsAny(s, " \n") {
		r.Documentation = append(r.Documentation, s)
	}
}

// parent identifies the record of the series that this one is part of.
func (r *reader) parent() string {
	if s := r.text(first(r.n, "parentIdentifier")); s != "" {
		return s
	}
	p := first(r.n, "parentMetadata")
	if s := xmldoc.Attr(p, "uuidref"); s != "" {
		return s
	}
	return r.text(first(p, "CI_Citation/identifier/MD_Identifier/code", "CI_Citation/title"))
}

// identifiers: that of the resource is the same wherever it is catalogued, that
// of the record only here (spec §3.3).
func (r *reader) identifiers(citation *xmlquery.Node) {
	var all []string
	for _, i := range at(citation, "identifier/*") {
		value := line(firstOf(r.text(first(i, "code")), href(first(i, "code"))))
		space := line(r.text(first(i, "codeSpace")))
		if value != "" && space != "" && !strings.Contains(value, "://") && !strings.HasPrefix(value, space) {
			value = strings.TrimSuffix(space, "/") + "/" + value // GeoDCAT-AP
		}
		all = appendNew(all, value)
	}
	if len(all) == 0 {
		r.Identifier = r.ID
		return
	}
	r.Identifier = all[0]
	for _, other := range append(all[1:], r.ID) {
		if other != "" && other != r.Identifier {
			r.OtherIdentifiers = append(r.OtherIdentifiers, catalog.OtherIdentifier{Notation: other})
		}
	}
}

// maintenance: how often the data change, else how often the record says its
// keeper looks at it.
func (r *reader) maintenance() {
	for _, m := range at(r.id(), "resourceMaintenance/MD_MaintenanceInformation") {
		r.Frequency = firstOf(code(first(m, "maintenanceAndUpdateFrequency")), xmldoc.Inner(first(m, "userDefinedMaintenanceFrequency/*")))
		if r.Frequency != "" {
			return
		}
	}
}

// quality is lineage, conformity and resolution.
func (r *reader) quality() {
	for _, path := range []string{"dataQualityInfo/DQ_DataQuality/lineage/*/statement", "resourceLineage/*/statement"} {
		if s := r.text(first(r.n, path)); s != "" {
			r.Provenance = s
			break
		}
	}
	for _, res := range at(r.n, "dataQualityInfo/DQ_DataQuality/report/*/result/DQ_ConformanceResult") {
		if pass := strings.ToLower(xmldoc.Inner(first(res, "pass"))); pass != "true" && pass != "1" {
			continue // not conformant, or not evaluated
		}
		spec := first(res, "specification")
		s := catalog.Standard{Title: line(r.text(first(spec, "CI_Citation/title"))), URL: firstOf(href(spec), href(first(spec, "CI_Citation/title")))}
		if s != (catalog.Standard{}) && !slices.Contains(r.ConformsTo, s) {
			r.ConformsTo = append(r.ConformsTo, s)
		}
	}
	for _, res := range at(r.id(), "spatialResolution/MD_Resolution") {
		if r.Scale == 0 {
			r.Scale, _ = strconv.ParseInt(xmldoc.Inner(first(res, "equivalentScale/MD_RepresentativeFraction/denominator")), 10, 64) // what is no number is none
		}
		if d := first(res, "distance/*"); d != nil && r.SpatialResolution == 0 {
			r.SpatialResolution = metres(xmldoc.Inner(d), xmldoc.Attr(d, "uom"))
		}
	}
}

// metres is a length; 0 if it is none, or in degrees or pixels.
func metres(value, unit string) float64 {
	v, err := strconv.ParseFloat(strings.Replace(value, ",", ".", 1), 64)
	if err != nil || !(v > 0 && v < 1e8) {
		return 0
	}
	unit = strings.ToLower(unit)
	switch unit[strings.LastIndexAny(unit, "#:/")+1:] {
	case "", "m", "meter", "metre", "meters", "metres", "metri", "metro", "9001":
		return v
	case "km", "kilometre", "kilometer":
		return v * 1000
	case "cm":
		return v / 100
	}
	return 0
}

// served are the datasets that a service gives: by the identifier of their
// records, else by the address of it.
func (r *reader) served() {
	for _, o := range at(r.id(), "operatesOn") {
		ref := xmldoc.Attr(o, "uuidref")
		if ref == "" {
			ref = recordID(xmldoc.Attr(o, "href"))
		}
		if ref == "" {
			ref = r.text(first(o, "MD_DataIdentification/citation/CI_Citation/identifier/*/code"))
		}
		r.Serves = appendNew(r.Serves, ref)
	}
}

func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
