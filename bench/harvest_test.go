package bench

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// TestHarvest harvests places from a table, new, unchanged and all of them changed,
// undoes that, and prints records a second and the peak memory of the process:
// PONET_BENCH_HARVEST=1000000 go test ./bench -run 'Harvest$' -v. With
// PONET_BENCH_PROFILE=FOLDER a CPU profile of each step is left there.
func TestHarvest(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("PONET_BENCH_HARVEST"))
	if err != nil || n <= 0 {
		n = 2000 // that it works; the figures need more
	}
	store := postgistest.New(t)
	path := filepath.Join(t.TempDir(), "luoghi.csv")
	src := catalog.Source{
		ID: "luoghi", Protocol: "file", URL: path, Mapping: catalog.Mapping{Kind: catalog.KindPlace, Type: "biblioteca", Key: []string{"codice"}},
		Rhythm: catalog.Duration(24 * time.Hour), Deadline: catalog.Duration(6 * time.Hour),
	}
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	report := func(name string, r catalog.Receipt) {
		t.Helper()
		t.Logf("%-10s %8d read, %7.1f s, %7.0f a second, peak memory %d MB", name, r.Read, r.Seconds, float64(r.Read)/r.Seconds, peakMB())
	}
	var last catalog.Receipt
	for i, step := range []struct {
		name  string
		state int
		want  func(catalog.Receipt) int64
	}{
		{"new", 1, func(r catalog.Receipt) int64 { return r.New }},
		{"unchanged", 1, func(r catalog.Receipt) int64 { return r.Unchanged }},
		{"changed", 2, func(r catalog.Receipt) int64 { return r.Changed }},
	} {
		placesFile(t, path, n, step.state)
		stop := profile(t, fmt.Sprintf("%d-%s.pprof", i, step.name))
		r := harvestPlaces(t, store, src)
		stop()
		if step.want(r) != int64(n) {
			t.Fatalf("%s: %+v; want %d", step.name, r, n)
		}
		report(step.name, r)
		last = r
	}
	back, err := store.Revert(t.Context(), src, catalog.Run{ID: last.Run}, false)
	if err != nil || back.Changed != int64(n) {
		t.Fatalf("undone: %+v, %v; want %d changed", back, err, n)
	}
	report("undone", back)
}

// placesFile is a table of n places, each of which differs from one state to the next.
func placesFile(t *testing.T, path string, n, state int) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "codice;denominazione;indirizzo;comune;telefono;sito;orari;lon;lat")
	for i := range n {
		fmt.Fprintf(w, "L%07d;Biblioteca del quartiere %d;Via dei Mille %d;Prato;0574 %06d;https://www.example.org/b/%d;Mo-Fr 09:00-1%d:00;%.5f;%.5f\n",
			i, i%997, 1+i%200, i%1000000, i, 2+state, 11.0+float64(i%3000)/10000, 43.8+float64(i/3000)/10000)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func harvestPlaces(t *testing.T, store *postgis.Store, src catalog.Source) catalog.Receipt {
	t.Helper()
	h, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	r, err := harvesters.Run(context.Background(), http.DefaultClient, h, src, datasets.Vocabularies(), harvesters.Options{})
	if err != nil || r.Outcome != catalog.RunCompleted {
		t.Fatalf("%+v, %v", r, err)
	}
	return r
}

// profile writes a CPU profile, where one is wanted, until stop is called.
func profile(t *testing.T, name string) (stop func()) {
	t.Helper()
	dir := os.Getenv("PONET_BENCH_PROFILE")
	if dir == "" {
		return func() {}
	}
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		t.Fatal(err)
	}
	return func() {
		pprof.StopCPUProfile()
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// peakMB is the most memory that this process has had, in MB; 0 where the system
// does not say.
func peakMB() int64 {
	b, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	line, _, _ := strings.Cut(rest, "\n")
	kb, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(line), " kB"), 10, 64)
	return kb >> 10
}
