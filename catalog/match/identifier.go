package match

import (
	"regexp"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// A scheme is what a kind of identifier is worth (spec/metadata.md §4.2).
type scheme struct {
	kinds    []catalog.Kind // that it identifies; of others it is a property. none: all
	oneValue bool           // two different ones are two things, whatever else agrees
	read     func(string) (string, bool)
}

// schemes are those that identify. A feature is a row that was not mapped to a
// kind: it may be anything.
var schemes = map[string]scheme{
	"isil": {[]catalog.Kind{catalog.KindPlace, catalog.KindOrganization}, true, readISIL},
	// Private schools have a digit third (VA1A06500E), which the form of the specification lacks.
	"meccanografico": {[]catalog.Kind{catalog.KindPlace, catalog.KindOrganization}, true, form(strings.ToUpper, `^[A-Z]{2}[A-Z0-9]{2}[A-Z0-9]{6}$`)},
	"nct":            {[]catalog.Kind{catalog.KindHeritageItem}, true, readNCT},
	"ipa":            {[]catalog.Kind{catalog.KindOrganization}, true, readIPA},
	"ipa_uo":         {[]catalog.Kind{catalog.KindOffice}, false, form(strings.ToUpper, `^[A-Z0-9]{6}$`)},
	"ipa_aoo":        {[]catalog.Kind{catalog.KindOffice}, false, form(strings.ToUpper, `^[A-Z0-9]{2,20}$`)},
	"cf":             {[]catalog.Kind{catalog.KindOrganization}, false, readTaxCode},
	"piva":           {[]catalog.Kind{catalog.KindOrganization}, false, readTaxCode},
	"istat_com":      {[]catalog.Kind{catalog.KindAdminArea}, false, padded(6)},
	"istat_prov":     {[]catalog.Kind{catalog.KindAdminArea}, false, padded(3)},
	"istat_reg":      {[]catalog.Kind{catalog.KindAdminArea}, false, padded(2)},
	"belfiore":       {[]catalog.Kind{catalog.KindAdminArea}, false, form(strings.ToUpper, `^[A-Z][0-9]{3}$`)},
	"nuts":           {[]catalog.Kind{catalog.KindAdminArea}, false, form(strings.ToUpper, `^[A-Z]{2}[0-9A-Z]{0,3}$`)},
	"lau":            {[]catalog.Kind{catalog.KindAdminArea}, false, form(strings.ToUpper, `^[0-9A-Z_]{3,15}$`)},
	"wikidata":       {nil, false, readWikidata},
	"geonames":       {nil, false, form(lastPart, `^[1-9][0-9]{0,10}$`)},
	"anagrafe_iccu":  {[]catalog.Kind{catalog.KindPlace}, false, form(strings.ToUpper, `^[A-Z0-9]{5,6}$`)},
	"sbn":            {[]catalog.Kind{catalog.KindPlace}, false, form(strings.ToUpper, `^[A-Z0-9]{5,6}$`)},
	"arco":           {nil, false, readIRI},
	"lod_cultura":    {nil, false, readIRI},
	"iri":            {nil, false, readIRI},
	"eoi":            {[]catalog.Kind{catalog.KindStation}, false, form(strings.ToUpper, `^[A-Z]{2}[0-9A-Z]{4,6}$`)},
	"oai":            {nil, false, form(strings.TrimSpace, `^oai:[^\s:]+:\S+$`)},
	"doi":            {[]catalog.Kind{catalog.KindDataset}, false, readDOI},
	"runts":          {[]catalog.Kind{catalog.KindOrganization}, false, form(strings.TrimSpace, `^[0-9]{1,10}$`)},
	"uid_ical":       {[]catalog.Kind{catalog.KindEvent}, false, form(strings.TrimSpace, `^\S{6,255}$`)},
}

// ReadIdentifier is value as its scheme writes it, and whether it has the form
// of the scheme and passes its check. Schemes that identify nothing for long,
// such as osm, and unknown ones are never read.
func ReadIdentifier(scheme, value string) (string, bool) {
	s, ok := schemes[scheme]
	if !ok || len(value) > 300 {
		return "", false
	}
	return s.read(strings.TrimSpace(value))
}

// identifiersOf are those of list that identify a thing of this kind, in the order of
// the alphabet.
func identifiersOf(kind catalog.Kind, list []catalog.Identifier) []catalog.Identifier {
	var ids []catalog.Identifier
	for _, id := range list {
		name := strings.ToLower(strings.TrimSpace(id.Scheme))
		s := schemes[name]
		if s.kinds != nil && kind != "" && kind != catalog.KindFeature && !slices.Contains(s.kinds, kind) {
			continue
		}
		value, ok := ReadIdentifier(name, id.Value)
		if found := (catalog.Identifier{Scheme: name, Value: value}); ok && !slices.Contains(ids, found) {
			ids = append(ids, found)
		}
	}
	slices.SortFunc(ids, func(a, b catalog.Identifier) int {
		return strings.Compare(a.Scheme+"\x00"+a.Value, b.Scheme+"\x00"+b.Value)
	})
	return ids
}

// compareIdentifiers is one that both have, and the scheme of which each has
// another value; joins and vetoes: whether that decides.
func compareIdentifiers(a, b []catalog.Identifier) (equal, first, other catalog.Identifier, joins, differs, vetoes bool) {
	for _, x := range a {
		shared, both := false, false
		var y catalog.Identifier
		for _, z := range b {
			if z.Scheme == x.Scheme {
				both, y = true, z
				shared = shared || z.Value == x.Value
			}
		}
		switch {
		case shared:
			if !joins {
				equal, joins = x, true
			}
		case both && !sharesAny(x.Scheme, a, b):
			if one := schemes[x.Scheme].oneValue; !differs || one && !vetoes {
				first, other, differs = x, y, true
				vetoes = one
			}
		}
	}
	return
}

// sharesAny reports whether a and b have some value of scheme in common.
func sharesAny(scheme string, a, b []catalog.Identifier) bool {
	return slices.ContainsFunc(a, func(x catalog.Identifier) bool { return x.Scheme == scheme && slices.Contains(b, x) })
}

func form(write func(string) string, pattern string) func(string) (string, bool) {
	p := regexp.MustCompile(pattern)
	return func(s string) (string, bool) {
		s = write(s)
		return s, p.MatchString(s)
	}
}

func padded(n int) func(string) (string, bool) {
	return func(s string) (string, bool) {
		if !number(s) || len(s) > n {
			return "", false
		}
		s = strings.Repeat("0", n-len(s)) + s
		return s, strings.Trim(s, "0") != ""
	}
}

var isil = regexp.MustCompile(`^IT-[A-Z]{2}[0-9]{4}$`)

// readISIL: "it-po0002", "IT PO 0002" and "ITPO0002" are IT-PO0002.
func readISIL(s string) (string, bool) {
	s = strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToUpper(s))
	if len(s) > 2 {
		s = s[:2] + "-" + s[2:]
	}
	return s, isil.MatchString(s)
}

var nct = regexp.MustCompile(`^([0-9]{2})(?:[ /.-]+([0-9]{1,8})|([0-9]{1,8}))[ /.-]*([A-Z]{0,2})$`)

// readNCT is region, number in eight digits, suffix. The number alone says
// nothing: every region counts for itself.
func readNCT(s string) (string, bool) {
	m := nct.FindStringSubmatch(strings.ToUpper(s))
	if m == nil {
		return "", false
	}
	digits := m[2] + m[3]
	if m[3] != "" && len(digits) < 8 {
		return "", false // no telling where the region ends
	}
	return m[1] + strings.Repeat("0", 8-len(digits)) + digits + m[4], m[1] != "00" && strings.Trim(digits, "0") != ""
}

var ipa = regexp.MustCompile(`^[a-z0-9_-]{2,32}$`)

// readIPA refuses what software writes where there is no code (spec/metadata.md §4.4).
func readIPA(s string) (string, bool) {
	s = strings.ToLower(s)
	return s, ipa.MatchString(s) && !slices.Contains([]string{"temp_ipa", "ipa", "na", "nd", "none", "null", "default"}, s)
}

// readTaxCode is an Italian tax code of a body or a VAT number: eleven digits,
// the last of which checks the others. Persons' codes of 16 characters are refused.
func readTaxCode(s string) (string, bool) {
	s = strings.TrimPrefix(strings.NewReplacer(" ", "", ".", "", "-", "").Replace(strings.ToUpper(s)), "IT")
	if len(s) != 11 || !number(s) || strings.Trim(s, "0") == "" {
		return "", false
	}
	sum := 0
	for i := range 10 {
		d := int(s[i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return s, (10-sum%10)%10 == int(s[10]-'0')
}

var qid = regexp.MustCompile(`^Q[1-9][0-9]{0,11}$`)

func readWikidata(s string) (string, bool) {
	s = strings.ToUpper(lastPart(s))
	return s, qid.MatchString(s)
}

func lastPart(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// readIRI is an address on the web without what servers change: scheme, www, slash at the end.
func readIRI(s string) (string, bool) {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return "", false
		}
	}
	host, path, _ := strings.Cut(rest, "/")
	s = strings.TrimPrefix(strings.ToLower(host), "www.") + "/" + strings.TrimSuffix(path, "/")
	return s, len(s) > 4 && !strings.HasSuffix(s, "/") && !strings.ContainsAny(s, " \n")
}

var doi = regexp.MustCompile(`10\.[0-9]{4,9}/\S+$`)

func readDOI(s string) (string, bool) {
	s = doi.FindString(strings.ToLower(s))
	return s, s != ""
}
