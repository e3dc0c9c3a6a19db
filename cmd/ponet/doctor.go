package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog/postgis/private"
)

type doctorCmd struct {
	JSON bool `help:"Print JSON, one finding a line."`
}

func (doctorCmd) Help() string {
	return "Changes nothing. Exit status 1 when something is missing.\n\nExample:\n  ponet doctor"
}

func (c doctorCmd) Run(sh *shell) error {
	findings, err := c.findings(sh)
	if err != nil {
		return err
	}
	bad := 0
	for _, f := range findings {
		if !f.OK {
			bad++
		}
		if c.JSON {
			if err := printJSON(sh.stdout, f); err != nil {
				return err
			}
			continue
		}
		mark := "✓"
		if !f.OK {
			mark = "✗"
		}
		fmt.Fprintf(sh.stdout, "%s %s: %s\n", mark, f.Subject, f.Found)
		if f.Do != "" {
			fmt.Fprintf(sh.stdout, "  → %s\n", f.Do)
		}
	}
	if bad > 0 {
		return exitError(1)
	}
	return nil
}

// findings looks at the database, ours or that of the settings, at the log of
// erasures in it, and at the address of the web server.
func (c doctorCmd) findings(sh *shell) ([]private.Finding, error) {
	findings := append([]private.Finding{checkAddr(sh.cfg.Addr)}, checkMail(sh)...)
	if url := string(sh.cfg.DatabaseURL); url != "" {
		findings = append(findings, checkDatabase(sh.ctx, url))
		if !findings[len(findings)-1].OK {
			url = ""
		}
		return append(findings, checkErasures(sh, url)), nil
	}
	dir, err := sh.cfg.dataDir()
	if err != nil {
		return nil, err
	}
	return append(append(findings, private.Check(sh.ctx, dir)...), checkErasures(sh, private.Running(dir))), nil
}

func checkAddr(addr string) private.Finding {
	f := private.Finding{Subject: "address of the web server", OK: true, Found: addr + " is free"}
	l, err := net.Listen("tcp", addr)
	switch {
	case err == nil:
		l.Close()
	case errors.Is(err, syscall.EADDRINUSE):
		f.Found = addr + " is in use, by ponet or another program"
	default:
		f.OK, f.Found = false, err.Error()
		f.Do = "Choose an address of this machine with --addr or PONET_ADDR."
	}
	return f
}

// checkTheAddress is what helps against a database that does not answer.
const checkTheAddress = "Check the address, that the server runs, and that it lets this machine in."

// checkDatabase looks at the database of PONET_DATABASE_URL.
func checkDatabase(ctx context.Context, url string) private.Finding {
	f := private.Finding{Subject: "database of PONET_DATABASE_URL"}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		f.Found, f.Do = err.Error(), checkTheAddress
		return f
	}
	defer conn.Close(ctx)
	var version string
	var available, installed bool
	err = conn.QueryRow(ctx, `
		select current_setting('server_version'),
			exists (select from pg_available_extensions where name = 'postgis'),
			exists (select from pg_extension where extname = 'postgis')`).Scan(&version, &available, &installed)
	switch {
	case err != nil:
		f.Found, f.Do = err.Error(), "Check what the user of the address may do."
	case !available && !installed:
		f.Found, f.Do = "PostgreSQL "+version+" without PostGIS", "Install PostGIS on the database's machine (Debian: postgresql-NN-postgis-3)."
	default:
		f.OK, f.Found = true, "PostgreSQL "+version+" with PostGIS"
	}
	return f
}
