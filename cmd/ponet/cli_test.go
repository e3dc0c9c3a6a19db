package main

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// Every command shows in its help how it is typed.
func TestEveryCommandHasAnExample(t *testing.T) {
	parser, err := kong.New(&cli{}, kong.Vars{"version": "", "kinds": ""})
	if err != nil {
		t.Fatal(err)
	}
	commands := 0
	err = kong.Visit(parser.Model, func(n kong.Visitable, next kong.Next) error {
		if c, ok := n.(*kong.Command); ok {
			commands++
			if !strings.Contains(c.Detail, "Example") || !strings.Contains(c.Detail, c.Path()) {
				t.Errorf("ponet %s: no example in its help: %q", c.Path(), c.Detail)
			}
		}
		return next(nil)
	})
	if err != nil || commands < 20 {
		t.Errorf("%d commands, %v", commands, err)
	}
}
