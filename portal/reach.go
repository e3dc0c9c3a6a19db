package portal

import (
	"strings"
	"unicode"

	"po-net.prato.it/ponet/catalog"
)

// reach adds how to reach what rec is about. What its source says is shown in its
// words where it says more than numbers and addresses, or where none could be read.
func (s *server) reach(rec *catalog.Record, add func(icon, name, value, url string, external bool)) {
	phones := rec.Phones()
	for _, number := range phones {
		add("telefono", "telefono", catalog.SpokenPhone(number), catalog.TelURI(number), false)
	}
	switch said := property(rec, "phone_declared"); {
	case len(phones) == 0:
		add("telefono", "telefono", said, "", false)
	case strings.IndexFunc(said, unicode.IsLetter) >= 0:
		add("telefono", "telefono-detto", said, "", false)
	}
	mails := rec.Mails()
	certified := property(rec, "certified_email")
	for _, address := range mails {
		name := "posta"
		if address == certified {
			name = "pec"
		}
		add("posta", name, address, mailURL(address), false)
	}
	if len(mails) == 0 {
		add("posta", "posta", property(rec, "email_declared"), "", false)
	}
	if rec.Website == "" {
		add("sito", "sito", property(rec, "website_declared"), "", false)
	}
	add("sito", "sito", shortURL(rec.Website), webURL(rec.Website), true)
}
