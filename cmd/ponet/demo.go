package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/sync/errgroup"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets/demo"
	"po-net.prato.it/ponet/harvesters"
)

type demoCmd struct {
	Publisher string `default:"127.0.0.1:0" help:"Loopback address at which the bodies of the territory publish; port 0: any free one."`
}

func (demoCmd) Help() string {
	return `Starts a publisher with the files of the bodies around Prato, harvests them over HTTP as it would any
source, and serves the result.

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
	publisher, err := net.Listen("tcp", c.Publisher)
	if err != nil {
		return fmt.Errorf("publisher of the demo: %w", err)
	}
	address, err := netip.ParseAddrPort(publisher.Addr().String())
	if err != nil || !address.Addr().IsLoopback() {
		return errors.New("--publisher: the demo publishes on a loopback address only, such as 127.0.0.1:8081")
	}
	quietly := *sh // the demo prints its receipts itself
	quietly.log = logger(sh.stderr, slog.LevelError)
	w, err := startWorker(sh.ctx, &quietly, n, harvesters.Allow{Hosts: []netip.AddrPort{address}}, true)
	if err != nil {
		return err
	}
	defer w.stop()
	g, ctx := errgroup.WithContext(sh.ctx)
	files := &http.Server{Handler: demo.Publisher(time.Now()), ReadHeaderTimeout: readHeaderTimeout}
	g.Go(func() error {
		if err := files.Serve(publisher); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("publisher of the demo: %w", err)
		}
		return nil
	})
	ready := make(chan string, 1)
	g.Go(func() error {
		defer files.Close()
		return sh.serve(ctx, n, web, func(address string) { ready <- address })
	})
	g.Go(func() error {
		select {
		case portal := <-ready:
			return c.fill(ctx, sh, n, w, "http://"+publisher.Addr().String(), portal)
		case <-ctx.Done():
			return nil
		}
	})
	return g.Wait()
}

// fill harvests the territory and says where to see it.
func (c demoCmd) fill(ctx context.Context, sh *shell, n *node, w *worker, publisher, portal string) error {
	fmt.Fprintf(sh.stdout, "The bodies of the territory publish at %s/\nHarvesting them …\n", publisher)
	if err := sh.ownBasemap(ctx, n); err != nil {
		return err
	}
	for _, b := range demo.Bodies() {
		if err := n.PutBody(ctx, b); err != nil {
			return err
		}
	}
	var total int64
	for _, src := range demo.Sources(publisher) {
		if err := n.PutSource(ctx, src); err != nil {
			return err
		}
		receipt, err := w.harvest(ctx, n, src.ID, newProgress(sh.stderr, src.ID))
		if ctx.Err() != nil {
			return nil // Ctrl-C: what is missing is harvested at the next start
		}
		if err != nil {
			return err
		}
		total += receipt.New + receipt.Changed + receipt.Unchanged
		if receipt.Outcome != catalog.RunCompleted {
			fmt.Fprintf(sh.stdout, "  ✗ %-26s %s\n", src.ID, receipt.Error)
			continue
		}
		fmt.Fprintf(sh.stdout, "  ✓ %-26s %3d read = %d new + %d changed + %d unchanged + %d refused\n", src.ID, receipt.Read,
			receipt.New, receipt.Changed, receipt.Unchanged, receipt.Refused)
	}
	fmt.Fprintf(sh.stdout, "\n%d records. Explore them at %s/mappa\nThe API is at %s/api/v1, and Ctrl-C ends the demo.\n", total, portal, portal)
	return nil
}
