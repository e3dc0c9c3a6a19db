package catalog

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadPhones(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want string // the numbers, "fax:" before one, "#" and its extension after one, "?" and digits that are none
		more bool
	}{
		{"0574 1837800", "+3905741837800", false},
		{"+39 0574 603178", "+390574603178", false}, {"00 39 0574603178", "+390574603178", false}, {"0039.0574.603178", "+390574603178", false}, {"390574603178", "+390574603178", false},
		{"+39 (0)574 603178", "+390574603178", false}, {"(0574) 603178", "+390574603178", false}, {"+ 3 9 0541.084417", "+390541084417", false}, {"+039 0734671019", "+390734671019", false},
		{"+39 +39 0131.512239", "+390131512239", true}, {"+39 39 0458028400", "+390458028400", false}, {"tel:+39-0574-603178", "+390574603178", false},
		{"0574 1234 - 0574 5678 / 339 1234567", "+3905741234 +3905745678 +393391234567", false},
		{"0574.1234/5", "+3905741234 +3905741235", true}, {"0165275772/73", "+390165275772 +390165275773", true}, {"+39 0825 973021 - 973275", "+390825973021 +390825973275", true},
		{"+39 09123864104 / 64105 / 64106", "+3909123864104 +3909123864105 +3909123864106", true}, {"+39 081276855-57-75", "+39081276855 +39081276857 +39081276875", true},
		{"+39 0657332980/982/983", "+390657332980 +390657332982 +390657332983", true}, {"+39 095 7472 252-258", "+390957472252 +390957472258", true}, {"055 8751406 /427", "+390558751406 +390558751427", true},
		{"0574/621326", "+390574621326", false}, {"0574 - 811537", "+390574811537", false}, {"+39338-1541006", "+393381541006", false}, {"39.347.91.53.511", "+393479153511", false},
		{"347-91-53-511", "+393479153511", false}, {"+39 06 4761-4226", "+390647614226", false}, {"0574-60-31-78", "+390574603178", false},
		{"0574 603178 e 0574 603179", "+390574603178 +390574603179", false}, {"0574 1234 0574 5678", "+3905741234 +3905745678", false}, {"0574 603178; 339 1234567", "+390574603178 +393391234567", false},
		{"tel. 0574 603178 fax 0574 603179", "+390574603178 fax:+390574603179", true}, {"0574 603178 (fax)", "fax:+390574603178", true}, {"tel/fax 0574 603178", "+390574603178", true},
		{"0574 603178 - Fax: 0574 603179 - Cell. 338 1234567", "+390574603178 fax:+390574603179 +393381234567", true},
		{"+39 073795421 int. 5", "+39073795421#5", true}, {"0574 1234 interno 12", "+3905741234#12", true}, {"+39 0824862003 (int. 209)", "+390824862003#209", true},
		{"0574 603178 (segreteria)", "+390574603178", true}, {"Telefono: 0574 603178", "+390574603178", false}, {"0574 603178 (lun-ven 9-13)", "+390574603178", true},
		{"numero verde 800 123456", "+39800123456", false}, {"800.90.08.00", "+39800900800", false}, {"840 123456", "+39840123456", false}, {"199 123456", "+39199123456", false}, {"803116", "+39803116", false},
		{"112", "112", false}, {"1500", "1500", false}, {"chiamare il 112", "112", true}, {"12.30", "", true}, {"113 114", "?113114", true},
		{"+33 1 40 20 50 50", "+33140205050", false}, {"0044 (0)20 7946 0958", "+442079460958", false}, {"+49 (0) 30 901820", "+4930901820", false}, {"+378 0549 882708", "+3780549882708", false}, {"+1 (202) 456-1111", "+12024561111", false},
		{"+30 0396897907", "?300396897907", true},
		{"574603178", "+390574603178", true}, {"+39 437 509 442", "+390437509442", true}, {"03297027077", "+393297027077", false}, {"335123456", "+39335123456", false}, {"331123456", "?331123456", true}, // Varese without its 0, or an old mobile
		{"1836096", "?1836096", true}, {"+39 6257", "?396257", true}, {"vedi sito", "", true}, {"000000", "?000000", true}, {"070-965635070-96329224", "?070965635070 ?96329224", true}, {"", "", false},
		{"0574\u00a0603178", "+390574603178", false}, {"0574 603178 – 0574 603179", "+390574603178 +390574603179", false}, {"0498755276ù", "+390498755276", true},
	} {
		p := ReadPhones(tt.in)
		var got []string
		for _, n := range p.Numbers {
			s := n.Number
			if n.Fax {
				s = "fax:" + s
			}
			if n.Extension != "" {
				s += "#" + n.Extension
			}
			got = append(got, s)
		}
		for _, u := range p.Unread {
			got = append(got, "?"+u)
		}
		if diff := cmp.Diff(strings.Fields(tt.want), got); len(got)+len(tt.want) > 0 && diff != "" || p.More != tt.more {
			t.Errorf("ReadPhones(%q) = %v, more %v; want %s, %v", tt.in, got, p.More, tt.want, tt.more)
		}
	}
}

func TestSpokenPhone(t *testing.T) {
	for number, want := range map[string]string{
		"+390574603178": "0574 603178", "+390223994137": "02 23994137", "+390552768224": "055 2768224", "+393391234567": "339 1234567", "+39800123456": "800 123456",
		"+33140205050": "+33 140205050", "+12024561111": "+1 2024561111", "112": "112",
	} {
		if got := SpokenPhone(number); got != want {
			t.Errorf("SpokenPhone(%q) = %q; want %q", number, got, want)
		}
	}
	for number, want := range map[string]string{"+390574603178": "tel:+390574603178", "112": "tel:112;phone-context=+39", "vedi sito": "", "": "", "+0574": ""} {
		if got := TelURI(number); got != want {
			t.Errorf("TelURI(%q) = %q; want %q", number, got, want)
		}
	}
}

// What is read is E.164, as OGC API – Records wants it, and is read again as itself.
func FuzzReadPhones(f *testing.F) {
	for _, s := range []string{"0574 1234 - 0574 5678 / 339 1234567", "+39 (0)574 603178 int. 12", "fax 800-900-800 – 112", "+44 (0)20", "0574.1234/5/6", "ù+(0)0"} {
		f.Add(s)
	}
	e164 := regexp.MustCompile(`^\+[1-9]\d{3,14}$`)
	f.Fuzz(func(t *testing.T, text string) {
		p := ReadPhones(text)
		for _, n := range p.Numbers {
			if e164.MatchString(n.Number) != IsE164(n.Number) || !IsE164(n.Number) && !shortNumbers[n.Number] {
				t.Errorf("ReadPhones(%q) has %q", text, n.Number)
			}
			if again := ReadPhones(n.Number); !slices.Equal(again.Voice(), []string{n.Number}) {
				t.Errorf("ReadPhones(%q) gives %q, which is read as %+v", text, n.Number, again)
			}
			if spoken := ReadPhones(SpokenPhone(n.Number)); !slices.Equal(spoken.Voice(), []string{n.Number}) {
				t.Errorf("%q is written %q, which is read as %+v", n.Number, SpokenPhone(n.Number), spoken)
			}
		}
	})
}
