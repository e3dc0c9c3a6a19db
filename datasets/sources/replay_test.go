package sources_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/datasets/sources"
	"po-net.prato.it/ponet/harvesters"
)

// A promise is what a recipe makes of the answer it is tried on.
type promise struct {
	given   map[string]string // parameters, where not the defaults
	asked   string            // part of an address that must be asked for
	kind    catalog.Kind
	theme   catalog.Theme // of all; "": they differ or have none
	read    int64
	refused int64
	records int    // of the kind
	placed  int    // of those, with a position
	dated   int    // with a start
	values  int    // measured ones, null or not
	one     string // of them: "key: title, type, municipality"; of values "station: property, value unit, start"
	never   string // a text that is not stored with them
}

// Every recipe is harvested through the whole pipeline from an answer of its
// publisher, or one built like it, and gives the records that it promises.
func TestRecipesAreReplayed(t *testing.T) {
	all, err := sources.Recipes()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Kind == sources.Basemap {
			continue
		}
		t.Run(r.Name, func(t *testing.T) { replay(t, r) })
	}
	for name := range maps.Keys(replayed) {
		if !slices.ContainsFunc(all, func(r sources.Recipe) bool { return r.Name == name }) {
			t.Errorf("%s is no recipe", name)
		}
	}
}

func replay(t *testing.T, r sources.Recipe) {
	want, ok := replayed[r.Name]
	if !ok {
		t.Errorf("nothing is said of what it gives")
	}
	src, err := r.Source(want.given)
	if err != nil {
		t.Fatal(err)
	}
	licence := ""
	if src.Licence != "" {
		l, ok := datasets.Vocabularies().Licence(src.Licence)
		if !ok {
			t.Fatalf("licence %q is not known", src.Licence)
		}
		src.Licence, licence = l.URI, l.URI
	}
	store := postgistest.New(t)
	if err := store.PutVocabularies(t.Context(), datasets.Vocabularies()); err != nil {
		t.Fatal(err)
	}
	if src.BodyID != "" {
		if err := store.NameBody(t.Context(), src.BodyID); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	h, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	client, asked := publisher(t, r, src)
	receipt, err := harvesters.Run(t.Context(), client, h, src, datasets.Vocabularies(), harvesters.Options{})
	if err != nil || receipt.Outcome != catalog.RunCompleted {
		t.Fatalf("%s %s, %v", receipt.Outcome, receipt.Error, err)
	}
	rows, _ := store.DB().Query(t.Context(), `
		select r.source_key, title, kind, theme, type, municipality, licence, geom is not null, starts is not null,
			properties::text || coalesce(encode(raw, 'escape'), '')
		from record r left join harvested h on h.record_id = r.id
		where r.source_id = $1 and (kind = 'dataset') = $2
		order by title, r.source_key`, src.ID, r.Kind == "ckan" || r.Kind == "dcat")
	type record struct {
		Key, Title, Kind, Theme, Type, Municipality, Licence string
		Placed, Dated                                        bool
		Stored                                               string
	}
	records, err := pgx.CollectRows(rows, pgx.RowToStructByPos[record])
	if err != nil {
		t.Fatal(err)
	}
	got := promise{given: want.given, asked: want.asked, kind: want.kind, theme: want.theme, read: receipt.Read, refused: receipt.Refused, records: len(records), never: want.never}
	var lines []string
	for _, x := range records {
		if x.Placed {
			got.placed++
		}
		if x.Dated {
			got.dated++
		}
		line := strings.TrimSpace(fmt.Sprintf("%s: %s, %s, %s", x.Key, x.Title, x.Type, x.Municipality))
		if lines = append(lines, line); line == want.one {
			got.one = line
		}
		if x.Kind != string(want.kind) || x.Theme != string(want.theme) && want.theme != "" {
			t.Errorf("%s: kind %q, theme %q; want %q, %q", x.Title, x.Kind, x.Theme, want.kind, want.theme)
		}
		if x.Licence != licence && licence != "" {
			t.Errorf("%s: licence %q; want %q", x.Title, x.Licence, licence)
		}
		if want.never != "" && strings.Contains(x.Stored, want.never) {
			t.Errorf("%s: %q is stored: %s", x.Title, want.never, x.Stored)
		}
	}
	if want.kind == catalog.KindObservation {
		lines = measured(t, store, src.ID)
		if got.values = len(lines); slices.Contains(lines, want.one) {
			got.one = want.one
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(promise{})); diff != "" {
		t.Errorf("(-want +got):\n%srecords:\n%s\nissues %v", diff, strings.Join(lines[:min(12, len(lines))], "\n"), receipt.Rules)
	}
	if !slices.ContainsFunc(*asked, func(a string) bool { return strings.Contains(a, want.asked) }) {
		t.Errorf("asked for %q; want %q among it", *asked, want.asked)
	}
	t.Logf("%d read, %d kept, %d placed, issues %v", receipt.Read, len(records), got.placed, receipt.Rules)
}

// measured lists the values of a source.
func measured(t *testing.T, store *postgis.Store, source string) []string {
	t.Helper()
	rows, _ := store.DB().Query(t.Context(), `
		select format('%s: %s, %s %s, %s', station, code, value, unit, to_char(phenomenon_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'))
		from observation o join datastream d on d.number = o.datastream
		where source_id = $1
		order by 1`, source)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// publisher is a client for which the addresses of the recipe are answered by
// a server of this test, and no other address is reached.
func publisher(t *testing.T, r sources.Recipe, src catalog.Source) (client *http.Client, asked *[]string) {
	t.Helper()
	name := r.Replayed.On
	if below, ok := strings.CutPrefix(name, "../shared/"); ok {
		name = filepath.Join("../../../shared", below)
	}
	body, err := os.ReadFile(name)
	if os.IsNotExist(err) && r.Replayed.What == "real" {
		t.Skip("needs ", r.Replayed.On)
	}
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(src.URL)
	if err != nil {
		t.Fatal(err)
	}
	if path.Ext(address.Path) == ".zip" && path.Ext(name) != ".zip" {
		body = zipped(t, filepath.Base(name), body)
	}
	asked = new([]string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		to := *q.URL
		to.Scheme, to.Host = address.Scheme, q.Header.Get("X-Asked")
		*asked = append(*asked, to.String())
		paged := r.Kind == "json" && to.Path == address.Path // with parameters of ours
		if to.String() != address.String() && r.Kind != "ckan" && !paged {
			http.NotFound(w, q)
			return
		}
		answer(w, q, r, body)
	}))
	t.Cleanup(server.Close)
	return &http.Client{Transport: replayer{server.URL}}, asked
}

// answer sends the file, or, for a portal, what its API says with the file.
func answer(w http.ResponseWriter, q *http.Request, r sources.Recipe, body []byte) {
	actions := "/api/3/action/"
	if u, err := url.Parse(r.URL); err == nil && strings.HasSuffix(u.Path, "/api/") {
		actions = u.Path // as Florence has them
	}
	_, action, api := strings.Cut(q.URL.Path, actions)
	switch {
	case r.Kind == "json" && strings.Contains(q.URL.Path, "/wp/v2/"):
		w.Header().Set("X-WP-TotalPages", "1")
	case r.Kind != "ckan":
	case api && action == "site_read":
		body = []byte(`{"success": true, "result": true}`)
	case api && action == "package_search" && q.URL.Query().Get("start") != "0":
		body = []byte(`{"success": true, "result": {"count": 2, "results": []}}`)
	case api && (action == "package_search" || action == "package_show"):
	case path.Base(q.URL.Path) == "biblioteche.csv":
		body = []byte("codice;nome;latitudine;longitudine\n1;Lazzerini;43,8783;11,0995\n2;Ovest;43,8790;11,0600\n")
	default:
		http.NotFound(w, q)
		return
	}
	_, _ = w.Write(body) // the client sees what is missing
}

// A replayer sends every request to one server, with the host that was asked.
type replayer struct{ server string }

func (r replayer) RoundTrip(q *http.Request) (*http.Response, error) {
	to := q.Clone(q.Context())
	server, err := url.Parse(r.server)
	if err != nil {
		return nil, err
	}
	to.Header.Set("X-Asked", q.URL.Host)
	to.URL.Scheme, to.URL.Host, to.Host = server.Scheme, server.Host, ""
	res, err := http.DefaultTransport.RoundTrip(to)
	if res != nil {
		res.Request = q // as if the publisher had answered
	}
	return res, err
}

func zipped(t *testing.T, name string, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, bytes.NewReader(body)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
