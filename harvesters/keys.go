package harvesters

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// minKey is how many characters the value of a key has at least. Wherever they stand in
// an answer they are blotted out; fewer stand in real data too (years, surnames, words),
// which would be spoiled, and a key that is not blotted out could be stored.
const minKey = 8

// ReadKey reads the value that a catalog.Credential names with From.
type ReadKey func(from string) (string, error)

// WithKeys is c with the keys of src in every request to its host, and to no other,
// also after redirects. What the host then repeats of them, in addresses, error pages or
// data, is blotted out before anybody reads it.
func WithKeys(c *http.Client, src catalog.Source, read ReadKey) (*http.Client, error) {
	if len(src.Credentials) == 0 {
		return c, nil
	}
	origin, ok := fetch.Web(src.URL)
	if !ok {
		return nil, fmt.Errorf("source %s has a key, and is a file", src.ID)
	}
	k := &keyed{next: c.Transport, origin: origin}
	if k.next == nil {
		k.next = http.DefaultTransport
	}
	for _, cr := range src.Credentials {
		if err := k.add(cr, read); err != nil {
			return nil, err
		}
	}
	with := *c
	with.Transport = k
	return &with, nil
}

// keyed adds keys to requests.
type keyed struct {
	next   http.RoundTripper
	origin *url.URL
	keys   []key
	forms  [][]byte // in which the values may come back, the longest first
}

type key struct {
	catalog.Credential
	value string
}

func (k *keyed) add(c catalog.Credential, read ReadKey) error {
	if read == nil {
		return errors.New("nobody can read its keys here")
	}
	value, err := read(c.From)
	if err != nil {
		return err
	}
	secrets, err := secretsOf(c, value)
	if err != nil {
		return err
	}
	k.blot(secrets...)
	k.keys = append(k.keys, key{c, value})
	return nil
}

// CheckKey says what is wrong with the value of a key, without repeating it.
func CheckKey(c catalog.Credential, value string) error {
	_, err := secretsOf(c, value)
	return err
}

// secretsOf are the parts of the value of a key that nobody may read.
func secretsOf(c catalog.Credential, value string) ([]string, error) {
	if strings.ContainsAny(value, "\r\n\x00") {
		return nil, fmt.Errorf("the value of %s has several lines", c.From)
	}
	what, secret, secrets := "the value", value, []string{value}
	switch c.In {
	case catalog.InBasic:
		_, password, ok := strings.Cut(value, ":")
		if !ok {
			return nil, fmt.Errorf("the value of %s is not user:password", c.From)
		}
		what, secret = "the password", password
		secrets = append(secrets, secret, base64.StdEncoding.EncodeToString([]byte(value)))
	case catalog.InHeader:
		if _, token, ok := strings.Cut(value, " "); ok { // Bearer …
			what, secret = "what follows the first space", token
			secrets = append(secrets, secret)
		}
	}
	if n := utf8.RuneCountInString(secret); n < minKey {
		return nil, fmt.Errorf("%s of %s has %d characters and needs %d: keys are blotted out wherever the source repeats them, and one as short would be blotted out of its data too; ask who runs the source for a longer one", what, c.From, n, minKey)
	}
	return secrets, nil
}

// blot adds the forms in which a value may come back.
func (k *keyed) blot(values ...string) {
	for _, v := range values {
		quoted, _ := json.Marshal(v) // a string can be written
		inJSON := string(quoted[1 : len(quoted)-1])
		for _, form := range []string{v, url.QueryEscape(v), url.PathEscape(v), html.EscapeString(v), inJSON, strings.ReplaceAll(inJSON, "/", `\/`), strings.ReplaceAll(v, "/", `\/`)} {
			if !slices.ContainsFunc(k.forms, func(b []byte) bool { return string(b) == form }) {
				k.forms = append(k.forms, []byte(form))
			}
		}
	}
	slices.SortFunc(k.forms, func(a, b []byte) int { return cmp.Compare(len(b), len(a)) })
}

// RoundTrip implements http.RoundTripper.
func (k *keyed) RoundTrip(req *http.Request) (*http.Response, error) {
	if !k.at(req.URL) {
		return k.next.RoundTrip(req)
	}
	with := req.Clone(req.Context())
	for _, key := range k.keys {
		switch key.In {
		case catalog.InHeader:
			with.Header.Set(key.Name, key.value)
		case catalog.InBasic:
			user, password, _ := strings.Cut(key.value, ":")
			with.SetBasicAuth(user, password)
		}
	}
	with.URL.RawQuery = k.parameters(with.URL.RawQuery)
	res, err := k.next.RoundTrip(with)
	if err != nil {
		if text := k.blotted([]byte(err.Error())); string(text) != err.Error() {
			err = errors.New(string(text))
		}
		return nil, err
	}
	res.Request = req // what is told of the answer is told of the request without keys
	for _, values := range res.Header {
		for i, v := range values {
			values[i] = string(k.blotted([]byte(v)))
		}
	}
	res.Body = &blotter{keyed: k, in: res.Body}
	return res, nil
}

// parameters is a query with the keys that belong there, in place of what an
// address that came from the server may have instead. Its order stays.
func (k *keyed) parameters(raw string) string {
	var parts []string
	for part := range strings.SplitSeq(raw, "&") {
		name, _, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(name)
		ours := err == nil && slices.ContainsFunc(k.keys, func(c key) bool { return c.In == catalog.InQuery && c.Name == name })
		if part != "" && !ours {
			parts = append(parts, part)
		}
	}
	for _, c := range k.keys {
		if c.In == catalog.InQuery {
			parts = append(parts, url.QueryEscape(c.Name)+"="+url.QueryEscape(c.value))
		}
	}
	return strings.Join(parts, "&")
}

// at reports whether an address is on the host of the source: by the same scheme and
// port, or by https where the source has http.
func (k *keyed) at(u *url.URL) bool {
	o := k.origin
	if !strings.EqualFold(o.Hostname(), u.Hostname()) {
		return false
	}
	return o.Scheme == u.Scheme && port(o) == port(u) || o.Scheme == "http" && u.Scheme == "https" && port(o) == "80" && port(u) == "443"
}

func port(u *url.URL) string {
	return cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
}

// blotted is b with asterisks in the place of keys, as long as before.
func (k *keyed) blotted(b []byte) []byte {
	for _, form := range k.forms {
		for at := 0; ; {
			i := bytes.Index(b[at:], form)
			if i < 0 {
				break
			}
			at += i
			copy(b[at:], bytes.Repeat([]byte("*"), len(form)))
			at += len(form)
		}
	}
	return b
}

// A blotter blots keys out of an answer, also where they come in two pieces.
type blotter struct {
	*keyed
	in    io.ReadCloser
	ready []byte // blotted; the last bytes may begin a key
	err   error
}

// Read implements io.Reader.
func (b *blotter) Read(p []byte) (int, error) {
	hold := len(b.forms[0]) - 1
	for b.err == nil && len(b.ready) <= hold {
		chunk := make([]byte, max(len(p), 4<<10))
		n, err := b.in.Read(chunk)
		b.ready, b.err = b.blotted(append(b.ready, chunk[:n]...)), err
	}
	if b.err != nil {
		hold = 0
	}
	n := copy(p, b.ready[:max(0, len(b.ready)-hold)])
	b.ready = b.ready[n:]
	if n == 0 && len(p) > 0 && len(b.ready) == 0 {
		return 0, b.err
	}
	return n, nil
}

// Close implements io.Closer.
func (b *blotter) Close() error { return b.in.Close() }
