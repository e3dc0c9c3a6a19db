package portal

import (
	"net/http/httptest"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	var l limiter
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	ask := func(remote, forwarded string) bool {
		r := httptest.NewRequest("POST", "/opinioni", nil)
		r.RemoteAddr = remote
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		return l.allow(r, now)
	}
	for range ratingsEach {
		if !ask("192.0.2.1:1000", "") {
			t.Fatal("refused too early")
		}
	}
	if ask("192.0.2.1:2000", "203.0.113.7") {
		t.Error("who is not a proxy of ours may not say another address")
	}
	if !ask("127.0.0.1:1000", "192.0.2.1, 203.0.113.7") {
		t.Error("behind our proxy the last address counts")
	}
	for range ratingsEach {
		ask("[2001:db8::1]:1", "")
	}
	if ask("[2001:db8::2]:1", "") {
		t.Error("a customer has a network of IPv6, not an address")
	}
	now = now.Add(ratingsTime)
	if !ask("192.0.2.1:1000", "") {
		t.Error("a minute later all is forgotten")
	}
	for i := range ratingsAll {
		ask("10.0."+string(rune('0'+i/250))+"."+itoa(i%250)+":1", "")
	}
	if ask("198.51.100.1:1", "") {
		t.Error("more than all may send together")
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

func TestOwnPath(t *testing.T) {
	for in, want := range map[string]string{
		"/enti": "/enti", "/mappa?q=x": "/mappa", "": "/", "https://example.org": "/", "//example.org": "/", `/\example.org`: "/", "javascript:alert(1)": "/",
	} {
		if got := ownPath(in); got != want {
			t.Errorf("ownPath(%q) = %q; want %q", in, got, want)
		}
	}
}
