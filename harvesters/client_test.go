package harvesters

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestAllowCheck(t *testing.T) {
	allow := Allow{
		Nets:  []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")},
		Hosts: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:8081")},
	}
	for _, tt := range []struct {
		address string
		ok      bool
	}{
		{"151.101.1.1:443", true},
		{"[2a00:1450:4002::1]:443", true},
		{"10.1.2.3:80", true},
		{"127.0.0.1:8081", true},
		{"127.0.0.1:8082", false},
		{"[::ffff:127.0.0.1]:8082", false},
		{"[::1]:80", false},
		{"10.2.0.1:80", false},
		{"192.168.1.1:80", false},
		{"172.16.0.1:80", false},
		{"169.254.169.254:80", false}, // a cloud's metadata
		{"[fe80::1]:80", false},
		{"[fd00::1]:80", false},
		{"100.64.0.1:80", false},
		{"198.18.0.1:80", false},
		{"0.0.0.0:80", false},
		{"255.255.255.255:80", false},
		{"224.0.0.1:80", false},
		{"[64:ff9b::7f00:1]:80", false}, // NAT64 of 127.0.0.1
		{"[2002:7f00:1::]:80", false},   // 6to4 of 127.0.0.1
		{"[::127.0.0.1]:80", false},     // IPv4-compatible, deprecated
		{"[fec0::1]:80", false},         // site-local, deprecated
		{"[fe80::1%eth0]:80", false},
	} {
		if err := allow.check(tt.address); (err == nil) != tt.ok {
			t.Errorf("check(%s) = %v; want ok %v", tt.address, err, tt.ok)
		}
	}
}

// A redirect to a private address is refused like a first request to one, and
// the client says who it is.
func TestClientRefusesRedirectsToPrivateAddresses(t *testing.T) {
	secret := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the private server was reached") }))
	defer secret.Close()
	var agent string
	open := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent = r.UserAgent()
		http.Redirect(w, r, secret.URL, http.StatusFound)
	}))
	defer open.Close()
	c := Client("ponet/test", Allow{Hosts: []netip.AddrPort{netip.MustParseAddrPort(strings.TrimPrefix(open.URL, "http://"))}}, nil)
	resp, err := c.Get(open.URL)
	if err == nil {
		resp.Body.Close()
	}
	if !errors.Is(err, errPrivate) {
		t.Errorf("err = %v; want %v", err, errPrivate)
	}
	if agent != "ponet/test" {
		t.Errorf("User-Agent = %q; want ponet/test", agent)
	}
}
