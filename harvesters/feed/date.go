package feed

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// months by their first three letters, Italian and English.
var months = map[string]time.Month{
	"gen": 1, "feb": 2, "mar": 3, "apr": 4, "mag": 5, "giu": 6, "lug": 7, "ago": 8, "set": 9, "ott": 10, "nov": 11, "dic": 12,
	"jan": 1, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "dec": 12,
}

// offsets of the zones that RFC 822 and our neighbours name, in hours.
var offsets = map[string]int{
	"ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "cest": 2, "mest": 2, "eet": 2, "eest": 3,
	"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}

const (
	clock = `(?:[\s,T]+(?:alle\s+|ore\s+|h\s*|-\s*)*(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?)?`
	zone  = `\s*(?:\(?([A-Za-z]{1,5})\)?)?\s*([+-]\d{1,2}:?\d{2}|[+-]\d{2})?`
)

var (
	isoDate  = regexp.MustCompile(`^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?` + clock + zone + `(?:\s.*)?$`)
	wordDate = regexp.MustCompile(`^(?:\pL+[.,]*\s*,?\s*)?(\d{1,2})(?:º|°)?[\s/.-]+(?:di\s+)?(\pL{3,})[.,]?[\s/.-]+(\d{4}|\d{2})` + clock + zone + `(?:\s.*)?$`)
	dayFirst = regexp.MustCompile(`^(?:\pL+[.,]*\s*,?\s*)?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})` + clock + zone + `$`)
	american = regexp.MustCompile(`^(?:\pL+[.,]*\s+)?(\pL{3,})[.]?\s+(\d{1,2}),?\s+(\d{4})` + clock + zone + `$`)
	unixDate = regexp.MustCompile(`^\pL{3}\s+(\pL{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2}):(\d{2})\s+(?:([A-Za-z]{1,5})\s+)?(\d{4})$`)
)

// parseDate reads a date as feeds write them: RFC 3339, RFC 822 with days that
// do not fit, months in Italian ("gio, 12 giu 2025"), day before month in
// numbers. A date without time stays one; a time without zone is Italian. The
// result is RFC 3339.
func parseDate(s string) (string, bool) {
	s = strings.Join(strings.Fields(s), " ")
	if m := isoDate.FindStringSubmatch(s); m != nil {
		if m[3] == "" {
			m[3] = "1"
		}
		return moment(m[1], m[2], m[3], m[4:])
	}
	if m := wordDate.FindStringSubmatch(s); m != nil {
		return moment(m[3], month(m[2]), m[1], m[4:])
	}
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		return moment(m[3], m[2], m[1], m[4:])
	}
	if m := american.FindStringSubmatch(s); m != nil {
		return moment(m[3], month(m[1]), m[2], m[4:])
	}
	if m := unixDate.FindStringSubmatch(s); m != nil {
		return moment(m[7], month(m[1]), m[2], []string{m[3], m[4], m[5], m[6], ""})
	}
	return "", false
}

func month(name string) string {
	r := []rune(strings.ToLower(name))
	return strconv.Itoa(int(months[string(r[:min(3, len(r))])]))
}

// moment puts a date together; rest is hour, minute, second, name and offset of
// the zone, each "" when it is not said.
func moment(year, month, day string, rest []string) (string, bool) {
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			return 0
		}
		return n
	}
	y, m, d := number(year), number(month), number(day)
	if len(year) == 2 { // RFC 822 counts so
		y += 2000
		if y > 2069 {
			y -= 100
		}
	}
	hour, minute, second := number(rest[0]), number(rest[1]), min(number(rest[2]), 59)
	switch half := strings.ToLower(rest[3]); {
	case half == "pm" && hour < 12:
		hour += 12
	case half == "am" && hour == 12:
		hour = 0
	}
	t := time.Date(y, time.Month(m), d, hour, minute, second, 0, location(rest[3], rest[4]))
	if m < 1 || m > 12 || t.Day() != d && rest[0] == "" || d < 1 || d > 31 || hour > 24 || minute > 59 || y < 1000 ||
		time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Day() != d {
		return "", false
	}
	if rest[0] == "" {
		return t.Format(time.DateOnly), true
	}
	return t.Format(time.RFC3339), true
}

// maxOffset is the most that any clock is ahead of UTC, in hours; more is a slip,
// and says no more than no zone.
const maxOffset = 14

// location is the clock of a zone told by its name or offset.
func location(name, offset string) *time.Location {
	digits := strings.ReplaceAll(strings.TrimLeft(offset, "+-"), ":", "")
	if digits != "" {
		n, err := strconv.Atoi(digits)
		if err != nil {
			return catalog.Rome
		}
		if len(digits) <= 2 {
			n *= 100
		}
		if n/100 > maxOffset || n%100 > 59 {
			return catalog.Rome
		}
		seconds := n/100*3600 + n%100*60
		if offset[0] == '-' {
			seconds = -seconds
		}
		return fixed(seconds)
	}
	if hours, ok := offsets[strings.ToLower(name)]; ok {
		return fixed(hours * 3600)
	}
	return catalog.Rome
}

func fixed(seconds int) *time.Location {
	if seconds == 0 {
		return time.UTC
	}
	return time.FixedZone("", seconds)
}
