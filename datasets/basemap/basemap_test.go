package basemap

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/planar"

	"po-net.prato.it/ponet/catalog"
)

// collect is every shape of our own, by layer.
func collect(t *testing.T) map[string][]catalog.BasemapShape {
	t.Helper()
	parts, err := Own()
	if err != nil {
		t.Fatal(err)
	}
	layers := map[string][]catalog.BasemapShape{}
	for _, p := range parts {
		if p.Source.Title == "" || p.Source.Licence == "" || p.Source.Attribution == "" || p.Source.Accuracy == "" {
			t.Errorf("source %+v does not say everything about itself", p.Source)
		}
		for s, err := range p.Shapes {
			if err != nil {
				t.Fatal(err)
			}
			layers[s.Layer] = append(layers[s.Layer], s)
		}
	}
	return layers
}

func TestOwn(t *testing.T) {
	layers := collect(t)
	for layer, least := range map[string]int{"confini": 40, "acque": 3, "strade": 12, "ferrovie": 5, "toponimi": 45} {
		if len(layers[layer]) < least {
			t.Errorf("layer %s has %d shapes; want at least %d", layer, len(layers[layer]), least)
		}
	}
	if len(layers) != 5 {
		t.Errorf("%d layers; want five", len(layers))
	}
	around := orb.Bound{Min: orb.Point{10.4, 43.4}, Max: orb.Point{11.7, 44.4}}
	for layer, shapes := range layers {
		for _, s := range shapes {
			if s.Class == "" || s.Name == "" {
				t.Errorf("%s: a shape of class %q and name %q", layer, s.Class, s.Name)
			}
			if b := s.Geometry.Bound(); !around.Contains(b.Min) || !around.Contains(b.Max) {
				t.Errorf("%s %s lies outside the area: %v", layer, s.Name, b)
			}
		}
	}
}

func TestOwnIsSmall(t *testing.T) {
	entries, err := data.ReadDir("data")
	if err != nil {
		t.Fatal(err)
	}
	var total int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	if total > 400_000 {
		t.Errorf("our own figures are %d bytes; want at most 400,000", total)
	}
}

// metres is how far p is from the named line.
func metres(t *testing.T, shapes []catalog.BasemapShape, name string, p orb.Point) float64 {
	t.Helper()
	for _, s := range shapes {
		if s.Name == name {
			return distance(s.Geometry.(orb.LineString), p)
		}
	}
	t.Fatalf("there is no line %q", name)
	return 0
}

func distance(line orb.LineString, p orb.Point) float64 {
	flat := func(q orb.Point) orb.Point { // metres on a plane that touches the earth at p
		x := geo.Distance(p, orb.Point{q[0], p[1]})
		y := geo.Distance(p, orb.Point{p[0], q[1]})
		if q[0] < p[0] {
			x = -x
		}
		if q[1] < p[1] {
			y = -y
		}
		return orb.Point{x, y}
	}
	var l orb.LineString
	for _, q := range line {
		l = append(l, flat(q))
	}
	return planar.DistanceFrom(l, orb.Point{})
}

// TestStationsAndBridges holds the lines against places they must pass.
func TestStationsAndBridges(t *testing.T) {
	layers := collect(t)
	for _, c := range []struct {
		layer, line, place string
		at                 orb.Point
		within             float64
	}{
		{"ferrovie", "Ferrovia Firenze–Prato", "Prato Centrale", orb.Point{11.1092, 43.8783}, 100},
		{"ferrovie", "Ferrovia Prato–Bologna", "Prato Centrale", orb.Point{11.1092, 43.8783}, 100},
		{"ferrovie", "Ferrovia Prato–Pistoia–Lucca", "Porta al Serraglio", orb.Point{11.0975, 43.8847}, 100},
		{"ferrovie", "Ferrovia Firenze–Empoli", "piazza della stazione di Carmignano", orb.Point{11.0642, 43.7768}, 100},
		{"acque", "Bisenzio", "ponte al Mercatale, between piazza Mercatale and the left bank", orb.Point{11.1040, 43.8805}, 150},
		{"acque", "Bisenzio", "ponte alla Vittoria, between piazza Europa and via Firenze", orb.Point{11.1058, 43.8771}, 100},
		{"acque", "Bisenzio", "the works of Gabolana, on its bank", orb.Point{11.1287, 43.9530}, 150},
		{"acque", "Bisenzio", "Mercatale di Vernio", orb.Point{11.1500, 44.0432}, 200},
	} {
		if d := metres(t, layers[c.layer], c.line, c.at); d > c.within {
			t.Errorf("%s is %.0f m from %s; want at most %.0f", c.line, d, c.place, c.within)
		}
	}
}

// TestRoadsNearStops holds the roads against the bus stops that are named
// after them: nine in ten must be nearer than the road's own accuracy.
func TestRoadsNearStops(t *testing.T) {
	stops := readStops(t)
	roads := collect(t)["strade"]
	accuracy := accuracies(t)
	for name, pattern := range map[string]string{
		"Via Bologna": `^Bologna `, "Via Roma": `^Roma `, "Via Pistoiese": `^Pistoiese `, "Via Montalese": `^Montalese `,
		"Via Firenze": `^Firenze `, "Viale Galileo Galilei": `^Galilei `, "Viale della Repubblica": `^Della Repubblica `,
		"Via Carmignanese": `^Carmignanese `, "Via Baccheretana": `^Baccheretana `, "Via Lombarda": `^Lombarda `,
		"Strada regionale 325 di Val di Setta e Val di Bisenzio": `^(Bisenzio|Bolognese|Appennino) `,
	} {
		var line orb.LineString
		for _, r := range roads {
			if r.Name == name {
				line = r.Geometry.(orb.LineString)
			}
		}
		re, near, all := regexp.MustCompile(pattern), 0, 0
		for _, s := range stops {
			if re.MatchString(s.name) && line.Bound().Pad(0.002).Contains(s.at) {
				all++
				if distance(line, s.at) <= accuracy[name] {
					near++
				}
			}
		}
		if all < 5 || near*10 < all*9 {
			t.Errorf("%s: %d of %d stops lie within %.0f m", name, near, all, accuracy[name])
		}
	}
}

// accuracies are the stated accuracies of the roads in metres, by name.
func accuracies(t *testing.T) map[string]float64 {
	t.Helper()
	b, err := data.ReadFile("data/strade.geojson")
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Features []struct {
			Properties struct {
				Name      string
				AccuracyM float64 `json:"accuracy_m"`
			}
		}
	}
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	m := map[string]float64{}
	for _, f := range c.Features {
		m[f.Properties.Name] = f.Properties.AccuracyM
	}
	return m
}

type stop struct {
	name string
	at   orb.Point
}

// readStops are the stops of the buses of Prato in 2016, given for development.
func readStops(t *testing.T) []stop {
	t.Helper()
	const feed = "../../../shared/data/gtfs/cap-prato-gtfs.zip"
	z, err := zip.OpenReader(feed)
	if err != nil {
		if _, missing := os.Stat("../../../shared"); os.Getenv("CI") != "" && missing == nil {
			t.Fatal(err)
		}
		t.Skipf("the bus stops are not at hand: %v", err)
	}
	defer z.Close()
	f, err := z.Open("stops.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	header, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	lat, lon := slices.Index(header, "stop_lat"), slices.Index(header, "stop_lon")
	var stops []stop
	for {
		row, err := r.Read()
		if err == io.EOF {
			return stops
		}
		if err != nil {
			t.Fatal(err)
		}
		x, errX := strconv.ParseFloat(row[lon], 64)
		y, errY := strconv.ParseFloat(row[lat], 64)
		if errX != nil || errY != nil {
			t.Fatalf("stop %v", row)
		}
		stops = append(stops, stop{strings.Join(strings.Fields(row[1]), " ") + " ", orb.Point{x, y}})
	}
}
