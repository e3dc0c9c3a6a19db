package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// An MQA is the score of a dataset by the Metadata Quality Assessment of
// data.europa.eu (https://data.europa.eu/mqa/methodology): 405 points in five
// dimensions. What is measured is the description as we publish it.
type MQA struct {
	Score    int         `json:"score"`
	Max      int         `json:"max"`
	Rating   MQARating   `json:"rating"`
	Pending  int         `json:"pending"` // points that hang on addresses nobody has looked at yet
	Parts    []MQAPart   `json:"dimensions"`
	Measures []MQAResult `json:"metrics"`
	Gains    []MQAGain   `json:"gains"` // what each thing that could be put right would give, the most first
}

// An MQAPart is what a dimension gives.
type MQAPart struct {
	Name  MQADimension `json:"name"`
	Score int          `json:"score"`
	Max   int          `json:"max"`
}

// An MQAResult is what was found for one metric.
type MQAResult struct {
	MQAMetric
	Met     bool `json:"met"`
	Pending bool `json:"pending,omitempty"` // not looked at yet: neither met nor not
	Status  int  `json:"status,omitempty"`  // of HTTP, where that is measured
}

// An MQAGain is a metric that is not met and what meeting it would give.
type MQAGain struct {
	Metric string `json:"metric"` // MQAFile: a file, with all that it may give
	Points int    `json:"points"`
	Party  Party  `json:"by"`
}

// MQAFile is the gain of a dataset without files.
const MQAFile = "distribution"

// MQARating is the word for a score.
type MQARating string

// The ratings, with the least points of each.
const (
	MQAExcellent  MQARating = "excellent"  // 351
	MQAGood       MQARating = "good"       // 221
	MQASufficient MQARating = "sufficient" // 121
	MQABad        MQARating = "bad"
)

// RatingOf is the word for a score.
func RatingOf(score int) MQARating {
	switch {
	case score >= 351:
		return MQAExcellent
	case score >= 221:
		return MQAGood
	case score >= 121:
		return MQASufficient
	}
	return MQABad
}

// MQADimension is one of the five.
type MQADimension string

// The dimensions, in their order.
const (
	Findability      MQADimension = "findability"
	Accessibility    MQADimension = "accessibility"
	Interoperability MQADimension = "interoperability"
	Reusability      MQADimension = "reusability"
	Contextuality    MQADimension = "contextuality"
)

// An MQAMetric is one thing that is measured. Name is its name in the vocabulary of
// data.europa.eu (https://piveau.eu/ns/voc#).
type MQAMetric struct {
	Name      string       `json:"name"`
	Dimension MQADimension `json:"dimension"`
	Points    int          `json:"points"`
	OfFile    bool         `json:"-"` // measured on the distribution that has most points
}

// MQAMetrics are the metrics with the published weights. Of several distributions
// the one that gets most points counts, as data.europa.eu does it.
var MQAMetrics = []MQAMetric{
	{"keywordAvailability", Findability, 30, false},
	{"categoryAvailability", Findability, 30, false},
	{"spatialAvailability", Findability, 20, false},
	{"temporalAvailability", Findability, 20, false},
	{"accessUrlStatusCode", Accessibility, 50, true},
	{"downloadUrlAvailability", Accessibility, 20, true},
	{"downloadUrlStatusCode", Accessibility, 30, true},
	{"formatAvailability", Interoperability, 20, true},
	{"mediaTypeAvailability", Interoperability, 10, true},
	{"formatMediaTypeVocabularyAlignment", Interoperability, 10, true},
	{"formatMediaTypeNonProprietary", Interoperability, 20, true},
	{"formatMediaTypeMachineInterpretable", Interoperability, 20, true},
	{"dcatApCompliance", Interoperability, 30, false},
	{"licenceAvailability", Reusability, 20, true},
	{"knownLicence", Reusability, 10, true},
	{"accessRightsAvailability", Reusability, 10, false},
	{"accessRightsVocabularyAlignment", Reusability, 5, false},
	{"contactPointAvailability", Reusability, 20, false},
	{"publisherAvailability", Reusability, 10, false},
	{"rightsAvailability", Contextuality, 5, true},
	{"byteSizeAvailability", Contextuality, 5, true},
	{"dateIssuedAvailability", Contextuality, 5, false},
	{"dateModifiedAvailability", Contextuality, 5, true},
}

// mqa measures r.
func (v *Vocabularies) mqa(r *Record, links map[string]LinkCheck) *MQA {
	best := v.bestFile(r, links)
	m := &MQA{Gains: []MQAGain{}}
	file, party := 0, PartyPublisher
	if r.OurDescription() {
		party = PartyUs
	}
	for _, metric := range MQAMetrics {
		got := MQAResult{MQAMetric: metric}
		if metric.OfFile {
			got = best[metric.Name]
		} else {
			got.Met = r.meetsMQA(metric.Name)
		}
		m.add(got)
		switch {
		case got.Met:
		case got.Pending:
			m.Pending += metric.Points
		case metric.OfFile && len(r.Distributions) == 0:
			file += metric.Points
		default:
			m.Gains = append(m.Gains, MQAGain{metric.Name, metric.Points, party})
		}
	}
	if file > 0 {
		m.Gains = append(m.Gains, MQAGain{MQAFile, file, party})
	}
	slices.SortStableFunc(m.Gains, func(a, b MQAGain) int { return cmp.Compare(b.Points, a.Points) })
	m.Rating = RatingOf(m.Score)
	return m
}

// add counts one result.
func (m *MQA) add(got MQAResult) {
	m.Measures = append(m.Measures, got)
	m.Max += got.Points
	if n := len(m.Parts); n == 0 || m.Parts[n-1].Name != got.Dimension {
		m.Parts = append(m.Parts, MQAPart{Name: got.Dimension})
	}
	part := &m.Parts[len(m.Parts)-1]
	part.Max += got.Points
	if got.Met {
		part.Score += got.Points
		m.Score += got.Points
	}
}

// bestFile is what was found for the metrics of the distribution that has most points.
func (v *Vocabularies) bestFile(r *Record, links map[string]LinkCheck) map[string]MQAResult {
	var best map[string]MQAResult
	most, list := -1, r.Distributions
	if len(list) == 0 {
		list = []Distribution{{}} // of which nothing is met
	}
	for _, d := range list {
		points, found := 0, map[string]MQAResult{}
		for _, metric := range MQAMetrics {
			if !metric.OfFile {
				continue
			}
			got := v.fileMQA(r, d, metric, links)
			if found[metric.Name] = got; got.Met {
				points += metric.Points
			}
		}
		if points > most {
			most, best = points, found
		}
	}
	return best
}

// fileMQA is what was found for one metric of a distribution.
func (v *Vocabularies) fileMQA(r *Record, d Distribution, metric MQAMetric, links map[string]LinkCheck) MQAResult {
	got := MQAResult{MQAMetric: metric}
	answers := func(address string) {
		if address = webAddress(address); address == "" {
			return
		}
		check := links[address]
		got.Met, got.Pending, got.Status = check.Usable(), !check.Known(), check.Status
	}
	format, known := v.FileType(d.Format)
	known = known && d.Format != ""
	switch metric.Name {
	case "accessUrlStatusCode":
		answers(cmp.Or(d.AccessURL, d.DownloadURL)) // an access URL is there always, as we publish it
	case "downloadUrlAvailability":
		got.Met = d.DownloadURL != ""
	case "downloadUrlStatusCode":
		answers(d.DownloadURL)
	case "formatAvailability":
		got.Met = d.Format != "" || d.FormatDeclared != ""
	case "mediaTypeAvailability":
		got.Met = d.MediaType != ""
	case "formatMediaTypeVocabularyAlignment":
		got.Met = d.FormatURI != ""
	case "formatMediaTypeNonProprietary":
		got.Met = known && format.Open
	case "formatMediaTypeMachineInterpretable":
		got.Met = known && slices.Contains([]string{"table", "geo", "rdf"}, format.Use)
	case "licenceAvailability":
		got.Met = d.Licence != "" && (!unknownTerms(d.Licence) || d.LicenceDeclared != "")
	case "knownLicence":
		_, ok := v.Licence(d.Licence)
		got.Met = ok && d.Licence != "" && !unknownTerms(d.Licence)
	case "rightsAvailability":
		got.Met = d.Address() != "" && !blank(r.Properties.Get("rights_note"))
	case "byteSizeAvailability":
		got.Met = d.ByteSize > 0
	case "dateModifiedAvailability":
		got.Met = d.Modified != "" || d.Address() != "" && !blank(r.Properties.Get("modified"))
	}
	return got
}

// meetsMQA reports whether the description of r meets a metric.
func (r *Record) meetsMQA(metric string) bool {
	has := func(name string) bool { return !blank(r.Properties.Get(name)) }
	switch metric {
	case "keywordAvailability":
		return has("keywords")
	case "categoryAvailability":
		return has("themes")
	case "spatialAvailability":
		return has("spatial") || r.Geometry != nil
	case "temporalAvailability":
		return has("temporal")
	case "accessRightsAvailability":
		return has("access_rights") || has("access_rights"+declared)
	case "accessRightsVocabularyAlignment":
		return has("access_rights")
	case "contactPointAvailability":
		return has("contact_points")
	case "publisherAvailability":
		return has("publisher")
	case "dateIssuedAvailability":
		return has("issued")
	case "dcatApCompliance":
		return r.compliesWithDCAT()
	}
	return false
}

// compliesWithDCAT reports whether the description of r has what DCAT-AP 3 makes
// mandatory (title and description of the dataset, an address of each
// distribution), and no date or term that could not be read. It is what can be told
// of the description; the shapes of DCAT-AP are not run.
func (r *Record) compliesWithDCAT() bool {
	if strings.TrimSpace(r.Title) == "" || blank(r.Properties.Get("description")) {
		return false
	}
	for _, d := range r.Distributions {
		if webAddress(d.Address()) == "" {
			return false
		}
	}
	for _, name := range []string{"themes", "frequency", "language", "issued", "modified", "access_rights"} {
		if blank(r.Properties.Get(name)) && !blank(r.Properties.Get(name+declared)) {
			return false
		}
	}
	return true
}
