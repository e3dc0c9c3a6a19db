package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"po-net.prato.it/ponet/catalog"
)

// erasuresName is a file beside the database, for a backup that is restored has
// what was erased after it was made. It holds ids and keyed hashes.
const erasuresName = "erasures.json"

// erasureLogName is a copy of the log of erasures beside the database, for the same
// reason: the log of a backup ends where it ended then.
const erasureLogName = "erasure-log.json"

func erasuresFile(sh *shell, name string) (string, error) {
	dir, err := sh.cfg.dataDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, name), nil
}

// keepErasures writes the files as the catalogue has them.
func keepErasures(sh *shell, n *node) error {
	list, err := n.Erasures(sh.ctx, "")
	if err != nil {
		return err
	}
	log, err := n.ErasureLog(sh.ctx)
	if err != nil {
		return err
	}
	err = keepJSON(sh, erasuresName, append([]catalog.Erasure{}, list...))
	if err == nil {
		err = keepJSON(sh, erasureLogName, append([]catalog.ErasureEntry{}, log...))
	}
	if err != nil {
		return fmt.Errorf("it is erased, but a backup that is restored would bring it back: %w", err)
	}
	return nil
}

func keepJSON(sh *shell, file string, list any) error {
	name, err := erasuresFile(sh, file)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(name), 0o700)
	}
	if err != nil {
		return err
	}
	return writeWhole(name, func(w io.Writer) error { return json.NewEncoder(w).Encode(list) })
}

// keptJSON reads what keepJSON wrote into list, and says whether there is such a file.
func keptJSON(sh *shell, file string, list any) (bool, error) {
	name, err := erasuresFile(sh, file)
	if err != nil {
		return false, err
	}
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(b, list)
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", name, err)
	}
	return true, nil
}

// eraseAgain erases from a restored catalogue what was erased after its backup.
func eraseAgain(sh *shell) error {
	var list []catalog.Erasure
	var log []catalog.ErasureEntry
	there, err := keptJSON(sh, erasuresName, &list)
	if err != nil {
		return err
	}
	logged, err := keptJSON(sh, erasureLogName, &log)
	if err != nil || !there && !logged {
		return err
	}
	n, err := sh.open(sh.ctx, "restore")
	if err != nil {
		return err
	}
	defer n.close()
	// The log is no reason to leave in the catalogue what was erased.
	logErr := n.ExtendErasureLog(sh.ctx, log)
	erased, err := n.EraseAgain(sh.ctx, list)
	if err != nil {
		return fmt.Errorf("%s: %w", erasuresName, err)
	}
	fmt.Fprintf(sh.stderr, "%d records that had been erased on request were erased again\n", erased)
	if logErr != nil {
		return fmt.Errorf(`the catalogue is restored, but the log of erasures in it does not go on from %s in the data folder: %w.
The file is left as it is. If the backup is of another catalogue, keep the file with the backups of the one that it is of
and take it out of this folder; if not, one of the two was changed: ponet source purge --verify --noted DIGEST tells
which of them has a digest that you noted`, erasureLogName, logErr)
	}
	return keepErasures(sh, n)
}
