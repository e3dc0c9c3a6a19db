package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// explain says which server an error is of, never with the password, and what can be
// done about it where the settings are at fault.
func (m *mailer) explain(err error) error {
	server := net.JoinHostPort(m.host, strconv.Itoa(m.port))
	if advice := m.advice(err); advice != "" {
		return fmt.Errorf("mail server %s: %w; %s", server, err, advice)
	}
	return fmt.Errorf("mail server %s: %w", server, err)
}

// advice is what to do about an error of encryption or of signing in.
func (m *mailer) advice(err error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return m.certificateAdvice(err)
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok && m.tls {
		return fmt.Sprintf("it does not encrypt from the first byte: PONET_SMTP_URL begins with smtp:// for STARTTLS (smtp://%s:587)", m.host)
	}
	if netErr, ok := errors.AsType[net.Error](err); ok && netErr.Timeout() && !m.tls {
		return "if it encrypts from the first byte, as on port 465, PONET_SMTP_URL begins with smtps://"
	}
	text := err.Error()
	switch reply, _ := errors.AsType[*textproto.Error](err); {
	case reply != nil && (reply.Code == 535 || reply.Code == 534 || reply.Code == 530):
		return "user and password of PONET_SMTP_URL are not what it wants; what is no letter or digit in them stands as %XX"
	case strings.Contains(text, "does not support STARTTLS"):
		return "nothing was sent, since it would not be encrypted: use smtps:// where it encrypts from the first byte, or ?starttls=never for a server without user and password in your own network"
	case strings.Contains(text, "SMTP AUTH"), errors.Is(err, gomail.ErrNoSupportedAuthDiscovered):
		return "it lets nobody sign in on this connection, and a password is not sent over one that is not encrypted: leave user and password out of PONET_SMTP_URL if it wants none"
	}
	return ""
}

// certificateAdvice is what to do about a certificate that is not believed. There is no
// setting that believes it: whoever answers at that address would get the password.
func (m *mailer) certificateAdvice(err error) string {
	var advice string
	if name, ok := errors.AsType[x509.HostnameError](err); ok {
		advice = fmt.Sprintf("PONET_SMTP_URL has to give the name that stands in it (%s)", strings.Join(name.Certificate.DNSNames, ", "))
	} else if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		advice = fmt.Sprintf("it holds from %s to %s: it has to be renewed there, or the clock of this machine put right", invalid.Cert.NotBefore.Format(time.DateOnly), invalid.Cert.NotAfter.Format(time.DateOnly))
	} else {
		advice = "add the certificate of the authority that signed it to those of this machine (update-ca-certificates, or SSL_CERT_FILE)"
	}
	if m.user == "" && !m.tls && local(m.host) {
		advice += ", or say ?starttls=never, since nobody listens on the way to this machine"
	}
	return advice
}
