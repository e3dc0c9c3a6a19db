package table

import (
	"context"

	"po-net.prato.it/ponet/catalog"
)

// reportColumns are the columns of a list of reports by Open311 GeoReport v2 (GET
// requests), by what they are to us (spec/metadata.md §1.11).
var reportColumns = [][2]string{
	{"title", "service_name"}, {"category_name", "service_name"}, {"category_code", "service_code"}, {"public_id", "service_request_id"}, {"description", "description"},
	{"state", "status"}, {"answers", "status_notes"}, {"office", "agency_responsible"}, {"created_at", "requested_datetime"}, {"changed_at", "updated_datetime"},
	{"expected_at", "expected_datetime"}, {"address", "address"}, {"address_id", "address_id"}, {"postcode", "zipcode"}, {"media", "media_url"},
}

// asReports takes a table that was said to hold reports for such a list. What the mapping
// says stays.
func (t *Table) asReports(m *catalog.Mapping) {
	if m.Kind != catalog.KindReport {
		return
	}
	if t.Guess.Fields == nil {
		t.Guess.Fields = map[string]string{}
	}
	for _, c := range reportColumns {
		if m.Fields[c[0]] == "" && t.Fields.find(c[1]) >= 0 {
			t.Guess.Fields[c[0]] = c[1]
		}
	}
}

// publicOnly leaves in a table of reports the rows that may be published: the others are
// as if they were not there, and nothing of them is kept.
func (t *Table) publicOnly(m catalog.Mapping) {
	if m.Kind != catalog.KindReport {
		return
	}
	column := "visibility"
	if mapped := m.Fields["visibility"]; mapped != "" {
		column = mapped
	}
	scan := t.Scan
	t.Scan = func(ctx context.Context, f func(*Row) error) error {
		return scan(ctx, func(r *Row) error {
			if !r.Refused && !catalog.PublicReport(r.Cell(t.Fields.find(column)).Text) {
				return nil
			}
			return f(r)
		})
	}
}
