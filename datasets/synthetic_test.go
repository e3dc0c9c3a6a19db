package datasets

import (
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// Records as the store gives them, made up: the envelope's properties, a few
// columns of a source with values of every type, absent ones and awkward texts.

var syntheticCollection = catalog.Collection{
	Name: "biblioteche-prova", Title: "Biblioteche di prova", Kind: catalog.KindPlace,
	Body: "Comune di Prato", Licence: "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40",
	SourceURL: "https://dati.example.it/biblioteche.csv",
	Updated:   time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC),
	Columns: []catalog.Column{
		{Name: "title", Type: catalog.ColumnText}, {Name: "kind", Type: catalog.ColumnText},
		{Name: "theme", Type: catalog.ColumnText}, {Name: "type", Type: catalog.ColumnText},
		{Name: "type_label", Type: catalog.ColumnText}, {Name: "address", Type: catalog.ColumnText},
		{Name: "postcode", Type: catalog.ColumnText}, {Name: "municipality", Type: catalog.ColumnText},
		{Name: "istat_code", Type: catalog.ColumnText}, {Name: "province", Type: catalog.ColumnText},
		{Name: "phone", Type: catalog.ColumnText}, {Name: "keywords", Type: catalog.ColumnJSON},
		{Name: "start", Type: catalog.ColumnDateTime}, {Name: "body_name", Type: catalog.ColumnText},
		{Name: "licence", Type: catalog.ColumnText}, {Name: "source", Type: catalog.ColumnText},
		{Name: "source_key", Type: catalog.ColumnText}, {Name: "updated", Type: catalog.ColumnDateTime},
		{Name: "volumi", Type: catalog.ColumnInteger}, {Name: "superficie", Type: catalog.ColumnNumber},
		{Name: "aperta", Type: catalog.ColumnBoolean}, {Name: "inaugurata", Type: catalog.ColumnDate},
		{Name: "note", Type: catalog.ColumnText}, {Name: "ID", Type: catalog.ColumnText},
	},
}

// synthetic yields n records; every seventh has an area, every eleventh no
// position. Like the store's iterator, it may use the bytes again.
func synthetic(n int) iter.Seq2[*catalog.Record, error] {
	return func(yield func(*catalog.Record, error) bool) {
		r := &catalog.Record{}
		for i := range n {
			r.ID = syntheticID(i)
			r.Feature = appendSynthetic(r.Feature[:0], i)
			if !yield(r, nil) {
				return
			}
		}
	}
}

func syntheticID(i int) string { return fmt.Sprintf("0193a5b0-0000-7000-8000-%012x", i) }

// syntheticPoint walks over Tuscany along a spiral, near points being near in
// the order, as on the store's curve.
func syntheticPoint(i int) orb.Point {
	return orb.Point{9.7 + float64(i%1000)*0.002 + float64(i)*1e-7, 42.4 + float64(i/1000%1000)*0.002}
}

var (
	syntheticTowns = [][3]string{{"Prato", "100005", "59100"}, {"Forlì", "040012", "47121"}, {"Vaiano", "100006", "59021"}}
	syntheticNotes = []string{``, `\"virgolette\", a capo\ne \u00e8 accento`, `=1+1`, `solo testo`, `\ud83d\udcda libri`}
)

func appendSynthetic(b []byte, i int) []byte {
	p := syntheticPoint(i)
	town := syntheticTowns[i%len(syntheticTowns)]
	b = append(b, `{"type":"Feature","id":"`...)
	b = append(append(b, syntheticID(i)...), `","geometry":`...)
	lon := strconv.AppendFloat(nil, p.Lon(), 'f', 7, 64)
	lat := strconv.AppendFloat(nil, p.Lat(), 'f', 7, 64)
	switch {
	case i%11 == 10:
		b = append(b, `null`...)
	case i%7 == 6:
		b = fmt.Appendf(b, `{"type":"Polygon","coordinates":[[[%s,%s],[%.7f,%s],[%.7f,%.7f],[%s,%s]]]}`, lon, lat, p.Lon()+0.001, lat, p.Lon()+0.001, p.Lat()+0.001, lon, lat)
	default:
		b = append(append(append(append(append(b, `{"type":"Point","coordinates":[`...), lon...), ','), lat...), `]}`...)
	}
	b = append(b, `,"properties":{"title":"Biblioteca comunale n. `...)
	b = strconv.AppendInt(b, int64(i), 10)
	b = append(b, `","kind":"place","theme":"cultura","type":"biblioteca","type_label":"Biblioteca","address":"Via Puccetti, `...)
	b = strconv.AppendInt(b, int64(i%300), 10)
	b = append(append(append(b, `","postcode":"`...), town[2]...), `","municipality":"`...)
	b = append(append(append(b, town[0]...), `","istat_code":"`...), town[1]...)
	b = append(b, `","province":"PO","phone":"+39 0574 1837800","keywords":["libri","studio"],"start":"2026-05-01T10:00:00+02:00","body_name":"Comune di Prato","licence":"https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40","source":"https://dati.example.it/biblioteche.csv","source_key":"IT-PO`...)
	b = strconv.AppendInt(b, int64(i), 10)
	b = append(b, `","updated":"2026-11-22T10:30:00Z"`...)
	if i%5 != 4 {
		b = append(b, `,"volumi":`...)
		b = strconv.AppendInt(b, int64(i*3), 10)
		b = append(b, `,"superficie":`...)
		b = strconv.AppendFloat(b, float64(i)/4, 'f', -1, 64)
	}
	b = append(b, `,"aperta":`...)
	b = strconv.AppendBool(b, i%2 == 0)
	b = append(b, `,"inaugurata":"1978-03-0`...)
	b = append(b, byte('1'+i%9))
	b = append(append(append(b, `","note":"`...), syntheticNotes[i%len(syntheticNotes)]...), `","ID":"A`...)
	b = strconv.AppendInt(b, int64(i), 10)
	return append(b, `"}}`...)
}
