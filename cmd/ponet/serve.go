package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"po-net.prato.it/ponet/api"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
	"po-net.prato.it/ponet/portal"
)

// Limits of the web server.
const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaders        = 64 << 10         // bytes
	drainTimeout      = 10 * time.Second // for answers under way when we stop
	downloadsEvery    = time.Minute      // what was counted is stored
)

type serveCmd struct {
	NoWorker bool `help:"Serve only; another process harvests (ponet work)."`
}

func (serveCmd) Help() string {
	return "Example:\n  ponet serve --addr 0.0.0.0:8080"
}

func (c serveCmd) Run(sh *shell) error {
	listener, err := sh.listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	verb := "serve"
	if c.NoWorker {
		verb = "web"
	}
	n, err := sh.open(sh.ctx, verb)
	if err != nil {
		return err
	}
	defer n.close()
	if err := sh.ownBasemap(sh.ctx, n); err != nil {
		return err
	}
	if !c.NoWorker {
		w, err := startWorker(sh.ctx, sh, n, harvesters.Allow{}, true)
		if err != nil {
			return err
		}
		defer w.stop()
	}
	return sh.serve(sh.ctx, n, listener, func(address string) {
		fmt.Fprintf(sh.stdout, "%s is at %s\n", sh.cfg.NodeName, address)
	})
}

type workCmd struct{}

func (workCmd) Help() string { return "Example:\n  ponet work" }

func (workCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "work")
	if err != nil {
		return err
	}
	defer n.close()
	w, err := startWorker(sh.ctx, sh, n, harvesters.Allow{}, true)
	if err != nil {
		return err
	}
	defer w.stop()
	fmt.Fprintln(sh.stdout, "harvesting every source at its slot")
	select {
	case <-sh.ctx.Done():
		return nil
	case <-n.lost():
		return n.ended(errLost)
	}
}

var errLost = errors.New("the private database has ended; start ponet again, harvests are taken up where they were")

// listen takes the settings' address, before anything is started that a busy
// port would waste.
func (sh *shell) listen() (net.Listener, error) {
	listener, err := net.Listen("tcp", sh.cfg.Addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("another program listens on %s; choose another address with --addr or PONET_ADDR, such as --addr 127.0.0.1:8090", sh.cfg.Addr)
	}
	if err != nil {
		return nil, fmt.Errorf("web server: %w; --addr and PONET_ADDR take an address of this machine and a port, such as 127.0.0.1:8080", err)
	}
	return listener, nil
}

// serve answers on listener until ctx ends or the database is lost. ready is
// called with the address when everything is there.
func (sh *shell) serve(ctx context.Context, n *node, listener net.Listener, ready func(address string)) error {
	following, stop := context.WithCancel(ctx)
	defer stop()
	handler, err := sh.handler(following, n)
	if err != nil {
		return err
	}
	go sh.writeDownloads(following, n)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaders}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	ready("http://" + listener.Addr().String())
	select {
	case err := <-failed:
		return fmt.Errorf("web server: %w", err)
	case <-n.lost():
		err = n.ended(errLost)
	case <-ctx.Done():
		sh.log.Info("stopping")
	}
	drain, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	if server.Shutdown(drain) != nil {
		server.Close() // what is still being sent is cut: the client sees an error, not a short file
	}
	return err
}

// writeDownloads stores every minute how many downloads were counted, until ctx
// ends; the store writes the rest when it is closed.
func (sh *shell) writeDownloads(ctx context.Context, n *node) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(downloadsEvery):
		}
		if err := n.FlushDownloads(ctx); err != nil && ctx.Err() == nil {
			sh.log.Warn("downloads are counted and could not be stored", "err", err, "retry", downloadsEvery)
		}
	}
}

// handler is everything this node answers, until ctx is done.
func (sh *shell) handler(ctx context.Context, n *node) (http.Handler, error) {
	engine := sh.engine(ctx, n)
	a, err := api.New(engine, api.Config{
		BaseURL: sh.cfg.BaseURL, Title: sh.cfg.NodeName, Version: version(), Body: sh.cfg.Owner, Contact: sh.cfg.Contact,
		Licence: datasets.Vocabularies().DefaultLicence().URL,
	}, sh.log)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	p, err := portal.New(engine, portal.Config{
		Name: sh.cfg.NodeName, Territory: sh.cfg.Territory, BaseURL: sh.cfg.BaseURL, Version: version(),
		Operator: sh.cfg.Owner, OperatorURL: sh.cfg.OwnerURL, Email: sh.cfg.Contact, Phone: sh.cfg.Phone, Address: sh.cfg.Address, DPO: sh.cfg.DPO,
		NoOffline: sh.cfg.NoOffline, OpenAPI: a.OpenAPI(),
	}, sh.log)
	if err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/api/v1", a)
	mux.Handle("/api/v1/", a)
	mux.Handle("/", p)
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "ponet_downloads_total", Help: "Files taken away to their end since the start, robots left out."},
			func() float64 { return float64(n.DownloadsCounted()) }))
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), time.Second)
		defer cancel()
		if _, err := n.Mark(ctx, ""); err != nil {
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	return mux, nil
}
