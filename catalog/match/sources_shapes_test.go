package match

import (
	"archive/zip"
	"database/sql"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	_ "modernc.org/sqlite" // reads the GeoPackage

	"po-net.prato.it/ponet/catalog"
)

func decode[T any](t *testing.T, path string) T {
	var v T
	if err := json.NewDecoder(open(t, path)).Decode(&v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}

func week(t *testing.T, path string) rows {
	out := rows{}
	for _, r := range decode[struct{ Data []map[string]any }](t, path).Data {
		s := func(name string) string { v, _ := r[name].(string); return v }
		out[s("id")] = Subject{Kind: catalog.KindEvent, Title: s("titolo_evento"), Address: s("indirizzo") + " " + s("numero_indirizzo"), Municipality: s("comune"), Organizer: s("organizzatore"),
			Start: s("data_1") + "T" + s("data_1_ora_inizio"), Website: s("url_sito"), Geometry: point(s("longitudine"), s("latitudine"))}
	}
	return out
}

func museums(t *testing.T, path string) rows {
	type museum struct {
		Elements map[string]struct{ Value any }
		System   struct{ Codename string }
	}
	out := rows{}
	for lang, list := range decode[map[string][]museum](t, path) {
		for _, m := range list {
			s := func(name string) string { v, _ := m.Elements[name].Value.(string); return v }
			out[lang+":"+m.System.Codename] = Subject{Kind: catalog.KindPlace, Type: "museo", Title: s("title"), Address: s("street"), Postcode: s("zip_code"), Municipality: s("municipality"),
				Phone: s("phone"), Email: s("e_mail"), Website: s("web"), Geometry: point(s("geocoordinate_x"), s("geocoordinate_y"))}
		}
	}
	return out
}

func bikeBoxes(t *testing.T, path string) rows {
	type location struct {
		LocationID int
		Name       string
		Stations   []struct {
			StationID           int
			Name, Address       string
			Latitude, Longitude float64
		}
	}
	out := rows{}
	all := decode[map[string]json.RawMessage](t, path)
	for _, lang := range []string{"it", "de", "en"} {
		var list []location
		if err := json.Unmarshal(all[lang], &list); err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			for _, s := range l.Stations {
				out[fmt.Sprintf("%s:%d/%d", lang, l.LocationID, s.StationID)] = Subject{Kind: catalog.KindPlace, Title: s.Name + " " + l.Name, Address: s.Address, Geometry: orb.Point{s.Longitude, s.Latitude}}
			}
		}
	}
	return out
}

func fountains(t *testing.T, path string) rows {
	whole, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+whole+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	list, err := db.Query(`select fid, Name, Indirizzo, Coordinate from fontanelle_Palermo`)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	out := rows{}
	for list.Next() {
		var fid, name, address, position string
		if err := list.Scan(&fid, &name, &address, &position); err != nil {
			t.Fatal(err)
		}
		lat, lon, _ := strings.Cut(position, ",")
		out[fid] = Subject{Kind: catalog.KindPlace, Title: name, Address: address, Municipality: "Palermo", Geometry: point(lon, lat)}
	}
	return out
}

func placemarks(t *testing.T, path string) rows {
	var k struct {
		Marks []struct {
			Name  string `xml:"name"`
			Point string `xml:"Point>coordinates"`
			Data  []struct {
				Name  string `xml:"name,attr"`
				Value string `xml:"value"`
			} `xml:"ExtendedData>Data"`
		} `xml:"Document>Folder>Placemark"`
	}
	if err := xml.NewDecoder(open(t, path)).Decode(&k); err != nil {
		t.Fatal(err)
	}
	out := rows{}
	for i, m := range k.Marks {
		xy := strings.Split(strings.TrimSpace(m.Point), ",")
		s := Subject{Kind: catalog.KindPlace, Title: m.Name, Municipality: "Palermo", Geometry: point(xy[0], xy[1])}
		for _, d := range m.Data {
			if d.Name == "Indirizzo" {
				s.Address = d.Value
			}
		}
		out[strconv.Itoa(i+1)] = s
	}
	return out
}

func stops(t *testing.T, path string) rows {
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open("stops.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	copied := filepath.Join(t.TempDir(), "stops.csv")
	text, err := io.ReadAll(f)
	if err == nil {
		err = os.WriteFile(copied, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return table(',', "stop_id", func(r row) Subject {
		return Subject{Kind: catalog.KindPlace, Type: "fermata", Title: strings.Join(fields(r["stop_name"]), " "), Geometry: point(r["stop_lon"], r["stop_lat"])}
	})(t, copied)
}

// container is one museum or archive of the national catalogue.
func container(t *testing.T, path string) rows {
	var c struct {
		Type string `xml:"metadata>schede>CG>CG>CGT"`
		Name string `xml:"metadata>schede>CG>CG>CGN"`
		Town string `xml:"metadata>schede>CG>LC>PVC>PVCC"`
	}
	if err := xml.NewDecoder(open(t, path)).Decode(&c); err != nil {
		t.Fatal(err)
	}
	return rows{"": {Kind: catalog.KindPlace, Type: c.Type, Title: c.Name, Municipality: c.Town}}
}
