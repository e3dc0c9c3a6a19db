package catalog

import (
	"bytes"
	"encoding/json"
	"strings"
)

// contacts are what a description says of how to reach somebody, read.
type contacts struct {
	phones, mails, certified  []string
	website                   string
	saidPhone, saidMail, said string // what was said, where it is more than was read; the last of websites
}

// reach reads how to reach what a description describes. What cannot be read is
// reported, and all that was said is kept beside what was read of it.
func (n *Normalizer) reach(r *Record, text func(string) string, h Harvested, report reporter) contacts {
	var c contacts
	if said := text("phone"); said != "" {
		p := ReadPhones(said)
		c.phones = p.Voice()
		reportPhones(p, n.mapping.Fields["phone"], said, report)
		if p.More || len(p.Numbers) == 0 {
			c.saidPhone = said
		}
	}
	if said := text("email"); said != "" {
		m := ReadMails(said)
		c.mails, c.certified = m.Addresses, m.Certified
		if n.certifies(h) {
			c.mails, c.certified = nil, append(c.certified, c.mails...)
		}
		if len(m.Addresses)+len(m.Certified) == 0 {
			report("email-unreadable", n.mapping.Fields["email"], said, "an address such as urp@comune.example.it")
		}
		if m.More || len(m.Addresses)+len(m.Certified) == 0 {
			c.saidMail = said
		}
	}
	if said := text("certified_email"); said != "" {
		m := ReadMails(said)
		for _, a := range append(m.Addresses, m.Certified...) {
			c.certified = with1(c.certified, a)
		}
		if len(m.Addresses)+len(m.Certified) == 0 {
			report("email-unreadable", n.mapping.Fields["certified_email"], said, "an address such as comune@pec.example.it")
			c.saidMail = strings.TrimSpace(c.saidMail + " " + said)
		}
	}
	if said := text("website"); said != "" {
		w := ReadWebsites(said)
		if len(w.Addresses) > 0 {
			c.website = w.Addresses[0]
		} else {
			report("website-unreadable", n.mapping.Fields["website"], said, "an address such as https://www.example.it")
		}
		if w.More || len(w.Addresses) != 1 {
			c.said = said
		}
	}
	r.Website = c.website
	if len(c.phones) > 0 {
		r.Phone = c.phones[0]
	}
	if len(c.mails) > 0 {
		r.Email = c.mails[0]
	}
	return c
}

// reportPhones tells what of a text of telephone numbers cannot be read.
func reportPhones(p Phones, field, said string, report reporter) {
	switch {
	case len(p.Numbers) == 0 || len(p.Unread) > 0:
		report("phone-unreadable", field, said, "a number with its area code, such as 0574 123456 or +39 0574 123456")
	case p.Numbers[0].Restored:
		report("phone-zero-missing", field, said, "a number with the 0 of its area code, such as 0574 123456; it is read as if it had it")
	}
}

// add publishes what was read of contacts; what was said where that is more, unless it
// is published as a column of the source.
func (c contacts) add(p Properties, kept bool) Properties {
	add := func(name, value string) {
		if value != "" {
			p = append(p, Property{name, value})
		}
	}
	list := func(one, all string, values []string) {
		if len(values) > 0 {
			add(one, values[0])
		}
		if len(values) > 1 {
			p = append(p, Property{all, jsonOf(values)})
		}
	}
	list("phone", "phones", c.phones)
	if !kept {
		add("phone"+declared, c.saidPhone)
	}
	list("email", "emails", c.mails)
	list("certified_email", "certified_emails", c.certified)
	if !kept {
		add("email"+declared, c.saidMail)
	}
	add("website", c.website)
	if !kept {
		add("website"+declared, c.said)
	}
	return p
}

// numbers publishes a column of telephone numbers besides that of phone, such as a fax.
func numbers(p Properties, name string, v any, report reporter) Properties {
	said := clean(Text(v))
	if said == "" {
		return p
	}
	read := ReadPhones(said)
	reportPhones(read, name, said, report)
	if len(read.Numbers) > 0 {
		p = append(p, Property{name, read.Numbers[0].Number})
	}
	if read.More || len(read.Numbers) != 1 {
		p = append(p, Property{name + declared, said})
	}
	return p
}

// certifies reports whether the source says that its addresses of mail are certified
// ones (PEC): by the name of their column, or in one that says of what type they are,
// as IndicePA's Tipo_Mail1 beside Mail1.
func (n *Normalizer) certifies(h Harvested) bool {
	return n.certified || n.mailType >= 0 && n.mailType < len(h.Values) && strings.EqualFold(strings.TrimSpace(Text(h.Values[n.mailType])), "pec")
}

// findCertified finds out what of that is so.
func (n *Normalizer) findCertified() {
	n.mailType = -1
	e := n.fields["email"]
	if len(e) != 1 || e[0].column < 0 {
		return
	}
	name := n.layer.Columns[e[0].column].Name
	for word := range strings.FieldsSeq(plainWords(name)) {
		n.certified = n.certified || word == "pec" || strings.HasPrefix(word, "indirizzopec")
	}
	n.mailType = n.layer.column("Tipo_" + name)
}

// reachIn reads the numbers and addresses of mail in the members of raw, a list or
// object of contacts: they become E.164 and addresses, and what was said stays beside
// where it is more. raw itself where nothing changes.
func reachIn(raw json.RawMessage, field string, report reporter) json.RawMessage {
	if !bytes.Contains(raw, []byte(`"phone"`)) && !bytes.Contains(raw, []byte(`"fax"`)) && !bytes.Contains(raw, []byte(`"email"`)) {
		return raw
	}
	var v any
	if json.Unmarshal(raw, &v) != nil || !reachWithin(v, field, report, 0) {
		return raw
	}
	return jsonOf(v)
}

// maxNesting is how deep contacts are looked for in a structure.
const maxNesting = 8

func reachWithin(v any, field string, report reporter, depth int) (changed bool) {
	if depth > maxNesting {
		return false
	}
	switch v := v.(type) {
	case []any:
		for _, each := range v {
			changed = reachWithin(each, field, report, depth+1) || changed
		}
	case map[string]any:
		for _, name := range []string{"phone", "fax", "email"} {
			if said, ok := v[name].(string); ok && strings.TrimSpace(said) != "" {
				changed = reachMember(v, name, said, field+"."+name, report) || changed
			}
		}
		for _, each := range v {
			changed = reachWithin(each, field, report, depth+1) || changed
		}
	}
	return changed
}

// reachMember reads one of them.
func reachMember(object map[string]any, name, said, field string, report reporter) bool {
	var values []string
	more := false
	if name == "email" {
		m := ReadMails(said)
		values, more = append(m.Addresses, m.Certified...), m.More
		if len(values) == 0 {
			report("email-unreadable", field, said, "an address such as urp@comune.example.it")
		}
	} else {
		p := ReadPhones(said)
		values, more = p.Voice(), p.More
		reportPhones(p, field, said, report)
	}
	if len(values) == 1 && values[0] == said {
		return false
	}
	delete(object, name)
	if len(values) > 0 {
		object[name] = values[0]
	}
	if more || len(values) != 1 {
		object[name+declared] = said
	}
	return true
}
