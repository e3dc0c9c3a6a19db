package postgistest

import (
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog/postgis"
)

// Settle waits until readers of the change log see all that was committed: it
// waits for every transaction of the database that began before.
func Settle(t testing.TB, store *postgis.Store) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		mark, err := store.Mark(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		last, err := store.LogEnd(t.Context())
		switch {
		case err != nil:
			t.Fatal(err)
		case last.Seq >= mark:
			return
		case time.Now().After(end):
			t.Fatalf("the change log ends at %d, the last change is %d", last.Seq, mark)
		}
	}
}
