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

func erasuresFile(sh *shell) (string, error) {
	dir, err := sh.cfg.dataDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, erasuresName), os.MkdirAll(dir, 0o700)
}

// keepErasures writes the file as the catalogue has it.
func keepErasures(sh *shell, n *node) error {
	list, err := n.Erasures(sh.ctx, "")
	if err != nil {
		return err
	}
	name, err := erasuresFile(sh)
	if err == nil {
		err = writeWhole(name, func(w io.Writer) error { return json.NewEncoder(w).Encode(append([]catalog.Erasure{}, list...)) })
	}
	if err != nil {
		return fmt.Errorf("it is erased, but a backup that is restored would bring it back: %w", err)
	}
	return nil
}

// eraseAgain erases from a restored catalogue what was erased after its backup.
func eraseAgain(sh *shell) error {
	name, err := erasuresFile(sh)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var list []catalog.Erasure
	if err := json.Unmarshal(b, &list); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	n, err := sh.open(sh.ctx, "restore")
	if err != nil {
		return err
	}
	defer n.close()
	erased, err := n.EraseAgain(sh.ctx, list)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	fmt.Fprintf(sh.stderr, "%d records that had been erased on request were erased again\n", erased)
	return keepErasures(sh, n)
}
