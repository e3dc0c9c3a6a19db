package catalog

import (
	"maps"
	"slices"
)

// News is something that has changed in how the harvest of a source goes.
type News string

// What is news. That a run found all as it was, or failed as the one before, is
// none.
const (
	NewsFailed     News = "failed"     // after a run that had not
	NewsRecovered  News = "recovered"  // completed after one that had failed
	NewsParked     News = "parked"     // waits for a person, the one before did not
	NewsGone       News = "gone"       // records were withdrawn
	NewsComplaints News = "complaints" // of a kind that no earlier run had
)

// NewsOf is what a harvest that has ended brought of news, before being the harvest
// before it (nil: it is the first) and known the rules that any earlier one broke;
// and the rules that are new.
func NewsOf(run Run, before *Run, known []string) (news []News, rules []string) {
	was := RunState("")
	if before != nil {
		was = before.State
	}
	switch run.State {
	case RunFailed:
		if was != RunFailed {
			news = append(news, NewsFailed)
		}
	case RunParked:
		if was != RunParked {
			news = append(news, NewsParked)
		}
	case RunCompleted:
		if was == RunFailed {
			news = append(news, NewsRecovered)
		}
		if run.Receipt.Gone > 0 {
			news = append(news, NewsGone)
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(run.Receipt.Rules)) {
		if !slices.Contains(known, rule) {
			rules = append(rules, rule)
		}
	}
	if len(rules) > 0 {
		news = append(news, NewsComplaints)
	}
	return news, rules
}

// A Correspondent is to whom mail goes about a source.
type Correspondent struct {
	Address string `json:"notify"`
	Lang    string `json:"notify_lang"` // "it" or "en"
}

// A Notice is one message about one run.
type Notice struct {
	Run      int64    `json:"run"`
	Source   string   `json:"source"`
	News     []News   `json:"news"`
	Rules    []string `json:"rules,omitempty"` // that are new
	State    string   `json:"state"`           // waiting, handed, sent, failed, doubtful
	Attempts int      `json:"attempts"`
	Error    string   `json:"error,omitempty"` // of the last attempt
	Correspondent
}

// The states of a Notice that its sender looks at.
const (
	NoticeWaiting  = "waiting"
	NoticeHanded   = "handed" // all is written to the mail server but the end
	NoticeSent     = "sent"
	NoticeFailed   = "failed"   // given up
	NoticeDoubtful = "doubtful" // the server never answered the end
)
