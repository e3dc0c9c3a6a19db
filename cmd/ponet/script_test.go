package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ponet": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		os.Exit(exitCode(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr), os.Stderr))
	}})
}

// The command line as a person types it. Each script has a database of its own
// and a web server, $WEB, that publishes the script's files.
func TestScripts(t *testing.T) {
	scripts := testscript.Params{Dir: "testdata/script"}
	if testing.Short() {
		scripts = testscript.Params{Files: []string{"testdata/script/ckan.txtar", "testdata/script/harvest.txtar", "testdata/script/observations.txtar"}}
	}
	scripts.Setup = func(env *testscript.Env) error {
		tb := env.T().(testing.TB)
		web := httptest.NewServer(http.FileServer(http.Dir(env.WorkDir)))
		env.Defer(web.Close)
		env.Setenv("PONET_DATABASE_URL", postgistest.URL(tb))
		env.Setenv("PONET_DATA", env.WorkDir+"/data")
		env.Setenv("WEB", web.URL)
		return nil
	}
	testscript.Run(t, scripts)
}
