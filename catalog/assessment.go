package catalog

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// An Assessment is how complete a record is and what is doubtful about it (spec §0.1,
// field quality). It is a function of the record, of what was found at its addresses
// and of the issues of its harvest; nothing of it is kept with the record.
type Assessment struct {
	// Completeness is how much of what such a record should have it has, 0..100; 100
	// only when nothing is missing. -1: nothing is asked of its kind.
	Completeness int
	Warnings     []Warning
	MQA          *MQA // of a dataset
}

// A Warning is one thing that is missing or doubtful.
type Warning struct {
	Code   WarningCode
	Field  string // property; "": the record
	Detail string // what is there, or where
	Party  Party  // who can put it right
}

// WarningCode is a short stable name of what is doubtful: one of these, or the rule
// of an issue of the harvest.
type WarningCode string

// The codes of warnings.
const (
	WarnMissing     WarningCode = "missing"     // a required property
	WarnAdvised     WarningCode = "advised"     // a recommended one
	WarnNotRead     WarningCode = "not-read"    // the source seems to say it, in the column Detail, and we do not read it
	WarnImplausible WarningCode = "implausible" // a date that can hardly be true
	WarnEndFirst    WarningCode = "end-before-start"
	WarnFuture      WarningCode = "in-future" // something that has happened, tomorrow
	WarnLink        WarningCode = "link-broken"
	WarnDuplicate   WarningCode = "duplicate"       // Detail is the record that it may be the same as
	WarnApart       WarningCode = "positions-apart" // Detail are two of its sources and how far apart they place it
)

// Text is the warning in English.
func (w Warning) Text() string {
	name := w.Field
	if f := fieldsByName[w.Field]; f != nil {
		name = f.EN
	} else if w.Field == Placement {
		name = "position on the map"
	}
	switch w.Code {
	case WarnMissing:
		return name + " is missing"
	case WarnAdvised:
		return name + " is not given; it is recommended"
	case WarnNotRead:
		return fmt.Sprintf("%s seems to be in the column %s of the source, which is not read as such: ours to put right", name, w.Detail)
	case WarnImplausible:
		return fmt.Sprintf("%s can hardly be true: %s", name, w.Detail)
	case WarnEndFirst:
		return fmt.Sprintf("%s is before the beginning: %s", name, w.Detail)
	case WarnFuture:
		return fmt.Sprintf("%s is in the future: %s", name, w.Detail)
	case WarnLink:
		return "the address does not work: " + w.Detail
	case WarnDuplicate:
		return "it may be the same as the record " + w.Detail
	case WarnApart:
		return "two of its sources place it apart, so one of them is wrong, or it is two things: " + w.Detail
	}
	return w.Detail
}

// MarshalJSON writes the warning as the API does.
func (w Warning) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Code  WarningCode `json:"code"`
		Field string      `json:"field,omitempty"`
		Text  string      `json:"text"`
		By    Party       `json:"by"`
	}{w.Code, w.Field, w.Text(), w.Party})
}

// Assess judges r at a moment.
func (v *Vocabularies) Assess(r *Record, f Findings, now time.Time) Assessment {
	q := Assessment{Completeness: -1, Warnings: []Warning{}}
	q.complete(r)
	q.Warnings = append(q.Warnings, r.implausible(now)...)
	for _, l := range v.Links(r) {
		if f.Links[l.Address].State == LinkBroken {
			q.Warnings = append(q.Warnings, Warning{Code: WarnLink, Detail: l.Address, Party: PartyPublisher})
		}
	}
	for _, id := range f.Twins {
		q.Warnings = append(q.Warnings, Warning{Code: WarnDuplicate, Detail: id, Party: PartyUs})
	}
	if f.Apart != nil {
		q.Warnings = append(q.Warnings, Warning{Code: WarnApart, Field: Placement, Detail: f.Apart.String(), Party: PartyUs})
	}
	for _, c := range f.Complaints {
		text := c.Expected
		if c.Read != "" {
			text = "read " + c.Read + "; expected " + c.Expected
		}
		q.Warnings = append(q.Warnings, Warning{Code: WarningCode(c.Rule), Field: c.Field, Detail: text, Party: PartyOf(c.Rule)})
	}
	if r.Kind == KindDataset {
		q.MQA = v.mqa(r, f.Links)
	}
	return q
}

// Missing are the warnings about what r should have and has not.
func (q Assessment) Missing() []Warning {
	var list []Warning
	for _, w := range q.Warnings {
		if w.Code == WarnMissing || w.Code == WarnAdvised || w.Code == WarnNotRead {
			list = append(list, w)
		}
	}
	return list
}

// complete measures r against what is expected of it.
func (q *Assessment) complete(r *Record) {
	all, has := 0, 0
	for _, e := range r.Expectations() {
		weight := recommendedWeight
		if e.Required {
			weight = requiredWeight
		}
		all += weight
		if r.meets(e) {
			has += weight
			continue
		}
		q.Warnings = append(q.Warnings, r.lacks(e))
	}
	if all > 0 {
		q.Completeness = has * 100 / all
	}
}

// meets reports whether r says what e asks for, in whichever way.
func (r *Record) meets(e Expectation) bool {
	if r.says(e.Name) {
		return true
	}
	for _, name := range e.Or {
		if r.says(name) {
			return true
		}
	}
	return false
}

// says reports whether r has a property, or the source's words for it.
func (r *Record) says(name string) bool {
	switch name {
	case Placement:
		return r.Geometry != nil
	case "title":
		return r.Title != ""
	case "licence":
		return r.Licence != "" && !unknownTerms(r.Licence)
	}
	return !blank(r.Properties.Get(name)) || !blank(r.Properties.Get("source_"+name)) || !blank(r.Properties.Get(name+declared))
}

// unknownTerms reports whether a licence is the one that says that none is known.
func unknownTerms(uri string) bool { return strings.HasSuffix(uri, "/C11_Unknown") }

// blank reports whether a value says nothing.
func blank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []string:
		return len(v) == 0
	case json.RawMessage:
		text := strings.TrimSpace(string(v))
		return text == "" || text == "null" || text == "[]" || text == "{}" || text == `""`
	}
	return false
}

// lacks is the warning that r does not say what e asks for. A column of the source
// that is called so is not the publisher's omission.
func (r *Record) lacks(e Expectation) Warning {
	w := Warning{Code: WarnAdvised, Field: e.Name, Party: PartyPublisher}
	if e.Required {
		w.Code = WarnMissing
	}
	if e.Ours && r.Kind != KindDataset || r.OurDescription() {
		w.Party = PartyUs
	}
	for _, p := range r.Properties {
		if fieldOf(r.Kind, p.Name) == nil && !blank(p.Value) && isCalled(p.Name, e.Columns) {
			return Warning{Code: WarnNotRead, Field: e.Name, Detail: p.Name, Party: PartyUs}
		}
	}
	return w
}

// isCalled reports whether a word of the name of a column begins as one of stems.
func isCalled(column string, stems []string) bool {
	if len(stems) == 0 {
		return false
	}
	for _, word := range Words(columnWords.ReplaceAllString(column, "$1 $2")) {
		for _, stem := range stems {
			if word == stem || len(stem) > 3 && strings.HasPrefix(word, stem) {
				return true
			}
		}
	}
	return false
}

// columnWords is where a capital begins a word of a name: oraDiInizio.
var columnWords = regexp.MustCompile(`(\p{Ll})(\p{Lu})`)
