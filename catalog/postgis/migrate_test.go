package postgis_test

import (
	"testing"

	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// Every table is documented in the database itself.
func TestEveryTableHasAComment(t *testing.T) {
	store := postgistest.New(t)
	rows, err := store.DB().Query(t.Context(), `
		select relname
		from pg_class
		where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v') and not relispartition
		  and relname not like 'river%' and relname not in ('schema_version', 'spatial_ref_sys', 'geometry_columns', 'geography_columns')
		  and obj_description(oid) is null`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		t.Errorf("table %s has no comment", name)
	}
}
