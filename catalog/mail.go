package catalog

import (
	"slices"
	"strings"
	"unicode"
)

// Mails are what a text says of addresses of mail, in small letters.
type Mails struct {
	Addresses []string
	Certified []string // those that the text calls certified (PEC), not among Addresses
	More      bool     // the text says more than the addresses
}

// maxMails is how many addresses of one text are read.
const maxMails = 12

// ReadMails reads the addresses of mail in text, also those that are written so that
// programs do not find them: "urp [at] comune.prato.it".
func ReadMails(text string) Mails {
	text = strings.ToLower(strings.TrimSpace(text))
	if isMail(text) {
		return Mails{Addresses: []string{text}}
	}
	var m Mails
	certified, last := false, "" // the word PEC was read; the address before it
	for part := range strings.FieldsFuncSeq(mailSigns.Replace(text), mailSeparator) {
		part = strings.TrimPrefix(strings.Trim(part, ".:"), "mailto:")
		if address, _, ok := strings.Cut(part, "?"); ok { // ?subject=…
			part = address
		}
		switch {
		case isMail(part) && len(m.Addresses)+len(m.Certified) < maxMails:
			if last = part; certified {
				m.Certified, certified, last = with1(m.Certified, part), false, ""
			} else {
				m.Addresses = with1(m.Addresses, part)
			}
		case part == "pec" || part == "certificata" || part == "(pec)":
			certified = true
		case part != "" && !slices.Contains(plainMailWords, part):
			m.More = true
		}
	}
	if certified && last != "" { // "a@b.it (PEC)"
		m.Addresses = slices.DeleteFunc(m.Addresses, func(a string) bool { return a == last })
		m.Certified = with1(m.Certified, last)
	}
	return m
}

// mailSigns are ways of writing @ and the dot.
var mailSigns = strings.NewReplacer(" [at] ", "@", "[at]", "@", " (at) ", "@", "(at)", "@", "[chiocciola]", "@", "(chiocciola)", "@", " chiocciola ", "@", " at ", "@", " @ ", "@",
	"[dot]", ".", "(dot)", ".", "[punto]", ".", "(punto)", ".", "%40", "@")

// plainMailWords say nothing besides the address.
var plainMailWords = []string{"e", "o", "mail", "email", "e-mail", "posta", "elettronica", "-", "indirizzo"}

func mailSeparator(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(";,|<>()[]{}\"/\\", r)
}

// isMail reports whether s is one address: dots, letters, digits and few signs around an
// "@", and a domain with an end.
func isMail(s string) bool {
	name, host, ok := strings.Cut(s, "@")
	if !ok || name == "" || len(s) > maxMail || host == "" {
		return false
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".!#$%&'*+=?^_`{|}~-", r) {
			return false
		}
	}
	return isHost(host)
}

// maxMail is how many bytes an address has at most (RFC 5321, 4.5.3.1).
const maxMail = 254

// isHost reports whether s is the name of a host with at least two parts.
func isHost(s string) bool {
	dot, before := false, '.'
	for _, r := range s {
		switch {
		case r == '.':
			if before == '.' || before == '-' {
				return false
			}
			dot = true
		case r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r):
			return false
		}
		before = r
	}
	end := s[strings.LastIndexByte(s, '.')+1:]
	return dot && len(end) >= 2 && strings.Trim(end, "0123456789") != ""
}

// with1 is list with s, once.
func with1(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
