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

// Usable reports whether the address counts as one that answers.
func (l LinkCheck) Usable() bool { return l.State == LinkWorks || l.State == LinkFailing }

// Known reports whether anything can be said of it.
func (l LinkCheck) Known() bool {
	return l.State == LinkWorks || l.State == LinkFailing || l.State == LinkBroken
}

// Links are the addresses that r sends people to, each once: those of its files and
// services, its web site and its page at the source.
func (r *Record) Links() []string {
	var list []string
	seen := map[string]bool{"": true}
	add := func(address string) {
		if address = webAddress(address); !seen[address] && len(address) <= MaxLink {
			seen[address] = true
			list = append(list, address)
		}
	}
	for _, d := range r.Distributions {
		add(d.AccessURL)
		add(d.DownloadURL)
	}
	add(r.Website)
	if r.Kind != KindFeature {
		add(r.SourceURL)
	}
	if page, ok := r.Properties.Get("landing_page").(string); ok {
		add(page)
	}
	return list
}

// MaxLink is the longest address, in bytes, that is looked at: the entry of an index.
const MaxLink = 2000
