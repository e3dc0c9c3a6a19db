package fetch

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

func TestGuardEndsWhatGoesInCircles(t *testing.T) {
	for _, c := range []struct {
		name  string
		walk  func(g *Guard) error
		wants string // "": the listing goes on
	}{
		{"pages that differ", func(g *Guard) error {
			return errors.Join(g.Ask("a", "1"), g.Got([]byte("x")), g.Ask("a", "2"), g.Got([]byte("y")))
		}, ""},
		{"the same request", func(g *Guard) error {
			return errors.Join(g.Ask("a", "1"), g.Got([]byte("x")), g.Ask("a", "1"))
		}, "page 2 is one that was read already: a"},
		{"the same content", func(g *Guard) error {
			return errors.Join(g.Ask("a"), g.Got([]byte("x")), g.Ask("b"), g.Got([]byte("x")))
		}, "page 2 holds the same as page 1"},
		{"no end", func(g *Guard) error {
			for i := range MaxPages + 1 {
				if err := errors.Join(g.Ask(fmt.Sprint(i)), g.Got(fmt.Append(nil, i))); err != nil {
					return err
				}
			}
			return nil
		}, "more than 10000 pages"},
	} {
		err := c.walk(&Guard{})
		if c.wants == "" && err != nil || c.wants != "" && (!errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), c.wants)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wants)
		}
	}
}

func TestRebase(t *testing.T) {
	for _, c := range []struct{ at, next, want string }{
		{"https://dati.example.org/api/items?limit=2", "?limit=2&offset=2", "https://dati.example.org/api/items?limit=2&offset=2"},
		{"https://dati.example.org/api/items", "http://dati.example.org/api/items?page=2", "https://dati.example.org/api/items?page=2"},
		{"https://dati.example.org/api/items", "http://localhost:8080/items?page=2", "https://dati.example.org/api/items?page=2"},
		{"https://dati.example.org/api/items", "http://admin@10.0.0.1/api/items?page=2", "https://dati.example.org/api/items?page=2"},
	} {
		at, err := url.Parse(c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Rebase(at, c.next); err != nil || got != c.want {
			t.Errorf("Rebase(%s, %s) = %s, %v; want %s", c.at, c.next, got, err, c.want)
		}
	}
	if _, err := Rebase(&url.URL{Scheme: "https", Host: "x"}, "http://[::1"); err == nil {
		t.Error("an address that is none was taken")
	}
}
