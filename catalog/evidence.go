package catalog

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// EvidenceKind is how strongly something tells that two catalogues describe one
// dataset (spec/metadata.md §4.1, steps 2 to 6).
type EvidenceKind string

// The kinds of evidence, the strongest first.
const (
	EvidenceAddress EvidenceKind = "address" // step 2: an identifier that is one everywhere: an IRI, a UUID, one that begins with an IPA code
	EvidenceLocal   EvidenceKind = "local"   // step 3: an identifier of the rights holder's own
	EvidenceFile    EvidenceKind = "file"    // step 4: where a file is downloaded
	EvidenceSum     EvidenceKind = "sum"     // step 5: the checksum of a file of more than 10 kB
	EvidenceTitle   EvidenceKind = "title"   // step 6: how its title begins or ends, with holder and theme

	// Of everything but datasets (§4.2, §4.3):
	EvidenceNumber  EvidenceKind = "number"  // an identifier of a scheme
	EvidenceContact EvidenceKind = "contact" // a phone number, host or address of mail
	EvidenceAlike   EvidenceKind = "alike"   // all that two descriptions say, compared
)

// Joins reports whether evidence of this kind can make one record of two; the
// others are for a person to judge.
func (k EvidenceKind) Joins() bool {
	return k == EvidenceAddress || k == EvidenceLocal || k == EvidenceFile
}

// Evidence is one thing by which a dataset is known again in another catalogue.
type Evidence struct {
	Kind  EvidenceKind `json:"kind"`
	Value string       `json:"value"`
}

// maxIdentifier is from how many characters on a text is no identifier.
const maxIdentifier = 300

// minFile is from how many bytes on a file's checksum tells something: small
// files are equal by chance, such as empty tables with one header.
const minFile = 10 << 10

// titleEnd is how much of a title's beginning and end is looked up; who shares one of them is compared.
const titleEnd = 10

// Evidence is what the dataset r is known again by in another catalogue, in the order of
// the kinds. Of other records it is what a comparison finds (package match).
func (r *Record) Evidence(key string) []Evidence {
	var list []Evidence
	add := func(kind EvidenceKind, value string) {
		if e := (Evidence{kind, value}); value != "" && !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	holder := r.Holder()
	title := Plain(r.Title)
	for _, id := range r.datasetIdentifiers(key) {
		switch {
		case len(id) > maxIdentifier || Plain(id) == title:
		case worldwide(id):
			add(EvidenceAddress, SameAddress(id))
		case holder != "" && distinct(id):
			add(EvidenceLocal, holder+"|"+strings.ToLower(id))
		}
	}
	for _, d := range r.Distributions {
		if a := d.Address(); !d.Service && strings.Contains(a, "://") && len(a) <= maxIdentifier {
			add(EvidenceFile, SameAddress(a))
		}
	}
	for _, d := range r.Distributions {
		if d.ByteSize > minFile && len(d.Checksum) <= maxIdentifier {
			add(EvidenceSum, strings.ToLower(d.Checksum))
		}
	}
	if runes := []rune(title); holder != "" && len(runes) > titleEnd {
		add(EvidenceTitle, holder+"|"+firstTheme(r)+"|^"+string(runes[:titleEnd]))
		add(EvidenceTitle, holder+"|"+firstTheme(r)+"|$"+string(runes[len(runes)-titleEnd:]))
	}
	return list
}

// recognisedKinds are the kinds whose records are recognised across sources. An area is
// known by its code, a station by those who measure there, and rows of a dataset are
// that dataset's.
var recognisedKinds = []Kind{KindDataset, KindPlace, KindOrganization, KindOffice, KindEvent, KindHeritageItem, KindCourse, KindService}

// Recognised reports whether records of kind k are recognised across sources.
func (k Kind) Recognised() bool { return slices.Contains(recognisedKinds, k) }

// RecognisedKinds are the names of the kinds of which that is so.
func RecognisedKinds() []string {
	names := make([]string, len(recognisedKinds))
	for i, k := range recognisedKinds {
		names[i] = string(k)
	}
	return names
}

// Holder is the IPA code of the body that answers for r, "" where its source
// does not say or only has a placeholder (spec/metadata.md §4.4).
func (r *Record) Holder() string {
	switch r.BodyID {
	case "temp_ipa", "n/a", "ipa", "n_a", "unresolved":
		return ""
	}
	return r.BodyID
}

// datasetIdentifiers are all that may identify a dataset: its key and
// identifiers, its page and the dataset that it is a copy of.
func (r *Record) datasetIdentifiers(key string) []string {
	list := []string{key}
	for _, name := range []string{"identifier", "uri", "copy_of", "origin"} {
		list = append(list, strings.TrimSpace(Text(r.Properties.Get(name))))
	}
	list = append(list, strings.TrimSpace(r.SourceURL))
	var others []OtherIdentifier
	if raw, ok := r.Properties.Get("other_identifiers").(json.RawMessage); ok && json.Unmarshal(raw, &others) == nil {
		for _, o := range others {
			list = append(list, strings.TrimSpace(o.Notation))
		}
	}
	return list
}

// firstTheme is the first data theme of r.
func firstTheme(r *Record) string {
	var codes []string
	if raw, ok := r.Properties.Get("themes").(json.RawMessage); ok && json.Unmarshal(raw, &codes) == nil && len(codes) > 0 {
		return slices.Min(codes)
	}
	return ""
}

var (
	uuidForm = regexp.MustCompile(`^(?i)(?:urn:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	ipaForm  = regexp.MustCompile(`^(?i)(?:[cpr]_[a-z0-9]{2,6}|[a-z][a-z0-9]*_[a-z0-9_]+):.{3,}$`)
	iriForm  = regexp.MustCompile(`^(?i)(?:https?://[^/\s]+/\S*[^/\s]\S*|(?:urn|doi|oai|info):\S{4,})$`)
)

// worldwide reports whether an identifier is one wherever it stands. The bare
// address of a portal is not.
func worldwide(id string) bool {
	return uuidForm.MatchString(id) || ipaForm.MatchString(id) || iriForm.MatchString(id)
}

// distinct reports whether an identifier of a body's own tells one dataset from
// others: "1", "12" and "n/a" do not.
func distinct(id string) bool {
	return len(id) >= 3 && strings.Trim(id, "0123456789") != "" && !strings.EqualFold(id, "n/a") && !strings.ContainsAny(id, " \t\n") || len(id) > 5 && !strings.Contains(id, " ")
}

// SameAddress is an address or other identifier in the form in which equal ones are equal: https
// for http, the host in small letters without "www." and usual port, no fragment, no slash at the end,
// no marks of campaigns and visits. Capitals of the path and the order of
// the other parameters count (spec/metadata.md §4.1).
func SameAddress(s string) string {
	s = strings.TrimSpace(s)
	if lower := strings.ToLower(s); !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		return strings.ToLower(strings.TrimPrefix(lower, "urn:uuid:"))
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return s
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if doi := strings.Trim(u.Path, "/"); (host == "doi.org" || host == "dx.doi.org") && doi != "" {
		return "doi:" + strings.ToLower(doi)
	}
	host = strings.TrimPrefix(host, "www.")
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		host += ":" + p
	}
	var kept []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		if name, _, _ := strings.Cut(strings.ToLower(part), "="); part != "" && !passing(name) {
			kept = append(kept, part)
		}
	}
	out := "https://" + host + strings.TrimRight(u.EscapedPath(), "/")
	if len(kept) > 0 {
		out += "?" + strings.Join(kept, "&")
	}
	return out
}

// passing reports whether a parameter of an address belongs to a visit and not
// to what is visited.
func passing(name string) bool {
	return strings.HasPrefix(name, "utm_") || slices.Contains([]string{"phpsessid", "jsessionid", "sid", "sessionid", "session_id", "fbclid", "gclid"}, name)
}
