package harvesters_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/harvesters"
)

// The values of three keys, as a person would choose them.
var keyValues = map[string]string{"CHIAVE": "s3greta/& è+lunga", "TOKEN": "Bearer abcdef0123456789", "UTENTE": "ufficio:p4ssw0rd!"}

func keyFor(from string) (string, error) {
	if v := keyValues[from]; v != "" {
		return v, nil
	}
	return "", fmt.Errorf("its key is not there: set the environment variable %s where ponet runs", from)
}

var threeKeys = []catalog.Credential{{In: catalog.InQuery, Name: "apikey", From: "CHIAVE"}, {In: catalog.InHeader, Name: "X-Token", From: "TOKEN"}, {In: catalog.InBasic, From: "UTENTE"}}

// leaks names the forms of the keys that are in a text.
func leaks(text string) (found []string) {
	for _, part := range []string{"s3greta", "abcdef0123456789", "p4ssw0rd", "dWZmaWNpbzpwNHNzdzByZCE"} {
		if strings.Contains(text, part) {
			found = append(found, part)
		}
	}
	return found
}

// keyedServer is a server that wants keys and repeats them wherever it can.
func keyedServer(t *testing.T, elsewhere string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if q := r.URL.Query()["apikey"]; len(q) != 1 || q[0] != keyValues["CHIAVE"] || user+":"+password != keyValues["UTENTE"] && r.URL.Path != "/solo" {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, "no: %q %q %q", q, user, password)
			return
		}
		said := fmt.Sprint(r.URL.RawQuery, " ", r.Header, " ", password, " ", r.URL.Query())
		w.Header().Set("X-Echo", r.URL.RawQuery)
		next := func(path string) string { return "http://" + r.Host + path + "?" + r.URL.RawQuery }
		switch r.URL.Path {
		case "/dati":
			if r.URL.Query().Get("pagina") == "2" {
				fmt.Fprintf(w, `{"items":[{"id":2,"nome":"Due","eco":%s}]}`, quoted(said))
				return
			}
			fmt.Fprintf(w, `{"items":[{"id":1,"nome":"Uno","eco":%s}],"next":%s}`, quoted(said), quoted(next("/dati")+"&pagina=2"))
		case "/sposta":
			http.Redirect(w, r, next("/dati"), http.StatusFound)
		case "/altrove":
			http.Redirect(w, r, elsewhere+"/dati?"+r.URL.RawQuery, http.StatusFound)
		default:
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, said)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func quoted(s string) string {
	b, _ := json.Marshal(s) // a string
	return strings.ReplaceAll(string(b), "/", `\/`)
}

// otherServer is a server that must see no key.
func otherServer(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if found := leaks(r.URL.RawQuery + fmt.Sprint(r.Header)); len(found) > 0 {
			t.Errorf("another host got %q: %s %v", found, r.URL.RawQuery, r.Header)
		}
		fmt.Fprint(w, `{"items":[{"id":3,"nome":"Tre"}]}`)
	}))
	t.Cleanup(s.Close)
	return s
}

// Keys go to the host of the source and to no other; what is stored of a run, of its
// failure too, holds none of them.
func TestKeysStayWhereTheyBelong(t *testing.T) {
	store := postgistest.New(t)
	server := keyedServer(t, otherServer(t).URL)
	for _, tt := range []struct {
		path string
		read int64
		fail string
	}{{"/dati", 2, ""}, {"/sposta", 2, ""}, {"/altrove", 1, ""}, {"/errore", 0, "400"}} {
		src := catalog.Source{ID: "s" + tt.path[1:], Protocol: "json", URL: server.URL + tt.path, Mapping: catalog.Mapping{Key: []string{"id"}}, Credentials: threeKeys}
		r := harvestWith(t, store, src, http.DefaultClient, harvesters.Options{Key: keyFor})
		if r.Read != tt.read || (r.Outcome == catalog.RunFailed) != (tt.fail != "") || !strings.Contains(r.Error, tt.fail) {
			t.Errorf("%s: %+v; want %d read, %q", tt.path, r, tt.read, tt.fail)
		}
	}
	if found := leaks(everything(t, store)); len(found) > 0 {
		t.Errorf("the database holds %q", found)
	}
	src := catalog.Source{ID: "sdati", Protocol: "json", URL: server.URL + "/dati", Credentials: threeKeys}
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	kept, err := store.Source(t.Context(), "sdati")
	if err != nil || fmt.Sprint(kept.Credentials) != fmt.Sprint(threeKeys) {
		t.Errorf("kept %v, %v; want %v", kept.Credentials, err, threeKeys)
	}
}

// everything is all rows of all tables, as text.
func everything(t *testing.T, store *postgis.Store) string {
	t.Helper()
	var tables []string
	rows, err := store.DB().Query(t.Context(), `select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'public'`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if rows.Err() != nil || len(tables) < 10 {
		t.Fatalf("%d tables, %v", len(tables), rows.Err())
	}
	var all strings.Builder
	for _, name := range tables {
		var text, raw string
		if err := store.DB().QueryRow(t.Context(), `select coalesce(string_agg(x::text, E'\n'), '') from `+name+` x`).Scan(&text); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all.WriteString(text + raw)
	}
	var raw string // bytes are hexadecimal in the above
	if err := store.DB().QueryRow(t.Context(), `select coalesce(string_agg(encode(raw, 'escape'), ' '), '') from harvested`).Scan(&raw); err != nil || !strings.Contains(raw, "Uno") {
		t.Fatalf("%v, %s", err, raw)
	}
	return all.String() + raw
}

// A key that is not there ends the run with words that say which, before anything is asked.
func TestKeysThatAreNotThere(t *testing.T) {
	store := postgistest.New(t)
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer server.Close()
	for from, want := range map[string]string{"NESSUNA": "set the environment variable NESSUNA", "UTENTE": ""} {
		src := catalog.Source{ID: "s", Protocol: "json", URL: server.URL, Credentials: []catalog.Credential{{In: catalog.InHeader, Name: "X", From: from}}}
		r := harvestWith(t, store, src, http.DefaultClient, harvesters.Options{Key: keyFor})
		if r.Outcome != catalog.RunFailed || !strings.Contains(r.Error, want) || (asked > 0) != (want == "") {
			t.Errorf("%s: %+v, asked %d", from, r, asked)
		}
		asked = 0
	}
}

// A key that data could hold too is refused: blotted out it would spoil them, else it
// could be stored. The words say which it is and never what it is.
func TestShortKeys(t *testing.T) {
	in := func(place catalog.CredentialPlace) catalog.Credential {
		return catalog.Credential{In: place, Name: "X", From: "CHIAVE"}
	}
	for _, tt := range []struct {
		place catalog.CredentialPlace
		value string
		want  string
	}{
		{catalog.InQuery, "a1b2c3d4", ""}, {catalog.InQuery, "2026", "the value of CHIAVE has 4 characters and needs 8"}, {catalog.InQuery, "Ospedàl", "has 7 characters"},
		{catalog.InHeader, "Bearer a1b2c3d4", ""}, {catalog.InHeader, "Bearer Prato", "what follows the first space of CHIAVE has 5 characters"}, {catalog.InHeader, "", "has 0 characters"},
		{catalog.InBasic, "u:a1b2c3d4", ""}, {catalog.InBasic, "biblioteca:Museo1", "the password of CHIAVE has 6 characters"}, {catalog.InBasic, "biblioteca", "not user:password"},
		{catalog.InQuery, "a1b2c3d4\ne5f6", "several lines"},
	} {
		err := harvesters.CheckKey(in(tt.place), tt.value)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s %q: %v; want %q", tt.place, tt.value, err, tt.want)
		}
		if _, secret, _ := strings.Cut(tt.value, ":"); err != nil && secret != "" && strings.Contains(err.Error(), secret) {
			t.Errorf("the error repeats the key: %v", err)
		}
		src := catalog.Source{ID: "s", URL: "http://example.org/", Credentials: []catalog.Credential{in(tt.place)}}
		if _, run := harvesters.WithKeys(http.DefaultClient, src, func(string) (string, error) { return tt.value, nil }); fmt.Sprint(run) != fmt.Sprint(err) {
			t.Errorf("%s %q: a run says %v, the person who sets it is told %v", tt.place, tt.value, run, err)
		}
	}
}

// Keys are blotted out however the answer is cut, and nothing else is changed.
func TestBlotting(t *testing.T) {
	const value = "abcdef0123456789"
	body := strings.Repeat("x", 5000) + value + "&" + value + value[:10] + "tail abc" + value
	want := strings.ReplaceAll(body, value, strings.Repeat("*", len(value)))
	src := catalog.Source{ID: "s", URL: "http://example.org/", Credentials: []catalog.Credential{{In: catalog.InHeader, Name: "X", From: "K"}}}
	for name, cut := range map[string]func(io.Reader) io.Reader{"whole": func(r io.Reader) io.Reader { return r }, "bytes": iotest.OneByteReader, "halves": iotest.HalfReader, "with the error": iotest.DataErrReader} {
		c, err := harvesters.WithKeys(&http.Client{Transport: answers(func() io.Reader { return cut(strings.NewReader(body)) })}, src, func(string) (string, error) { return value, nil })
		if err != nil {
			t.Fatal(err)
		}
		res, err := c.Get("http://example.org/a")
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(res.Body)
		if err != nil || string(got) != want {
			t.Errorf("%s: %v, %d bytes; want %d with asterisks", name, err, len(got), len(want))
		}
	}
}

type answers func() io.Reader

// RoundTrip gives the answer to every request.
func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(a()), Request: r}, nil
}
