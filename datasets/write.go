package datasets

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"po-net.prato.it/ponet/catalog"
)

// WriteFile writes records to the file path, which appears whole or not at all:
// it is written under another name in the same folder, forced to the disk and
// renamed, with path.sha256 beside it in the form that sha256sum -c reads. It
// returns the checksum, in hexadecimal, and the number of records. After an
// error, what stood at path before still stands there.
func WriteFile(path string, f Format, c catalog.Collection, records iter.Seq2[*catalog.Record, error]) (sum string, n int64, err error) {
	hash := sha256.New()
	counted := func(yield func(*catalog.Record, error) bool) {
		for r, err := range records {
			if err == nil {
				n++
			}
			if !yield(r, err) {
				return
			}
		}
	}
	file, err := writeTemporary(path, func(w io.Writer) error {
		return f.Encode(io.MultiWriter(w, hash), c, counted)
	})
	if err != nil {
		return "", n, fmt.Errorf("%s: %w", path, err)
	}
	defer os.Remove(file) // when it has not been renamed
	sum = hex.EncodeToString(hash.Sum(nil))
	checksum, err := writeTemporary(path+".sha256", func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s  %s\n", sum, filepath.Base(path))
		return err
	})
	if err != nil {
		return "", n, fmt.Errorf("%s.sha256: %w", path, err)
	}
	defer os.Remove(checksum)
	if err := replace(path, file, checksum); err != nil {
		return "", n, err
	}
	return sum, n, nil
}

// replace puts file and checksum in their places. No instant has a checksum
// beside a file that it is not of.
func replace(path, file, checksum string) error {
	if err := os.Remove(path + ".sha256"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(file, path); err != nil {
		return err
	}
	if err := os.Rename(checksum, path+".sha256"); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// writeTemporary makes a file in the folder of path, whole and on the disk, and
// returns its name; after an error there is none.
func writeTemporary(path string, write func(io.Writer) error) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return "", err
	}
	err = errors.Join(write(f), f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// syncFolder makes renames in a folder last.
func syncFolder(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
