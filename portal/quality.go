package portal

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// A badge says something about the quality of a dataset, in words; /aiuto tells
// the rule of each.
type badge struct {
	Text string
	Good bool
}

const (
	// leastPeriod is how long any dataset may wait for its update: of one that is
	// updated daily nobody complains after a weekend.
	leastPeriod = 7 * 24 * time.Hour
	// unsaidPeriod is how long one may wait that does not say how often it is updated.
	unsaidPeriod = 366 * 24 * time.Hour
)

// badges say what can be relied on. here says that its rows are in the catalogue.
func (s *server) badges(rec *catalog.Record, here bool, now time.Time) []badge {
	var out []badge
	add := func(good bool, key string, args ...any) { out = append(out, badge{s.texts.t(key, args...), good}) }
	if late, known := overdue(rec, now); known && late == 0 {
		add(true, "qualita.aggiornato")
	} else if months := int(late.Hours() / 24 / 30.44); known && months < 2 {
		add(false, "qualita.ritardo")
	} else if known {
		add(false, "qualita.vecchio", months)
	}
	if here || slices.ContainsFunc(rec.Distributions, isOpen) {
		add(true, "qualita.formato-aperto")
	}
	if l, ok := datasets.Vocabularies().Licence(rec.Licence); ok && rec.Licence != "" && l.Openness == catalog.Open {
		add(true, "qualita.licenza-aperta")
	} else if ok && l.Openness == catalog.NotOpen {
		add(false, "qualita.licenza-chiusa")
	}
	if here {
		add(true, "qualita.api")
	} else {
		add(false, "qualita.collegamento")
	}
	return out
}

// isOpen reports whether a file is in a format for data that is open.
func isOpen(d catalog.Distribution) bool {
	t, ok := datasets.Vocabularies().FileType(d.Format)
	return ok && d.Format != "" && t.Open
}

// overdue is how old a dataset is when it should have been updated since: twice
// the interval that its publisher declares, at least leastPeriod, has gone by; 0
// when it has not. Nothing is known of one that does not say when it was last
// updated, or is never to be.
func overdue(rec *catalog.Record, now time.Time) (time.Duration, bool) {
	modified, ok := instantOf(clip(rec.SourceModified, 10))
	if !ok {
		return 0, false
	}
	allowed := unsaidPeriod
	if f, ok := datasets.Vocabularies().Frequency(property(rec, "frequency")); ok && property(rec, "frequency") != "" {
		if f.Code == "NEVER" {
			return 0, false
		}
		if p, ok := longestPeriod(f.Interval); ok {
			allowed = max(2*p, leastPeriod)
		}
	}
	if age := now.Sub(modified); age > allowed {
		return age, true
	}
	return 0, true
}

// fraction is a number of units that is no whole one, as in R/P0.33M.
var fraction = regexp.MustCompile(`\d*\.\d+`)

// longestPeriod is how long a repeating interval is at most, parts of a unit counted
// as a whole one.
func longestPeriod(repeating string) (time.Duration, bool) {
	text := fraction.ReplaceAllStringFunc(strings.TrimPrefix(repeating, "R/"), func(v string) string {
		f, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return v
		}
		return strconv.Itoa(int(math.Ceil(f)))
	})
	i, err := catalog.ParseInterval(text)
	return i.Longest(), err == nil
}
