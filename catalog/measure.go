package catalog

import (
	"math"
	"strconv"
	"strings"
)

// sentinels are the numbers by which instruments say that they have none. 9999
// is not among them, for it may be a count: Missing of the mapping can name it.
var sentinels = map[float64]bool{
	-99.9: true, -99.99: true, -999: true, -999.9: true, -999.99: true, -9999: true, -9999.9: true, -9999.99: true, -99999: true, -999999: true,
}

// noValue are the words for it, beside those of nothing.
var noValue = map[string]bool{
	"n.r.": true, "nr": true, "n/a": true, "na": true, "n.a.": true, "#n/d": true, "#n/a": true, "manca": true, "mancante": true, "dato mancante": true,
	"assente": true, "guasto": true, "manutenzione": true, "non valido": true, "nv": true, "n.v.": true, "x": true, "*": true, "***": true, "---": true,
	"missing": true, "invalid": true, "null": true, "inf": true, "+inf": true, "-inf": true, "infinity": true,
}

// belowDetection are the words for a value below what the method can see.
var belowDetection = map[string]bool{
	"<lod": true, "<loq": true, "<ld": true, "<lq": true, "<lr": true, "< lod": true, "< loq": true, "< ld": true, "< lr": true, "lod": true, "bdl": true,
	"tr": true, "tr.": true, "tracce": true, "inf. lr": true, "inf lr": true, "n.r.l.": true, "sotto soglia": true, "sotto il limite": true,
}

// measured reads one measured value: a number, or nil with the quality of what
// stands there instead. A single comma or point is the decimal mark, whatever
// follows it, unless decimal says which of the two it is; where both stand, the
// last is. Readable is false for what is neither.
func measured(text, decimal string, missing map[string]bool) (value *float64, quality Quality, readable bool) {
	s := oneLine(text)
	s = strings.ReplaceAll(s, "\u2212", "-") // the minus of typesetters
	low := strings.ToLower(s)
	switch {
	case s == "", nothing[low], noValue[low], missing[s], missing[low]:
		return nil, QualityInvalid, true
	case belowDetection[low]:
		return nil, QualityBelowDetection, true
	case s[0] == '<' || strings.HasPrefix(s, "≤"):
		_, ok := decimalNumber(strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "<"), "≤"), "=")), decimal)
		return nil, QualityBelowDetection, ok
	case s[0] == '>' || strings.HasPrefix(s, "≥"): // above what the instrument can show
		_, ok := decimalNumber(strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, ">"), "≥"), "=")), decimal)
		return nil, QualityInvalid, ok
	}
	v, ok := decimalNumber(s, decimal)
	if !ok {
		return nil, QualityInvalid, false
	}
	if sentinels[v] {
		return nil, QualityInvalid, true
	}
	return &v, QualityRaw, true
}

// apart are the signs that stand between thousands and mean nothing else.
var apart = strings.NewReplacer(" ", "", "'", "")

// decimalNumber reads a number in digits, with thousands apart or not.
func decimalNumber(s, decimal string) (float64, bool) {
	if s == "" || len(s) > 40 || strings.Trim(s, "+-0123456789.,'eE ") != "" {
		return 0, false
	}
	if strings.ContainsAny(s, " '") {
		s = apart.Replace(s)
	}
	point, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	mark := byte('.')
	switch {
	case decimal == "," || decimal == ".":
		mark = decimal[0]
	case comma > point && strings.Count(s, ",") == 1:
		mark = ','
	case point > comma && strings.Count(s, ".") > 1, comma > point: // "1.234.567"
		mark = 0
	}
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == mark:
			b.WriteByte('.')
		case c == '.' || c == ',': // between thousands: three digits follow
			if !grouped(s[i+1:]) {
				return 0, false
			}
		default:
			b.WriteByte(c)
		}
	}
	v, err := strconv.ParseFloat(b.String(), 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, false
	}
	if v == 0 {
		v = 0 // no minus nothing
	}
	return v, true
}

// grouped: s begins with exactly three digits.
func grouped(s string) bool {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n == 3
}

// qualities are the words of Italian and European networks for the quality of
// a value. Codes that are numbers mean different things to each.
var qualities = map[string]Quality{
	"raw": QualityRaw, "grezzo": QualityRaw, "grezza": QualityRaw, "non validato": QualityRaw, "g": QualityRaw,
	"provisional": QualityProvisional, "provvisorio": QualityProvisional, "preliminare": QualityProvisional, "p": QualityProvisional,
	"validated": QualityValidated, "validato": QualityValidated, "valido": QualityValidated, "valid": QualityValidated, "v": QualityValidated,
	"definitivo": QualityValidated, "ok": QualityValidated, "verificato": QualityValidated, "si": QualityValidated, "sì": QualityValidated,
	"invalid": QualityInvalid, "non valido": QualityInvalid, "invalido": QualityInvalid, "n": QualityInvalid, "nv": QualityInvalid, "i": QualityInvalid, "no": QualityInvalid,
	"below_detection": QualityBelowDetection, "<lod": QualityBelowDetection, "bdl": QualityBelowDetection,
}
