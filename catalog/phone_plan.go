package catalog

import "strings"

// The numbering plan of Italy (AGCOM, delibera 8/15/CIR and its changes; ITU-T E.164
// country code 39), as far as it tells what is a number and where it is parted.

// areaCodes are the last digits of the area codes of four digits, by their first
// three: 0574 is in "057".
var areaCodes = map[string]string{
	"012": "12345", "013": "1", "014": "1234", "016": "1356", "017": "12345", "018": "23457",
	"032": "1234", "033": "12", "034": "123456", "036": "2345", "037": "1234567", "038": "123456",
	"042": "123456789", "043": "123456789", "044": "245", "046": "12345", "047": "1234", "048": "1",
	"052": "12345", "053": "23456", "054": "12345679", "056": "456", "057": "1234578", "058": "345678",
	"072": "12", "073": "1234567", "074": "2346", "076": "1356", "077": "13456", "078": "123459",
	"082": "34578", "083": "12356", "086": "12345", "087": "12345", "088": "12345",
	"092": "12345", "093": "12345", "094": "12", "096": "12345678", "097": "123456", "098": "12345",
}

// areaCode is the area code that a number of the fixed network begins with, its 0
// included; "" when there is none.
func areaCode(n string) string {
	switch {
	case len(n) < 3 || n[0] != '0':
		return ""
	case n[1] == '2' || n[1] == '6':
		return n[:2]
	case n[1] == '0':
		return ""
	case strings.IndexByte("0159", n[2]) >= 0:
		return n[:3]
	case len(n) > 3 && strings.IndexByte(areaCodes[n[:3]], n[3]) >= 0:
		return n[:4]
	}
	return ""
}

// shortNumbers are dialled as they are and have no form in E.164: emergencies and
// services to the citizen.
var shortNumbers = map[string]bool{
	"112": true, "113": true, "114": true, "115": true, "116117": true, "116000": true, "117": true, "118": true, "119": true, "187": true, "190": true, "191": true,
	"1500": true, "1515": true, "1518": true, "1522": true, "1525": true, "1530": true, "1533": true, "1544": true, "19696": true,
}

// italian is n, a number without country code, as one of the Italian plan.
func italian(n string) (Phone, bool) {
	if len(n) < 6 || len(n) > 11 {
		return Phone{}, false
	}
	ok := false
	switch {
	case n[0] == '0' && len(n) == 11 && n[1] == '3' && areaCode(n) == "": // some write it before mobile phones too
		return Phone{Number: "+39" + n[1:]}, true
	case n[0] == '0':
		ok = areaCode(n) != ""
	case n[0] == '3' && len(n) == 10:
		ok = true
	case n[0] == '3' && len(n) == 9: // the oldest of mobile phones, where no area code without its 0 can be meant
		ok = areaCode("0"+n) == ""
		if !ok {
			return Phone{}, false
		}
	case len(n) == 9 || len(n) == 10:
		switch n[:3] {
		case "800", "840", "841", "847", "848", "895", "899", "199", "178":
			ok = true
		}
		ok = ok || len(n) == 10 && n[:2] == "55"
	case len(n) == 6:
		ok = n[:3] == "803" || n[:3] == "892" || n[:3] == "895" || n[:3] == "899"
	}
	if ok {
		return Phone{Number: "+39" + n}, true
	}
	if len(n) >= minRestored && len(n) <= 10 && n[0] != '0' && areaCode("0"+n) != "" {
		return Phone{Number: "+390" + n, Restored: true}, true
	}
	return Phone{}, false
}

// minRestored is from how many digits on a number is taken for one that has lost
// its 0: a shorter one may be that of a subscriber, without area code.
const minRestored = 8

// prefixOnly reports whether n is what a number begins with, and no number yet: an
// area code, a network of mobile phones, 800.
func prefixOnly(n string) bool {
	switch {
	case n == "39", n == "0039", n == "800", len(n) == 3 && n[0] == '3', len(n) == 5 && strings.HasPrefix(n, "393"):
		return true
	case strings.HasPrefix(n, "39") && len(n) <= 6:
		return areaCode(n[2:]) == n[2:]
	}
	return n != "" && areaCode(n) == n
}

// twoDigits are the country codes of two digits. 1 and 7 have one, all others three.
const twoDigits = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "

// countryCode is the one that an international number begins with.
func countryCode(digits string) string {
	switch {
	case len(digits) < 4:
		return ""
	case digits[0] == '1' || digits[0] == '7':
		return digits[:1]
	case strings.Contains(twoDigits, " "+digits[:2]+" "):
		return digits[:2]
	}
	return digits[:3]
}

// keepsZero are the country codes after which a number may begin with 0.
var keepsZero = map[string]bool{"378": true, "225": true, "241": true, "242": true}

// international is the number that digits with a country code are.
func international(digits string) (Phone, bool) {
	digits = strings.TrimLeft(digits, "0")
	code := countryCode(digits)
	if code == "" {
		return Phone{}, false
	}
	n := digits[len(code):]
	if code == "39" {
		if p, ok := italian(n); ok || !strings.HasPrefix(n, "39") {
			return p, ok
		}
		return italian(n[2:])
	}
	if n[0] == '0' && !keepsZero[code] || len(digits) < minForeign || len(digits) > maxE164 {
		return Phone{}, false
	}
	return Phone{Number: "+" + digits}, true
}

const (
	minForeign = 7  // digits with country code; no plan has shorter ones for subscribers
	maxE164    = 15 // digits (ITU-T E.164, 6.1)
)

// number is the one that digits are, with country code or without.
func phoneOf(digits string, plus bool) (Phone, bool) {
	if plus || strings.HasPrefix(digits, "00") {
		return international(digits)
	}
	p, ok := italian(digits)
	if (!ok || p.Restored) && len(digits) > 10 && strings.HasPrefix(digits, "39") {
		return italian(digits[2:])
	}
	return p, ok
}
