package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/portal"
)

// certificate is one that is its own authority, for a name or an address.
func certificate(t *testing.T, name string, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	like := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: until.AddDate(-1, 0, 0), NotAfter: until, IsCA: true, BasicConstraintsValid: true}
	if ip := net.ParseIP(name); ip != nil {
		like.IPAddresses = []net.IP{ip}
	} else {
		like.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, like, like, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// A message goes over TLS from the first byte or from STARTTLS on, to a server whose
// certificate is believed, or it does not go; no password goes before. What went wrong
// is told with what to do, and never with the password.
func TestMailOverTLS(t *testing.T) {
	now := time.Now()
	good := certificate(t, "127.0.0.1", now.AddDate(0, 6, 0))
	other := certificate(t, "mail.example.it", now.AddDate(0, 6, 0))
	old := certificate(t, "127.0.0.1", now.AddDate(0, -1, 0))
	const in = "tls ponet s3greta%"
	for _, tt := range []struct {
		name   string
		url    string // before the address of the server
		shown  *tls.Certificate
		on     bool // demand (STARTTLS)
		wants  string
		trusts bool     // its authority
		signed []string // in
		err    []string // nil: it is taken
	}{
		{"smtps", "smtps://ponet:s3greta%25@", &good, false, "s3greta%", true, []string{in}, nil},
		{"STARTTLS", "smtp://ponet:s3greta%25@", &good, true, "s3greta%", true, []string{in}, nil},
		{"smtps of nobody", "smtps://", &good, false, "", true, nil, nil},
		{"another password", "smtps://ponet:s3greta%25@", &good, false, "altra", true, []string{in}, []string{"535", "user and password of PONET_SMTP_URL"}},
		{"another name, smtps", "smtps://ponet:s3greta%25@", &other, false, "s3greta%", true, nil, []string{"certificate", "has to give the name that stands in it (mail.example.it)"}},
		{"another name, STARTTLS", "smtp://ponet:s3greta%25@", &other, true, "s3greta%", true, nil, []string{"certificate", "(mail.example.it)"}},
		{"unknown authority", "smtps://ponet:s3greta%25@", &good, false, "s3greta%", false, nil, []string{"unknown authority", "update-ca-certificates"}},
		{"of this machine, unknown authority", "smtp://", &good, true, "", false, nil, []string{"unknown authority", "or say ?starttls=never"}},
		{"expired", "smtp://ponet:s3greta%25@", &old, true, "s3greta%", true, nil, []string{"expired", "it holds from", "renewed"}},
		{"STARTTLS asked from the first byte", "smtps://ponet:s3greta%25@", &good, true, "s3greta%", true, nil, []string{"begins with smtp://"}},
		{"not encrypted, password wanted", "smtp://ponet:s3greta%25@", nil, false, "s3greta%", true, nil, []string{"a password is not sent over one that is not encrypted"}},
		{"not encrypted, no password wanted", "smtp://ponet:s3greta%25@", nil, false, "", true, nil, []string{"leave user and password out"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			office := &postOffice{starttls: tt.on, password: tt.wants}
			if tt.shown != nil {
				office.shown = &tls.Config{Certificates: []tls.Certificate{*tt.shown}}
			}
			office.open(t)
			m, err := newMailer(&Config{SMTPURL: secret(tt.url + office.Addr().String()), MailFrom: "ponet@example.it"})
			if err != nil {
				t.Fatal(err)
			}
			m.roots = x509.NewCertPool()
			if tt.trusts && tt.shown != nil {
				m.roots.AddCert(tt.shown.Leaf)
			}
			probed := m.probe(t.Context())
			err = m.send(t.Context(), "redazione@example.it", portal.Letter{Subject: "Prova", Text: "Perché no.\n"}, "1", func() error { return nil })
			if (err == nil) != (tt.err == nil) || (probed == nil) != (err == nil) {
				t.Fatalf("sent: %v, probed: %v; want %q", err, probed, tt.err)
			}
			for _, want := range tt.err {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v; want %q", err, want)
				}
			}
			if err != nil && strings.Contains(err.Error(), "s3greta") {
				t.Errorf("the error tells the password: %v", err)
			}
			if said, final := answered(err); said || final {
				t.Errorf("%v is taken for an answer to the message, which would not be tried again", err)
			}
			taken, bodies := office.messages()
			if (len(taken) == 1) != (tt.err == nil) || len(bodies) == 1 && bodies[0] != "Perché no.\n" {
				t.Errorf("%d messages: %q", len(taken), bodies)
			}
			office.mu.Lock()
			defer office.mu.Unlock()
			if got := slices.Compact(office.signed); !slices.Equal(got, tt.signed) {
				t.Errorf("signed in %q; want %q", got, tt.signed)
			}
		})
	}
}
