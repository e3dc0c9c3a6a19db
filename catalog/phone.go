package catalog

import (
	"encoding/json"
	"slices"
	"strings"
)

// A Phone is a telephone number that a text says.
type Phone struct {
	Number    string // E.164, "+390574603178"; a short number of Italy as it is dialled, "112"
	Fax       bool   // the text calls it one
	Extension string // what is dialled after it: "int. 12"
	Restored  bool   // its area code lacked the 0, as spreadsheets leave it
}

// Phones are what a text says of telephones.
type Phones struct {
	Numbers []Phone
	Unread  []string // digits that look like a number and are none
	More    bool     // the text says more than the numbers do
}

// maxPhones is how many numbers of one text are read.
const maxPhones = 12

// maxPhoneText is how many bytes of a text are read for numbers.
const maxPhoneText = 1000

// ReadPhones reads the telephone numbers in text, Italian ones with or without
// country code and foreign ones with it. What only parts of a text mean, such as
// "0574 1234 / 5", is read as the two numbers that it says. It never guesses an area code.
func ReadPhones(text string) Phones {
	if n, ok := plainPhone(text); ok {
		return Phones{Numbers: []Phone{n}}
	}
	var p Phones
	if len(text) > maxPhoneText {
		text, p.More = text[:maxPhoneText], true
	}
	p.read(digitGroups(text))
	if len(p.Unread) > 0 || len(p.Numbers) > 1 {
		p.doubt()
	}
	return p
}

// plainPhone is the number that text is, if it is one and nothing else, as most are.
func plainPhone(text string) (Phone, bool) {
	var digits [maxE164]byte
	n, plus := 0, false
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9' && n < len(digits):
			digits[n] = c
			n++
		case c == '+' && i == 0:
			plus = true
		case c != ' ' && c != '.':
			return Phone{}, false
		}
	}
	p, ok := phoneOf(string(digits[:n]), plus)
	return p, ok && !p.Restored
}

// doubt takes the numbers that have lost a 0 for unread: beside others they are more
// likely the end of one of them.
func (p *Phones) doubt() {
	p.Numbers = slices.DeleteFunc(p.Numbers, func(n Phone) bool {
		if n.Restored {
			p.Unread = append(p.Unread, strings.TrimPrefix(n.Number, "+390"))
		}
		return n.Restored
	})
}

// Voice are the numbers that are not called a fax, in the order of the text; where
// all are, they.
func (p Phones) Voice() []string {
	var voice, all []string
	for _, n := range p.Numbers {
		if !slices.Contains(all, n.Number) {
			all = append(all, n.Number)
			if !n.Fax {
				voice = append(voice, n.Number)
			}
		}
	}
	if len(voice) == 0 {
		return all
	}
	return voice
}

// IsE164 reports whether number is one of ITU-T E.164 as OGC API – Records wants them,
// ^\+[1-9]\d{3,14}$: a short number is none.
func IsE164(number string) bool {
	return len(number) >= 5 && len(number) <= maxE164+1 && number[0] == '+' && number[1] != '0' && strings.Trim(number[1:], "0123456789") == ""
}

// TelURI is the address by which number is called (RFC 3966); "" for what is no number.
func TelURI(number string) string {
	switch {
	case IsE164(number):
		return "tel:" + number
	case shortNumbers[number]:
		return "tel:" + number + ";phone-context=+39"
	}
	return ""
}

// SpokenPhone writes a number as people in Italy do: "0574 603178", "800 123456",
// "+33 140205050".
func SpokenPhone(number string) string {
	n, ok := strings.CutPrefix(number, "+39")
	switch {
	case !ok && strings.HasPrefix(number, "+"):
		code := countryCode(number[1:])
		return "+" + code + " " + number[1+len(code):]
	case !ok:
		return number
	}
	cut := len(areaCode(n))
	if cut == 0 {
		cut = 3
	}
	if len(n) <= cut {
		return number
	}
	return n[:cut] + " " + n[cut:]
}

// Phones are the numbers at which r is reached, the first that its source names
// before the others: E.164, or short numbers.
func (r *Record) Phones() []string { return r.several("phones", r.Phone) }

// Mails are the addresses of mail at which r is reached, certified ones last.
func (r *Record) Mails() []string {
	certified, _ := r.Properties.Get("certified_email").(string)
	return append(r.several("emails", r.Email), r.several("certified_emails", certified)...)
}

// several are the values of a property that is there when there is more than one.
func (r *Record) several(name, one string) []string {
	switch v := r.Properties.Get(name).(type) {
	case json.RawMessage:
		var list []string
		if json.Unmarshal(v, &list) == nil && len(list) > 0 {
			return list
		}
	case []string:
		return slices.Clone(v)
	}
	if one == "" {
		return nil
	}
	return []string{one}
}
