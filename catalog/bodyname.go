package catalog

import "regexp"

// bodies are words in the name of an organisation and not of a person.
var bodies = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:comun[ei]|municipio|provincia|regione|unione|consiglio|giunta|assessorato|ufficio|settore|servizi[oi]?|urp|agenzia|ente|azienda|autorità|` +
	`bibliotec\pL*|muse[oi]|archivio|teatr\pL*|cinema|galleria|centro|fondazione|associazione|circolo|pro loco|comitato|consorzio|cooperativa|societ\pL+|` +
	`scuola|istituto|università|liceo|conservatorio|accademia|parrocchia|diocesi|arci|acli|asl|ausl|camera|confederazione|protezione civile|polizia|` +
	`club|gruppo|banda|orchestra|festival|redazione|ministero|presidenza|s\.?p\.?a\.?|s\.?r\.?l\.?|` +
	`library|museum|office|university|school|association|foundation|council)(?:$|[^\pL])`)

// NamesBody reports whether name is plainly that of a body: what sources say
// about persons is not published (design §4), and a feed or calendar does not say
// which of the two an author or organiser is. An address of mail is neither.
func NamesBody(name string) bool { return mail.FindString(name) == "" && bodies.MatchString(name) }

var mail = regexp.MustCompile(`\S@\S`)

// PlainText is an HTML or plain text without HTML, its paragraphs kept apart by
// line breaks; scripts and styles go whole.
func PlainText(s string) string { return plainText(s) }
