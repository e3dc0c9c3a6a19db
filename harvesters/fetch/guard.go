package fetch

import (
	"crypto/sha256"
	"net/url"
	"strings"
)

// MaxPages ends a listing that never does (spec §3.0, rule 7).
const MaxPages = 10_000

// A Guard watches the pages of one listing and ends it as failed when it goes in
// circles: a page that is asked for twice, that holds what one before it held, or
// that is one too many. The zero Guard is ready.
type Guard struct {
	pages int
	asked map[[sha256.Size]byte]bool
	held  map[[sha256.Size]byte]int // number of the page, from 1
}

// Ask is called before each page, with what identifies its request: the address
// and, of a POST, the body.
func (g *Guard) Ask(request ...string) error {
	if g.pages++; g.pages > MaxPages {
		return failed("more than %d pages", MaxPages)
	}
	if g.asked == nil {
		g.asked, g.held = map[[sha256.Size]byte]bool{}, map[[sha256.Size]byte]int{}
	}
	sum := sha256.Sum256([]byte(strings.Join(request, "\x00")))
	if g.asked[sum] {
		return failed("page %d is one that was read already: %s", g.pages, request[0])
	}
	g.asked[sum] = true
	return nil
}

// Got is called after each page with what it holds: its bytes or, where the
// server writes the hour into them, the keys of its descriptions.
func (g *Guard) Got(page []byte) error {
	sum := sha256.Sum256(page)
	if before := g.held[sum]; before > 0 {
		return failed("page %d holds the same as page %d: paging does not work there", g.pages, before)
	}
	g.held[sum] = g.pages
	return nil
}

// Rebase is the address of a further page as seen from here: on the scheme and
// host of at, whatever host the server believes it has, since servers behind a
// proxy know themselves by an internal name. Where they also leave out the
// beginning of the path, that of at stands.
func Rebase(at *url.URL, next string) (string, error) {
	ref, err := at.Parse(next)
	if err != nil {
		return "", err
	}
	if ref.Host != at.Host {
		if strings.HasSuffix(at.Path, ref.Path) {
			ref.Path, ref.RawPath = at.Path, at.RawPath
		}
		ref.Host = at.Host
	}
	ref.Scheme, ref.User = at.Scheme, nil
	return ref.String(), nil
}
