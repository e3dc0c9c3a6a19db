package ical

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"po-net.prato.it/ponet/catalog"
)

// shared is a real calendar outside the repository; without it the test is
// skipped, in CI it fails.
func shared(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("../../../shared/data/ical", name)
	if _, err := os.Stat(path); err != nil {
		if _, err := os.Stat("../../../shared"); err == nil && os.Getenv("CI") != "" {
			t.Fatalf("%s is missing", path)
		}
		t.Skip("needs ../shared/data: ", err)
	}
	return path
}

// realCalendars are the real files with the number of UIDs of events in each.
var realCalendars = map[string]int{
	"i4-BCP321928.ics": 370, "i4-Christian32Holidays.ics": 36, "i4-EstoniaHolidays.ics": 152, "i4-Misc.History.ics": 431,
	"i4-google_aus_holidays.ics": 53, "i4-sunbird_sample.ics": 182, "ic-alarm_thunderbird_2_future.ics": 1, "ic-america_new_york.ics": 1,
	"ic-rfc_7986_image.ics": 2, "ic-timezone_rdate.ics": 1, "ic-x_location.ics": 1, "js-day_long_recur_yearly.ics": 1,
	"js-google_birthday.ics": 2, "js-recur_instances.ics": 1,
}

func TestEveryUIDOfRealCalendars(t *testing.T) {
	total := 0
	for name, want := range realCalendars {
		got := read(t, "2026-11-22", shared(t, name))
		keys := map[string]bool{}
		for _, h := range got {
			keys[h.Key] = true
			if len(h.Raw) == 0 || !strings.HasPrefix(string(h.Raw), "BEGIN:VEVENT") {
				t.Errorf("%s: %s: raw = %.40q; want the bytes of the event", name, h.Key, h.Raw)
			}
		}
		if len(got) != want || len(keys) != want {
			t.Errorf("%s: %d descriptions of %d UIDs; want %d", name, len(got), len(keys), want)
		}
		total += len(got)
	}
	if total != 1234 {
		t.Errorf("%d descriptions in all calendars; want 1234", total)
	}
}

// knownBetter are the events for which ical.js (2.2.1) is not followed, and why.
var knownBetter = map[string]string{
	"9C89E000-4E3C-11D9-A619-000A958A3252": "ical.js holds 29 February on 1 March; RFC 5545 §3.3.10 leaves days out that there are not",
	"9C89D887-4E3C-11D9-A619-000A958A3252": "its DTSTART, which the rule does not give, is changed by a RECURRENCE-ID, and ical.js has neither",
}

// The instances of every recurring event of the real calendars begin when
// ical.js says, in windows of two years over a quarter of a century. DTSTART is
// an instance for us even where the rule does not give it, for ical.js not.
func TestInstancesAgreeWithICALJS(t *testing.T) {
	node := icalJS(t)
	events, instances := 0, 0
	for name := range realCalendars {
		path := shared(t, name)
		doc, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		cal, err := parse(document(doc), "")
		if err != nil {
			t.Fatal(err)
		}
		recurs := func(c *component) bool { return c.first("RRULE").value+c.first("RDATE").value != "" }
		if !slices.ContainsFunc(cal.events, recurs) {
			continue
		}
		z := newZones(cal.zones)
		all := expanded(t, node, path, "2002-01-01", "2030-01-01")
		for _, s := range group(cal.events) {
			theirs, ok := all[s.key]
			if !ok || knownBetter[s.key] != "" {
				continue
			}
			events++
			start, _ := z.start(s.event)
			dtstart := start.wall.Format(layoutOf(start))
			for year := 2002; year < 2030; year += 2 {
				w := window{time.Date(year, 1, 1, 0, 0, 0, 0, catalog.Rome), time.Date(year+2, 1, 1, 0, 0, 0, 0, catalog.Rome)}
				outside := func(text string) bool {
					return text < w.from.Format(time.DateOnly) || text >= w.to.Format(time.DateOnly)
				}
				want := slices.DeleteFunc(slices.Clone(theirs), outside)
				got := slices.DeleteFunc(begins(s, z, w, start), func(text string) bool {
					return outside(text) || text == dtstart && !slices.Contains(want, text)
				})
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s: %s from %d (-ical.js +ours):\n%s", name, s.key, year, diff)
				}
				instances += len(got)
			}
		}
	}
	if events < 579 {
		t.Errorf("%d recurring events were compared; want all of them, 579", events)
	}
	t.Logf("%d recurring events with %d instances agree", events, instances)
}

func layoutOf(s stamp) string {
	if s.date {
		return time.DateOnly
	}
	return "2006-01-02T15:04:05"
}

// begins are the starts of the instances of s in w and the first ones, in the
// notation and on the clock of start.
func begins(s *series, z *zones, w window, start stamp) []string {
	zone := start.zone
	if start.date {
		zone = catalog.Rome
	}
	var starts []string
	for _, i := range s.instances(z, w) {
		starts = append(starts, wallOf(i.begins, zone).Format(layoutOf(start)))
	}
	slices.Sort(starts)
	return slices.Compact(starts)
}

func expanded(t *testing.T, node, path, from, to string) map[string][]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), node, "testdata/icaljs/expand.js", path, from, to).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%s: %v\n%s", path, err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var found map[string][]string
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatal(err)
	}
	return found
}

// icalJS installs ical.js and returns the node to run it with.
func icalJS(t *testing.T) string {
	t.Helper()
	skip := t.Skip
	if os.Getenv("CI") != "" {
		skip = t.Fatal
	}
	node, err := exec.LookPath("node")
	if err != nil {
		skip("node is not installed: apt install nodejs npm")
	}
	if _, err := os.Stat("testdata/icaljs/node_modules/ical.js"); err == nil {
		return node
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	install := exec.CommandContext(ctx, "npm", "ci")
	install.Dir = "testdata/icaljs"
	if out, err := install.CombinedOutput(); err != nil {
		skip("npm ci in testdata/icaljs: ", err, string(out))
	}
	return node
}

// read is what Harvest yields of the calendar at path on a day.
func read(t *testing.T, today, path string) []catalog.Harvested {
	t.Helper()
	now, err := time.ParseInLocation(time.DateOnly, today, catalog.Rome)
	if err != nil {
		t.Fatal(err)
	}
	var list []catalog.Harvested
	for h, err := range At(now)(t.Context(), nil, catalog.Source{ID: "test", URL: path}) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, h)
	}
	return list
}
