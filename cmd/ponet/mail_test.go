package main

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/portal"
)

// A postOffice is a mail server (RFC 5321) that keeps what it takes.
type postOffice struct {
	net.Listener
	mu     sync.Mutex
	taken  []*mail.Message
	bodies []string
	tries  int
	answer func(try int) string // to the end of a message; "": the connection breaks
	refuse bool                 // every recipient

	shown    *tls.Config // its certificate; nil: it does not encrypt
	starttls bool        // it does so on demand, else from the first byte
	password string      // that it wants with PLAIN; "": of nobody
	signed   []string    // who tried to sign in, "tls " before it when that was encrypted
}

func newPostOffice(t testing.TB) *postOffice {
	t.Helper()
	o := &postOffice{}
	o.open(t)
	return o
}

func (o *postOffice) open(t testing.TB) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Listener = l
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go o.serve(c)
		}
	}()
}

func (o *postOffice) serve(on net.Conn) {
	defer func() { on.Close() }()
	encrypted := o.shown != nil && !o.starttls
	if encrypted {
		on = tls.Server(on, o.shown)
	}
	c := textproto.NewConn(on)
	c.PrintfLine("220 mail.example ESMTP")
	for {
		line, err := c.ReadLine()
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(strings.ToUpper(line), " "); verb {
		case "EHLO", "HELO":
			c.PrintfLine("250-mail.example")
			if o.starttls && !encrypted {
				c.PrintfLine("250-STARTTLS")
			}
			if o.password != "" {
				c.PrintfLine("250-AUTH PLAIN")
			}
			c.PrintfLine("250 8BITMIME")
		case "STARTTLS": // RFC 3207
			c.PrintfLine("220 go on")
			on, encrypted = tls.Server(on, o.shown), true
			c = textproto.NewConn(on)
		case "AUTH":
			c.PrintfLine("%s", o.sign(line, encrypted))
		case "RCPT":
			if o.refused() {
				c.PrintfLine("550 5.1.1 no such user")
				continue
			}
			c.PrintfLine("250 ok")
		case "DATA":
			c.PrintfLine("354 go on")
			text, err := io.ReadAll(c.DotReader())
			if err != nil {
				return
			}
			answer := o.take(string(text))
			if answer == "" {
				return
			}
			c.PrintfLine("%s", answer)
		case "QUIT":
			c.PrintfLine("221 bye")
			return
		default:
			c.PrintfLine("250 ok")
		}
	}
}

// sign answers AUTH PLAIN (RFC 4616).
func (o *postOffice) sign(line string, encrypted bool) string {
	said, err := base64.StdEncoding.DecodeString(line[strings.LastIndex(line, " ")+1:])
	who := strings.ReplaceAll(string(said), "\x00", " ")
	if encrypted {
		who = "tls" + who
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.signed = append(o.signed, who)
	if err != nil || !strings.HasSuffix(string(said), "\x00"+o.password) {
		return "535 5.7.8 authentication failed"
	}
	return "235 welcome"
}

func (o *postOffice) refused() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.refuse
}

func (o *postOffice) take(text string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tries++
	answer := "250 taken"
	if o.answer != nil {
		answer = o.answer(o.tries)
	}
	if m, err := mail.ReadMessage(strings.NewReader(text)); err == nil {
		body, _ := io.ReadAll(quotedprintable.NewReader(m.Body))
		o.taken, o.bodies = append(o.taken, m), append(o.bodies, string(body))
	}
	return answer
}

// set changes how the server answers, and forgets what it has taken.
func (o *postOffice) set(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.taken, o.bodies, o.tries, o.answer, o.refuse = nil, nil, 0, nil, false
	f()
}

func (o *postOffice) messages() ([]*mail.Message, []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.taken, o.bodies
}

// notice waits until the message about the last run is in one of the states.
func (s *stage) notice(states ...string) catalog.Notice {
	s.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		n, err := s.store.Notice(s.Context(), s.last().ID)
		if err != nil {
			s.Fatal(err)
		}
		for _, state := range states {
			if n.State == state {
				return n
			}
		}
	}
	s.Fatalf("waited a minute until the message is one of %v", states)
	return catalog.Notice{}
}

func TestNewsByMail(t *testing.T) {
	office := newPostOffice(t)
	s := newStageOf(t, &Config{Addr: "127.0.0.1:0", BaseURL: "https://po-net.example", NodeName: "Po-net", SMTPURL: secret("smtp://" + office.Addr().String()), MailFrom: "ponet@comune.example.it"})
	s.src.Title = "Fonte\r\nBcc: tutti@example.it"
	if err := s.store.PutSource(t.Context(), s.src); err != nil {
		t.Fatal(err)
	}
	if err := s.store.PutCorrespondent(t.Context(), s.src.ID, catalog.Correspondent{Address: "redazione@comune.example.it", Lang: "it"}); err != nil {
		t.Fatal(err)
	}
	quiet := func(what string) {
		t.Helper()
		s.job(rivertype.JobStateCompleted)
		if n, err := s.store.Notice(t.Context(), s.last().ID); !errors.Is(err, catalog.ErrNotFound) {
			t.Errorf("%s: %+v, %v; want no message", what, n, err)
		}
	}
	quiet("a first harvest without complaints")
	quiet("nothing has changed")
	s.err = errors.New("pagina: the server answered 404 Not Found")
	s.job(rivertype.JobStateCompleted)
	n := s.notice(catalog.NoticeSent)
	taken, bodies := office.messages()
	if len(taken) != 1 || n.News[0] != catalog.NewsFailed {
		t.Fatalf("%d messages about %v; want one about the failure", len(taken), n.News)
	}
	h := taken[0].Header
	subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil || subject != "Po-net, Fonte Bcc: tutti@example.it: La lettura non è riuscita" || h.Get("Bcc") != "" {
		t.Errorf("subject %q, Bcc %q, %v", subject, h.Get("Bcc"), err)
	}
	id := h.Get("Message-Id")
	if h.Get("Auto-Submitted") != "auto-generated" || h.Get("To") != "<redazione@comune.example.it>" || !strings.HasSuffix(id, ".fonte@comune.example.it>") {
		t.Errorf("headers: %v", h)
	}
	for _, want := range []string{"non c’è più niente", "serve il nuovo indirizzo", "Chi può farlo", "https://po-net.example/stato/fonti/fonte/", "Ricevi questo messaggio"} {
		if !strings.Contains(bodies[0], want) {
			t.Errorf("the message does not say %q:\n%s", want, bodies[0])
		}
	}
	quiet("it fails again")

	// A server that is busy is asked again, with the same message.
	office.set(func() {
		office.answer = func(try int) string { return []string{"451 4.3.0 later", "250 taken"}[min(try-1, 1)] }
	})
	s.err = nil
	s.job(rivertype.JobStateCompleted)
	n = s.notice(catalog.NoticeSent)
	if taken, _ = office.messages(); n.News[0] != catalog.NewsRecovered || n.Attempts != 1 || len(taken) != 2 || taken[0].Header.Get("Message-Id") != taken[1].Header.Get("Message-Id") || taken[0].Header.Get("Message-Id") == id {
		t.Errorf("after 451: %+v, %d messages", n, len(taken))
	}

	// An end that is not answered: perhaps it was taken, and then a second would be one too many.
	office.set(func() { office.answer = func(int) string { return "" } })
	s.err = errors.New("the server answered 500")
	s.job(rivertype.JobStateCompleted)
	s.notice(catalog.NoticeDoubtful)
	if taken, _ = office.messages(); len(taken) != 1 {
		t.Errorf("%d messages; want one", len(taken))
	}

	// A recipient that there is not ends it; the harvest is not touched by any of that.
	office.set(func() { office.refuse = true })
	s.err = nil
	if _, state := s.job(rivertype.JobStateCompleted); state != catalog.RunCompleted {
		t.Errorf("the harvest is %s", state)
	}
	if n := s.notice(catalog.NoticeFailed); !strings.Contains(n.Error, "no such user") {
		t.Errorf("%+v", n)
	}

	// A process that died between the last byte and the answer.
	office.set(func() {})
	run := s.last().ID
	if _, err := s.store.MarkNotice(t.Context(), run, catalog.NoticeFailed, catalog.NoticeHanded, ""); err != nil {
		t.Fatal(err)
	}
	for again := time.Now(); ; time.Sleep(20 * time.Millisecond) { // the job that failed ends a little after its notice
		inserted, err := s.queue.Insert(t.Context(), mailArgs{Run: run}, nil)
		if err != nil || time.Since(again) > time.Minute {
			t.Fatal("no second job:", err)
		}
		if !inserted.UniqueSkippedAsDuplicate {
			break
		}
	}
	s.notice(catalog.NoticeDoubtful)
	if taken, _ = office.messages(); len(taken) != 0 {
		t.Error("a message that may have been taken was sent again")
	}
}

func TestMailSettings(t *testing.T) {
	for url, want := range map[string]string{
		"smtp://mail.example.it": "", "smtps://u:p%40@mail.example.it": "", "smtp://mail.example.it:25?starttls=never": "", "smtp://localhost:1025": "",
		"http://mail.example.it": "neither smtp", "mail.example.it": "give smtp://", "smtp://u:p@mail.example.it?starttls=never": "not encrypted", "smtp://mail.example.it:99999": "port", "smtps://mail.example.it?starttls=never": "encrypted anyway",
	} {
		_, err := newMailer(&Config{SMTPURL: secret(url), MailFrom: "Po-net <ponet@example.it>"})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v; want %q", url, err, want)
		}
	}
	if _, err := newMailer(&Config{SMTPURL: "smtp://mail.example.it"}); err == nil {
		t.Error("no sender, and no error")
	}
	for _, bad := range []string{"", "x", "a@b.it\r\nBcc: c@d.it", "Nome <a@b.it>", "a@b.it, c@d.it"} {
		if got, err := mailAddress(bad); err == nil {
			t.Errorf("mailAddress(%q) = %q; want an error", bad, got)
		}
	}
}

// A server that does not encrypt gets no message, unless it is this machine or
// that is said.
func TestMailWantsEncryption(t *testing.T) {
	office := newPostOffice(t)
	m, err := newMailer(&Config{SMTPURL: secret("smtp://" + office.Addr().String()), MailFrom: "ponet@example.it"})
	if err != nil {
		t.Fatal(err)
	}
	letter := portal.Letter{Subject: "Prova", Text: "Prova.\n"}
	if err := m.send(t.Context(), "a@example.it", letter, "1", func() error { return nil }); err != nil {
		t.Errorf("to this machine: %v", err)
	}
	if err := m.probe(t.Context()); err != nil {
		t.Errorf("probe: %v", err)
	}
	m.start = 0 // as of another machine: gomail.TLSMandatory
	if err := m.send(t.Context(), "a@example.it", letter, "2", func() error { return nil }); err == nil {
		t.Error("a message went over a connection that is not encrypted")
	}
	if taken, _ := office.messages(); len(taken) != 1 {
		t.Errorf("%d messages; want one", len(taken))
	}
}
