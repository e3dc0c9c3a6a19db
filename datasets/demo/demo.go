// Package demo is the first territory: real places of the seven municipalities
// of the province of Prato, written by the project from public facts, in the
// formats in which bodies of this size publish theirs. It gives the files, a
// publisher that serves them over HTTP, and the sources that harvest them: the
// same road as for anybody's data. What is known of each position is said in
// the files and in data/README.md.
package demo

import (
	"embed"
	"io/fs"
)

//go:embed data/*
var data embed.FS

// files are the published files, without the folder.
func files() fs.FS {
	sub, err := fs.Sub(data, "data")
	if err != nil {
		panic(err) // only an invalid path
	}
	return sub
}
