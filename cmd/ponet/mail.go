package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"net/netip"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"po-net.prato.it/ponet/portal"
)

// mailTimeout is how long one message may take, from the connection on.
const mailTimeout = time.Minute

// A mailer sends messages through the server of PONET_SMTP_URL.
type mailer struct {
	host, user, password string
	port                 int
	tls                  bool             // from the first byte
	start                gomail.TLSPolicy // else: STARTTLS
	from                 mail.Address
	domain               string         // of Message-ID
	roots                *x509.CertPool // nil: the authorities that this machine knows
}

// newMailer reads the settings; nil without PONET_SMTP_URL.
func newMailer(c *Config) (*mailer, error) {
	if c.SMTPURL == "" {
		return nil, nil
	}
	u, err := url.Parse(string(c.SMTPURL))
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("PONET_SMTP_URL: give smtp://user:password@host:587, or smtps://user:password@host:465; what is no letter or digit in user and password stands as %XX")
	}
	m := &mailer{host: u.Hostname(), user: u.User.Username()}
	m.password, _ = u.User.Password()
	port := "587"
	switch u.Scheme {
	case "smtp":
		m.start = gomail.TLSMandatory
		if local(m.host) {
			m.start = gomail.TLSOpportunistic
		}
	case "smtps":
		m.tls, port = true, "465"
	default:
		return nil, fmt.Errorf("PONET_SMTP_URL: %q is neither smtp (STARTTLS) nor smtps (TLS from the first byte)", u.Scheme)
	}
	switch q := u.Query().Get("starttls"); {
	case q == "":
	case m.tls:
		return nil, errors.New("PONET_SMTP_URL: starttls is for smtp://, smtps:// is encrypted anyway")
	case q == "never" && m.user == "":
		m.start = gomail.NoTLS
	case q == "never":
		return nil, errors.New("PONET_SMTP_URL: a password is not sent over a connection that is not encrypted; leave out user and password, or starttls=never")
	default:
		return nil, fmt.Errorf("PONET_SMTP_URL: starttls=%s: only never can be said, without it STARTTLS is required", q)
	}
	if p := u.Port(); p != "" {
		port = p
	}
	if m.port, err = strconv.Atoi(port); err != nil || m.port < 1 || m.port > 65535 {
		return nil, fmt.Errorf("PONET_SMTP_URL: port %q", port)
	}
	if c.MailFrom == "" {
		return nil, errors.New("PONET_MAIL_FROM is missing: the address that messages come from, such as ponet@comune.example.it")
	}
	from, err := mail.ParseAddress(c.MailFrom)
	if err != nil {
		return nil, fmt.Errorf("PONET_MAIL_FROM %q: %w", c.MailFrom, err)
	}
	m.from = *from
	if m.from.Name == "" {
		m.from.Name = c.NodeName
	}
	_, m.domain, _ = strings.Cut(m.from.Address, "@")
	return m, nil
}

// local reports whether host is this machine, to which nobody listens.
func local(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// mailAddress is a bare address that a message can go to.
func mailAddress(s string) (string, error) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || len(a.Address) > 254 || strings.ContainsAny(a.Address, "\r\n") {
		return "", fmt.Errorf("%q is no mail address; give one such as redazione@comune.example.it", s)
	}
	return a.Address, nil
}

func (m *mailer) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(m.port), gomail.WithTimeout(mailTimeout / 2), gomail.WithHELO(m.domain),
		gomail.WithTLSConfig(&tls.Config{ServerName: m.host, RootCAs: m.roots, MinVersion: tls.VersionTLS12})}
	if m.tls {
		options = append(options, gomail.WithSSL())
	} else {
		options = append(options, gomail.WithTLSPolicy(m.start))
	}
	if m.user != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(m.user), gomail.WithPassword(m.password))
	}
	return gomail.NewClient(m.host, options...)
}

// enter connects, encrypts and signs in.
func (m *mailer) enter(ctx context.Context) (*gomail.Client, error) {
	c, err := m.client()
	if err == nil {
		err = c.DialWithContext(ctx)
	}
	if err != nil {
		return nil, noEntry{m.explain(err)}
	}
	return c, nil
}

// probe connects, encrypts and signs in as for a message, and sends none.
func (m *mailer) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	c, err := m.enter(ctx)
	if err != nil {
		return err
	}
	return c.Close()
}

// send sends a letter; id makes its Message-ID, the same for each attempt. handed
// is called when all is written but the end: if it fails nothing is sent.
func (m *mailer) send(ctx context.Context, to string, letter portal.Letter, id string, handed func() error) error {
	ctx, cancel := context.WithTimeout(ctx, mailTimeout)
	defer cancel()
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.SetMessageIDWithValue(id + "@" + m.domain)
	msg.SetDate()
	msg.FromMailAddress(&m.from)
	if err := msg.To(to); err != nil {
		return err
	}
	msg.Subject(strings.Join(strings.Fields(letter.Subject), " ")) // no line ends: one would begin another header
	msg.SetGenHeader(gomail.Header("Auto-Submitted"), "auto-generated")
	msg.SetBodyWriter(gomail.TypeTextPlain, func(w io.Writer) (int64, error) {
		n, err := io.WriteString(w, letter.Text)
		if err == nil {
			err = handed()
		}
		return int64(n), err
	})
	c, err := m.enter(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Send(msg); err != nil && !msg.IsDelivered() {
		return m.explain(err)
	}
	return nil
}

// noEntry is an error of connecting, encrypting or signing in, before any message.
type noEntry struct{ error }

// Unwrap gives what is below.
func (e noEntry) Unwrap() error { return e.error }

// answered reports whether err is an answer of the server to a message, and whether
// that is its last word. Who is not let in has said nothing of the message, which waits
// until the settings are put right.
func answered(err error) (said, final bool) {
	if _, ok := errors.AsType[noEntry](err); ok {
		return false, false
	}
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		return true, reply.Code >= 500
	}
	if failed, ok := errors.AsType[*gomail.SendError](err); ok && failed.ErrorCode() > 0 {
		return true, failed.ErrorCode() >= 500
	}
	return false, false
}
