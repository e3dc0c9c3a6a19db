package table

import (
	"math"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A notation is one way to write values of a type. Read gives the value of a
// text, and whether the text is exactly what the notation writes for it: a
// column has a type only if all its values survive that round trip, trailing
// zeros of decimals apart.
type notation struct {
	typ  catalog.ColumnType
	name string
	read func(string) (any, bool)
}

// notations in the order of preference when several fit a whole column.
var notations = []notation{
	{catalog.ColumnInteger, "1234", plainInteger},
	{catalog.ColumnInteger, "1.234", dottedInteger},
	{catalog.ColumnNumber, "1234.56", decimal(0, '.')},
	{catalog.ColumnNumber, "1234,56", decimal(0, ',')},
	{catalog.ColumnNumber, "1.234,56", decimal('.', ',')},
	{catalog.ColumnNumber, "1,234.56", decimal(',', '.')},
	{catalog.ColumnDate, "yyyy-mm-dd", day("2006-01-02")},
	{catalog.ColumnDate, "dd/mm/yyyy", day("02/01/2006")},
	{catalog.ColumnDate, "d/m/yyyy", day("2/1/2006")},
	{catalog.ColumnDate, "dd-mm-yyyy", day("02-01-2006")},
	{catalog.ColumnDate, "dd.mm.yyyy", day("02.01.2006")},
	{catalog.ColumnDate, "mm/dd/yyyy", day("01/02/2006")},
	{catalog.ColumnDate, "yyyy/mm/dd", day("2006/01/02")},
	{catalog.ColumnDateTime, "yyyy-mm-ddThh:mm:ssZ", instant},
	{catalog.ColumnDateTime, "yyyy-mm-ddThh:mm:ss", romanTime("2006-01-02T15:04:05")},
	{catalog.ColumnDateTime, "yyyy-mm-ddThh:mm", romanTime("2006-01-02T15:04")},
	{catalog.ColumnDateTime, "yyyy-mm-dd hh:mm:ss", romanTime("2006-01-02 15:04:05")},
	{catalog.ColumnDateTime, "yyyy-mm-dd hh:mm", romanTime("2006-01-02 15:04")},
	{catalog.ColumnDateTime, "dd/mm/yyyy hh:mm:ss", romanTime("02/01/2006 15:04:05")},
	{catalog.ColumnDateTime, "dd/mm/yyyy hh:mm", romanTime("02/01/2006 15:04")},
	{catalog.ColumnDateTime, "dd-mm-yyyy hh:mm", romanTime("02-01-2006 15:04")},
	{catalog.ColumnBoolean, "true/false", oneOf("true", "false")},
	{catalog.ColumnBoolean, "TRUE/FALSE", oneOf("TRUE", "FALSE")},
	{catalog.ColumnBoolean, "True/False", oneOf("True", "False")},
	{catalog.ColumnBoolean, "vero/falso", oneOf("vero", "falso")},
	{catalog.ColumnBoolean, "VERO/FALSO", oneOf("VERO", "FALSO")},
	{catalog.ColumnBoolean, "si/no", oneOf("si", "no")},
	{catalog.ColumnBoolean, "Si/No", oneOf("Si", "No")},
	{catalog.ColumnBoolean, "SI/NO", oneOf("SI", "NO")},
	{catalog.ColumnBoolean, "sì/no", oneOf("sì", "no")},
	{catalog.ColumnBoolean, "Sì/No", oneOf("Sì", "No")},
	{catalog.ColumnBoolean, "SÌ/NO", oneOf("SÌ", "NO")},
	{catalog.ColumnBoolean, "S/N", oneOf("S", "N")},
}

// plainInteger: no sign but minus, no leading zero, within int64.
func plainInteger(s string) (any, bool) {
	if len(s) > 20 || s == "" || s[0] == '+' {
		return nil, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == s
}

// dottedInteger: "2.644", in groups of three; "464" has none.
func dottedInteger(s string) (any, bool) {
	plain, ok := ungroup(s, '.')
	if !ok {
		return nil, false
	}
	return plainInteger(plain)
}

// ungroup takes the thousands separators out of s and reports whether they
// stood where they belong.
func ungroup(s string, sep byte) (string, bool) {
	digits := strings.TrimPrefix(s, "-")
	if strings.IndexByte(digits, sep) < 0 {
		return s, len(digits) <= 3
	}
	for i := len(digits) - 1; i >= 0; i-- {
		if (digits[i] == sep) != ((len(digits)-i)%4 == 0) {
			return "", false
		}
	}
	if digits[0] == sep || digits[0] == '0' {
		return "", false
	}
	return strings.ReplaceAll(s, string(sep), ""), true
}

// decimal reads numbers with the thousands separator (0: none) and the decimal mark.
func decimal(thousands, mark byte) func(string) (any, bool) {
	return func(s string) (any, bool) {
		whole, fraction, found := strings.Cut(s, string(mark))
		if found && fraction == "" || !AllDigits(fraction) || len(s) > 40 {
			return nil, false
		}
		if thousands != 0 {
			var ok bool
			if whole, ok = ungroup(whole, thousands); !ok {
				return nil, false
			}
		}
		digits := strings.TrimPrefix(whole, "-")
		if digits == "" || !AllDigits(digits) || len(digits) > 1 && digits[0] == '0' {
			return nil, false
		}
		exact := whole
		if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
			exact += "." + fraction
		}
		v, err := strconv.ParseFloat(exact, 64)
		if err != nil {
			return nil, false
		}
		if v == 0 { // "-0,0"
			return 0.0, true
		}
		var buf [48]byte
		return v, string(strconv.AppendFloat(buf[:0], v, 'f', -1, 64)) == exact
	}
}

// AllDigits reports whether s has nothing but digits, and one at least.
func AllDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// day reads dates; the value is the date in ISO 8601.
func day(layout string) func(string) (any, bool) {
	return func(s string) (any, bool) {
		if len(s) > 10 || len(s) < 8 {
			return nil, false
		}
		t, err := time.Parse(layout, s)
		if err != nil || t.Format(layout) != s || !likely(t) {
			return nil, false
		}
		return t.Format("2006-01-02"), true
	}
}

// likely keeps numbers that merely look like dates out.
func likely(t time.Time) bool { return t.Year() >= 1000 && t.Year() <= 2999 || t.Year() == 9999 }

// instant reads RFC 3339 times, with offset.
func instant(s string) (any, bool) {
	if len(s) < 17 || len(s) > 40 {
		return nil, false
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil && likely(t) {
			return t.Format(time.RFC3339Nano), true
		}
	}
	return nil, false
}

// romanTime reads times without offset as Italian ones; the value has the offset.
func romanTime(layout string) func(string) (any, bool) {
	return func(s string) (any, bool) {
		if len(s) < len("2006-01-02 15:04") || len(s) > 30 {
			return nil, false
		}
		t, err := time.ParseInLocation(layout, s, catalog.Rome)
		if err != nil || !likely(t) {
			return nil, false
		}
		return t.Format(time.RFC3339Nano), true
	}
}

func oneOf(yes, no string) func(string) (any, bool) {
	return func(s string) (any, bool) {
		switch s {
		case yes:
			return true, true
		case no:
			return false, true
		}
		return nil, false
	}
}

// jsonNumber reads a number as JSON writes it: int64 where it is one, else float64.
func jsonNumber(s string) any {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) {
		return nil
	}
	return v
}
