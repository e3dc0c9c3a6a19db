package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"po-net.prato.it/ponet/catalog"
)

// progress says how far a harvest has come: on a terminal in one line that is
// written over, in a pipe in a plain line every ten seconds.
type progress struct {
	mu       sync.Mutex
	w        io.Writer
	id       string
	terminal bool
	last     time.Time
	shown    bool
}

func newProgress(w io.Writer, id string) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, id: id, terminal: ok && term.IsTerminal(int(f.Fd())), last: time.Now()}
}

func (p *progress) show(r catalog.Receipt) {
	p.say(fmt.Sprintf("%d read, %d new, %d changed, %d unchanged, %d refused", r.Read, r.New, r.Changed, r.Unchanged, r.Refused))
}

// say shows what, after whose progress it is.
func (p *progress) say(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	line := p.id + ": " + what
	switch {
	case p.terminal:
		fmt.Fprintf(p.w, "\r\033[K%s", line)
		p.shown = true
	case time.Since(p.last) > 10*time.Second:
		fmt.Fprintln(p.w, line)
		p.last = time.Now()
	}
}

// done clears the line.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.w, "\r\033[K")
	}
}

// printReceipt writes a receipt for a person.
func printReceipt(w io.Writer, r catalog.Receipt, dry bool) {
	mark := "✓"
	if r.Outcome != catalog.RunCompleted {
		mark = "✗"
	}
	verb := ""
	if dry {
		verb = " (dry run: nothing was written)"
	}
	fmt.Fprintf(w, "%s %s: %s%s\n", mark, r.Source, r.Outcome, verb)
	fmt.Fprintf(w, "  %d read = %d new + %d changed + %d unchanged + %d refused; %d gone; %d warnings; %.1f s\n",
		r.Read, r.New, r.Changed, r.Unchanged, r.Refused, r.Gone, r.Issues, r.Seconds)
	if r.Recognised > 0 {
		fmt.Fprintf(w, "  %d of the new and changed ones are described by other sources too: each is one record\n", r.Recognised)
	}
	if r.Partial {
		fmt.Fprintln(w, "  only what changed since the last harvest was listed; --full lists everything")
	}
	if r.Again != "" {
		fmt.Fprintf(w, "  listed twice, the second time with smaller pages, since the first time: %s\n", r.Again)
	}
	if r.Error != "" {
		fmt.Fprintf(w, "  %s\n", r.Error)
	}
	if r.Outcome == catalog.RunParked && !dry {
		fmt.Fprintf(w, "  see which: ponet runs %[1]d; if it is right so: ponet runs approve %[1]d; if not: ponet runs reject %[1]d\n", r.Run)
	}
	if len(r.Layers) > 1 || len(r.Layers) == 1 && r.Layers[0].Collection != r.Source {
		for _, l := range r.Layers {
			fmt.Fprintf(w, "  %-28s %d read, %d with a position\n", l.Collection, l.Read, l.Placed)
		}
	}
	rules := make([]string, 0, len(r.Rules))
	for rule := range r.Rules {
		rules = append(rules, rule)
	}
	slices.Sort(rules)
	for _, rule := range rules {
		fmt.Fprintf(w, "  %s: %d\n", rule, r.Rules[rule])
		for _, i := range r.Samples {
			if i.Rule == rule {
				fmt.Fprintln(w, "    "+describe(i))
			}
		}
	}
}

// describe is an issue in one line.
func describe(i catalog.Issue) string {
	var b strings.Builder
	if i.File != "" {
		fmt.Fprintf(&b, "%s ", i.File)
	}
	if i.Line > 0 {
		fmt.Fprintf(&b, "line %d ", i.Line)
	}
	if i.Key != "" {
		fmt.Fprintf(&b, "(%s) ", i.Key)
	}
	if i.Field != "" {
		fmt.Fprintf(&b, "%s: ", i.Field)
	}
	if i.Read != "" {
		fmt.Fprintf(&b, "read «%s»", i.Read)
	}
	if i.Expected != "" {
		fmt.Fprintf(&b, ", expected %s", i.Expected)
	}
	return b.String()
}
