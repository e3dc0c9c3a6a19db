package catalog

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// A hoursToken is a word, a number or a sign of a text of opening hours.
type hoursToken struct {
	kind tokenKind
	text string // a word without accents and capitals; a sign
	a, b int    // of a number: what stands before and behind the point; b -1: none
	mark byte   // what parts them; 'o': an ordinal
}

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenNumber
	tokenYear
	tokenSign // of "-", ",", ";", "/", "(", ")", ":", "+", "&", ".", "\n"
)

var (
	numberToken = regexp.MustCompile(`^(\d{1,4})(?:([.:])(\d{2})\b|(,)(00|30|45)\b)?`)
	ordinalSign = regexp.MustCompile(`^(?:°|º|ª|\^|o\b|a\b|ma\b)`)
)

// hoursTokens takes a text apart; false when it has a sign that opening hours have
// not.
func hoursTokens(text string) ([]hoursToken, bool) {
	var list []hoursToken
	for text != "" {
		r := rune(text[0])
		switch {
		case r == '\n' || strings.ContainsRune("-,;/():+&.|", r):
			sign := text[:1]
			if sign == "|" {
				sign = ";"
			}
			list, text = append(list, hoursToken{kind: tokenSign, text: sign}), text[1:]
		case r == ' ' || r == '\t' || r == '\'':
			text = text[1:]
		case r >= '0' && r <= '9':
			t, n, ok := numberOf(text)
			if !ok {
				return nil, false
			}
			list, text = append(list, t), text[n:]
		case r >= 'a' && r <= 'z':
			n := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
			if n < 0 {
				n = len(text)
			}
			list, text = append(list, hoursToken{kind: tokenWord, text: text[:n]}), text[n:]
		default:
			return nil, false
		}
	}
	return list, true
}

func numberOf(text string) (t hoursToken, length int, ok bool) {
	m := numberToken.FindStringSubmatch(text)
	if len(m[1]) == 3 || m[1] == "0000" {
		return t, 0, false
	}
	t = hoursToken{kind: tokenNumber, a: digits(m[1]), b: -1}
	if length = len(m[0]); m[2] != "" {
		t.b, t.mark = digits(m[3]), m[2][0]
	} else if m[4] != "" {
		t.b, t.mark = digits(m[5]), ','
	} else if len(m[1]) == 4 {
		t.kind = tokenYear
	} else if sign := ordinalSign.FindString(text[length:]); sign != "" {
		t.mark = 'o'
		length += len(sign)
	}
	if len(m[1]) == 4 && t.b >= 0 {
		return t, 0, false
	}
	return t, length, true
}

// digits is the number that at most four digits are.
func digits(s string) (n int) {
	for _, c := range []byte(s) {
		n = n*10 + int(c-'0')
	}
	return n
}

var (
	hoursDays = map[string]int{
		"lunedi": 0, "lun": 0, "mo": 0, "martedi": 1, "mart": 1, "mar": 1, "tu": 1, "mercoledi": 2, "merc": 2, "mer": 2, "we": 2,
		"giovedi": 3, "giov": 3, "gio": 3, "th": 3, "venerdi": 4, "vener": 4, "ven": 4, "fr": 4, "sabato": 5, "sabati": 5, "sab": 5, "sa": 5,
		"domenica": 6, "domeniche": 6, "dom": 6, "festivi": PublicHoliday, "festivo": PublicHoliday, "festivita": PublicHoliday, "ph": PublicHoliday,
	}
	hoursMonths = map[string]time.Month{
		"gennaio": 1, "genn": 1, "gen": 1, "febbraio": 2, "febb": 2, "feb": 2, "marzo": 3, "aprile": 4, "apr": 4, "maggio": 5, "magg": 5, "mag": 5,
		"giugno": 6, "giu": 6, "luglio": 7, "lug": 7, "agosto": 8, "ago": 8, "settembre": 9, "sett": 9, "set": 9, "ottobre": 10, "ott": 10,
		"novembre": 11, "nov": 11, "dicembre": 12, "dic": 12,
	}
	hoursOrdinals = map[string]int{"primo": 1, "prima": 1, "secondo": 2, "seconda": 2, "terzo": 3, "terza": 3, "quarto": 4, "quarta": 4, "quinto": 5, "quinta": 5, "ultimo": -1, "ultima": -1}
	hoursClosed   = []string{"chiuso", "chiusa", "chiusi", "chiuse", "chiusura", "riposo", "closed", "off"}
	hoursExcept   = []string{"tranne", "eccetto", "escluso", "esclusa", "esclusi", "escluse", "salvo"}
	hoursFill     = []string{
		"aperto", "aperta", "aperti", "aperte", "apertura", "orario", "orari", "il", "lo", "la", "i", "le", "gli", "l", "di", "del", "della", "dei", "nel", "nella", "nei", "nelle",
		"in", "ogni", "solo", "con", "giorno", "giorni", "dal", "dalla", "dall", "da", "ad", "a", "mesi", "mese",
	}
)

// A feast is a day of the year that has a name.
type feast struct {
	name string // its words
	on   bound
}

// The longer stand first.
var feasts = []feast{
	{"lunedi di pasqua", bound{byEaster, 1}}, {"lun di pasqua", bound{byEaster, 1}}, {"lunedi dell angelo", bound{byEaster, 1}}, {"domenica di pasqua", bound{byEaster, 0}},
	{"dom di pasqua", bound{byEaster, 0}}, {"pasquetta", bound{byEaster, 1}}, {"pasqua", bound{byEaster, 0}},
	{"domenica delle palme", bound{byEaster, -7}}, {"dom delle palme", bound{byEaster, -7}}, {"giovedi santo", bound{byEaster, -3}}, {"gio santo", bound{byEaster, -3}},
	{"venerdi santo", bound{byEaster, -2}}, {"ven santo", bound{byEaster, -2}}, {"sabato santo", bound{byEaster, -1}}, {"sab santo", bound{byEaster, -1}},
	{"lunedi di pentecoste", bound{byEaster, 50}}, {"lun di pentecoste", bound{byEaster, 50}}, {"pentecoste", bound{byEaster, 49}},
	{"vigilia di natale", yearly(12, 24)}, {"natale", yearly(12, 25)}, {"santo stefano", yearly(12, 26)}, {"s stefano", yearly(12, 26)}, {"san silvestro", yearly(12, 31)},
	{"capodanno", yearly(1, 1)}, {"epifania", yearly(1, 6)}, {"befana", yearly(1, 6)}, {"ferragosto", yearly(8, 15)}, {"ognissanti", yearly(11, 1)}, {"immacolata", yearly(12, 8)},
}

func yearly(month time.Month, day int) bound { return bound{byYear, int32(yearDay(month, day))} }

// What is said beside the hours and does not change them: until when one gets in,
// what groups and guided tours have to arrange, whom to call.
var hoursNotes = []struct {
	words []string // one of which it has
	*regexp.Regexp
}{
	{[]string{"ultim"}, regexp.MustCompile(`[(,;]?[ \t]*(?:con )?\bultim[oa] (?:ingresso|accesso|entrata|ammissione|visita(?: guidata)?):?[ \t]+(?:alle (?:ore )?|ore |h\.? ?)?(?:\d{1,2}(?:[.:]\d{2})?(?:[ \t]*ore)?|(?:un.ora|mezz.ora|\d{1,2} (?:minuti|min\.?)) prima(?: della chiusura)?)\b[ \t]*\)?`)},
	{[]string{"tel", "info", "mail", "t "}, regexp.MustCompile(`\(?:?[ \t\n]*\b(?:tel|telefono|t|info|e-?mail)\b[.:]*[ \t]*(?:\+?\d[\d /.-]{5,}\d|[\w.+-]+@[\w.-]+)(?:,?[ \t]*(?:\+?\d[\d /.-]{5,}\d|[\w.+-]+@[\w.-]+))*[ \t]*\)?`)},
	{[]string{"prenotazione", "appuntamento", "richiesta"}, regexp.MustCompile(`(?m)^[ \t]*(?:per )?gruppi su prenotazione(?: anche)? fuori orario[ \t]*$`)},
	{[]string{"prenotazione", "appuntamento", "richiesta"}, regexp.MustCompile(`(?m)^[ \t]*(?:o|oppure|e anche|(?:per )?(?:gruppi|scuole)|visit[ae]|altre visite|fuori stagione|tutto l.anno|tutti gli altri giorni|escursioni guidate|ulteriori appuntamenti)\b(?:[^\d:;\n]|(?:a partire da|min\.?|minimo|max\.?|da) \d+ (?:persone|partecipanti))*\b(?:su|previa|solo su)[ \t]+(?:prenotazione|appuntamento|richiesta)(?: telefonica)?(?:[ \t]*\((?:min\.?|minimo) \d+ persone\))?[ \t]*\.?[ \t]*$`)},
}

// byAppointment is a text that says no hours at all.
var byAppointment = regexp.MustCompile(`^\s*(?:aperto |aperta |visitabile |visite |visita )?(?:solo |esclusivamente |unicamente )?(?:su|previa|previo|per) (?:appuntamento|prenotazione|richiesta)(?: telefonic[ao])?\s*\.?\s*$`)

// plainHours is a text of opening hours without accents, capitals, the notes and
// the many signs that mean the same.
func plainHours(text string) string {
	text = hoursSigns.Replace(Plain(text))
	for _, note := range hoursNotes {
		if slices.ContainsFunc(note.words, func(word string) bool { return strings.Contains(text, word) }) {
			text = note.ReplaceAllString(text, "")
		}
	}
	return text
}

var hoursSigns = strings.NewReplacer("–", "-", "—", "-", "−", "-", "‐", "-", "‑", "-", "’", "'", "‘", "'", "`", "'", "\u00a0", " ", "\u202f", " ", "\r", "", "\u00ad", "", "“", "", "”", "")

// cutWords reports whether words, parted by spaces, are the next tokens, and how
// many they are.
func cutWords(tokens []hoursToken, words string) (int, bool) {
	n := 0
	for word := range strings.SplitSeq(words, " ") {
		for n < len(tokens) && n > 0 && tokens[n].kind == tokenSign && tokens[n].text == "." {
			n++
		}
		if n >= len(tokens) || tokens[n].kind != tokenWord || tokens[n].text != word {
			return 0, false
		}
		n++
	}
	return n, true
}

func isOneOf(t hoursToken, words []string) bool {
	return t.kind == tokenWord && slices.Contains(words, t.text)
}
