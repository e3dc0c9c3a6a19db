package portal_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"
)

var (
	agendaDay   = regexp.MustCompile(`<time datetime="([^"]+)">`)
	agendaEvent = regexp.MustCompile(`<h3><a href="(/eventi/[^"]+)">([^<]+)</a>`)
)

// on are the titles that a page of the agenda shows on a day, "" for those of
// several days.
func on(page, date string) []string {
	for section := range strings.SplitSeq(page, "<section ") {
		if strings.Contains(section, `datetime="`+date+`"`) || date == "" && strings.Contains(section, `"g-lunghi"`) {
			var titles []string
			for _, m := range agendaEvent.FindAllStringSubmatch(section, -1) {
				titles = append(titles, m[2])
			}
			return titles
		}
	}
	return nil
}

// TestAgenda: what recurs is on each of its days, what lasts is said once, and
// filters, feed and empty pages agree with the catalogue.
func TestAgenda(t *testing.T) {
	s := empty(t)
	if page := s.page(t, "/eventi"); !strings.Contains(page, "Nessun appuntamento") || !strings.Contains(page, "0574 534500") {
		t.Error("the agenda of an empty catalogue does not say what to do")
	}
	put(t, s, everyKind()...)

	page := s.page(t, "/eventi")
	var want []string
	for _, n := range []int{0, 1, 8, 15, 22, 29} {
		want = append(want, inDays(n))
	}
	if got := all(agendaDay, page); !slices.Equal(got, want) {
		t.Errorf("days %v; want %v", got, want)
	}
	for date, want := range map[string]string{inDays(0): "Mercato contadino", inDays(1): "Concerti nel chiostro", inDays(29): "Concerti nel chiostro", "": "Mostra dei tessuti antichi"} {
		if got := on(page, date); !slices.Equal(got, []string{want}) {
			t.Errorf("on %q there is %q; want %q", date, got, want)
		}
	}
	if !strings.Contains(page, "po-annullato") || !strings.Contains(page, "Annullato</strong>") {
		t.Error("what is cancelled is not said to be")
	}

	for query, want := range map[string][]string{
		"quando=oggi":   {"Mercato contadino", "Mostra dei tessuti antichi"},
		"quando=domani": {"Concerti nel chiostro", "Mostra dei tessuti antichi"},
		"comune=Vaiano": {"Mercato contadino"},
		"tipo=mostra":   {"Mostra dei tessuti antichi"},
		"accessibile=1&dal=" + inDays(8) + "&al=" + inDays(8): {"Concerti nel chiostro"},
		"q=chiostro&dal=" + inDays(9) + "&al=" + inDays(14):   nil, // between two times
	} {
		var got []string
		for _, m := range agendaEvent.FindAllStringSubmatch(s.page(t, "/eventi?"+query), -1) {
			got = append(got, m[2])
		}
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("%s: %q; want %q", query, got, want)
		}
		// the explore page finds the same events
		if n := int(count(t, s.page(t, "/mappa?dati=events&"+strings.Replace(query, "comune=", "quando=30-giorni&comune=", 1)))); query != "tipo=mostra" && n != len(want) {
			t.Errorf("%s: the explore page finds %d; the agenda has %d", query, n, len(want))
		}
	}

	nothing := s.page(t, "/eventi?q=chiostro&dal="+inDays(9)+"&al="+inDays(14))
	if !strings.Contains(nothing, "il prossimo è") || !strings.Contains(nothing, "dal="+inDays(15)) {
		t.Error("days without an event do not lead to the next one")
	}
	if bad := s.page(t, "/eventi?dal=ieri&quando=mai"); strings.Count(bad, "non è un valore valido") != 2 {
		t.Error("values that cannot be used are not told")
	}
	if long := s.page(t, "/eventi?dal="+inDays(0)+"&al="+inDays(900)); !strings.Contains(long, "al massimo 366 giorni") {
		t.Error("an agenda of years")
	}
}

// TestAgendaFeeds: the feed of a filter and of one record are read by a parser
// that is not ours, and say as many times as there are.
func TestAgendaFeeds(t *testing.T) {
	s := empty(t)
	put(t, s, everyKind()...)
	record := agendaEvent.FindStringSubmatch(s.page(t, "/eventi?q=chiostro"))[1]
	course := regexp.MustCompile(`href="(/formazione/[^"]+)"`).FindStringSubmatch(s.page(t, "/mappa?dati=courses"))[1]
	for path, want := range map[string]int{
		"/eventi.ics": 8, "/eventi.ics?q=chiostro": 6, "/eventi.ics?comune=Vaiano": 1, "/eventi.ics?comune=Nessuno": 0,
		record + ".ics": 6, course + ".ics": 1, "/mappa.ics": 9,
	} {
		resp, body := s.get(t, path)
		cal, err := ics.ParseCalendar(strings.NewReader(body))
		if err != nil || resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/calendar") {
			t.Errorf("%s: %s %s %v", path, resp.Status, resp.Header.Get("Content-Type"), err)
			continue
		}
		if n := len(cal.Events()); n != want {
			t.Errorf("%s: %d events; want %d", path, n, want)
		}
	}
	office := regexp.MustCompile(`href="(/uffici/[^"]+)"`).FindStringSubmatch(s.page(t, "/mappa?dati=offices"))[1]
	if resp, _ := s.get(t, office+".ics"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the calendar of an office: %s", resp.Status)
	}
}
