package postgis

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
)

func TestFeatureProperties(t *testing.T) {
	const feature = `{"type":"Feature","id":"1","geometry":{"type":"Point","coordinates":[11.1,43.9]},
		"properties": {"zeta":"a \"b\" {c}","alfa":1,"peso":1.5,"esteso":1e3,"vero":true,"falso":false,"nullo":null,
		"parole":["a","b"],"numeri":[1,2],"oggetto":{"x":[1,{"y":"]"}]},"vuoto":[],"città":"Forlì"}}`
	got, err := featureProperties([]byte(feature))
	if err != nil {
		t.Fatal(err)
	}
	want := catalog.Properties{
		{Name: "zeta", Value: `a "b" {c}`}, {Name: "alfa", Value: int64(1)}, {Name: "peso", Value: 1.5}, {Name: "esteso", Value: 1000.0},
		{Name: "vero", Value: true}, {Name: "falso", Value: false}, {Name: "nullo", Value: nil}, {Name: "parole", Value: []string{"a", "b"}},
		{Name: "numeri", Value: json.RawMessage("[1,2]")}, {Name: "oggetto", Value: json.RawMessage(`{"x":[1,{"y":"]"}]}`)},
		{Name: "vuoto", Value: json.RawMessage("[]")}, {Name: "città", Value: "Forlì"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("featureProperties: -want +got\n%s", diff)
	}
	for _, broken := range []string{"", "{}", `{"properties":1}`, `{"properties":{"a":}}`, `{"properties":{"a":1`, `{"properties":{"a":tru}}`, `{"properties":{"a":"b}}`} {
		if _, err := featureProperties([]byte(broken)); err == nil {
			t.Errorf("featureProperties(%s): no error", broken)
		}
	}
}
