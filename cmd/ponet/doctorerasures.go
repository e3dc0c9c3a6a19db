package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/private"
)

// undefinedTable is PostgreSQL's code where a catalogue has no log yet.
const undefinedTable = "42P01"

// checkErasures looks at the log of erasures: the copy in the data folder, and with
// a database at url ("": none runs) that one, and whether they are the same.
func checkErasures(sh *shell, url string) private.Finding {
	f := private.Finding{Subject: "log of erasures", Do: "Do not erase anything before it is clear who changed it; ponet source purge --verify --json prints the log."}
	var kept, log []catalog.ErasureEntry
	there, err := keptJSON(sh, erasureLogName, &kept)
	if err == nil {
		err = catalog.CheckErasureLog(kept, nil)
	}
	if err != nil {
		f.Found = "the copy in the data folder: " + err.Error()
		return f
	}
	if url != "" {
		if log, err = erasureLogAt(sh.ctx, url); err == nil {
			err = catalog.CheckErasureLog(log, nil)
		}
		if err != nil {
			f.Found = err.Error()
			return f
		}
	}
	same := min(len(log), len(kept))
	switch {
	case url == "" && !there:
		f.Found = "no copy in the data folder; the database does not run"
	case url == "":
		f.Found = fmt.Sprintf("the copy in the data folder is one chain of %d lines; the database does not run", len(kept))
	case same > 0 && log[same-1].Digest != kept[same-1].Digest, len(kept) > len(log):
		f.Found = fmt.Sprintf("the database has %d lines, the copy in the data folder %d that are not the beginning of those", len(log), len(kept))
		return f
	default:
		f.Found = fmt.Sprintf("one chain of %d lines", len(log))
	}
	f.OK, f.Do = true, ""
	return f
}

// erasureLogAt is the log in the database at url, which may be of another release.
func erasureLogAt(ctx context.Context, url string) ([]catalog.ErasureEntry, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	store, err := postgis.Open(ctx, url, "ponet doctor")
	if err != nil {
		return nil, err
	}
	defer store.Close()
	log, err := store.ErasureLog(ctx)
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == undefinedTable {
		return nil, nil
	}
	return log, err
}
