package bench

import (
	"bufio"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// TestMatch harvests places that another source describes too, or does not, against
// PONET_BENCH_MATCH=1000000 stored ones, and prints how many new ones a second are stored and compared,
// and how many were recognised:
// PONET_BENCH_MATCH=1000000 go test ./bench -run 'Match$' -v -timeout 2h.
// Half of the new ones are stored ones, with another spelling of the name, another
// phone and some metres away; the other half are nobody else's.
func TestMatch(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("PONET_BENCH_MATCH"))
	if err != nil || n <= 0 {
		n = 2000 // that it works; the figures need more
	}
	store := postgistest.New(t)
	world := places(n + n/50)
	stored := matchSource(t, store, "registro", world[:n], false)
	r := harvestPlaces(t, store, stored)
	t.Logf("stored     %8d in %7.1f s, %7.0f a second, peak memory %d MB", r.New, r.Seconds, float64(r.New)/r.Seconds, peakMB())
	// the last of the stored ones, and as many that are not
	stop := profile(t, "match.pprof")
	r = harvestPlaces(t, store, matchSource(t, store, "comune", world[n-n/50:], true))
	stop()
	var recognised, doubtful int64
	if err := store.DB().QueryRow(t.Context(), `
		select (select count(*) from same_as where id <> head), (select count(*) from compared where verdict = 'review')`).Scan(&recognised, &doubtful); err != nil {
		t.Fatal(err)
	}
	t.Logf("matched    %8d in %7.1f s, %7.0f a second, %d of %d recognised, %d for a person, peak memory %d MB", r.New, r.Seconds, float64(r.New)/r.Seconds, recognised, n/50, doubtful, peakMB())
	if want := int64(n / 50); recognised < want*7/10 || recognised > want*11/10 {
		t.Errorf("%d recognised of %d", recognised, want)
	}
}

// A benchPlace is one of a made-up territory.
type benchPlace struct {
	code, name, street, phone string
	lon, lat                  float64
}

// places are n places around 400 towns of Tuscany's size, dense in the middle of
// each, with names as registers have them; the same every time.
func places(n int) []benchPlace {
	random := rand.New(rand.NewPCG(1, 2))
	sorts := []string{"Bar", "Farmacia", "Scuola primaria", "Biblioteca comunale", "Museo", "Chiesa di", "Ristorante", "Palestra", "Officina", "Studio", "Circolo", "Albergo", "Edicola", "Panificio", "Teatro", "Parco"}
	syllables := []string{"ba", "ri", "to", "la", "ne", "ma", "si", "co", "ve", "du", "fi", "gra", "lu", "pe", "ste", "zan", "mo", "cel", "bo", "ti"}
	word := func() string {
		w := ""
		for range 2 + random.IntN(3) {
			w += syllables[random.IntN(len(syllables))]
		}
		return string(w[0]-32) + w[1:]
	}
	towns := make([][2]float64, 400)
	for i := range towns {
		towns[i] = [2]float64{9.8 + random.Float64()*2.4, 42.5 + random.Float64()*1.8}
	}
	list := make([]benchPlace, n)
	for i := range list {
		town := towns[int(float64(len(towns))*random.Float64()*random.Float64())] // the first are larger
		far, angle := 0.012*random.ExpFloat64(), random.Float64()*2*math.Pi
		list[i] = benchPlace{
			code: fmt.Sprintf("L%07d", i), name: sorts[random.IntN(len(sorts))] + " " + word() + " " + word(), street: fmt.Sprintf("Via %s %d", word(), 1+random.IntN(99)),
			phone: fmt.Sprintf("0574 %06d", random.IntN(1000000)), lon: town[0] + far*math.Cos(angle), lat: town[1] + far*math.Sin(angle)*0.7,
		}
	}
	return list
}

// matchSource is a source of a table of places; otherwise: as somebody else writes them.
func matchSource(t *testing.T, store *postgis.Store, id string, list []benchPlace, otherwise bool) catalog.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), id+".csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "codice;denominazione;indirizzo;telefono;lon;lat")
	for i, p := range list {
		if otherwise {
			if p.lon, p.lat = p.lon+0.0002, p.lat-0.0001; i%3 == 0 {
				p.phone = ""
			}
			if i%2 == 0 {
				p.name = p.name[:len(p.name)-1] // a slip of the pen
			}
		}
		fmt.Fprintf(w, "%s;%s;%s;%s;%.6f;%.6f\n", p.code, p.name, p.street, p.phone, p.lon, p.lat)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	src := catalog.Source{
		ID: id, Protocol: "file", URL: path, Mapping: catalog.Mapping{Kind: catalog.KindPlace, Key: []string{"codice"}},
		Rhythm: catalog.Duration(24 * time.Hour), Deadline: catalog.Duration(6 * time.Hour),
	}
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	return src
}
