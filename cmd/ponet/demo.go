package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets/demo"
	"po-net.prato.it/ponet/harvesters"
)

type demoCmd struct {
	Publisher string `default:"127.0.0.1:0" help:"Loopback address at which the bodies of the territory publish; port 0: that of the last time, else any free one."`
}

func (demoCmd) Help() string {
	return `Starts a publisher with what the bodies around Prato publish (files, calendars, feeds, a CKAN portal, catalogues in
RDF), harvests all of it over HTTP as it would any source, and serves the result. Dates of events and courses are
counted from the first start. The publisher's requests are logged in publisher.log in the data folder.

Example:
  ponet demo`
}

func (c demoCmd) Run(sh *shell) error {
	sh.cfg.Territory = cmp.Or(sh.cfg.Territory, "Prato")
	sh.cfg.Owner = cmp.Or(sh.cfg.Owner, "Nodo dimostrativo")
	web, err := sh.listen()
	if err != nil {
		return err
	}
	defer web.Close()
	n, err := sh.open(sh.ctx, "demo")
	if err != nil {
		return err
	}
	defer n.close()
	p, err := openPublisher(sh, n, c.Publisher)
	if err != nil {
		return err
	}
	defer p.close()
	quietly := *sh // the demo prints its receipts itself
	quietly.log = logger(sh.stderr, slog.LevelError)
	w, err := startWorker(sh.ctx, &quietly, n, harvesters.Allow{Hosts: []netip.AddrPort{p.address}}, true)
	if err != nil {
		return err
	}
	defer w.stop()
	g, ctx := errgroup.WithContext(sh.ctx)
	g.Go(func() error {
		if err := p.server.Serve(p.listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("publisher of the demo: %w", err)
		}
		return nil
	})
	ready := make(chan string, 1)
	g.Go(func() error {
		defer p.server.Close()
		return sh.serve(ctx, n, web, func(address string) { ready <- address })
	})
	g.Go(func() error {
		select {
		case portal := <-ready:
			return c.fill(ctx, sh, n, w, p, portal)
		case <-ctx.Done():
			return nil
		}
	})
	return g.Wait()
}

// fill harvests the territory and says where to see it. The pages work from
// the beginning, and fill while the harvest goes on.
func (c demoCmd) fill(ctx context.Context, sh *shell, n *node, w *worker, p *publisher, portal string) error {
	sources := demo.Sources(p.url())
	fmt.Fprintf(sh.stdout, "The portal is at %s and fills while the territory is harvested.\nThe bodies publish at %s/ (requests are logged in %s).\n",
		portal, p.url(), p.log.Name())
	if err := sh.ownBasemap(ctx, n); err != nil {
		return err
	}
	for _, b := range demo.Bodies() {
		if err := n.PutBody(ctx, b); err != nil {
			return err
		}
	}
	known, err := definitions(ctx, n)
	if err != nil {
		return err
	}
	for _, src := range sources {
		if err := n.PutSource(ctx, src); err != nil {
			return err
		}
	}
	h := demoHarvest{sh: sh, n: n, w: w, known: known}
	began := time.Now()
	long := slices.IndexFunc(sources, func(s catalog.Source) bool { return s.Mapping.Kind == catalog.KindObservation })
	// The areas first: they say in which municipality the rest is.
	for _, batch := range [][]catalog.Source{sources[:1], sources[1:long]} {
		if err := h.all(ctx, batch); err != nil || ctx.Err() != nil {
			return err // nil at Ctrl-C: what is missing is harvested at the next start
		}
	}
	h.summary(began, portal)
	if err := h.all(ctx, sources[long:]); err != nil || ctx.Err() != nil {
		return err
	}
	fmt.Fprintf(sh.stdout, "Everything is there. Ctrl-C ends the demo.\n")
	return nil
}

// definitions are the sources as they stood, as JSON, by id.
func definitions(ctx context.Context, n *node) (map[string]string, error) {
	sources, err := n.Sources(ctx)
	known := map[string]string{}
	for _, src := range sources {
		known[src.ID] = definition(src)
	}
	return known, err
}

// definition is what of src decides what is harvested from it.
func definition(src catalog.Source) string {
	b, err := json.Marshal([]any{src.Protocol, src.URL, src.Mapping})
	if err != nil {
		panic(err) // its types cannot fail
	}
	return string(b)
}
