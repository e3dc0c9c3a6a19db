package harvesters

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Limits of every request; the source's deadline ends the whole run.
const (
	connectTimeout  = 15 * time.Second // to reach a server
	headerTimeout   = 60 * time.Second // for its first answer; slow catalogues think long
	maxRedirects    = 10               // spec §3.0
	maxHeaderBytes  = 1 << 20
	idleConnTimeout = 30 * time.Second
)

// errPrivate is wrapped by the refusal of an address that is not public.
var errPrivate = errors.New("not a public address")

// Allow says which addresses a harvest may reach although they are not public.
type Allow struct {
	Nets  []netip.Prefix   // PONET_ALLOW_NETS: an intranet
	Hosts []netip.AddrPort // single listeners: the demo's publisher
}

// Client is the HTTP client of the harvests, one for a process, so that it asks
// one thing at a time of a host (see polite), as do the processes that share turns
// with it (nil: there are none). It refuses private, loopback and link-local
// addresses after name resolution, at every redirect, so that a source cannot make us
// read our own network; allow lists the exceptions.
func Client(agent string, allow Allow, turns Turns) *http.Client {
	dialer := &net.Dialer{Timeout: connectTimeout, KeepAlive: idleConnTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		return allow.check(address)
	}}
	return &http.Client{
		Transport: agentTransport{agent, newPolite(turns, unzipping{&http.Transport{
			DialContext:            dialer.DialContext,
			MaxIdleConns:           10,
			IdleConnTimeout:        idleConnTimeout,
			TLSHandshakeTimeout:    connectTimeout,
			ResponseHeaderTimeout:  headerTimeout,
			MaxResponseHeaderBytes: maxHeaderBytes,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // unzipping does it
		}})},
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if len(via) >= maxRedirects {
				return fmt.Errorf("more than %d redirects", maxRedirects)
			}
			if req.URL.Scheme != "http" && req.URL.Scheme != "https" {
				return fmt.Errorf("redirect to %s: only http and https are followed", req.URL.Redacted())
			}
			return nil
		},
	}
}

// check refuses an address, host and port, that no harvest may reach.
func (a Allow) check(address string) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%s: %w", address, errPrivate)
	}
	ip := ap.Addr().Unmap()
	for _, h := range a.Hosts {
		if h.Addr().Unmap() == ip && h.Port() == ap.Port() {
			return nil
		}
	}
	for _, n := range a.Nets {
		if n.Contains(ip) {
			return nil
		}
	}
	if public(ip) {
		return nil
	}
	return fmt.Errorf("%s is %w; an administrator can allow its network with PONET_ALLOW_NETS", ip, errPrivate)
}

// special are the blocks of the IANA special-purpose registries that netip does
// not name: shared address space, benchmarking, documentation, 6to4, NAT64 ….
var special = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"240.0.0.0/4", "::/96", "fec0::/10", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

func public(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range special {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// agentTransport says who asks, so that a server's administrator can find us.
type agentTransport struct {
	agent string
	next  http.RoundTripper
}

func (t agentTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Header.Get("User-Agent") == "" {
		req = req.Clone(req.Context())
		req.Header.Set("User-Agent", t.agent)
	}
	return t.next.RoundTrip(req)
}
