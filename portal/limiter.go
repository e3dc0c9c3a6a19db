package portal

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

const (
	ratingsEach  = 10          // ratings that one address may send in ratingsTime
	ratingsAll   = 600         // that all may send together
	ratingsTime  = time.Minute // after which counting begins anew
	ipv6Customer = 64          // bits of an IPv6 address that tell one customer from another
)

// A limiter counts what each address sends in a minute. It forgets them all
// when the minute is over, and nothing of it is ever written down.
type limiter struct {
	mu    sync.Mutex
	since time.Time
	all   int
	each  map[netip.Prefix]int
}

// allow counts a rating of r's sender at now and reports whether it is one too
// many.
func (l *limiter) allow(r *http.Request, now time.Time) bool {
	who := sender(r)
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.since) >= ratingsTime || l.each == nil {
		l.since, l.all, l.each = now, 0, map[netip.Prefix]int{}
	}
	if l.all >= ratingsAll || l.each[who] >= ratingsEach {
		return false
	}
	l.all++
	l.each[who]++
	return true
}

// sender is the network that r comes from. Behind a proxy on the same machine
// it is the address that the proxy, the last of the line, says.
func sender(r *http.Request) netip.Prefix {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}
	}
	if addr.IsLoopback() {
		line := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if told, err := netip.ParseAddr(strings.TrimSpace(line[len(line)-1])); err == nil {
			addr = told
		}
	}
	addr = addr.Unmap().WithZone("")
	bits := addr.BitLen()
	if addr.Is6() {
		bits = ipv6Customer
	}
	p, _ := addr.Prefix(bits)
	return p
}
