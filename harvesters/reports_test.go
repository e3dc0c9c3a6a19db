package harvesters_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
)

// A list of Open311 GeoReport v2: who reports is neither published nor kept, and of what
// is private nothing is there.
func TestReportsOfOpen311(t *testing.T) {
	w := newTerritory(t)
	w.file("requests.json", `[
		{"service_request_id":"638344","status":"closed","status_notes":"Riparata.","service_name":"Buche stradali","service_code":"006","description":"<p>Buca davanti al 12</p>","agency_responsible":"Ufficio strade",
			"requested_datetime":"2026-04-14T06:37:38+02:00","updated_datetime":"2026-04-15T06:37:38+02:00","address":"Via Faenza 12","lat":43.77612,"long":11.25212,"media_url":"https://example.org/1.jpg",
			"first_name":"Ermenegilda","last_name":"Segretissimi","email":"e.segretissimi@example.org","phone":"055 999888","device_id":"d-777","account_id":"a-666","visibility":"public"},
		{"service_request_id":"638345","status":"open","service_name":"Illuminazione","service_code":"007","description":"`+strings.Repeat("Lampione spento. ", 400)+`",
			"requested_datetime":"2026-04-16T06:37:38+02:00","address":"Via Faenza 14","lat":43.7765,"long":11.2525,"visibility":"anonymous_public","first_name":"Ermenegilda"},
		{"service_request_id":"638346","status":"open","service_name":"Rumori","service_code":"008","description":"Il vicino Segretissimi","requested_datetime":"2026-04-16T07:37:38+02:00","lat":43.7766,"long":11.2526,"visibility":"private"}]`)
	receipt := w.harvest("requests.json", catalog.Mapping{Kind: catalog.KindReport})
	if receipt.Read != 2 || receipt.New != 2 {
		t.Errorf("read %d, new %d; want 2", receipt.Read, receipt.New)
	}
	var got string
	if err := w.store.DB().QueryRow(t.Context(), `
		select string_agg(concat_ws(' | ', title, collection, properties ->> 'public_id', properties ->> 'state', properties ->> 'state_declared', properties ->> 'created_at', properties ->> 'office',
			properties ->> 'address', length(properties ->> 'description') <= 4001, left(properties ->> 'description', 10), round(ST_X(geom)::numeric, 3)), E'\n' order by source_key)
		from published where kind = 'report'`).Scan(&got); err != nil {
		t.Fatal(err)
	}
	want := "Buche stradali | reports | 638344 | resolved | closed | 2026-04-14T06:37:38+02:00 | Ufficio strade | Via Faenza 12 | t | Buca davan | 11.252\n" +
		"Illuminazione | reports | 638345 | received | open | 2026-04-16T06:37:38+02:00 | Via Faenza 14 | t | Lampione s | 11.253"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reports (-want +got):\n%s", diff)
	}
	for _, secret := range []string{"Ermenegilda", "egretissimi", "999888", "d-777", "a-666", "Rumori"} {
		var n int
		if err := w.store.DB().QueryRow(t.Context(), `
			select (select count(*) from harvested where position(convert_to($1, 'UTF8') in raw) > 0 or position(convert_to($1, 'UTF8') in coalesce(content, '')) > 0)
				+ (select count(*) from record where record::text like '%' || $1 || '%' or position(convert_to($1, 'UTF8') in feature) > 0)
				+ (select count(*) from issue where issue::text like '%' || $1 || '%')`, secret).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			t.Errorf("%q is kept in %d rows", secret, n)
		}
	}
}
