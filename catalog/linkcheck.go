package catalog

import "time"

// A LinkCheck is what was found when an address was last asked for.
type LinkCheck struct {
	At     time.Time `json:"at"`
	Status int       `json:"status"` // of HTTP; 0: there was no answer
	Millis int       `json:"ms"`     // until the beginning of the answer
	State  LinkState `json:"state"`
	Reason LinkFault `json:"reason,omitempty"`
}

// LinkState is what is thought of an address.
type LinkState string

// The states of an address. One failure is no verdict: Broken is what failed on two
// different days.
const (
	LinkNew     LinkState = "new" // not looked at yet
	LinkWorks   LinkState = "works"
	LinkFailing LinkState = "failing"
	LinkBroken  LinkState = "broken"
	LinkUnsure  LinkState = "unsure" // its server lets no program look, or answers everything alike
)

// LinkFault is why an address does not work, or cannot be judged.
type LinkFault string

// The faults of addresses.
const (
	LinkMissing     LinkFault = "missing"     // 404, 410 or another refusal
	LinkServerError LinkFault = "server"      // 5xx
	LinkUnreachable LinkFault = "unreachable" // no such host, no answer, a broken connection
	LinkSoftMissing LinkFault = "soft-404"    // a page that says that there is none, with the status 200
	LinkHome        LinkFault = "home"        // it leads to the first page of the site
	LinkNoFile      LinkFault = "page"        // a page stands where a file should be
	LinkForbidden   LinkFault = "forbidden"   // 401, 403
	LinkRobots      LinkFault = "robots"      // robots.txt
	LinkBusy        LinkFault = "busy"        // 429, 503 with Retry-After: asked again another day
	LinkAlike       LinkFault = "alike"       // all addresses of the server get the same page
)

// Failure reports whether f says that an address does not work, and not only that
// nothing can be said.
func (f LinkFault) Failure() bool {
	switch f {
	case LinkMissing, LinkServerError, LinkUnreachable, LinkSoftMissing, LinkHome, LinkNoFile:
		return true
	}
	return false
}

// Usable reports whether the address counts as one that answers.
func (l LinkCheck) Usable() bool { return l.State == LinkWorks || l.State == LinkFailing }

// Known reports whether anything can be said of it.
func (l LinkCheck) Known() bool { return l.Usable() || l.State == LinkBroken }

// A Link is an address that published records send people to, with what is known of it.
type Link struct {
	LinkCheck
	Address      string
	File         bool      // a file of data is promised there, not a page
	FailedOn     time.Time // the first day of the failures that last; zero: it works, or nothing is known
	Due          time.Time // when it is to be looked at
	ETag         string
	LastModified string
}

// A LinkFinding is what one look at an address gave. Fault is "" when it works.
type LinkFinding struct {
	Address      string
	At           time.Time
	Status       int
	Millis       int
	Fault        LinkFault
	ETag         string
	LastModified string
}

// When an address is looked at again.
const (
	linkRhythm  = 7 * 24 * time.Hour // one that works, or of which nothing can be said
	linkAgain   = 20 * time.Hour     // one that failed for the first time: on another day
	linkRetry   = 3 * 24 * time.Hour // one that is broken
	linkBusyFor = 24 * time.Hour
)

// After is l after a look. spread, from 0 to 1, parts what would come all at once.
func (l Link) After(f LinkFinding, spread float64) Link {
	before := l.LinkCheck
	l.LinkCheck = LinkCheck{At: f.At, Status: f.Status, Millis: f.Millis, State: LinkWorks, Reason: f.Fault}
	wait := linkRhythm
	today := dayIn(f.At)
	switch {
	case f.Fault == "":
		l.FailedOn, l.ETag, l.LastModified = time.Time{}, f.ETag, f.LastModified
	case f.Fault == LinkBusy:
		l.LinkCheck, wait = before, linkBusyFor // it has said nothing
		if before.At.IsZero() {
			l.State = LinkNew
		}
	case !f.Fault.Failure():
		l.State, l.FailedOn = LinkUnsure, time.Time{}
	case l.FailedOn.IsZero():
		l.State, l.FailedOn, wait = LinkFailing, today, max(linkAgain, today.AddDate(0, 0, 1).Sub(f.At))
	case today.After(l.FailedOn):
		l.State, wait = LinkBroken, linkRetry
	default:
		l.State, wait = LinkFailing, max(linkAgain, today.AddDate(0, 0, 1).Sub(f.At))
	}
	l.Due = f.At.Add(wait + time.Duration(spread*float64(wait)/4))
	return l
}

// dayIn is the beginning of the day of Italy that t is in.
func dayIn(t time.Time) time.Time {
	t = t.In(Rome)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, Rome)
}

// Links are the addresses that r sends people to, each once: those of its files and
// services, its web site and its page at the source.
func (v *Vocabularies) Links(r *Record) []Link {
	var list []Link
	seen := map[string]bool{"": true}
	add := func(address string, file bool) {
		if address = webAddress(address); !seen[address] && len(address) <= MaxLink {
			seen[address] = true
			list = append(list, Link{Address: address, File: file})
		}
	}
	for _, d := range r.Distributions {
		t, ok := v.FileType(d.Format)
		add(d.DownloadURL, ok && d.Format != "" && !d.Service && !t.Service() && t.Use != "page")
		add(d.AccessURL, false)
	}
	if r.Kind == KindFeature {
		return list
	}
	add(r.Website, false)
	add(r.SourceURL, false)
	if page, ok := r.Properties.Get("landing_page").(string); ok {
		add(page, false)
	}
	return list
}

// MaxLink is the longest address, in bytes, that is looked at: the entry of an index.
const MaxLink = 2000

// Findings are what the catalogue knows of a record beside it.
type Findings struct {
	Links      map[string]LinkCheck // by address
	Complaints []Complaint          // of its harvest
	Twins      []string             // ids of published records that it may be the same as
	Apart      *Apart               // two of its sources that place it far from each other
	Check      *Check               // the last time that a body looked whether it is true
}

// A BodyQuality is how good the records are that a body answers for.
type BodyQuality struct {
	Kinds  []KindQuality `json:"kinds"`
	Worst  []string      `json:"-"` // ids of the records that have most to gain, the worst first
	Broken []BrokenLink  `json:"brokenLinks"`
	// Links that are broken, also those that Broken leaves out.
	BrokenLinks int64 `json:"broken"`
}

// A KindQuality is how good the records of one kind are.
type KindQuality struct {
	Kind         Kind     `json:"kind"`
	Records      int64    `json:"records"`
	Completeness *float64 `json:"completeness,omitempty"` // average, 0 to 100
	MQA          *float64 `json:"mqa,omitempty"`          // average of datasets, 0 to 405
}

// A BrokenLink is one that failed on two days, and a record that gives it.
type BrokenLink struct {
	Link
	Record *Record
}
