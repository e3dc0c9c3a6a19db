package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// Limits of robots.txt.
const (
	robotsBytes   = 500 << 10        // of a file are read (RFC 9309 §2.5)
	maxCrawlDelay = 30 * time.Second // of what a file asks to wait; a longer one would outlast every run
)

// ErrDisallowed is wrapped by the refusal of an address that robots.txt keeps
// programs from. It is catalog.ErrInvalid: it concerns this address alone.
var ErrDisallowed = fmt.Errorf("robots.txt does not allow it: %w", catalog.ErrInvalid)

// Robots says which addresses may be crawled (RFC 9309). It is made for one
// run, reads the robots.txt of each server once, and is not for use by several
// goroutines. Who follows links or a sitemap asks it before each page; an
// address that somebody gave us to read needs no leave.
type Robots struct {
	client *http.Client
	agent  string // product token, lower case
	hosts  map[string]*robots
}

// NewRobots is what one run asks. agent is the product token of our User-Agent,
// by which a file may name us: "ponet".
func NewRobots(c *http.Client, agent string) *Robots {
	return &Robots{client: c, agent: strings.ToLower(agent), hosts: map[string]*robots{}}
}

// robots are the rules of one server that concern us.
type robots struct {
	rules    []rule
	delay    time.Duration
	sitemaps []string
	why      error     // every address is refused, since the file could not be had
	next     time.Time // when the next page may be asked for
}

type rule struct {
	pattern string // normalised: see unescape
	allow   bool
}

// Wait returns when address may be asked for: at once, or after the
// Crawl-delay of its server since the last call. The error is ErrDisallowed, or
// that of ctx.
func (r *Robots) Wait(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return fmt.Errorf("%s is no web address: %w", address, catalog.ErrInvalid)
	}
	h, err := r.of(ctx, u)
	if err != nil {
		return err
	}
	if h.why != nil {
		return fmt.Errorf("%s: %w: %w", u.Redacted(), h.why, ErrDisallowed)
	}
	if !h.allows(u) {
		return fmt.Errorf("%s: %w", u.Redacted(), ErrDisallowed)
	}
	pause := time.Until(h.next)
	h.next = time.Now().Add(max(0, pause) + h.delay)
	if h.delay == 0 || pause <= 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Sitemaps are the addresses that the robots.txt of the server of address names
// as its sitemaps, in its order.
func (r *Robots) Sitemaps(ctx context.Context, address string) ([]string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%s is no web address: %w", address, catalog.ErrInvalid)
	}
	h, err := r.of(ctx, u)
	if err != nil {
		return nil, err
	}
	return h.sitemaps, nil
}

// of is the robots.txt of the server of u. One that is not there allows
// everything, one over which the server fails nothing (RFC 9309 §2.3.1).
func (r *Robots) of(ctx context.Context, u *url.URL) (*robots, error) {
	at := u.Scheme + "://" + u.Host
	if h, ok := r.hosts[at]; ok {
		return h, nil
	}
	h := &robots{}
	res, err := Open(ctx, r.client, at+"/robots.txt", "text/plain", MaxDocument)
	var status *StatusError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &status) && status.Code >= 400 && status.Code < 500 && status.Code != http.StatusTooManyRequests:
	case err != nil:
		h.why = err
	default:
		b, err := io.ReadAll(io.LimitReader(res.Body, robotsBytes))
		res.Body.Close()
		if err != nil {
			h.why = err
			break
		}
		if !IsPage(b) { // many servers answer what they do not have with a page
			h = parseRobots(string(b), r.agent)
		}
	}
	r.hosts[at] = h
	return h, nil
}

// parseRobots reads the groups that name agent or, where none does, those for
// everybody.
func parseRobots(text, agent string) *robots {
	var ours, all robots
	named, inAll, inOurs, agents := false, false, false, false
	for line := range strings.Lines(strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r", "\n")) {
		line, _, _ = strings.Cut(line, "#")
		field, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(field)) {
		case "user-agent":
			if !agents { // after the rules of another group
				inAll, inOurs = false, false
			}
			agents = true
			inAll = inAll || value == "*"
			if productToken(value) == agent {
				inOurs, named = true, true
			}
		case "sitemap":
			ours.sitemaps = append(ours.sitemaps, value) // of no group
		case "allow", "disallow":
			agents = false
			if value == "" {
				continue
			}
			r := rule{pattern: unescape(value), allow: strings.EqualFold(strings.TrimSpace(field), "allow")}
			if inAll {
				all.rules = append(all.rules, r)
			}
			if inOurs {
				ours.rules = append(ours.rules, r)
			}
		case "crawl-delay":
			agents = false
			d, err := time.ParseDuration(value + "s")
			if err != nil || d < 0 {
				continue
			}
			if inAll {
				all.delay = min(d, maxCrawlDelay)
			}
			if inOurs {
				ours.delay = min(d, maxCrawlDelay)
			}
		}
	}
	if !named {
		ours.rules, ours.delay = all.rules, all.delay
	}
	return &ours
}

// productToken is the name at the beginning of a User-Agent, in lower case.
func productToken(s string) string {
	end := strings.IndexFunc(s, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_'
	})
	if end >= 0 {
		s = s[:end]
	}
	return strings.ToLower(s)
}

// allows is the judgement of the longest pattern that fits, and of "allow" when
// two are equally long (RFC 9309 §2.2.2).
func (h *robots) allows(u *url.URL) bool {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	path = unescape(path)
	longest, allowed := -1, true
	for _, r := range h.rules {
		if n := len(r.pattern); fits(r.pattern, path) && (n > longest || n == longest && r.allow) {
			longest, allowed = n, r.allow
		}
	}
	return allowed
}

// unescape writes percent-encoded octets that need it not as they are, so that
// "/%7Eaa" and "/~aa" are one; those of the reserved characters stay.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := url.PathUnescape(s[i : i+3]); err == nil {
				if strings.ContainsAny(c, "/?#%*$&=+;,:@!'()[] ") {
					b.WriteString(strings.ToUpper(s[i : i+3]))
				} else {
					b.WriteString(c)
				}
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// fits matches a path with a pattern in which * stands for any characters and $
// for the end. It takes no longer than their lengths multiplied.
func fits(pattern, path string) bool {
	whole := strings.HasSuffix(pattern, "$")
	pattern = strings.TrimSuffix(pattern, "$")
	if !whole {
		pattern += "*"
	}
	p, s, star, mark := 0, 0, -1, 0
	for s < len(path) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, s
			p++
		case p < len(pattern) && pattern[p] == path[s]:
			p++
			s++
		case star >= 0:
			mark++
			p, s = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
