package table

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/wkbhex"
	"github.com/twpayne/go-geom/encoding/wkt"
)

var dms = regexp.MustCompile(`^\s*([NSEWO]?)\s*(\d{1,3})\s*[°º d:]\s*(\d{1,2})\s*['′’ m:]\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:"|″|”|''|s)?\s*([NSEWO]?)\s*$`)

// parsePair reads two coordinates as people and spreadsheets write them: with
// decimal comma or point, thousands separators, degrees, minutes and seconds.
// Points that a spreadsheet inserted as thousands separators (43.880.123 for
// 43.880123) are told from metres (4.860.680) by looking at both numbers.
func parsePair(x, y string) (float64, float64, bool) {
	if strings.Count(x, ".") > 1 || strings.Count(y, ".") > 1 {
		if degreesWithPoints(x) && degreesWithPoints(y) {
			x, y = onePoint(x), onePoint(y)
		} else {
			x, y = metres(x), metres(y)
		}
	}
	px, ok := ParseCoordinate(x)
	if !ok {
		return 0, 0, false
	}
	py, ok := ParseCoordinate(y)
	return px, py, ok
}

// degreesWithPoints: the digits before the first point are degrees of Italy.
func degreesWithPoints(s string) bool {
	head, _, _ := strings.Cut(s, ".")
	n, err := strconv.Atoi(strings.TrimSpace(head))
	return err == nil && (n >= 35 && n <= 48 || n >= 6 && n <= 19)
}

func onePoint(s string) string {
	head, tail, _ := strings.Cut(s, ".")
	return head + "." + strings.ReplaceAll(tail, ".", "")
}

// metres drops the points of thousands; a decimal comma may follow.
func metres(s string) string {
	whole, fraction, found := strings.Cut(s, ",")
	if plain, ok := ungroup(strings.TrimSpace(whole), '.'); ok {
		whole = plain
	}
	if found {
		return whole + "." + fraction
	}
	return whole
}

// ParseCoordinate reads one coordinate with decimal comma or point, or in
// degrees, minutes and seconds.
func ParseCoordinate(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 60 {
		return 0, false
	}
	if m := dms.FindStringSubmatch(s); m != nil && (m[1] != "" || m[5] != "" || strings.ContainsAny(s, "°º'′’:")) {
		return degreesMinutesSeconds(m)
	}
	s = strings.TrimRight(s, "° ")
	point, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	switch {
	case comma >= 0 && point > comma: // 1,668,603.93
		s = strings.ReplaceAll(s, ",", "")
	case comma >= 0: // 43,88 or 1.668.603,93
		if strings.Count(s, ",") > 1 {
			return 0, false
		}
		s = strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.ContainsAny(s, "xXpPnN_") { // hexadecimal, NaN and Inf are no coordinates
		return 0, false
	}
	return v, true
}

func degreesMinutesSeconds(m []string) (float64, bool) {
	d, _ := strconv.ParseFloat(m[2], 64)
	minutes, _ := strconv.ParseFloat(m[3], 64)
	seconds, err := strconv.ParseFloat(strings.Replace(m[4], ",", ".", 1), 64)
	if err != nil || minutes >= 60 || seconds >= 60 {
		return 0, false
	}
	v := d + minutes/60 + seconds/3600
	if side := m[1] + m[5]; strings.ContainsAny(side, "SWO") { // O is ovest
		v = -v
	}
	return v, true
}

// splitPair reads "43.88, 11.09", "43,88 11,09", "POS(…)" without its words:
// two numbers in one cell, in the order in which they stand.
func splitPair(s string) (float64, float64, bool) {
	s = strings.Trim(strings.TrimSpace(s), "()[]")
	for _, sep := range []string{";", ", ", " ", "/", ","} {
		parts := strings.SplitN(s, sep, 3)
		if len(parts) != 2 {
			continue
		}
		if a, b, ok := parsePair(strings.Trim(parts[0], " ,"), strings.Trim(parts[1], " ,")); ok {
			return a, b, true
		}
	}
	return 0, 0, false
}

// ErrNoGeometry: a text or element is no geometry of its format.
var ErrNoGeometry = errors.New("no geometry")

// textGeometry reads a geometry in a cell: WKT with or without "SRID=…;",
// GeoJSON, WKB or EWKB in hexadecimal.
func textGeometry(s string) (geom.T, error) {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, ';'); i > 0 && i < 12 && strings.HasPrefix(strings.ToUpper(s), "SRID=") {
		s = s[i+1:]
	}
	switch {
	case s == "":
		return nil, ErrNoGeometry
	case s[0] == '{':
		if !json.Valid([]byte(s)) {
			return nil, ErrGeoJSON
		}
		return GeoJSON([]byte(s))
	case s[0] == '0' && len(s) > 20:
		b, err := hex.DecodeString(s)
		if err != nil {
			return nil, ErrNoGeometry
		}
		return WKB(b)
	case strings.IndexByte("PLMGplmg", s[0]) >= 0 && strings.IndexByte(s, '(') > 0:
		if nestedTooDeep(s) {
			return nil, ErrNoGeometry
		}
		return wkt.Unmarshal(s)
	}
	return nil, ErrNoGeometry
}

func nestedTooDeep(s string) bool {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			if depth++; depth > maxNested {
				return true
			}
		case ')':
			depth--
		}
	}
	return false
}

// hexGeometry is a geometry as WKB in hexadecimal, "" for none.
func hexGeometry(g geom.T) string {
	if g == nil {
		return ""
	}
	s, err := wkbhex.Encode(g, wkbhex.NDR)
	if err != nil {
		return ""
	}
	return s
}
