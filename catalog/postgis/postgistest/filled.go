package postgistest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"po-net.prato.it/ponet/catalog/postgis"
)

// The databases that Filled copies, by what is in them, and all that it made.
var filled = struct {
	sync.Mutex
	server string
	names  map[string]string
	all    []string
}{names: map[string]string{}}

// Filled is New with what fill puts into the catalogue. It is put there once for all
// tests of a package that ask for the same content, and each of them gets a copy of
// its own. The package's TestMain is Main.
func Filled(t testing.TB, content string, fill func(*postgis.Store)) *postgis.Store {
	t.Helper()
	ctx := context.Background()
	server, admin := connect(t, ctx)
	defer admin.Close(ctx)
	filled.Lock()
	defer filled.Unlock() // nobody may be connected to what is being copied
	if filled.names[content] == "" {
		name, err := clone(ctx, admin, "ponet_filled_", template(t, ctx, admin, server))
		if err != nil {
			t.Fatal(err)
		}
		filled.server, filled.all = server, append(filled.all, name)
		store, err := postgis.Open(ctx, with(t, server, name), "ponet test")
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close() // where fill ends the test
		fill(store)
		store.Close()
		filled.names[content] = name
	}
	return open(t, copied(t, ctx, admin, server, filled.names[content]))
}

// Main runs the tests of a package and drops what Filled has made for them.
func Main(m *testing.M) {
	code := m.Run()
	for _, name := range filled.all {
		if err := drop(context.Background(), filled.server, name); err != nil {
			fmt.Fprintln(os.Stderr, "drop test database:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}
